"""Guided filter: smooths one plane along the edges of another.

Source:
    K. He, J. Sun, X. Tang, "Guided image filtering", ECCV 2010: q = mean(a) I + mean(b) with
    a = cov(I, p) / (var(I) + eps) and b = mean(p) - a mean(I), all means over a square window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

if TYPE_CHECKING:
    from pored.model import Plane


def guided_filter(guide: Plane, plane: Plane, radius: int, epsilon: float) -> Plane:
    """The plane, with its edges where the guide has them.

    Args:
        guide: (H, W) float32.
        plane: (H, W) float32.
        radius: of the window in pixels, at least 1.
        epsilon: variance of the guide below which it counts as flat, in the guide's units squared.

    Returns:
        (H, W) float32; may leave the plane's range a little.
    """
    mean_guide, mean_plane = _mean(guide, radius), _mean(plane, radius)
    variance = _mean(guide * guide, radius) - mean_guide * mean_guide
    covariance = _mean(guide * plane, radius) - mean_guide * mean_plane
    slope = cast("Plane", covariance / (variance + np.float32(epsilon)))
    offset = mean_plane - slope * mean_guide
    return _mean(slope, radius) * guide + _mean(offset, radius)


def _mean(plane: Plane, radius: int) -> Plane:
    side = 2 * radius + 1
    return cast("Plane", cv2.blur(plane, (side, side), borderType=cv2.BORDER_REFLECT_101))
