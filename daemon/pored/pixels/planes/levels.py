"""The scales on which Photoshop computes: how many levels, and which grey changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane, Samples


@dataclass(frozen=True, slots=True)
class Levels:
    """A bit depth's scale.

    Attributes:
        white: the highest level; 0 is black.
        neutral: the grey that changes nothing in Linear Light. Not the middle of the scale: in 8 bit Photoshop
            computes ``B + 2A - 256`` ("we do purposefully subtract 1, there would be no neutral color"), in 16 bit
            ``B + 2A - 32768`` on 0..32768.
    """

    white: int
    neutral: int

    @property
    def step(self) -> float:
        """One 8-bit level in levels of this scale."""
        return self.white / 255

    @property
    def dtype(self) -> type[np.uint8 | np.uint16]:
        """Of an array of samples on this scale."""
        return np.uint8 if self.white == EIGHT_BIT.white else np.uint16


EIGHT_BIT = Levels(white=255, neutral=128)
SIXTEEN_BIT = Levels(white=65535, neutral=32768)
"""As 16-bit files store it. Photoshop computes on 0..32768 and stores its neutral 16384 as 32768."""


def levels_of(samples: NDArray[Any]) -> Levels:
    """The scale of an array of samples, by its type."""
    return SIXTEEN_BIT if samples.dtype == np.uint16 else EIGHT_BIT


def in_levels(samples: Samples | NDArray[np.float32]) -> NDArray[np.float32]:
    """Samples of any depth in 8-bit levels, float32, a new array; 16 bit keeps its fractions, floats are levels."""
    planes = samples.astype(np.float32)
    if samples.dtype == np.uint16:
        planes /= np.float32(SIXTEEN_BIT.step)
    return planes


def sixteen_bit(samples: Samples) -> NDArray[np.uint16]:
    """Samples of any depth as of 16 bit; the same array where they are that already."""
    if samples.dtype == np.uint16:
        return cast("NDArray[np.uint16]", samples)
    return samples.astype(np.uint16) * np.uint16(SIXTEEN_BIT.step)


def to_nearest(plane: Plane, levels: Levels = EIGHT_BIT) -> Plane:
    """Whole levels, to the nearest, ties upwards, within the scale. Same shape, float32."""
    rounded: Plane = plane + np.float32(0.5)
    np.floor(rounded, out=rounded)
    return np.clip(rounded, 0, levels.white, out=rounded)
