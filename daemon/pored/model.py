"""The nouns that every part of pored shares. No behaviour beyond geometry; nothing here touches a disk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.uint8] | NDArray[np.uint16]
"""A picture's pixels: (H, W, 3) RGB or (H, W) grey, upright (EXIF orientation applied)."""

Plane = NDArray[np.float32]
"""One float channel, (H, W)."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of whole pixels, ``x0 <= x < x1`` and ``y0 <= y < y1``."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        """In pixels."""
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        """In pixels."""
        return self.y1 - self.y0

    @property
    def slices(self) -> tuple[slice, slice]:
        """Index of this box in an array of shape (H, W) or (H, W, 3)."""
        return slice(self.y0, self.y1), slice(self.x0, self.x1)

    def grown(self, margin: int) -> Box:
        """This box with ``margin`` pixels more on every side."""
        return Box(self.x0 - margin, self.y0 - margin, self.x1 + margin, self.y1 + margin)

    def clipped(self, width: int, height: int) -> Box:
        """The part that lies in a picture of that size (empty boxes have no area, never a negative one)."""
        return self.clipped_to(Box(0, 0, width, height))

    def clipped_to(self, outer: Box) -> Box:
        """The part that lies in another box."""
        x0, y0 = min(max(self.x0, outer.x0), outer.x1), min(max(self.y0, outer.y0), outer.y1)
        return Box(x0, y0, max(x0, min(self.x1, outer.x1)), max(y0, min(self.y1, outer.y1)))

    def within(self, outer: Box) -> Box:
        """This box as counted from the corner of another that holds it."""
        return Box(self.x0 - outer.x0, self.y0 - outer.y0, self.x1 - outer.x0, self.y1 - outer.y0)

    def touches(self, other: Box) -> bool:
        """Whether the two share a pixel."""
        return self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1

    def union(self, other: Box) -> Box:
        """The smallest box that holds both."""
        return Box(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A face that was found.

    Attributes:
        points: (478, 2) float32, MediaPipe's landmarks as x, y in pixels of the upright picture. A point may lie
            outside the picture where the face is cut off by its edge.
        width: pixels from cheek to cheek (the width of the landmarks' oval along the face's own horizontal).
        strength: 0..1, how much of its texture it is to get back.
    """

    points: NDArray[np.float32]
    width: float
    strength: float = 1.0

    @property
    def box(self) -> Box:
        """The smallest box that holds every landmark; not clipped to the picture."""
        x0, y0 = np.floor(self.points.min(axis=0)).astype(int)
        x1, y1 = np.ceil(self.points.max(axis=0)).astype(int) + 1
        return Box(int(x0), int(y0), int(x1), int(y1))
