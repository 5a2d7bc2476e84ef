"""How alike two planes of structure are, spot by spot, and which spots of a face are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.planes.gaussian_blur import gaussian_blur

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane

    Region = NDArray[np.bool_]

NOTHING = 1e-6


def disc(radius: float) -> NDArray[np.uint8]:
    """What regions are grown and shrunk by, as OpenCV takes it; of one pixel's radius at least."""
    size = 2 * max(1, round(radius)) + 1
    return cast("NDArray[np.uint8]", cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))


def part_of_face(points: NDArray[np.floating], around: float, shape: tuple[int, ...]) -> Region:
    """(H, W) boolean: what lies within the points' hull, and so many pixels around it."""
    mask = np.zeros(shape, np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(np.round(points).astype(np.int32)), 1)
    return cv2.dilate(mask, disc(around)) > 0


def spot_likeness(ours: Plane, theirs: Plane, reach: float) -> tuple[Plane, Plane]:
    """Correlation around each pixel, and the structure there: of the one that has more, so that what is gone counts."""
    power_ours, power_theirs = gaussian_blur(ours * ours, reach), gaussian_blur(theirs * theirs, reach)
    likeness = gaussian_blur(ours * theirs, reach) / np.sqrt(power_ours * power_theirs + NOTHING)
    return cast("Plane", likeness), cast("Plane", np.sqrt(np.maximum(power_ours, power_theirs)))


def weighted_quantile(values: NDArray[np.float32], weights: NDArray[np.float32], share: float) -> float:
    """The value below which that share of the weight lies; of one value at least."""
    order = np.argsort(values)
    below = np.cumsum(weights[order], dtype=np.float64)
    return float(values[order][min(len(order) - 1, np.searchsorted(below, share * below[-1]))])


def correlation(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Of two bands of detail, whose means are nought; -1..1."""
    product = np.vdot(first, second)
    return float(product / np.sqrt(np.vdot(first, first) * np.vdot(second, second) + NOTHING))
