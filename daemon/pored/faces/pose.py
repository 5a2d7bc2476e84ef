"""How a picture is held to be looked at: portraits lie on their side where EXIF was lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from pored.faces.mirrored import mirrored
from pored.model import Face
from pored.pixels.skin.face_frame import down_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

Pixels = TypeVar("Pixels", bound="NDArray[np.uint8] | NDArray[np.uint16]")
UPRIGHT_ENOUGH = 0.5
"""Cosine of the angle between a face's chin and straight down: up to 60 degrees."""


@dataclass(frozen=True, slots=True)
class Pose:
    """A picture turned, or seen in a mirror.

    Attributes:
        turns: quarters, counter-clockwise.
        in_mirror: left and right exchanged; the landmarker finds some profiles on one side only.
    """

    turns: int = 0
    in_mirror: bool = False

    def of(self, pixels: Pixels) -> Pixels:
        """The picture so held, not copied."""
        turned = np.rot90(pixels, self.turns)
        return turned[:, ::-1] if self.in_mirror else turned  # type: ignore[return-value]

    def undone(self, pixels: Pixels) -> Pixels:
        """A picture so held as it was, not copied."""
        plain = pixels[:, ::-1] if self.in_mirror else pixels
        return np.rot90(plain, -self.turns)  # type: ignore[return-value]

    def then(self, other: Pose) -> Pose:
        """What comes of holding in another pose what is held in this one."""
        turns = self.turns - other.turns if self.in_mirror else self.turns + other.turns
        return Pose(turns % 4, self.in_mirror != other.in_mirror)

    def back(self, face: Face, width: int, height: int) -> Face:
        """A face found in this pose, in the picture itself, which has that size."""
        if self.in_mirror:
            face = Face(mirrored(face.points, height if self.turns % 2 else width), face.width)
        x, y = face.points[:, 0], face.points[:, 1]
        back = {0: (x, y), 1: (width - y, x), 2: (width - x, height - y), 3: (y, height - x)}[self.turns]
        return Face(np.stack(back, axis=1).astype(np.float32), face.width)


UPRIGHT, OVER = Pose(), Pose(2)
POSES = (UPRIGHT, Pose(1), Pose(3), OVER, Pose(in_mirror=True))
"""In the order in which they are tried until there is somebody in the picture."""


def is_upright(face: Face) -> bool:
    """Whether the chin is below the eyes, more or less."""
    return float(down_of(face)[1]) > UPRIGHT_ENOUGH
