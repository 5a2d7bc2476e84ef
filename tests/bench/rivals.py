"""What pored's speed is held against: the floor, and what a user would do instead with ImageMagick or G'MIC.

The floor is to decode both files and encode the result, each with the fastest codec at hand, on one core. The others do
the tutorial's steps on the whole picture (High Pass, Linear Light); neither registers, masks nor guards anything.
"""

from __future__ import annotations

import io
import os
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import cv2
import imagecodecs
import numpy as np
import tifffile
from PIL import Image
from sized import QUALITY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from sized import Pair

    from pored.model import Samples

try:
    import simplejpeg
except ImportError:
    simplejpeg = None

RADIUS = 3.0 / 1500
"""Of High Pass, in face widths."""
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MAGICK_THREAD_LIMIT": "1"}


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of the processors (user and system), and on the wall; the least of some tries."""

    cpu: float
    wall: float


def least(tries: int, work: Callable[[], object]) -> Spent:
    """What some work takes in this process, all threads counted."""
    spent = []
    for _ in range(tries):
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        spent.append(Spent(time.process_time() - cpu, time.perf_counter() - wall))
    return min(spent, key=lambda each: each.cpu)


def floor(pair: Pair, tries: int) -> tuple[Spent, str]:
    """The floor, and which codecs it is of."""
    cv2.setNumThreads(1)
    datas = [path.read_bytes() for path in (pair.export, pair.original)]
    pixels = _decoders(pair)["imagecodecs"](datas[0])
    decoding = {name: _both(work, datas, tries) for name, work in _decoders(pair).items()}
    encoding = {name: least(tries, partial(work, pixels)) for name, work in _encoders(pair).items()}
    reader, writer = (min(each, key=lambda name: each[name].cpu) for each in (decoding, encoding))
    both = decoding[reader], encoding[writer]
    return Spent(sum(each.cpu for each in both), sum(each.wall for each in both)), f"{reader}, {writer}"


def _both(decode: Callable[[bytes], Samples], datas: Sequence[bytes], tries: int) -> Spent:
    return least(tries, lambda: [decode(data) for data in datas])


def _decoders(pair: Pair) -> Mapping[str, Callable[[bytes], Samples]]:
    if pair.export.suffix == ".tif":
        return {"imagecodecs": lambda data: tifffile.imread(io.BytesIO(data)), "OpenCV": _by_opencv}
    known: dict[str, Callable[[bytes], Samples]] = {
        "imagecodecs": imagecodecs.jpeg8_decode,
        "OpenCV": _by_opencv,
        "Pillow": lambda data: np.asarray(Image.open(io.BytesIO(data))),
    }
    return known | ({"simplejpeg": simplejpeg.decode_jpeg} if simplejpeg else {})


def _by_opencv(data: bytes) -> Samples:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)  # type: ignore[return-value]


def _encoders(pair: Pair) -> Mapping[str, Callable[[Samples], object]]:
    if pair.export.suffix == ".tif":
        return {
            "tifffile": lambda pixels: tifffile.imwrite(io.BytesIO(), pixels, photometric="rgb", metadata=None),
            "OpenCV": lambda pixels: cv2.imencode(".tif", pixels, [cv2.IMWRITE_TIFF_COMPRESSION, 1]),
        }
    known: dict[str, Callable[[Samples], object]] = {
        "imagecodecs": lambda pixels: imagecodecs.jpeg8_encode(pixels, level=QUALITY, subsampling="420"),
        "OpenCV": lambda pixels: cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, QUALITY]),
        "Pillow": lambda pixels: Image.fromarray(pixels).save(io.BytesIO(), "JPEG", quality=QUALITY),
    }
    turbo = {"simplejpeg": lambda pixels: simplejpeg.encode_jpeg(pixels, QUALITY, colorsubsamp="420")}
    return known | (turbo if simplejpeg else {})


def imagemagick(pair: Pair, folder: Path) -> Spent | None:
    """The tutorial as a recipe for ImageMagick; None where that is not installed, or gives up."""
    high_pass = ["(", str(pair.original), "-colorspace", "Gray", "(", "+clone", "-blur", f"0x{_radius(pair)}", ")"]
    high_pass += ["-compose", "Mathematics", "-define", "compose:args=0,-0.5,0.5,0.5", "-composite", ")"]
    target = ["-quality", str(QUALITY), str(folder / f"magick{pair.export.suffix}")]
    return _run("convert", [str(pair.export), *high_pass, "-compose", "LinearLight", "-composite", *target])


def gmic(pair: Pair, folder: Path) -> Spent | None:
    """The same for G'MIC; None where that is not installed, or gives up."""
    deep = pair.export.suffix == ".tif"
    steps = [*(["div", "257"] if deep else []), "luminance[1]", "+blur[1]", str(_radius(pair)), "sub[1,2]"]
    steps += ["div[1]", "2", "add[1]", "128", "cut", "0,255", "to_rgb[1]", "blend", "linearlight"]
    steps += ["mul", "257"] if deep else []
    target = f"{folder / 'gmic'}{pair.export.suffix},{'ushort' if deep else QUALITY}"
    return _run("gmic", ["-v", "0", str(pair.export), str(pair.original), *steps, "output", target])


def _radius(pair: Pair) -> float:
    return round(max(1.0, RADIUS * pair.face), 2)


def _run(program: str, words: Sequence[str]) -> Spent | None:
    """A program's own seconds, its start among them; None where it is not installed, or gives up."""
    if shutil.which(program) is None:
        return None
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([program, *words], check=False, capture_output=True, env=os.environ | ONE_THREAD)
    if done.returncode:  # Debian's policy.xml allows ImageMagick no picture of 50 megapixels in several layers
        sys.stderr.write(f"{program} gave up: {done.stderr.decode(errors='replace').strip()[-200:]}\n")
        return None
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(cpu, time.perf_counter() - wall)
