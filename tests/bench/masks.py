"""What masks cost: processor time and memory for one face in a picture of 24 megapixels.

    taskset -c 0 python tests/bench/masks.py [PORTRAIT...]

Each portrait (by default those of the tests) is enlarged or reduced to 24 megapixels; of several faces the largest
counts. Times are the least of several runs, on one core, in seconds of processor time; memory is the peak of the arrays
that a mask needs besides the picture, in megabytes.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image

from pored.faces.find import find_faces
from pored.faces.landmarker import shared_landmarker
from pored.pixels.skin.adaptive_mask import SkinSettings, adaptive_mask, mask_box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Face
    from pored.pixels.skin.adaptive_mask import Scope

PHOTOS = Path(__file__).parents[1] / "photos"
PIXELS = 24_000_000
RUNS = 7
SCOPES: tuple[Scope, ...] = ("face", "all")


def main() -> None:
    """Measure, and print a line for each portrait."""
    cv2.setNumThreads(1)
    portraits = [Path(name) for name in sys.argv[1:]] or sorted(PHOTOS.glob("*.jpg"))
    write = sys.stdout.write
    write(f"{'portrait':24} {'face px':>8} {'finding s':>10} {'face s':>8} {'MB':>5} {'all s':>8} {'MB':>5}\n")
    for portrait in portraits:
        picture = _at_size(portrait)
        started = time.process_time()
        faces = find_faces(picture, shared_landmarker())
        finding = time.process_time() - started
        face = max(faces, key=lambda each: each.width)
        costs = [_cost(picture, face, SkinSettings(scope=scope)) for scope in SCOPES]
        figures = " ".join(f"{seconds:8.3f} {megabytes:5.0f}" for seconds, megabytes in costs)
        write(f"{portrait.name:24} {face.width:8.0f} {finding:10.2f} {figures}\n")


def _at_size(portrait: Path) -> NDArray[np.uint8]:
    with Image.open(portrait) as photo:
        scale = (PIXELS / (photo.width * photo.height)) ** 0.5
        size = (round(photo.width * scale), round(photo.height * scale))
        return np.array(photo.convert("RGB").resize(size, Image.Resampling.BICUBIC))


def _cost(picture: NDArray[np.uint8], face: Face, settings: SkinSettings) -> tuple[float, float]:
    """Processor time of the quickest of several runs, and the peak of the arrays made, in megabytes."""

    def work() -> None:
        adaptive_mask(picture, face, mask_box(face, picture.shape[1], picture.shape[0], settings), settings)

    times = []
    for _ in range(RUNS):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return min(times), peak / 1e6


if __name__ == "__main__":
    main()
