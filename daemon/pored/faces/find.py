"""Every face of a picture: a look at the whole, looks at overlapping crops, and a closer look at each find."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from pored.model import Box, Face
from pored.pixels.eight_bit import as_rgb8
from pored.pixels.face_parts import CHEEK_TO_CHEEK
from pored.pixels.resize import fitted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pored.model import Samples

SCAN_VIEW = 256
"""Pixels on the long side of what is shown in the search; the detector's network looks at 128."""
CLOSER_VIEW = 512
"""Likewise for the closer look, where a face fills half the view and the landmarks' network looks at 256."""
HALVINGS = 3
"""The smallest crops have the picture's long side divided by two this often."""
SMALLEST_CROP = 192
CLOSER_LOOK = 2.0
"""Side of the closer look, in sides of the find's box."""
LOOKS_AT_THE_EDGE = (1.5, 3.0)
"""Further looks at a find that the picture's edge cuts, where one look at an off-centre face proves little."""
SAME_FACE = 0.4
"""Two finds whose boxes overlap by more than this share (intersection over union) are one face."""


class Looker(Protocol):
    """What finds faces in one view; :class:`pored.faces.landmarker.Landmarker` is one."""

    def look(self, rgb: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """Landmarks, (478, 2) float32 in pixels, of each face in an (H, W, 3) uint8 picture."""


@dataclass(frozen=True, slots=True)
class _View:
    picture: Samples
    box: Box

    def faces(self, looker: Looker, longest: int) -> list[NDArray[np.float32]]:
        """Landmarks found in this crop, in the whole picture's pixels."""
        view = as_rgb8(fitted(self.picture[self.box.slices], longest))
        steps = np.array([self.box.width / view.shape[1], self.box.height / view.shape[0]], np.float32)
        origin = np.array([self.box.x0, self.box.y0], np.float32)
        return [points * steps + origin for points in looker.look(view)]


def find_faces(picture: Samples, looker: Looker) -> list[Face]:
    """Every face that a look at it from close by confirms.

    Args:
        picture: (H, W, 3) RGB or (H, W) grey, upright, 8 or 16 bit.
        looker: the landmarker.

    Returns:
        The faces, from the top down and from left to right; an empty list where nobody is to be seen.
    """
    finds: list[Face] = []
    for box in _crops(picture.shape[1], picture.shape[0]):
        if any(_covers_half(find.box, box) for find in finds):
            continue  # a crop that one face fills shows only parts of it
        for points in _View(picture, box).faces(looker, SCAN_VIEW):
            _keep(finds, face_from(points))
    confirmed: list[Face] = []
    for find in finds:
        closer = _closer_look(find, picture, looker)
        if closer is not None:
            _keep(confirmed, closer)
    return sorted(confirmed, key=lambda face: (face.box.y0, face.box.x0))


def face_from(points: NDArray[np.float32]) -> Face:
    """A face from its landmarks, (478, 2) float32."""
    left, right = points[list(CHEEK_TO_CHEEK)]
    return Face(points, float(np.hypot(*(right - left))))


def _crops(width: int, height: int) -> Iterator[Box]:
    """The whole picture, then squares that overlap by half, from large to small."""
    yield Box(0, 0, width, height)
    for halving in range(1, HALVINGS + 1):
        side = max(width, height) // 2**halving
        if side < SMALLEST_CROP:
            return
        for y in _starts(height, side):
            for x in _starts(width, side):
                yield Box(x, y, x + side, y + side).clipped(width, height)


def _starts(length: int, side: int) -> list[int]:
    """Where crops of that side begin so that they overlap by half at least and cover the length evenly."""
    if length <= side:
        return [0]
    count = -(-2 * (length - side) // side) + 1
    return [round(i * (length - side) / (count - 1)) for i in range(count)]


def _closer_look(find: Face, picture: Samples, looker: Looker) -> Face | None:
    """The same face seen from close by: finer landmarks, or None where nothing is confirmed."""
    crop = _square_around(find.box, CLOSER_LOOK)
    whole = crop.clipped(picture.shape[1], picture.shape[0])
    for sides in (CLOSER_LOOK,) if whole == crop else (CLOSER_LOOK, *LOOKS_AT_THE_EDGE):
        box = _square_around(find.box, sides).clipped(picture.shape[1], picture.shape[0])
        seen = [face_from(points) for points in _View(picture, box).faces(looker, CLOSER_VIEW)]
        same = [face for face in seen if _overlap(face.box, find.box) > SAME_FACE]
        if same:
            return max(same, key=lambda face: _overlap(face.box, find.box))
    return None


def _square_around(box: Box, sides: float) -> Box:
    x, y = (box.x0 + box.x1) // 2, (box.y0 + box.y1) // 2
    return Box(x, y, x, y).grown(round(max(box.width, box.height) * sides / 2))


def _keep(faces: list[Face], new: Face) -> None:
    """Add a face unless it is there already; of two finds of one face the larger wins, a crop may have cut it."""
    for i, old in enumerate(faces):
        if _overlap(old.box, new.box) > SAME_FACE:
            if new.width > old.width:
                faces[i] = new
            return
    faces.append(new)


def _area(box: Box) -> int:
    return max(0, box.width) * max(0, box.height)


def _intersection(a: Box, b: Box) -> int:
    return _area(Box(max(a.x0, b.x0), max(a.y0, b.y0), min(a.x1, b.x1), min(a.y1, b.y1)))


def _overlap(a: Box, b: Box) -> float:
    shared = _intersection(a, b)
    return shared / max(1, _area(a) + _area(b) - shared)


def _covers_half(face: Box, crop: Box) -> bool:
    return 2 * _intersection(face, crop) > _area(crop)
