"""Detail of the size of a small face's eyes and mouth: where there is none, there is no face."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FINE, COARSE = 3, 15
"""Pixels: sides of the box blurs between which the features of a face 36 to 100 pixels wide lie."""
WINDOW = 25
"""Pixels: side of the window in which the detail is averaged."""


def feature_detail(view: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Mean absolute detail around each pixel, (H, W) uint8 in levels, of an (H, W, 3) uint8 picture."""
    light = cv2.cvtColor(view, cv2.COLOR_RGB2GRAY)
    fine, coarse = (cv2.blur(light, (side, side)) for side in (FINE, COARSE))
    return cast("NDArray[np.uint8]", cv2.blur(cv2.absdiff(fine, coarse), (WINDOW, WINDOW)))
