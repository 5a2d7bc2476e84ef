"""Layered documents as another program shows them: GIMP lays the layers together, held against the flat result.

    python tests/bench/layered.py EXPORT ORIGINAL       (once: apt-get install gimp)

In 8 and in 16 bit. Blend If stays open, since GIMP does not know it. Where Linear Light would pass black or white, GIMP
clamps after the opacity and Photoshop before, so these pixels are counted apart; and GIMP's neutral grey is 127.5.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import tifffile
from table import table

from pored.config import Recovery
from pored.files.codecs import read_picture
from pored.files.psd.write import Document, write_document
from pored.pipeline import Recovered, recover
from pored.results import Results

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Samples
    from pored.pixels.recovery.face_texture import FaceTexture

SCRIPT = """
(let* ((image (car (gimp-file-load RUN-NONINTERACTIVE "{document}" "{document}")))
       (shown (car (gimp-image-merge-visible-layers image CLIP-TO-IMAGE))))
  (file-tiff-save RUN-NONINTERACTIVE image shown "{picture}" "{picture}" 0))
"""
SECONDS = 600


def main() -> int:
    """Print a line for each depth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("export", type=Path)
    parser.add_argument("original", type=Path)
    asked = parser.parse_args()
    gimp = shutil.which("gimp")
    if gimp is None:
        sys.stderr.write("GIMP is not installed: apt-get install gimp\n")
        return 3
    with tempfile.TemporaryDirectory() as folder:
        rows = [compared(gimp, asked.export, asked.original, Path(folder), bits) for bits in (8, 16)]
    sys.stdout.write(
        table(("bits", "pixels changed", "largest", "mean", "clamped pixels", "largest there"), rows) + "\n"
    )
    return 0


def compared(gimp: str, export: Path, original: Path, folder: Path, bits: int) -> list[str]:
    """Differences between GIMP's picture and the flat result, in 8-bit levels."""
    files = [
        as_document(path, folder / f"{path.stem}{number}_{bits}.psd", bits)
        for number, path in enumerate((export, original))
    ]
    recovered = recover(files[0], files[1], Recovery(), layered=True)
    document, picture = folder / f"layers_{bits}.psd", folder / f"gimp_{bits}.tif"
    with Results(recovered, files[0], "same").result() as write, document.open("wb") as file:
        write(file)
    script = SCRIPT.format(document=document, picture=picture)
    command = [
        gimp,
        "-i",
        "-d",
        "-f",
        "--batch-interpreter=plug-in-script-fu-eval",
        "-b",
        script,
        "-b",
        "(gimp-quit 0)",
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
    shown = tifffile.imread(picture)[..., :3].astype(np.float32)
    difference = np.abs(shown - recovered.pixels).max(axis=2) / (257 if bits == 16 else 1)
    clamps = clamped(recovered)
    free = difference[~clamps]
    return [
        str(bits),
        str(np.count_nonzero(recovered.mask)),
        f"{free.max():.4f}",
        f"{free.mean():.6f}",
        str(np.count_nonzero(clamps)),
        f"{difference[clamps].max(initial=0):.1f}",
    ]


def as_document(picture: Path, document: Path, bits: int) -> Path:
    """A picture as a flat document of that depth; 16 bit gets fractions of a level that 8 bit does not have."""
    pixels = read_picture(picture).pixels
    if bits == 16 and pixels.dtype == np.uint8:
        fractions = np.random.default_rng(1).integers(-128, 128, pixels.shape)
        pixels = cast("Samples", np.clip(pixels.astype(np.int32) * 257 + fractions, 0, 65535).astype(np.uint16))
    with document.open("wb") as file:
        write_document(file, Document(pixels, None, alpha_is_merged=False, resources=b"", stack=()))
    return document


def clamped(recovered: Recovered[FaceTexture]) -> NDArray[np.bool_]:
    """Where Linear Light alone would go beyond black or white."""
    below = recovered.picture.pixels.astype(np.float32)
    neutral, white = (32768, 65535) if recovered.pixels.dtype == np.uint16 else (128, 255)
    layer = np.where(recovered.mask > 0, recovered.texture.layer, neutral).astype(np.float32)
    blended = below + 2 * (layer - neutral)[..., None]
    return np.asarray(((blended < 0) | (blended > white)).any(axis=2))


if __name__ == "__main__":
    sys.exit(main())
