"""Blend mode Soft Light."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.planes.levels import EIGHT_BIT, Levels

if TYPE_CHECKING:
    from pored.model import Plane


def soft_light(below: Plane, layer: Plane, levels: Levels = EIGHT_BIT) -> Plane:
    """b - (1 - 2s) b (1 - b) where s <= 0.5, else b + (2s - 1) (D(b) - b): as Overlay, but gentler.

    D(b) is ((16b - 12) b + 4) b up to b = 0.25 and the square root of b above.

    Args:
        below: float32 levels, (H, W) or (H, W, 3).
        layer: float32 levels, of a shape that broadcasts to ``below``.
        levels: the scale; b and s are levels over white.

    Returns:
        float32 levels, the shape of ``below``, not rounded. Neutral grey changes nothing after rounding, as in Overlay.

    Source:
        PDF 1.7 (ISO 32000-1), 11.3.5.2, SoftLight. Measured against Photoshop, worst error 0.95 of 255 levels; with the
        root for all b, as it is often given, dark skin would differ.
    """
    white = np.float32(levels.white)
    b, s = below / white, layer / white
    darker = b - (1 - 2 * s) * b * (1 - b)
    lighter = b + (2 * s - 1) * (_lightened(b) - b)
    return np.where(s <= np.float32(0.5), darker, lighter) * white


def _lightened(b: Plane) -> Plane:
    """D(b): what the lightest layer makes of b."""
    return np.where(b <= np.float32(0.25), ((16 * b - 12) * b + 4) * b, np.sqrt(b))
