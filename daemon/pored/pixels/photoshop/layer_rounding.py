"""Whole levels for a texture layer, so that the composed picture is as near to the wanted one as its depth allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from pored.pixels.planes.levels import EIGHT_BIT, Levels, to_nearest

if TYPE_CHECKING:
    from pored.model import Plane, Samples

_CLEARLY_BETTER = np.float32(1e-4)
_HALF = np.float32(0.5)


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
        whole = round_for_result(detail, gain)
        whole += np.float32(levels.neutral)
        return np.clip(whole, 0, levels.white, out=whole).astype(np.uint8)
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
    nearest: Plane = detail + _HALF
    np.floor(nearest, out=nearest)
    off = _off(nearest, gain, wanted)
    step = np.sign(off)  # the effect never falls as the level rises, so only one neighbour can be better
    beside = _off(nearest - step, gain, wanted)
    np.abs(beside, out=beside)
    np.abs(off, out=off)
    off -= _CLEARLY_BETTER
    step *= beside < off
    nearest -= step
    return nearest


def _off(levels: Plane, gain: Plane, wanted: Plane) -> Plane:
    """By how much the rounded effect of levels exceeds the wanted one."""
    effect: Plane = gain * levels
    effect += _HALF
    np.floor(effect, out=effect)
    effect -= wanted
    return effect
