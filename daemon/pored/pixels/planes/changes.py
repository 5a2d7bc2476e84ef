"""Where two pictures differ."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.model import Box
from pored.pixels.planes.reduced import strips

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pored.model import Samples


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """What differs, held in no more memory than it needs.

    Attributes:
        places: boxes of the picture, none of which meet, and which of their pixels differ: (height, width), 0 or not.
    """

    places: Sequence[tuple[Box, NDArray[np.uint8]]]

    @property
    def box(self) -> Box | None:
        """The smallest that holds all changes; None where there is none."""
        return reduce(Box.union, (box for box, _ in self.places)) if self.places else None

    def within(self, part: Box) -> NDArray[np.bool_]:
        """Which pixels of a part differ, (part.height, part.width); it must hold all changes."""
        changed = np.zeros((part.height, part.width), bool)
        for box, differ in self.places:
            np.not_equal(differ, 0, out=changed[box.within(part).slices])
        return changed


def changes(before: Samples, after: Samples) -> Changes:
    """Compares two pictures.

    Args:
        before: (H, W, 3) or (H, W), 8 or 16 bit.
        after: of the same shape and depth.

    Returns:
        The pixels of which any channel differs.
    """
    places = []
    for start, end in strips(*before.shape[:2]):
        old, new = before[start:end], after[start:end]
        if cv2.norm(old, new, cv2.NORM_INF):
            differ = cv2.compare(old, new, cv2.CMP_NE)
            # Of channels that are 0 or 255, the grey is 0 only where all are.
            grey = cv2.cvtColor(differ, cv2.COLOR_RGB2GRAY) if differ.ndim > 2 else differ  # noqa: PLR2004 - grey
            here = bounds(cast("NDArray[np.uint8]", grey))
            if here is not None:
                place = Box(here.x0, start + here.y0, here.x1, start + here.y1)
                places.append((place, np.ascontiguousarray(grey[here.slices], np.uint8)))
    return Changes(places)


def bounds(where: NDArray[np.uint8]) -> Box | None:
    """The smallest box that holds all that is not 0 of (H, W); None where there is nothing."""
    x, y, width, height = cv2.boundingRect(where)
    return Box(x, y, x + width, y + height) if width else None
