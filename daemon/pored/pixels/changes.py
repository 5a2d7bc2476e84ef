"""Where two pictures differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from pored.model import Box
from pored.pixels.reduced import strips

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Samples


def changed_pixels(before: Samples, after: Samples) -> NDArray[np.bool_]:
    """Which pixels differ in any channel.

    Args:
        before: (H, W, 3) or (H, W), 8 or 16 bit.
        after: of the same shape and depth.

    Returns:
        (H, W).
    """
    changed = np.zeros(before.shape[:2], bool)
    for start, end in strips(*before.shape[:2]):
        old, new = before[start:end], after[start:end]
        if cv2.norm(old, new, cv2.NORM_INF):
            differ = cv2.compare(old, new, cv2.CMP_NE)
            # Of channels that are 0 or 255, the grey is 0 only where all are.
            grey = cv2.cvtColor(differ, cv2.COLOR_RGB2GRAY) if differ.ndim > 2 else differ  # noqa: PLR2004 - grey
            np.not_equal(grey, 0, out=changed[start:end])
    return changed


def bounds(where: NDArray[np.uint8] | NDArray[np.bool_]) -> Box | None:
    """The smallest box that holds all that is not 0 of (H, W); None where there is nothing."""
    x, y, width, height = cv2.boundingRect(where.view(np.uint8))
    return Box(x, y, x + width, y + height) if width else None
