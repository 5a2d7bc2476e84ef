"""A camera's RAW made from a picture: a DNG with a Bayer mosaic."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import tifffile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

TO_XYZ = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
"""From linear sRGB."""
SENSITIVITY = np.array([0.5, 1.0, 0.65])
BLACK, WHITE = 512, 16383


def dng(pixels: NDArray[np.uint8], orientation: int = 1) -> bytes:
    """What a sensor behind red, green and blue would have seen of it."""
    encoded = pixels.astype(np.float64) / 255
    light = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4) * SENSITIVITY
    mosaic = light[..., 1].copy()
    mosaic[0::2, 0::2], mosaic[1::2, 1::2] = light[0::2, 0::2, 0], light[1::2, 1::2, 2]
    buffer = BytesIO()
    tifffile.imwrite(
        buffer,
        np.rint(BLACK + mosaic * (WHITE - BLACK)).astype(np.uint16),
        photometric=32803,
        metadata=None,
        extratags=[
            (274, 3, 1, orientation, True),
            (33421, 3, 2, (2, 2), True),  # CFARepeatPatternDim
            (33422, 1, 4, bytes([0, 1, 1, 2]), True),  # CFAPattern
            (50706, 1, 4, bytes([1, 4, 0, 0]), True),  # DNGVersion
            (50708, 2, 0, "Pored Test", True),  # UniqueCameraModel
            (50714, 3, 1, BLACK, True),
            (50717, 3, 1, WHITE, True),
            (50721, 10, 9, fractions((np.diag(SENSITIVITY) @ np.linalg.inv(TO_XYZ)).ravel()), True),  # ColorMatrix1
            (50728, 5, 3, fractions(SENSITIVITY), True),  # AsShotNeutral
            (50778, 3, 1, 21, True),  # CalibrationIlluminant1: D65
        ],
    )
    return buffer.getvalue()


def fractions(values: Iterable[float]) -> list[int]:
    """Numerators and denominators."""
    return [number for value in values for number in (round(value * 10000), 10000)]
