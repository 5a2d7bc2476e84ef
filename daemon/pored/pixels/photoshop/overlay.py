"""Blend mode Overlay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.planes.levels import EIGHT_BIT, Levels

if TYPE_CHECKING:
    from pored.model import Plane


def overlay(below: Plane, layer: Plane, levels: Levels = EIGHT_BIT) -> Plane:
    """2 b s where b <= 0.5, else 1 - 2 (1 - b) (1 - s): the layer's contrast, most of it in the middle tones.

    Args:
        below: float32 levels, (H, W) or (H, W, 3).
        layer: float32 levels, of a shape that broadcasts to ``below``.
        levels: the scale; b and s are levels over white.

    Returns:
        float32 levels, the shape of ``below``, not rounded. Neutral grey of 8 bit lies half a level above the middle:
        it changes a level by less than half a level, and so nothing after rounding.

    Source:
        PDF 1.7 (ISO 32000-1), 11.3.5.2, as HardLight with its operands exchanged; Photoshop's results agree.
    """
    white = np.float32(levels.white)
    b, s = below / white, layer / white
    return np.where(b <= np.float32(0.5), 2 * b * s, 1 - 2 * (1 - b) * (1 - s)) * white
