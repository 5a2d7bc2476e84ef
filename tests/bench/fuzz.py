"""Damages files of every kind and has every reader read them: what may come out is a picture or a PictureError.

    python tests/bench/fuzz.py [ROUNDS] [--seed N]

Each round damages each sample once. The readers run in a process of their own, which may not hold more than 2 GB nor
think about a file for more than 20 s. Prints what came of it, and exits with 1 where a process ended, hung or raised
anything else; that file is kept.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import imagecodecs
import numpy as np
import pillow_heif
import tifffile
from mosaic import dng
from PIL import Image

from pored.errors import PictureError
from pored.files.captured import read_capture
from pored.files.codecs import read_picture
from pored.files.original import read_original
from pored.watch.endcheck import looks_complete

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from numpy.random import Generator
    from numpy.typing import NDArray

PHOTO = Path(__file__).parents[1] / "photos" / "older_man.jpg"
MEMORY = 2 << 30
SECONDS = 20.0
EXTREME = (b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x80\x00\x00\x00")


def samples() -> dict[str, bytes]:
    """A small file of every kind and of its variants."""
    with Image.open(PHOTO) as photo:
        pixels = np.asarray(photo.convert("RGB"))[300:364, 400:480].copy()
        exif = photo.info["exif"]
    deep, grey = pixels.astype(np.uint16) * 257, pixels[..., 1].copy()
    heif = pillow_heif.from_bytes("RGB", (80, 64), pixels.tobytes())
    found = {
        "jpeg": _pillow(pixels, "JPEG", exif=exif),
        "jpeg progressive": _pillow(pixels, "JPEG", progressive=True, subsampling=2),
        "jpeg grey": _pillow(grey, "JPEG"),
        "png": _pillow(pixels, "PNG", exif=exif),
        "png 16": bytes(imagecodecs.png_encode(deep)),
        "webp": _pillow(pixels, "WEBP", exif=exif),
        "webp lossless": _pillow(pixels, "WEBP", lossless=True),
        "avif": _pillow(pixels, "AVIF", speed=10),
        "avif 10": bytes(imagecodecs.avif_encode(deep >> 6, level=80, speed=10, bitspersample=10)),
        "heic": _saved(heif.save),
        "dng": dng(pixels),
        "photo": PHOTO.read_bytes(),
    }
    layouts: dict[str, dict[str, object]] = {
        "tiff": {},
        "tiff lzw": {"compression": "lzw", "predictor": True},
        "tiff deflate tiled": {"compression": "deflate", "tile": (32, 32)},
        "tiff jpeg": {"compression": "jpeg"},
        "tiff big": {"bigtiff": True},
        "tiff big-endian": {"byteorder": ">", "compression": "packbits"},
    }
    for name, layout in layouts.items():
        for depth, array in (("", pixels), (" 16", deep)):
            if layout.get("compression") != "jpeg" or not depth:
                found[name + depth] = _tiff(array, layout)
    return found


def _pillow(pixels: NDArray[np.uint8], form: str, **options: object) -> bytes:
    return _saved(lambda file: Image.fromarray(pixels).save(file, form, **options))


def _tiff(pixels: NDArray[np.generic], layout: dict[str, object]) -> bytes:
    return _saved(lambda file: tifffile.imwrite(file, pixels, photometric="rgb", metadata=None, **layout))  # type: ignore[arg-type]


def _saved(save: Callable[[BytesIO], object]) -> bytes:
    buffer = BytesIO()
    save(buffer)
    return buffer.getvalue()


def damaged(data: bytes, other: bytes, chance: Generator) -> bytes:
    """One file, damaged in some ways; headers are hit more often than what follows."""
    held = bytearray(data)
    for _ in range(int(chance.integers(1, 5))):
        reach = len(held) if chance.random() < 0.5 else min(len(held), 600)
        at = int(chance.integers(max(reach, 1)))
        match int(chance.integers(6)):
            case 0:
                held[at : at + 1] = bytes([int(chance.integers(256))])
            case 1:
                held[at : at + 4] = EXTREME[int(chance.integers(len(EXTREME)))]
            case 2:
                del held[at:]
            case 3:
                held[at:at] = held[: int(chance.integers(64))]
            case 4:
                held[at:] = other[at:]
            case _:
                del held[at : at + int(chance.integers(16))]
    return bytes(held)


def read(path: Path) -> str:
    """What the readers make of a file; PictureErrors by their code."""
    looks_complete(path)
    read_capture(path)
    try:
        picture = read_picture(path)
    except PictureError as error:
        if error.code != "raw":
            return error.code
        picture = None
    try:
        read_original(path, picture or read_picture(PHOTO))
    except PictureError as error:
        return error.code
    return "read"


def work(pipe: Connection) -> None:
    """Read what is named, until nothing more is."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    while (path := pipe.recv()) is not None:
        try:
            pipe.send(read(path))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            pipe.send(f"raised {type(error).__name__}: {error}"[:200])


class Reader:
    """A process that reads, replaced when it ends or hangs."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """A new process."""
        self.pipe, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=work, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()

    def read(self, path: Path) -> str:
        """What came of a file."""
        self.pipe.send(path)
        try:
            if self.pipe.poll(SECONDS):
                return str(self.pipe.recv())
        except EOFError:
            self.process.join()
            self.start()
            return f"ended with {self.process.exitcode}"
        self.process.kill()
        self.process.join()
        self.start()
        return "hung"


def main() -> int:
    """The whole run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rounds", type=int, nargs="?", default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance, reader, outcomes, bad = np.random.default_rng(asked.seed), Reader(), Counter[str](), 0
    files, start = samples(), time.monotonic()
    kept = Path(tempfile.mkdtemp(prefix="pored-fuzz-"))
    slowest = 0.0
    for number in range(asked.rounds):
        for name, data in files.items():
            path = kept / "file"
            path.write_bytes(damaged(data, files[chance.choice(list(files))], chance))
            before = time.monotonic()
            outcome = reader.read(path)
            slowest = max(slowest, time.monotonic() - before)
            outcomes[outcome] += 1
            if outcome.startswith(("raised", "ended", "hung")):
                bad += 1
                path.rename(kept / f"{name.replace(' ', '-')}-{number}")
                sys.stdout.write(f"{name} {number}: {outcome}\n")
    for outcome, count in outcomes.most_common():
        sys.stdout.write(f"{count:8d}  {outcome}\n")
    total, seconds = outcomes.total(), time.monotonic() - start
    sys.stdout.write(
        f"{total} files of {len(files)} kinds in {seconds:.0f} s, slowest {slowest:.2f} s, {bad} bad; {kept}\n"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
