"""How long reading and writing take, beside pyvips and ImageMagick in the same run.

    uv run --with pyvips --with pyvips-binary python tests/bench/speed.py [MEGAPIXELS]

A real portrait, enlarged to 24 megapixels, in each format; pored's writing is of the same pixels with a twentieth of
them changed, into the same format with the export's own settings, which the others do not know. Seconds, the best of
three, one after the other; "-" where a program is missing or does not know the format. ImageMagick's time has its start
in it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import imagecodecs
import numpy as np
import tifffile
from PIL import Image

from pored.files.codecs import encode_picture, read_picture

if TYPE_CHECKING:
    from collections.abc import Callable

try:
    import pyvips
except ImportError:
    pyvips = None

PHOTO = Path(__file__).parents[1] / "photos" / "older_man.jpg"
TRIES = 3


def files(folder: Path, megapixels: float) -> list[Path]:
    """The picture in each format."""
    with Image.open(PHOTO) as photo:
        grown = (megapixels * 1e6 / (photo.width * photo.height)) ** 0.5
        size = (round(photo.width * grown), round(photo.height * grown))
        image = photo.convert("RGB").resize(size, Image.Resampling.BICUBIC)
    pixels = np.asarray(image)
    deep = pixels.astype(np.uint16) * 257
    image.save(folder / "jpeg.jpg", quality=92)
    image.save(folder / "png.png", compress_level=4)
    (folder / "png-16.png").write_bytes(imagecodecs.png_encode(deep, level=4))
    image.save(folder / "webp.webp", quality=90)
    image.save(folder / "avif.avif", quality=90, speed=8)
    tiffs: dict[str, tuple[Any, dict[str, Any]]] = {
        "tiff": (pixels, {}),
        "tiff-lzw": (pixels, {"compression": "lzw", "predictor": True}),
        "tiff-16": (deep, {}),
        "tiff-16-zip": (deep, {"compression": "deflate", "predictor": True}),
    }
    for name, (samples, options) in tiffs.items():
        tifffile.imwrite(folder / f"{name}.tif", samples, photometric="rgb", metadata=None, **options)
    return sorted(folder.iterdir())


def best(work: Callable[[], object]) -> str:
    """The shortest of some runs; "-" where it cannot be done."""
    seconds = []
    for _ in range(TRIES):
        start = time.perf_counter()
        try:
            work()
        except Exception:  # noqa: BLE001 - a program that does not know the format, each in its own way
            return "-"
        seconds.append(time.perf_counter() - start)
    return f"{min(seconds):.2f}"


def vips_read(file: Path) -> object:
    """Decoded into memory."""
    return pyvips.Image.new_from_file(str(file), access="sequential").copy_memory()


def vips_write(image: Any, target: Path) -> None:  # noqa: ANN401 - pyvips may be missing
    """To a file, as pyvips writes by itself."""
    image.write_to_file(str(target))


def magick(*words: str) -> None:
    """ImageMagick, whose failure is an error."""
    subprocess.run(["convert", *words], check=True, capture_output=True)


def main() -> None:
    """Print the table."""
    megapixels = float(sys.argv[1]) if len(sys.argv) > 1 else 24.0
    programs = ("pored", "pyvips", "ImageMagick")
    sys.stdout.write(
        f"| format | {' | '.join(f'{what}, {name}' for what in ('read', 'write') for name in programs)} |\n"
    )
    sys.stdout.write(f"|{'---|' * 7}\n")
    with tempfile.TemporaryDirectory() as place:
        for file in files(Path(place), megapixels):
            picture = read_picture(file)
            changed = picture.pixels.copy()
            changed[: len(changed) // 20] //= 2
            target = file.with_name(f"again{file.suffix}")
            cells = [
                best(partial(read_picture, file)),
                best(partial(vips_read, file)),
                best(partial(magick, str(file), "null:")),
                best(partial(encode_picture, picture, changed)),
                best(partial(vips_write, vips_read(file), target)) if pyvips else "-",
            ]
            cells.append("-" if cells[2] == "-" else written_by_magick(file, target, float(cells[2])))
            sys.stdout.write(f"| {file.name} | {' | '.join(cells)} |\n")


def written_by_magick(file: Path, target: Path, reading: float) -> str:
    """What converting takes beyond reading."""
    both = best(lambda: magick(str(file), str(target)))
    return both if both == "-" else f"{max(0.0, float(both) - reading):.2f}"


if __name__ == "__main__":
    main()
