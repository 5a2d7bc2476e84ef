"""A mask that a retoucher painted for a whole picture, shared out among its faces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.model import Box
from pored.pixels.skin.face_frame import face_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pored.model import Face

STEP = 8
"""Pixels: so finely the border between two faces is drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class GivenMask:
    """What was painted.

    Attributes:
        plane: (H, W) uint8, 255 where texture comes back in full.
        faces: of the picture; each pixel belongs to the nearest, in face widths.
    """

    plane: NDArray[np.uint8]
    faces: Sequence[Face]

    def painted(self) -> list[Face]:
        """The faces that some of it belongs to; the others are left alone."""
        return [face for face in self.faces if self.box_of(face).width]

    def box_of(self, face: Face) -> Box:
        """The smallest box that holds a face's part of the mask; empty where it has none."""
        whole = Box(0, 0, self.plane.shape[1], self.plane.shape[0])
        x, y, width, height = cv2.boundingRect(self.part_of(face, whole))
        return Box(x, y, x + width, y + height)

    def part_of(self, face: Face, box: Box) -> NDArray[np.uint8]:
        """A face's part of the mask in a box of the picture, (box.height, box.width)."""
        part = self.plane[box.slices].copy()
        if len(self.faces) > 1:
            part[self._nearest(face, box) == 0] = 0
        return part

    def _nearest(self, face: Face, box: Box) -> NDArray[np.uint8]:
        """1 where no other face is nearer."""
        size = (-(-box.width // STEP), -(-box.height // STEP))
        own = _distance(face, box, size)
        nearest = np.ones((size[1], size[0]), np.uint8)
        for place, other in enumerate(self.faces):
            if other is not face:
                distance = _distance(other, box, size)
                earlier = any(each is face for each in self.faces[:place])
                nearest &= (own <= distance) if earlier else (own < distance)
        return cast("NDArray[np.uint8]", cv2.resize(nearest, (box.width, box.height), interpolation=cv2.INTER_NEAREST))


def _distance(face: Face, box: Box, size: tuple[int, int]) -> NDArray[np.float32]:
    """From the face's middle, in face widths, at every ``STEP`` pixels of a box."""
    middle = face.points.mean(axis=0) - np.array([box.x0, box.y0], np.float32)
    x = np.arange(size[0], dtype=np.float32) * STEP - middle[0]
    y = np.arange(size[1], dtype=np.float32) * STEP - middle[1]
    distance: NDArray[np.float32] = np.hypot(x[None, :], y[:, None]) / np.float32(face_unit(face))
    return distance
