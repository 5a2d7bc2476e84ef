"""The map from an original's pixels to its export's, and the algebra of such maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from pored.model import Box

if TYPE_CHECKING:
    from pored.model import Plane

Matrix = NDArray[np.float64]
"""(2, 3) affine map of x, y. Whole numbers are the centres of pixels."""

SAME_SHAPE = 0.01
"""Width to height may differ by this share for one picture to be taken as a resize of the other."""

Kind = Literal["identity", "crop", "resize", "similarity", "affine"]


@dataclass(frozen=True, slots=True, eq=False)
class LocalField:
    """What is left after the matrix on one face that a retoucher reshaped, or whose lens or perspective was corrected.

    The export's pixel at x shows what the matrix alone would have put at x + (dx, dy). Outside the box: nothing. Where
    fields meet, the mean of their shifts by their weights holds.

    Attributes:
        box: where the field holds, in pixels of the export.
        dx: float32 of any, mostly smaller, shape; it covers the box and is read between its samples; export pixels.
        dy: likewise.
        weight: likewise, 1 where the field holds, 0 where it has faded away; it is in the shifts already.
        smooth: whether it is one smooth bend, as of a lens or a perspective.
    """

    box: Box
    dx: Plane
    dy: Plane
    weight: Plane
    smooth: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Registration:
    """How an original lies under its export.

    Attributes:
        matrix: (2, 3) float64, pixels of the original to pixels of the export.
        kind: "identity", "crop" (a shift by whole pixels) and "resize" (both edges fall on both edges) are exact; the
            others were measured.
        residual: root mean square of what local shift is left on a face after all, the largest of all faces', in pixels
            of the export.
        confidence: 0..1, correlation of the two pictures' structure where the export has any.
        fields: local corrections, one for a face that was reshaped or bent; none for the rest.
    """

    matrix: Matrix
    kind: Kind
    residual: float
    confidence: float
    fields: tuple[LocalField, ...] = ()

    def bends(self, box: Box) -> bool:
        """Whether a local correction reaches into a box of the export."""
        return any(field.box.touches(box) for field in self.fields)

    def reshapes(self, box: Box) -> bool:
        """Whether a retoucher's local correction does, and not only a lens' or a perspective's."""
        return any(field.box.touches(box) and not field.smooth for field in self.fields)

    def very_part(self, box: Box, size: tuple[int, int]) -> Box | None:
        """The part of an original of that width and height whose very pixels lie under a box; None: none do."""
        if self.fields or self.kind not in {"identity", "crop"}:
            return None
        x, y = (round(shift) for shift in self.matrix[:, 2])
        part = Box(box.x0 - x, box.y0 - y, box.x1 - x, box.y1 - y)
        return part if part.clipped(*size) == part else None


def identity() -> Matrix:
    """The map that moves nothing."""
    return np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def scaling(x: float, y: float) -> Matrix:
    """The map of a resize by these factors: edges fall on edges, so that centres shift by half the difference."""
    return np.array([[x, 0.0, 0.5 * x - 0.5], [0.0, y, 0.5 * y - 0.5]])


def resizing(before: tuple[int, int], after: tuple[int, int]) -> Matrix:
    """The map of a resize from one (width, height) to another."""
    return scaling(after[0] / before[0], after[1] / before[1])


def same_shape(before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Whether two sizes, width and height, have the same ratio, but for ``SAME_SHAPE``."""
    return abs(before[0] * after[1] / (before[1] * after[0]) - 1) < SAME_SHAPE


def shifting(x: float, y: float) -> Matrix:
    """The map that moves by so many pixels."""
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y]])


def then(first: Matrix, second: Matrix) -> Matrix:
    """The map that does one after the other."""
    return np.hstack([second[:, :2] @ first[:, :2], second[:, :2] @ first[:, 2:] + second[:, 2:]])


def inverse(matrix: Matrix) -> Matrix:
    """The map back; the matrix must not be singular."""
    back = np.linalg.inv(matrix[:, :2])
    return np.hstack([back, -back @ matrix[:, 2:]])


def nearest_similarity(matrix: Matrix, at: NDArray[np.floating]) -> Matrix:
    """The similarity, mirrored or not, with the nearest linear part, that moves one place, x and y, as the map does.

    Source:
        Orthogonal Procrustes (Schönemann 1966), with the mean of the stretches.
    """
    left, stretches, right = np.linalg.svd(matrix[:, :2])
    linear = left @ right * stretches.mean()
    place = at.astype(np.float64)
    return np.column_stack([linear, matrix[:, :2] @ place + matrix[:, 2] - linear @ place])


def apply(matrix: Matrix, points: NDArray[np.float32] | Matrix) -> Matrix:
    """The map of points, (N, 2) x, y."""
    return points.astype(np.float64) @ matrix[:, :2].T + matrix[:, 2]


def magnification(matrix: Matrix) -> float:
    """How many pixels one pixel becomes in length, whatever the direction."""
    return float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
