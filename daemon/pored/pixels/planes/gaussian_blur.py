"""Filter > Blur > Gaussian Blur."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import cv2

if TYPE_CHECKING:
    from pored.model import Plane

REACH_IN_RADII = 4
"""A pixel farther away than this many radii does not count (a Gaussian has 0.006 % of its weight out there)."""


def gaussian_blur(plane: Plane, radius: float) -> Plane:
    """A Gaussian whose standard deviation is the radius; the picture's edge is repeated outwards.

    Args:
        plane: (H, W) float32.
        radius: Photoshop's radius in pixels, above 0.

    Returns:
        (H, W) float32, in the units of ``plane``.
    """
    size = 2 * reach(radius) + 1
    return cast("Plane", cv2.GaussianBlur(plane, (size, size), radius, borderType=cv2.BORDER_REPLICATE))


def reach(radius: float) -> int:
    """How many pixels away a blur of this radius looks; a crop needs this much margin to blur like the whole."""
    return math.ceil(REACH_IN_RADII * radius)
