"""Distances from closed outlines, and the soft steps that are made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pored.model import Plane

_FRACTION_BITS = 4


def filled(ring: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.uint8]:
    """255 inside a closed ring, 0 outside.

    Args:
        ring: (N, 2) x, y counted from the corner of the first pixel.
        size: width and height of the plane.
    """
    plane = np.zeros((size[1], size[0]), np.uint8)
    # OpenCV's whole numbers are pixel centres; landmarks count from the pixel's corner.
    fixed = np.round((ring - 0.5) * (1 << _FRACTION_BITS)).astype(np.int32)
    cv2.fillPoly(plane, [fixed], 255, shift=_FRACTION_BITS)
    return plane


def hull(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """The convex outline of points, (N, 2) float32."""
    return cast("NDArray[np.float32]", cv2.convexHull(points.astype(np.float32))[:, 0])


def signed_distance(rings: Sequence[NDArray[np.float32]], size: tuple[int, int]) -> Plane:
    """Pixels to the nearest of the rings' outlines: positive inside of one, negative outside of all."""
    inside = filled(rings[0], size)
    for ring in rings[1:]:
        inside |= filled(ring, size)
    return distance(inside) - distance(cv2.bitwise_not(inside))


def distance(plane: NDArray[np.uint8] | cv2.typing.MatLike) -> Plane:
    """Pixels to the nearest zero of a plane; beyond every size where it has none."""
    if cv2.countNonZero(plane) == plane.size:  # no zero to measure from: cv2 would answer nonsense
        return np.full(plane.shape, np.float32(max(plane.shape) * 2))
    return cast("Plane", cv2.distanceTransform(plane, cv2.DIST_L2, cv2.DIST_MASK_5))


def ramp(values: Plane, width: float) -> Plane:
    """Smoothstep from 0 at value 0 to 1 at ``width``: no kink that the eye would find."""
    t: Plane = np.clip(values / np.float32(width), 0, 1)
    return t * t * (3 - 2 * t)
