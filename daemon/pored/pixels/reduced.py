"""A large face in two sizes: looked at reduced, and worked on at full size in strips that stay in the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.levels import in_levels, levels_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pored.model import Plane, Samples

    Rows = tuple[int, int]

IN_CACHE = 1 << 18
"""Pixels of a strip: one float plane of it is a megabyte."""
SUMMED_FROM = 3
"""Rows of a block from which on it is faster to add up samples as whole numbers first."""
MOST_IN_16 = 257
"""Samples of 8 bit whose sum 16 bits hold."""


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
    if factor >= SUMMED_FROM:
        sums = _summed_rows(cast("Samples", pixels), factor).astype(np.float32)
        sums *= np.float32(1 / (factor * levels_of(pixels).step))
        return _averaged(sums, 1, factor)
    height, width = pixels.shape[:2]
    return np.concatenate([_averaged(in_levels(pixels[a:b]), factor, factor) for a, b in strips(height, width, factor)])


def _averaged(plane: Plane, high: int, wide: int) -> Plane:
    """Blocks' averages. Made whole first: OpenCV averages whole blocks ten times as fast."""
    height, width = plane.shape[:2]
    down, across = -height % high, -width % wide
    if down or across:
        plane = cast("Plane", cv2.copyMakeBorder(plane, 0, down, 0, across, cv2.BORDER_REPLICATE))
    size = plane.shape[1] // wide, plane.shape[0] // high
    return cast("Plane", cv2.resize(plane, size, interpolation=cv2.INTER_AREA))


def _summed_rows(samples: Samples, factor: int) -> NDArray[np.uint16 | np.uint32]:
    """Each ``factor`` rows added up, the last one repeated to be whole; (H / factor, W) or (H / factor, W, 3)."""
    wide = np.uint16 if samples.dtype == np.uint8 and factor <= MOST_IN_16 else np.uint32
    whole = len(samples) - len(samples) % factor
    blocks = samples[:whole].reshape(whole // factor, factor, *samples.shape[1:])
    sums: NDArray[np.uint16 | np.uint32] = np.add.reduce(blocks, axis=1, dtype=wide)
    if whole == len(samples):
        return sums
    rest = samples[whole:]
    last = np.add.reduce(rest, axis=0, dtype=wide) + rest[-1].astype(wide) * wide(factor - len(rest))
    return np.concatenate([sums, last[None]])


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
