"""Whole levels for a texture layer, so that the composed picture is as near to the wanted one as its depth allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from pored.pixels.levels import EIGHT_BIT, Levels, to_nearest

if TYPE_CHECKING:
    from pored.model import Plane, Samples

_CLEARLY_BETTER = np.float32(1e-4)


def layer_on_grey(detail: Plane, levels: Levels, gain: Plane | None = None) -> Samples:
    """A layer of whole levels around neutral grey.

    Args:
        detail: (H, W) float32, what it holds above neutral grey, in 8-bit levels.
        levels: its scale.
        gain: (H, W) float32, levels of the result for one of the layer, to round for the result; else each level is the
            nearest. In 16 bit the nearest always is: it is a 257th as coarse.

    Returns:
        (H, W) of the scale's type.
    """
    if gain is not None and levels == EIGHT_BIT:
        detail = round_for_result(detail, gain)
    return cast("Samples", to_nearest(levels.neutral + detail * np.float32(levels.step), levels).astype(levels.dtype))


def round_for_result(detail: Plane, gain: Plane) -> Plane:
    """The layer's whole levels whose effect, itself rounded, comes nearest to the unrounded layer's effect.

    Rounding the layer and then the result adds two errors; on fine skin (1 level of texture) that costs 6 % of its
    energy. As the export is whole levels, the second rounding is known when the first is made: of the nearest level
    and its two neighbours, the one is taken whose rounded effect errs least. The nearest wins a draw.

    Args:
        detail: (H, W) float32, what the layer would hold above neutral grey, in levels.
        gain: (H, W) float32, levels of the result for one level of the layer: 2 * mask * opacity in Linear Light.

    Returns:
        (H, W) float32 whole numbers, at most 1 from the nearest.
    """
    wanted = gain * detail
    nearest: Plane = np.floor(detail + np.float32(0.5))
    best = nearest.copy()
    least = _error(best, gain, wanted)
    for step in (-1, 1):
        other = nearest + np.float32(step)
        error = _error(other, gain, wanted)
        better = error < least - _CLEARLY_BETTER
        best[better] = other[better]
        least = np.minimum(error, least)
    return best


def _error(levels: Plane, gain: Plane, wanted: Plane) -> Plane:
    error: Plane = np.abs(np.floor(gain * levels + np.float32(0.5)) - wanted)
    return error
