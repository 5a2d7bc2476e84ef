"""Gaussian Blur where only a weight or a sum depends on it: at the same cost whatever the radius."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import cv2

from pored.pixels.planes.gaussian_blur import gaussian_blur

if TYPE_CHECKING:
    from pored.model import Plane

WIDE = 2.5
"""Gaussians wider than this many pixels are computed on a reduced plane."""
PYRAMID = 2.0
"""Variance of a step down and up again: a pixel's squared each way."""
FRAME = 4
"""Pixels around a plane that a step needs, since it knows nothing of a repeated edge on its way up."""


def wide_blur(plane: Plane, radius: float) -> Plane:
    """A Gaussian blur that costs the same at any radius; for weights and sums, not for pictures.

    Computed on a plane of half the size, a quarter and so on: each step of the pyramid blurs by itself, which is taken
    off. It errs by 1 % of what it leaves of white noise at most, by far less on pictures.

    Source:
        Burt and Adelson 1983, "The Laplacian pyramid as a compact image code".
    """
    if radius < WIDE:
        return gaussian_blur(plane, radius)
    blurred = wide_blur(_half_of_framed(plane), math.sqrt((radius**2 - PYRAMID) / 4))
    whole = cv2.pyrUp(blurred, dstsize=(plane.shape[1] + 2 * FRAME, plane.shape[0] + 2 * FRAME))
    return cast("Plane", whole[FRAME:-FRAME, FRAME:-FRAME])


def _half_of_framed(plane: Plane) -> Plane:
    framed = cv2.copyMakeBorder(plane, FRAME, FRAME, FRAME, FRAME, cv2.BORDER_REPLICATE)
    return cast("Plane", cv2.pyrDown(framed, borderType=cv2.BORDER_REPLICATE))
