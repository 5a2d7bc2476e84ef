"""The scales on which Photoshop computes: how many levels, and which grey changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pored.model import Plane


@dataclass(frozen=True, slots=True)
class Levels:
    """A bit depth's scale.

    Attributes:
        white: the highest level; 0 is black.
        neutral: the grey that changes nothing in Linear Light. Not the middle of the scale in 8 bit: Photoshop
            computes ``B + 2A - 256`` there ("we do purposefully subtract 1, there would be no neutral color").
    """

    white: int
    neutral: int


EIGHT_BIT = Levels(white=255, neutral=128)
SIXTEEN_BIT = Levels(white=32768, neutral=16384)


def to_nearest(plane: Plane, levels: Levels = EIGHT_BIT) -> Plane:
    """Whole levels, to the nearest, ties upwards, within the scale. Same shape, float32."""
    rounded: Plane = np.floor(plane + np.float32(0.5))
    return np.clip(rounded, 0, levels.white, out=rounded)
