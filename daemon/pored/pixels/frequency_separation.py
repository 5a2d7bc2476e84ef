"""Frequency separation's high layer: Apply Image, Subtract, Scale 2, Offset 128."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pored.pixels.high_pass import high_band
from pored.pixels.levels import EIGHT_BIT, Levels

if TYPE_CHECKING:
    from pored.model import Plane


def high_layer(plane: Plane, radius: float, levels: Levels = EIGHT_BIT) -> Plane:
    """(I - G_r(I)) / 2 + neutral grey: what Linear Light at 100 % adds to the low layer to give the picture again.

    Args:
        plane: (H, W) float32 levels.
        radius: of the Gaussian that makes the low layer, pixels.
        levels: the scale.

    Returns:
        (H, W) float32 levels, not rounded. High Pass holds the difference whole, so that Linear Light adds it twice.
    """
    return levels.neutral + once(high_band(plane, radius), 1.0)


def once(difference: Plane, opacity: float) -> Plane:
    """What a layer holds above neutral grey that, in Linear Light at that opacity, adds the difference once.

    Args:
        difference: (H, W) float32 signed levels.
        opacity: 0..1, not 0. At 1 the layer holds half the difference, as frequency separation does; at 0.5 all of it,
            as High Pass does, which 8 bit keeps twice as finely.
    """
    return difference / (2 * opacity)
