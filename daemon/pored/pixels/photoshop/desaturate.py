"""Image > Adjustments > Desaturate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from pored.pixels.planes.levels import SIXTEEN_BIT
from pored.pixels.planes.reduced import strips

if TYPE_CHECKING:
    from pored.model import Plane, Samples

OFTEN = 4
"""So many planes of a strip are worked on at once."""


def desaturate(pixels: Samples | Plane) -> Plane:
    """The lightness that Photoshop's Desaturate leaves: (max(R, G, B) + min(R, G, B)) / 2.

    Args:
        pixels: (H, W, 3) or (H, W), levels, whole or float32.

    Returns:
        (H, W) float32 in the levels of ``pixels``; halves are kept, so that only the finished layer is rounded.

    Source:
        HSL lightness; Photoshop's worked examples agree with it.
    """
    if pixels.ndim == 2:  # noqa: PLR2004 - a grey picture
        return pixels.astype("float32")
    height, width = pixels.shape[:2]
    plane = np.empty((height, width), np.float32)
    parts = strips(height, OFTEN * width)
    channels = np.empty((5, parts[0][1], width), pixels.dtype)  # for all strips, so that they stay in the cache
    for start, end in parts:
        red, green, blue, highest, lowest = channels[:, : end - start]
        cv2.split(pixels[start:end], (red, green, blue))
        cv2.max(cv2.max(red, green, highest), blue, highest)
        cv2.min(cv2.min(red, green, lowest), blue, lowest)
        cv2.addWeighted(highest, 0.5, lowest, 0.5, 0, plane[start:end], cv2.CV_32F)
    return plane


def lightness(samples: Samples) -> Plane:
    """Desaturate's lightness of samples of any depth, (H, W) float32 in 8-bit levels; 16 bit keeps its fractions."""
    plane = desaturate(samples)
    if samples.dtype.itemsize > 1:
        plane /= SIXTEEN_BIT.step
    return plane
