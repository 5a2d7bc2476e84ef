"""Landmarks of a face seen in a mirror: each takes the place of its fellow on the other side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MIDLINE = (
    0, 1, 2, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 94, 151, 152, 164, 168, 175, 195, 197, 199, 200,
)  # fmt: skip
"""Landmarks that are their own fellows. The others below 248 are the right half's, in the order of the left half's."""
LEFT_HALF, IRISES, COUNT = 248, 468, 478
LEFT_IRIS = (473, 476, 475, 474, 477)
"""Fellows of the right iris' 468 to 472."""


def _fellows() -> NDArray[np.intp]:
    right = [place for place in range(LEFT_HALF) if place not in MIDLINE]
    fellows = np.arange(COUNT)
    fellows[right] = np.arange(LEFT_HALF, IRISES)
    fellows[LEFT_HALF:IRISES] = right
    fellows[IRISES : IRISES + len(LEFT_IRIS)] = LEFT_IRIS
    fellows[list(LEFT_IRIS)] = np.arange(IRISES, IRISES + len(LEFT_IRIS))
    return fellows


FELLOWS = _fellows()


def mirrored(points: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """The landmarks of a picture, (478, 2), from those of the same picture seen in a mirror, and the reverse.

    Args:
        points: x, y in pixels.
        width: of the picture.
    """
    swapped: NDArray[np.float32] = points[FELLOWS].copy()
    swapped[:, 0] = np.float32(width) - swapped[:, 0]
    return swapped
