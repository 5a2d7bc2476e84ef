"""Covers any area with the texture of a plate: tiles from random places, cut where they fit best, none seen twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.planes.gaussian_blur import gaussian_blur
from pored.pixels.planes.median import median
from pored.pixels.planes.reduced import reduced

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from pored.model import Plane

OVERLAP = 0.25
"""Of a tile with its neighbour, share of its side."""
SMALLEST = 8
LARGEST = 0.5
"""Of the plate's shorter side: a tile of all of it would lie everywhere. With plates of .03 to .2 face widths of
made-up skin, what is laid repeats itself with a correlation of .09 at most; with a tile as large as the plate, of .96
and more."""
CANDIDATES = 16
"""Places that are tried for a tile; the one that fits its neighbours best is taken."""
USED_BEFORE = 1.0
"""What it costs a place to have been used before: per time, in mean misfits."""
CLEANEST = 0.9
"""Places serve whose share of clean pixels is at least this much of the cleanest place's."""
EVENED = (0.7, 1.4)
"""How far a tile's contrast is brought to that of the whole plate."""
CUT_SOFTNESS = 0.7
"""Radius of the blur of the cut between two tiles, pixels."""
COMPARED = 12
"""Pixels across an overlap that tell how well two tiles fit and where to part them; of wider ones some are left out."""
NOTHING = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    """Where on a plate tiles can be taken: tops, lefts and gains, each (N,); and how often each region was used."""

    top: NDArray[np.intp]
    left: NDArray[np.intp]
    gain: NDArray[np.float32]
    used: NDArray[np.float32]


