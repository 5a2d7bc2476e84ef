"""What a result keeps of its export, format by property, as programs that are not pored's read it.

    python tests/bench/matrix.py

Needs exiftool and ImageMagick (apt-get install libimage-exiftool-perl imagemagick). Each export has a profile, EXIF,
XMP, IPTC, a resolution, an orientation and an alpha channel, as far as its format has room for them. Of each property
the table says "kept", "-" where the format or the export has none, and what is there instead where it is not kept.
Exits with 1 where something is lost.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import imagecodecs
import numpy as np
import tifffile
from PIL import Image

from pored.files.codecs import encode_picture, read_picture
from pored.files.event import Event
from pored.files.kinds.avif_file import completed

if TYPE_CHECKING:
    from collections.abc import Sequence

PHOTO = Path(__file__).parents[1] / "photos" / "older_man.jpg"
PROPERTIES = {
    "bits": ("identify", "%z"),
    "size": ("identify", "%w x %h"),
    "icc": ("exiftool", "ICC_Profile:ProfileDescription"),
    "exif": ("exiftool", "EXIF:Model"),
    "xmp": ("exiftool", "XMP-xmp:CreatorTool"),
    "iptc": ("exiftool", "IPTC:By-line"),
    "orientation": ("exiftool", "EXIF:Orientation"),
    "resolution": ("exiftool", "XResolution"),
    "alpha": ("identify", "%A"),
    "compression": ("identify", "%C"),
}
TAGS = ["-XResolution=240", "-YResolution=240", "-IPTC:By-line=Zoe", "-XMP-xmp:CreatorTool=Camera"]
TURNED, UNTURNED = "-Orientation#=6", "-Orientation="
IN_BOXES = {".avif", ".heic"}
"""Formats that say in boxes of their own how they are turned, where EXIF does not count."""
HISTORY = "XMP-xmpMM:HistoryParameters"


def exports(folder: Path) -> list[Path]:
    """One export a format and depth, its metadata written by exiftool."""
    with Image.open(PHOTO) as photo:
        pixels, icc = np.asarray(photo.convert("RGB"))[200:520, 300:700].copy(), photo.info["icc_profile"]
    alpha = np.full((*pixels.shape[:2], 1), 255, np.uint8)
    alpha[:40] = 0
    clear, deep = np.dstack([pixels, alpha]), pixels.astype(np.uint16) * 257
    deep_clear = np.dstack([deep, alpha.astype(np.uint16) * 257])
    Image.fromarray(pixels).save(folder / "jpeg.jpg", quality=91, icc_profile=icc)
    Image.fromarray(pixels).save(folder / "jpeg-grey.jpg", quality=91)
    Image.fromarray(clear).save(folder / "png.png", icc_profile=icc)
    (folder / "png-16.png").write_bytes(imagecodecs.png_encode(deep_clear))
    Image.fromarray(clear).save(folder / "webp.webp", lossless=True, icc_profile=icc)
    Image.fromarray(pixels).save(folder / "webp-lossy.webp", quality=90, icc_profile=icc)
    Image.fromarray(clear).save(folder / "avif.avif", quality=95, icc_profile=icc)
    coded = imagecodecs.avif_encode(deep >> 6, level=90, speed=9, bitspersample=10, pixelformat="420")
    (folder / "avif-10.avif").write_bytes(completed(bytes(coded), [(b"colr", b"prof" + icc)], []))
    tiffs: tuple[tuple[str, Any, dict[str, Any]], ...] = (
        ("tiff-lzw", clear, {"compression": "lzw", "predictor": True}),
        ("tiff-16", deep_clear, {}),
        ("tiff-16-zip", deep, {"compression": "deflate", "predictor": True, "byteorder": ">"}),
        ("tiff-jpeg", pixels, {"compression": "jpeg"}),
        ("tiff-big", pixels, {"bigtiff": True}),
    )
    for name, samples, options in tiffs:
        extra: dict[str, Any] = {"extrasamples": [2]} if samples.shape[2] == 4 else {}
        tifffile.imwrite(
            folder / f"{name}.tif", samples, photometric="rgb", metadata=None, iccprofile=icc, **extra, **options
        )
    picture = read_picture(folder / "jpeg.jpg")
    (folder / "heic.heic").write_bytes(encode_picture(picture, picture.pixels, "heic"))
    found = sorted(folder.iterdir())
    copied = ["-tagsfromfile", str(PHOTO), "-EXIF:all", "-XMP:all", "--ThumbnailImage", *TAGS]
    in_boxes = [file for file in found if file.suffix in IN_BOXES]
    turned = [file for file in found if file.suffix not in IN_BOXES]
    for files, tag in ((turned, TURNED), (in_boxes, UNTURNED)):
        run("exiftool", "-q", "-q", "-m", "-overwrite_original", *copied, tag, *map(str, files))
    return found


def run(*command: str) -> str:
    """What a program says; what it complains of does not count."""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def properties(files: Sequence[Path]) -> list[dict[str, str]]:
    """Files' properties as exiftool and ImageMagick read them; empty where there is none."""
    tags = [f"-{tag}" for program, tag in PROPERTIES.values() if program == "exiftool"]
    said = json.loads(run("exiftool", "-j", "-G1", *tags, f"-{HISTORY}", *map(str, files)))
    form = "|".join(tag for program, tag in PROPERTIES.values() if program == "identify")
    looked = run("identify", "-format", f"{form}\n", *(f"{file}[0]" for file in files)).splitlines()
    return [_properties(tags, line) for tags, line in zip(said, looked, strict=True)]


