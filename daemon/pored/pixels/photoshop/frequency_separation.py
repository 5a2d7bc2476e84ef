"""Frequency separation's high layer: Apply Image, Subtract, Scale 2, Offset 128."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pored.model import Plane


def once(difference: Plane, opacity: float) -> Plane:
    """What a layer holds above neutral grey that, in Linear Light at that opacity, adds the difference once.

    Args:
        difference: (H, W) float32 signed levels; of frequency separation I - G_r(I), a picture less its low layer.
        opacity: 0..1, not 0. At 1 the layer holds half the difference, (I - G_r(I)) / 2 + neutral grey, as frequency
            separation does; at 0.5 all of it, as High Pass does, which 8 bit keeps twice as finely.
    """
    return difference / (2 * opacity)
