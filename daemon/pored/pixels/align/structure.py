"""What two gradings of one picture have in common: detail, measured in the contrast around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.planes.gaussian_blur import gaussian_blur
from pored.pixels.planes.wide_blur import wide_blur

if TYPE_CHECKING:
    from pored.model import Plane

FINEST = 0.6
"""Pixels: noise of single pixels is left out."""
COARSEST = 3.0
CONTRAST_REACH = 12.0
FLAT = 0.5
"""Contrast below this share of the picture's own counts as flat, so that noise is not blown up to structure."""
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