def _properties(said: dict[str, object], looked: str) -> dict[str, str]:
    held = {key.rpartition(":")[2]: str(value) for key, value in said.items()}
    values = iter(looked.split("|"))
    found = {
        name: held.get(tag.rpartition(":")[2], "") if program == "exiftool" else next(values)
        for name, (program, tag) in PROPERTIES.items()
    }
    return found | {"history": held.get("HistoryParameters", "")}


def verdict(name: str, before: str, after: str) -> str:
    """One cell of the table."""
    if name == "history":
        return "told" if "texture brought back" in after else f"LOST {after}"
    if before in {"", "Undefined", "Blend", "False"} and before == after:
        return "-"
    return "kept" if before == after else f"{before} -> {after or 'nothing'}"


def table(folder: Path) -> list[tuple[str, dict[str, str]]]:
    """Each export's name, and a verdict by property."""
    files = exports(folder)
    results = [_result_of(file) for file in files]
    before, after = properties(files), properties(results)
    return [
        (file.name, {name: verdict(name, one[name], other[name]) for name in one})
        for file, one, other in zip(files, before, after, strict=True)
    ]


def _result_of(export: Path) -> Path:
    """What pored makes of an export, a part of which is changed."""
    picture = read_picture(export)
    changed = picture.pixels.copy()
    changed[100:150, 100:150] //= 2
    result = export.with_stem(f"{export.stem}-result")
    result.write_bytes(encode_picture(picture, changed, "same", Event("texture brought back", 1_800_000_000.0)))
    return result


def is_lost(cell: str) -> bool:
    """Whether a verdict says that something is not as it was."""
    return "->" in cell or "LOST" in cell


def main() -> int:
    """Print the table."""
    missing = [program for program in ("exiftool", "identify") if shutil.which(program) is None]
    if missing:
        sys.stdout.write(f"{' and '.join(missing)} not found: apt-get install libimage-exiftool-perl imagemagick\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        rows = table(Path(folder))
    columns = [*PROPERTIES, "history"]
    sys.stdout.write(f"| export | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 1)}\n")
    for name, cells in rows:
        sys.stdout.write(f"| {name} | {' | '.join(cells[column] for column in columns)} |\n")
    return 1 if any(is_lost(cell) for _, cells in rows for cell in cells.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
