"""The openings of the nose: dark spots in a place that the landmarks know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.planes.outline import ramp

if TYPE_CHECKING:
    from pored.model import Plane

NOSE_BASE = (48, 64, 98, 97, 2, 326, 327, 294, 278, 344, 440, 275, 4, 45, 220, 115)
"""A closed ring of landmarks around both openings."""
DARK = 3.0
"""So many of the skin's own deviations darker than the skin around is an opening, no shadow."""
RAMP = 2.0


def nostrils_clear(darker: Plane, away: Plane) -> Plane:
    """1 on skin, 0 in the openings, soft between.

    Args:
        darker: (H, W) float32, how much darker than its surroundings' skin a pixel is, in the skin's deviations.
        away: (H, W) float32, pixels from the ring, negative inside of it.
    """
    near = 1 - ramp(away, 2.0)
    return 1 - near * ramp(darker - np.float32(DARK), RAMP)
