"""Evidence of lines that were taken out: wrinkles, scratches, hairs. Faint in each pixel, they are plain in a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.blemish.evidence import dilated, doubled, hysteresis, standing_out
from pored.pixels.planes.robust_deviation import robust_deviation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pored.model import Plane
    from pored.pixels.blemish.evidence import Evidence

    Planes = NDArray[np.float32]

WIDTH = 0.005
"""Standard deviation across a line, in face widths: from a hair to a wrinkle of a millimetre."""
FINEST = 1.0
"""Pixels; a smaller face shows no finer lines."""
REDUCE_TO = 1.15
"""Planes are halved while a line is more than twice this many of their pixels wide: faint ones need all of theirs."""
SURROUND = 3.0
LENGTH = 0.05
"""Standard deviation along it, in face widths: some three centimetres are looked at together."""
DIRECTIONS = 12
CHANNELS = (0, 1)
"""Of ``opponent``: lines are darker or redder."""
MOST = 3.0
"""Deviations that one pixel may bring, so that a spot makes no line."""
CERTAIN, REACHING = 6.0, 4.2
"""In deviations of what rows of normal skin have."""
LEAST_NORMAL = 0.15
"""Deviations of a row where single pixels hardly deviate at all."""
KEPT = 2.0
PALE = 0.5
MARGIN = 1.0
ENDS = 2.5
"""Where the weights along a line are cut off, in its lengths."""
LEAST_WEIGHT = 0.05
"""Of the largest one; smaller ones are left out, which are a third of them and a thirtieth of the sum."""


def line_footprint(pair: Evidence, strength: float) -> NDArray[np.uint8]:
    """Where the original has lines that the export has not; (H, W) uint8, 1 or 0.

    Each pixel's response at the width of a line, in units of what is normal around it, is averaged along twelve
    directions, ahead and behind. Pores average out, a line adds up on both sides, a spot on one.

    Args:
        pair: at any size.
        strength: divides the deviations that are asked for.
    """
    scale = max(FINEST, WIDTH * pair.face_width)
    if scale >= 2 * REDUCE_TO:
        return doubled(line_footprint(pair.halved, strength), pair.skin.shape)
    deviation = pair.deviation("lines", lambda: _along_lines(pair, scale))
    places = hysteresis(deviation, CERTAIN / strength, REACHING / strength)
    return dilated(places, MARGIN * scale)


def _along_lines(pair: Evidence, scale: float) -> Plane:
    """Standard deviations from normal in the direction that has most of them; 0 off the skin."""
    treated = pair.treated
    size = max(1, treated.shape[1] // 2), max(1, treated.shape[0] // 2)
    small = cv2.resize(treated.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5  # noqa: PLR2004 - mostly
    totals = np.zeros((DIRECTIONS, size[1], size[0]), np.float32)
    kernels = _kernels(LENGTH * pair.face_width / 2)
    for channel in CHANNELS:
        single = standing_out(pair, channel, (scale, SURROUND), PALE, KEPT / CERTAIN)
        single = cast("Plane", np.where(pair.skin, np.clip(single, -MOST, MOST), np.float32(0)))
        single = cast("Plane", cv2.resize(single, size, interpolation=cv2.INTER_AREA))
        ahead, behind = _halves(single, kernels)
        some = np.abs(ahead[:, ::2, ::2] + behind[:, ::2, ::2])[:, small[::2, ::2]]
        normal = robust_deviation(some) / 2 if some.size else 0.0
        totals += np.maximum(ahead * behind, 0) / np.float32(max(normal, LEAST_NORMAL) ** 2)
    best = cv2.resize(np.sqrt(totals.max(axis=0)), treated.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return cast("Plane", np.where(pair.skin, best, np.float32(0)))


def _halves(single: Plane, kernels: Sequence[Plane]) -> tuple[Planes, Planes]:
    """For each direction the mean of what lies ahead of each place, and of what lies behind it."""
    reach = len(kernels[0]) // 2
    framed = cv2.copyMakeBorder(single, reach, reach, reach, reach, cv2.BORDER_REFLECT_101)
    ahead = np.zeros((DIRECTIONS, *single.shape), np.float32)
    behind = np.zeros_like(ahead)
    height, width = single.shape
    for direction, kernel in enumerate(kernels):
        # Few of a line's weights are not 0: to add the plane so often is faster than a filter.
        for y, x in zip(*np.nonzero(kernel), strict=True):
            weight, back_y, back_x = float(kernel[y, x]), 2 * reach - y, 2 * reach - x
            cv2.scaleAdd(framed[y : y + height, x : x + width], weight, ahead[direction], ahead[direction])
            back = framed[back_y : back_y + height, back_x : back_x + width]
            cv2.scaleAdd(back, weight, behind[direction], behind[direction])
    return ahead, behind


def _kernels(length: float) -> list[Plane]:
    """Weights along a line that begins in the middle, for each direction; each sums to 1."""
    reach = int(np.ceil(ENDS * length))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    kernels = []
    for angle in np.pi * np.arange(DIRECTIONS) / DIRECTIONS:
        along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
        ahead = along > -1 / 2
        weight = np.exp(-(along**2) / (2 * length**2)) * np.clip(1 - np.abs(across), 0, 1) * ahead
        weight[weight < LEAST_WEIGHT * weight.max()] = 0
        kernels.append(cast("Plane", (weight / weight.sum()).astype(np.float32)))
    return kernels
