"""Blend mode Linear Light."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.planes.levels import EIGHT_BIT, Levels

if TYPE_CHECKING:
    from pored.model import Plane


def linear_light(below: Plane, layer: Plane, levels: Levels = EIGHT_BIT) -> Plane:
    """clamp(B + 2A - 2 neutral): grey at the neutral level changes nothing, to the last bit.

    Args:
        below: float32 levels, (H, W) or (H, W, 3).
        layer: float32 levels, of a shape that broadcasts to ``below``.
        levels: the scale; in 8 bit Photoshop computes B + 2A - 256.

    Returns:
        float32 levels, the shape of ``below``.

    Source:
        An Adobe engineer on the Photoshop forum: in 8 bit, "we do purposefully subtract 1".
    """
    return np.clip(below + np.float32(2) * (layer - levels.neutral), 0, levels.white)