def cover(source: Plane, clean: NDArray[np.bool_], size: tuple[int, int], side: int, random: Generator) -> Plane:
    """A plane of that size with the source's texture.

    Args:
        source: (H, W) float32 around 0.
        clean: (H, W) bool, what of it is wanted.
        size: width and height of the result.
        side: of a tile, pixels; less where the source is small.
        random: chooses places.

    Returns:
        (size[1], size[0]) float32.

    Source:
        Efros and Freeman, Image Quilting (2001): overlapping tiles, parted along the cut of least difference.
    """
    side = max(1, min(max(SMALLEST, side), int(LARGEST * min(source.shape))))
    lap = max(1, round(OVERLAP * side))
    step = max(1, side - lap)
    rows, columns = (max(0, -(-(length - side) // step)) + 1 for length in (size[1], size[0]))
    canvas = np.zeros((side + step * (rows - 1), side + step * (columns - 1)), np.float32)
    places = _places(source, clean, side)
    for row in range(rows):
        for column in range(columns):
            target = canvas[row * step : row * step + side, column * step : column * step + side]
            laps = lap if row else 0, lap if column else 0
            tile = _fitting_tile(source, target, laps, places, random)
            target[...] += _share(target - tile, laps) * (tile - target)
    return canvas[: size[1], : size[0]]


def _places(source: Plane, clean: NDArray[np.bool_], side: int) -> _Places:
    """The cleanest places of a plate for tiles of that side; for large tiles not every pixel is one."""
    every = _step(round(OVERLAP * side))
    certain, small_side = clean.astype(np.float32), -(-side // every)
    power = _means(reduced(source * source * certain, every), small_side)
    share = _means(reduced(certain, every), small_side)
    top, left = np.nonzero(share >= CLEANEST * float(share.max()))
    here = power[top, left] / np.maximum(share[top, left], np.float32(NOTHING))
    gain = np.clip(np.sqrt(median(here) / np.maximum(here, NOTHING)), *EVENED).astype(np.float32)
    last_top, last_left = (length - side for length in source.shape)
    used = np.zeros((last_top + 1, last_left + 1), np.float32)
    return _Places(np.minimum(every * top, last_top), np.minimum(every * left, last_left), gain, used)


def _means(plane: Plane, side: int) -> Plane:
    """Mean over each tile that lies wholly inside, by its top and left."""
    means = cv2.blur(plane, (side, side), anchor=(0, 0), borderType=cv2.BORDER_REFLECT)
    return cast("Plane", means)[: plane.shape[0] - side + 1, : plane.shape[1] - side + 1]


def _fitting_tile(source: Plane, target: Plane, laps: tuple[int, int], places: _Places, random: Generator) -> Plane:
    """Of some places the one that differs least from what lies in the overlaps already and was used least."""
    side, (down, right) = len(target), laps
    chosen = random.integers(len(places.top), size=CANDIDATES)
    tops, lefts, gains = places.top[chosen], places.left[chosen], places.gain[chosen]
    every = _step(max(laps))
    along = np.arange(0, side, every)
    misfit = np.zeros(CANDIDATES, np.float32)
    for rows, columns in ((np.arange(0, down, every), along), (along, np.arange(0, right, every))):
        tiles = source[tops[:, None, None] + rows[:, None], lefts[:, None, None] + columns] * gains[:, None, None]
        misfit += ((tiles - target[rows[:, None], columns]) ** 2).sum(axis=(1, 2))
    cost = misfit / max(NOTHING, float(misfit.mean())) + USED_BEFORE * places.used[tops, lefts]
    best = int(np.argmin(cost))
    top, left = int(tops[best]), int(lefts[best])
    _note_use(places.used, top, left, side)
    return cast("Plane", source[top : top + side, left : left + side] * gains[best])


def _step(lap: int) -> int:
    """Every how many pixels of an overlap are looked at."""
    return max(1, lap // COMPARED)


def _note_use(used: NDArray[np.float32], top: int, left: int, side: int) -> None:
    """Places that share more than half of their tile with this one count as used."""
    near = side // 2
    used[max(0, top - near) : top + near + 1, max(0, left - near) : left + near + 1] += 1


def _share(difference: Plane, laps: tuple[int, int]) -> Plane:
    """How much of the tile shows, (side, side) 0..1: all of it on the far side of the cuts."""
    share = np.ones_like(difference)
    error = difference * difference
    down, right = laps
    if right:
        share[:, :right] *= _beyond_cut(error[:, :right])
    if down:
        share[:down] *= _beyond_cut(np.ascontiguousarray(error[:down].T)).T
    if down or right:
        share = gaussian_blur(share, CUT_SOFTNESS)
    # What was empty before is the tile's in whole.
    share[down:, right:] = np.maximum(share[down:, right:], 1)
    return share


def _beyond_cut(error: Plane) -> Plane:
    """1 to the right of the path of least error from the first row to the last, 0 left of it; (H, W)."""
    length, width = error.shape
    every = _step(width)
    if every == 1:
        path = _cut(error)
    else:
        small = cast("Plane", cv2.resize(error, (width // every, length // every), interpolation=cv2.INTER_AREA))
        across, down = width / small.shape[1], length / small.shape[0]
        middles = (np.arange(small.shape[0]) + np.float32(0.5)) * down
        path = np.interp(np.arange(length) + np.float32(0.5), middles, _cut(small) * across)
    return (np.arange(width) >= path[:, None]).astype(np.float32)


def _cut(error: Plane) -> NDArray[np.float64]:
    """In which column of each row the path runs; (H,)."""
    length = len(error)
    cost = np.pad(error, ((0, 0), (1, 1)), constant_values=np.float32(np.inf))
    for row in range(1, length):
        before = cost[row - 1]
        cost[row, 1:-1] += np.minimum(np.minimum(before[:-2], before[1:-1]), before[2:])
    cost = cost[:, 1:-1]
    path = np.empty(length)
    column = int(cost[-1].argmin())
    path[-1] = column
    for row in range(length - 2, -1, -1):
        low = max(0, column - 1)
        column = low + int(cost[row, low : column + 2].argmin())
        path[row] = column
    return path
