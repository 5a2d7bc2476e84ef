"""Any picture as 8-bit RGB, for looking at (never for results)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.planes.levels import SIXTEEN_BIT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Samples


def as_rgb8(pixels: Samples) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 from (H, W, 3) or (H, W), 8 or 16 bit; the same array where it is that already."""
    if pixels.dtype == np.uint16:
        pixels = cast("Samples", cv2.convertScaleAbs(pixels, alpha=1 / SIXTEEN_BIT.step))
    if pixels.ndim == 2:  # noqa: PLR2004 - a grey picture
        return cast("NDArray[np.uint8]", cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB))
    return cast("NDArray[np.uint8]", pixels)
