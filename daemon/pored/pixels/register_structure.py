"""What two gradings of one picture have in common: detail, measured in the contrast around it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.gaussian_blur import gaussian_blur

if TYPE_CHECKING:
    from pored.model import Plane

FINEST = 0.6
"""Pixels: noise of single pixels is left out."""
COARSEST = 3.0
CONTRAST_REACH = 12.0
FLAT = 0.5
"""Contrast below this share of the picture's own counts as flat, so that noise is not blown up to structure."""
WIDE = 2.5
"""Gaussians wider than this many pixels are computed on a reduced plane."""
PYRAMID = 2.0
"""Variance of a step down and up again: a pixel's squared each way."""
FRAME = 4
"""Pixels around a plane that a step needs, since it knows nothing of a repeated edge on its way up."""
NOTHING = 1e-6


def structure(plane: Plane) -> Plane:
    """A band of detail divided by the contrast around it: brightness, contrast and tone curve fall out.

    Args:
        plane: (H, W) float32 in any unit.

    Returns:
        (H, W) float32, mostly within -3 .. 3.
    """
    detail = band_of_detail(plane)
    power = wide_blur(detail * detail, CONTRAST_REACH)
    return cast("Plane", detail / np.sqrt(power + FLAT**2 * power.mean() + NOTHING))


def band_of_detail(plane: Plane) -> Plane:
    """The detail by which pictures are compared, in the plane's unit: between light and shade and noise."""
    return gaussian_blur(plane, FINEST) - gaussian_blur(plane, COARSEST)


def likeness(first: Plane, second: Plane, reach: float, squares: Plane | None = None) -> Plane:
    """Correlation of two planes of detail around each pixel.

    Args:
        first: (H, W) float32.
        second: likewise.
        reach: of the surroundings, pixels.
        squares: of the second, blurred by the reach, where they are known already.

    Returns:
        -1..1, float32; 0 where there is no detail.
    """
    product = wide_blur(first * second, reach)
    powers = wide_blur(first * first, reach) * (wide_blur(second * second, reach) if squares is None else squares)
    return cast("Plane", product / np.sqrt(np.maximum(powers, 0) + NOTHING))


def gradients(plane: Plane) -> tuple[Plane, Plane]:
    """Change along x and along y per pixel, by Sobel's operator."""
    along_x = cv2.Sobel(plane, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    along_y = cv2.Sobel(plane, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
    return cast("Plane", along_x), cast("Plane", along_y)


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
