"""A face's surroundings at the size at which its skin is looked for, with coordinates that turn with the face."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pored.model import Box
from pored.pixels.skin.face_parts import LEFT_EYE, RIGHT_EYE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pored.model import Face, Plane

WIDTH_PER_HEIGHT = 0.8
"""Of a face seen from the front, forehead to chin; a face in profile is measured by its height."""
TOP, CHIN = 10, 152
Reach = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class FaceFrame:
    """Where a face is looked at.

    Attributes:
        box: of the picture, clipped to it.
        size: width and height of the view of that box.
        unit: pixels of the view that one face's width measures.
        points: (478, 2) float32 landmarks in pixels of the view.
        down: (2,) unit vector from the eyes to the chin's side, square to the line between the eyes.
        eyes: (2,) the middle between the eyes, in pixels of the view.
    """

    box: Box
    size: tuple[int, int]
    unit: float
    points: NDArray[np.float32]
    down: NDArray[np.float32]
    eyes: NDArray[np.float32]

    def below_eyes(self) -> Plane:
        """(height, width) float32: how far below the eyes' line a pixel is, in face widths; above it is negative."""
        x = np.arange(self.size[0], dtype=np.float32) + np.float32(0.5) - self.eyes[0]
        y = np.arange(self.size[1], dtype=np.float32) + np.float32(0.5) - self.eyes[1]
        down: Plane = (x[None, :] * self.down[0] + y[:, None] * self.down[1]) / np.float32(self.unit)
        return down

    def beside_eyes(self) -> Plane:
        """Likewise how far to either side of the eyes' middle it is, never negative."""
        x = np.arange(self.size[0], dtype=np.float32) + np.float32(0.5) - self.eyes[0]
        y = np.arange(self.size[1], dtype=np.float32) + np.float32(0.5) - self.eyes[1]
        across = (x[None, :] * self.down[1] - y[:, None] * self.down[0]) / np.float32(self.unit)
        beside: Plane = np.abs(across)
        return beside


def face_unit(face: Face) -> float:
    """The face's width in pixels, as if it looked into the camera."""
    height = float(np.hypot(*(face.points[CHIN] - face.points[TOP])))
    return max(face.width, WIDTH_PER_HEIGHT * height)


def from_the_left(faces: Sequence[Face]) -> list[Face]:
    """As people count the faces of a group: by the middles of their boxes."""
    return sorted(faces, key=lambda face: (face.box.x0 + face.box.x1, face.box.y0))


def down_of(face: Face) -> NDArray[np.float32]:
    """(2,) unit vector from the eyes to the chin's side, square to the line between the eyes."""
    return _axes(face.points)[1]


def face_reach(face: Face, reach: Reach) -> Box:
    """The upright box, not clipped, that holds ``reach`` around the eyes' middle: sideways, up, down in face widths."""
    eyes, down = _axes(face.points)
    across = np.array([down[1], -down[0]], np.float32)
    sideways, up, below = reach
    corners = [eyes + (u * across + v * down) * face_unit(face) for u in (-sideways, sideways) for v in (-up, below)]
    low, high = np.floor(np.min(corners, axis=0)), np.ceil(np.max(corners, axis=0))
    return Box(int(low[0]), int(low[1]), int(high[0]), int(high[1]))


def face_frame(face: Face, box: Box, widest: float) -> FaceFrame:
    """The frame of a box of the picture in which the face measures at most ``widest`` pixels.

    Args:
        face: its landmarks in the picture's pixels.
        box: a part of the picture, not empty.
        widest: of the face, in pixels of the view; a smaller face is never enlarged.
    """
    scale = min(1.0, widest / face_unit(face))
    size = (max(1, round(box.width * scale)), max(1, round(box.height * scale)))
    steps = np.array([size[0] / box.width, size[1] / box.height], np.float32)
    points = (face.points - np.array([box.x0, box.y0], np.float32)) * steps
    eyes, down = _axes(points)
    return FaceFrame(box, size, face_unit(face) * float(steps.mean()), points, down, eyes)


def _axes(points: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    left, right = points[list(LEFT_EYE)].mean(axis=0), points[list(RIGHT_EYE)].mean(axis=0)
    across = (left - right) / max(1e-6, float(np.hypot(*(left - right))))
    return (left + right) / 2, np.array([-across[1], across[0]], np.float32)
