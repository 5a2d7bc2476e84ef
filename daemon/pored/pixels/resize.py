"""Smaller copies for looking at."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2

if TYPE_CHECKING:
    from pored.model import Samples


def fitted(pixels: Samples, longest: int) -> Samples:
    """The picture reduced so that neither side is longer than ``longest`` pixels; never enlarged.

    Args:
        pixels: (H, W, 3) or (H, W).
        longest: in pixels.

    Returns:
        The same array where it fits already, else its area average.
    """
    height, width = pixels.shape[:2]
    if max(height, width) <= longest:
        return pixels
    scale = longest / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cast("Samples", cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
