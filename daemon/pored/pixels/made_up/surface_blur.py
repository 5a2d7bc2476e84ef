"""What an AI smoother does to skin, for demonstrations and benchmarks: the pores go, the edges stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.planes.levels import to_nearest

if TYPE_CHECKING:
    from numpy.typing import NDArray

PASSES = 3
"""Of the bilateral filter."""
WINDOW, LEVELS, REACH = 13, 26, 7
"""Of one pass: its diameter in pixels, the difference in levels that counts as an edge, its sigma in pixels."""
MEDIAN = 7
"""Diameter in pixels of the median that ends it."""


def plastic_skin(pixels: NDArray[np.uint8], mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A copy whose skin has lost its pores and micro-contrast.

    Args:
        pixels: (H, W, 3) uint8.
        mask: (H, W) uint8 skin mask; where it is 0 the copy equals the picture.
    """
    smooth = pixels
    for _ in range(PASSES):
        smooth = cast("NDArray[np.uint8]", cv2.bilateralFilter(smooth, WINDOW, LEVELS, REACH))
    smooth = cast("NDArray[np.uint8]", cv2.medianBlur(smooth, MEDIAN))
    share = mask[..., None].astype(np.float32) / 255
    own = pixels.astype(np.float32)
    return to_nearest(own + share * (smooth - own)).astype(np.uint8)
