"""A part of a picture as it is shown to whatever finds faces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from pored.faces.finds import face_from
from pored.faces.mirrored import mirrored
from pored.pixels.planes.eight_bit import as_rgb8

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.faces.copies import Copies
    from pored.model import Box, Face

VIEW = 512
"""Pixels on the long side; a face fills half of it, and the landmarks' network looks at 256."""


class Looker(Protocol):
    """What finds faces in one view; :class:`pored.faces.landmarker.Landmarker` is one."""

    def look(self, rgb: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """Landmarks, (478, 2) float32 in pixels, of each face in an (H, W, 3) uint8 picture."""


def faces_in(picture: Copies, box: Box, looker: Looker, *, in_mirror: bool = False) -> list[Face]:
    """The faces in a box of a picture, in the picture's pixels; the box is clipped to it."""
    inside = box.clipped_to(picture.whole)
    if inside.width == 0 or inside.height == 0:
        return []
    pixels, origin, steps = picture.shown(inside, VIEW)
    view = as_rgb8(pixels)
    seen = looker.look(np.ascontiguousarray(view[:, ::-1]) if in_mirror else view)
    upright = [mirrored(points, view.shape[1]) for points in seen] if in_mirror else seen
    return [face_from(points * steps + origin) for points in upright]
