"""Covers any area with the texture of a plate: tiles from random places, cut where they fit best, none seen twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.gaussian_blur import gaussian_blur

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from pored.model import Plane

OVERLAP = 0.25
"""Of a tile with its neighbour, share of its side."""
SMALLEST = 8
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
        side: of a tile, pixels; less where the source is smaller.
        random: chooses places.

    Returns:
        (size[1], size[0]) float32.

    Source:
        Efros and Freeman, Image Quilting (2001): overlapping tiles, parted along the cut of least difference.
    """
    side = max(1, min(max(SMALLEST, side), *source.shape))
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
    """The cleanest places of a plate for tiles of that side."""
    certain = clean.astype(np.float32)
    share = _means(certain, side)
    power = _means(source * source * certain, side) / np.maximum(share, np.float32(NOTHING))
    least = CLEANEST * float(share.max())
    top, left = np.nonzero(share >= least)
    here = power[top, left]
    gain = np.clip(np.sqrt(float(np.median(here)) / np.maximum(here, NOTHING)), *EVENED).astype(np.float32)
    return _Places(top, left, gain, np.zeros(share.shape, np.float32))


def _means(plane: Plane, side: int) -> Plane:
    """Mean over each tile that lies wholly inside, by its top and left."""
    means = cv2.blur(plane, (side, side), anchor=(0, 0), borderType=cv2.BORDER_REFLECT)
    return cast("Plane", means)[: plane.shape[0] - side + 1, : plane.shape[1] - side + 1]


def _fitting_tile(source: Plane, target: Plane, laps: tuple[int, int], places: _Places, random: Generator) -> Plane:
    """Of some places the one that differs least from what lies in the overlaps already and was used least."""
    side = target.shape[0]
    chosen = random.integers(len(places.top), size=CANDIDATES)
    tops, lefts = places.top[chosen], places.left[chosen]
    steps = np.arange(side)
    tiles = source[tops[:, None, None] + steps[:, None], lefts[:, None, None] + steps]
    tiles = tiles * places.gain[chosen][:, None, None]
    misfit = ((tiles[:, : laps[0]] - target[: laps[0]]) ** 2).sum(axis=(1, 2))
    misfit += ((tiles[:, :, : laps[1]] - target[:, : laps[1]]) ** 2).sum(axis=(1, 2))
    cost = misfit / max(NOTHING, float(misfit.mean())) + USED_BEFORE * places.used[tops, lefts]
    best = int(np.argmin(cost))
    _note_use(places.used, int(tops[best]), int(lefts[best]), side)
    return cast("Plane", tiles[best])


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
    cost = np.pad(error, ((0, 0), (1, 1)), constant_values=np.float32(np.inf))
    for row in range(1, length):
        before = cost[row - 1]
        cost[row, 1:-1] += np.minimum(np.minimum(before[:-2], before[1:-1]), before[2:])
    cost = cost[:, 1:-1]
    path = np.empty(length, np.intp)
    path[-1] = int(np.argmin(cost[-1]))
    for row in range(length - 2, -1, -1):
        low = max(0, path[row + 1] - 1)
        path[row] = low + int(np.argmin(cost[row, low : path[row + 1] + 2]))
    return (np.arange(width) >= path[:, None]).astype(np.float32)
