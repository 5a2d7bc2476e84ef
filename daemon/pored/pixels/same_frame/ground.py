"""What lies still around a face: the places that follow one shift, turn and growth of the camera."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.align.maps import identity, inverse, then
from pored.pixels.align.spots import weighted_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.pixels.align.maps import Matrix
    from pored.pixels.align.refine_local import Shifts

    Region = NDArray[np.bool_]
    Values = NDArray[np.float32]
    Vectors = NDArray[np.complex128]

FOLLOWED = 0.3
"""Pixels of the reduced picture within which a place followed the ground."""
ROUNDS = 8
OUTLYING = 3.0
"""Places further off the ground than so many median deviations are none (Tukey)."""
NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Ground:
    """The shifts of what lies still, a similarity's: ``by + growth * place``, all of them x + iy in pixels.

    Attributes:
        by: the shift of the first pixel.
        growth: what is added to it from pixel to pixel; its imaginary part turns.
        share: of the places looked at that followed it, 0..1, weighted by trust.
    """

    by: complex
    growth: complex
    share: float = 0.0

    @classmethod
    def of(cls, shifts: Shifts, around: Region) -> Ground:
        """What the shifts in a region follow, fitted so that outliers do not count.

        Args:
            shifts: of a patch.
            around: (H, W), where to look; one pixel at least that is trusted.
        """
        places, vectors, trust = places_in(around), vectors_in(shifts, around), shifts.trust[around]
        ground = cls(middle_of(vectors, trust), 0.0)
        for _ in range(ROUNDS):
            off = np.abs(vectors - ground.at(around))
            reach = max(FOLLOWED, OUTLYING * weighted_quantile(off.astype(np.float32), trust, 0.5))
            kept = trust * np.clip(1 - (off / reach) ** 2, 0, 1) ** 2
            place, vector = (np.average(values, weights=kept + NOTHING) for values in (places, vectors))
            away = places - place
            growth = np.vdot(away, kept * (vectors - vector)) / max(float(np.vdot(away, kept * away).real), NOTHING)
            ground = cls(complex(vector - growth * place), complex(growth))
        followed = np.abs(vectors - ground.at(around)) < FOLLOWED
        return cls(ground.by, ground.growth, float(trust[followed].sum() / trust.sum()))

    def at(self, region: Region) -> Vectors:
        """The shifts of a region's pixels."""
        return self.by + self.growth * places_in(region)

    def farthest(self, shape: tuple[int, ...]) -> float:
        """The longest shift in a picture of that shape."""
        height, width = shape
        corners = (complex(x, y) for x in (0, width) for y in (0, height))
        return max(abs(self.by + self.growth * corner) for corner in corners)

    def laid_still(self, matrix: Matrix, to_export: Matrix) -> Matrix:
        """The map, original to export, by which the ground lies still.

        Args:
            matrix: from which the shifts were measured.
            to_export: pixels of the patch to pixels of the export.
        """
        growth = np.array([[self.growth.real, -self.growth.imag], [self.growth.imag, self.growth.real]])
        steps: Matrix = identity() + np.column_stack([growth, [self.by.real, self.by.imag]])
        return inverse(then(then(then(inverse(to_export), steps), to_export), inverse(matrix)))


def middle_of(vectors: Vectors, weight: Values) -> complex:
    """The weighted median, by x and by y."""
    x, y = (weighted_quantile(part.astype(np.float32), weight, 0.5) for part in (vectors.real, vectors.imag))
    return complex(x, y)


def vectors_in(shifts: Shifts, region: Region) -> Vectors:
    """The shifts of a region's pixels, x + iy."""
    return shifts.dx[region] + 1j * shifts.dy[region].astype(np.float64)


def places_in(region: Region) -> Vectors:
    """A region's pixels, x + iy."""
    y, x = np.nonzero(region)
    return x + 1j * y
