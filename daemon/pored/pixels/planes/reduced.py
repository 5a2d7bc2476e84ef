"""A large face in two sizes: looked at reduced, and worked on at full size in strips that stay in the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.planes.levels import in_levels, levels_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pored.model import Plane, Samples

    Rows = tuple[int, int]

IN_CACHE = 1 << 18
"""Pixels of a strip: one float plane of it is a megabyte."""
SUMMED_FROM = 3
"""Rows of a block from which on it is faster to add up samples as whole numbers first."""


def strips(height: int, width: int, factor: int = 1) -> list[Rows]:
    """First row and the one after the last of each strip; whole pixels of the reduced size, but for the last one's end.

    Args:
        height: of the planes.
        width: likewise.
        factor: by which they are reduced.
    """
    rows = factor * max(1, IN_CACHE // max(1, width * factor))
    return [(start, min(start + rows, height)) for start in range(0, height, rows)]


def telling(where: NDArray[np.bool_], parts: Sequence[Rows], factor: int, enough: int) -> Sequence[Rows]:
    """The strips on which statistics are made: some of those that have most of it, evenly from top to bottom.

    Args:
        where: (h, w), what statistics are made on; reduced.
        parts: all strips, at full size.
        factor: by which ``where`` is reduced.
        enough: pixels at full size; where there are not twice as many, every strip is taken that has any.

    Returns:
        All strips where there is nothing to make statistics on.
    """
    counts = np.array([np.count_nonzero(where[start // factor : -(-end // factor)]) for start, end in parts])
    some, step = np.flatnonzero(counts), int(counts.sum()) * factor**2 // enough
    if step > 1:
        below, number = np.cumsum(counts), -(-len(some) // step)
        some = np.unique(np.searchsorted(below, (np.arange(number) + 0.5) / number * below[-1]))
    return [parts[place] for place in some.tolist()] or parts


def reduced(pixels: Samples | Plane, factor: int) -> NDArray[np.float32]:
    """The averages of blocks of ``factor`` by ``factor`` pixels; the last ones repeat the edge to be whole.

    Args:
        pixels: (H, W) or (H, W, 3), float32 or samples of any depth.
        factor: whole.

    Returns:
        float32, samples in 8-bit levels; (H, W) divided and rounded up. A float plane itself for a factor of 1.
    """
    if factor == 1:
        return cast("NDArray[np.float32]", pixels) if pixels.dtype == np.float32 else in_levels(pixels)
    if pixels.dtype == np.float32:
        return _averaged(cast("Plane", pixels), factor, factor)
    height, width = pixels.shape[:2]
    small = np.empty((-(-height // factor), -(-width // factor), *pixels.shape[2:]), np.float32)
    for start, end in strips(height, width, factor):
        small[start // factor : -(-end // factor)] = _averaged_samples(cast("Samples", pixels[start:end]), factor)
    return small


def _averaged_samples(samples: Samples, factor: int) -> Plane:
    """Of some rows, which begin with whole blocks."""
    if factor < SUMMED_FROM:
        return _averaged(in_levels(samples), factor, factor)
    sums = _summed_rows(samples, factor)
    sums *= np.float32(1 / (factor * levels_of(samples).step))
    return _averaged(sums, 1, factor)


def _averaged(plane: Plane, high: int, wide: int) -> Plane:
    """Blocks' averages. Those that are not whole are made so by themselves: OpenCV averages whole ones far faster."""
    height, width = plane.shape[:2]
    rows, columns = height // high, width // wide
    result = np.empty((-(-height // high), -(-width // wide), *plane.shape[2:]), np.float32)
    right, bottom = slice(columns * wide, None), slice(rows * high, None)
    if rows and columns:
        _average(plane[: rows * high, : columns * wide], result[:rows, :columns])
    if columns < result.shape[1]:
        _average(_made_whole(plane[:, right], high, wide), result[:, columns:])
    if rows < result.shape[0]:
        _average(_made_whole(plane[bottom], high, wide), result[rows:])
    return result


def _average(plane: Plane, into: Plane) -> None:
    cv2.resize(plane, into.shape[1::-1], into, interpolation=cv2.INTER_AREA)


def _made_whole(plane: Plane, high: int, wide: int) -> Plane:
    """With the last row and column repeated."""
    height, width = plane.shape[:2]
    return cast("Plane", cv2.copyMakeBorder(plane, 0, -height % high, 0, -width % wide, cv2.BORDER_REPLICATE))


def _summed_rows(samples: Samples, factor: int) -> Plane:
    """Each ``factor`` rows added up, the last one repeated to be whole; (H / factor, W) or (H / factor, W, 3) float32.

    Sums of up to 2 ** 24 are exact.
    """
    sums = np.empty((-(-len(samples) // factor), *samples.shape[1:]), np.float32)
    for place, start in enumerate(range(0, len(samples), factor)):
        cv2.reduce(samples[start : start + factor], 0, cv2.REDUCE_SUM, sums[place : place + 1], cv2.CV_32F)
    sums[-1] += np.float32(-len(samples) % factor) * samples[-1]
    return sums


def enlarged(small: Plane, factor: int, rows: Rows, width: int) -> Plane:
    """Some rows of a reduced plane at full size, read between its pixels; the same as those of all rows at once.

    Args:
        small: (h, w) float32, as of ``reduced``.
        factor: as there.
        rows: the first row at full size, a multiple of the factor, and the one after the last.
        width: at full size.

    Returns:
        (rows, width) float32.
    """
    start, end = rows
    if factor == 1:
        return small[start:end]
    part = read_for(rows, factor)
    near, first = small[part], part.start * factor
    size = small.shape[1] * factor, len(near) * factor
    whole = cv2.resize(near, size, interpolation=cv2.INTER_LINEAR)
    return cast("Plane", whole[start - first : end - first, :width])


def read_for(rows: Rows, factor: int) -> slice:
    """The rows of a reduced plane that ``enlarged`` reads for some at full size."""
    return slice(max(0, rows[0] // factor - 1), -(-rows[1] // factor) + 1)
