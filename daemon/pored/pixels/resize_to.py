"""Views of a picture at a given size."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2

if TYPE_CHECKING:
    from pored.model import Samples


def resized(pixels: Samples, size: tuple[int, int]) -> Samples:
    """The picture at that size, area-averaged; the same array where it has that size.

    Args:
        pixels: (H, W, 3) or (H, W).
        size: width and height in pixels, neither larger than the picture's.
    """
    # OpenCV averages areas several times faster by two than by a broken number.
    while pixels.shape[1] >= 2 * size[0] and pixels.shape[0] >= 2 * size[1]:
        half = (pixels.shape[1] // 2, pixels.shape[0] // 2)
        even = pixels[: 2 * half[1], : 2 * half[0]]
        pixels = cast("Samples", cv2.resize(even, half, interpolation=cv2.INTER_AREA))
    if (pixels.shape[1], pixels.shape[0]) == size:
        return pixels
    return cast("Samples", cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
