"""Every face of a picture: a look at the whole, looks at overlapping crops, and closer looks that must agree."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from pored.model import Box, Face
from pored.pixels.eight_bit import as_rgb8
from pored.pixels.face_frame import face_unit
from pored.pixels.face_parts import CHEEK_TO_CHEEK
from pored.pixels.resize import fitted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from pored.model import Samples

SCAN_VIEW = 256
"""Pixels on the long side of what is shown in the search; the detector's network looks at 128."""
CLOSER_VIEW = 512
"""Likewise for the closer look, where a face fills half the view and the landmarks' network looks at 256."""
SMALLEST_CROP = 420
"""Pixels of the picture on a side of the smallest crops: a face of 60 is still found in one."""
SMALLEST_SHARE, SMALLEST_OF_ALL = 8, 160
"""In small pictures smaller crops show smaller faces: down to this part of the long side, and no fewer pixels."""
FLAT = 3.0
"""A crop whose samples deviate by fewer levels than this (of 255) shows a wall or the sky."""
CLOSER_LOOK = 2.0
"""Side of the closer look, in sides of the find's box."""
LOOKS_AT_THE_EDGE = (1.5, 3.0)
"""Further looks at a find that the picture's edge cuts, where one look at an off-centre face proves little."""
SECOND_LOOKS = ((1.5, 0.0, 0.0), (2.5, 0.0, 0.0), (2.0, 0.15, 0.1), (3.2, -0.2, 0.1))
"""Other framings of a find: side, and offset to the right and down, in sides of its box. What is no face looks like
another one, or like none, in each of them; a real one keeps its landmarks."""
ENOUGH = 2
"""So many of the second looks must agree. Real faces: three or four, a hand or a pattern none or one. With one a find
is believed only if there is no surer one in the picture: a full profile gets no more."""
AGREEMENT = 0.1
"""Mean distance of two looks' landmarks, in face sizes, up to which they saw the same. Real faces: 0.035 or
less from the front, up to 0.09 in profile."""
SAME_FACE = 0.4
"""Two finds whose boxes overlap by more than this share (intersection over union) are one face."""
INSIDE = 0.7
"""Likewise where so much of the smaller lies in the larger: eyes and mouths have been taken for faces."""
EYES_CORNERS = ((33, 133), (263, 362))
MOUTH_CORNERS = (61, 291)
DRAWN_EYE_OF_FACE, DRAWN_EYE_OF_MOUTH = 0.23, 0.77
"""An eye wider than this, in face widths, beside a mouth narrower than this many eyes, is drawn. Of 121 real faces the
extremes were 0.23 and 0.74, never both in one."""
QUARTER_TURNS = (0, 1, 3, 2)
"""How a picture is turned until there is somebody in it: portraits lie on their side where EXIF was lost."""


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
    """Every face that looks at it from close by confirm; a picture that lies on its side or its head is turned.

    Args:
        picture: (H, W, 3) RGB or (H, W) grey, 8 or 16 bit.
        looker: the landmarker.

    Returns:
        The faces, from the top down and from left to right; an empty list where nobody is to be seen.
    """
    doubtful: list[Face] = []
    for turns in QUARTER_TURNS:
        sure, unsure = _upright_faces(np.rot90(picture, turns), looker)
        if sure:
            people = [face for face in sure if not looks_drawn(face)]
            return _in_order(_turned_back(face, turns, picture.shape[1], picture.shape[0]) for face in people)
        if not turns:
            doubtful = unsure
    return _in_order(face for face in doubtful if not looks_drawn(face))


def face_from(points: NDArray[np.float32]) -> Face:
    """A face from its landmarks, (478, 2) float32."""
    left, right = points[list(CHEEK_TO_CHEEK)]
    return Face(points, float(np.hypot(*(right - left))))


def _in_order(faces: Iterable[Face]) -> list[Face]:
    return sorted(faces, key=lambda face: (face.box.y0, face.box.x0))


def _upright_faces(picture: Samples, looker: Looker) -> tuple[list[Face], list[Face]]:
    """Those that enough looks agree on, and those that one does."""
    sure: list[Face] = []
    unsure: list[Face] = []
    for find in _scan(picture, looker):
        closer = _closer_look(find, picture, looker)
        if closer is None:
            continue
        agreeing = _agreeing_looks(closer, picture, looker)
        if agreeing:
            _keep(sure if agreeing >= ENOUGH else unsure, closer)
    return sure, unsure


def looks_drawn(face: Face) -> bool:
    """Whether the eyes are larger than any person's, as in cartoons and on dolls."""
    eye = (_span(face, *EYES_CORNERS[0]) + _span(face, *EYES_CORNERS[1])) / 2
    mouth = _span(face, *MOUTH_CORNERS)
    return eye > DRAWN_EYE_OF_FACE * face_unit(face) and eye > DRAWN_EYE_OF_MOUTH * mouth


def _scan(picture: Samples, looker: Looker) -> list[Face]:
    """What might be faces: from views of the whole down to small crops."""
    finds: list[Face] = []
    longest = max(picture.shape[:2])
    for side in _sides(longest):
        share = min(1.0, SCAN_VIEW / side)
        view = as_rgb8(fitted(picture, round(longest * share)))
        scale = np.array([picture.shape[1] / view.shape[1], picture.shape[0] / view.shape[0]], np.float32)
        for box in _crops(view.shape[1], view.shape[0], round(side * share)):
            _look_into(view, box, scale, looker, finds)
    return finds


def _sides(longest: int) -> list[float]:
    """The crops' sides from the whole picture's to the smallest, each about half of the one before."""
    smallest = max(SMALLEST_OF_ALL, min(SMALLEST_CROP, longest // SMALLEST_SHARE))
    steps = max(0, math.ceil(math.log2(longest / smallest)))
    return [longest * (smallest / longest) ** (step / max(1, steps)) for step in range(steps + 1)]


def _look_into(
    view: NDArray[np.uint8], box: Box, scale: NDArray[np.float32], looker: Looker, finds: list[Face]
) -> None:
    crop = view[box.slices]
    whole = Box(*(round(float(v)) for v in np.array([box.x0, box.y0, box.x1, box.y1]) * np.tile(scale, 2)))
    if crop[::4, ::4].std() < FLAT or any(_covers_half(find.box, whole) for find in finds):
        return  # nothing to see, or one face fills it, and only its parts would show
    origin = np.array([box.x0, box.y0], np.float32)
    for points in looker.look(crop):
        _keep(finds, face_from((points + origin) * scale))


def _crops(width: int, height: int, side: int) -> Iterator[Box]:
    """Squares that overlap by half."""
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
        seen = _same_face(find, _square_around(find.box, sides), picture, looker)
        if seen is not None:
            return seen
    return None


def _agreeing_looks(face: Face, picture: Samples, looker: Looker) -> int:
    """How many other framings show the same face, counted up to enough."""
    agreeing = 0
    for sides, right, down in SECOND_LOOKS:
        side = max(face.box.width, face.box.height)
        box = _moved(_square_around(face.box, sides), round(right * side), round(down * side))
        seen = _same_face(face, box, picture, looker)
        agreeing += seen is not None and _apart(seen, face) < AGREEMENT
        if agreeing >= ENOUGH:
            break
    return agreeing


def _same_face(find: Face, box: Box, picture: Samples, looker: Looker) -> Face | None:
    """What a look at that box shows in the find's place."""
    inside = box.clipped(picture.shape[1], picture.shape[0])
    if inside.width == 0 or inside.height == 0:
        return None
    seen = [face_from(points) for points in _View(picture, inside).faces(looker, CLOSER_VIEW)]
    same = [face for face in seen if _overlap(face.box, find.box) > SAME_FACE]
    return max(same, key=lambda face: _overlap(face.box, find.box)) if same else None


def _apart(one: Face, other: Face) -> float:
    """Mean distance of the landmarks, in face heights or widths, whichever is larger: a profile is narrow."""
    size = max(other.box.width, other.box.height)
    return float(np.hypot(*(one.points - other.points).T).mean()) / size


def _span(face: Face, one: int, other: int) -> float:
    return float(np.hypot(*(face.points[one] - face.points[other])))


def _turned_back(face: Face, turns: int, width: int, height: int) -> Face:
    """Landmarks of a picture turned counter-clockwise by quarters, in the picture itself."""
    x, y = face.points[:, 0], face.points[:, 1]
    back = {0: (x, y), 1: (width - y, x), 2: (width - x, height - y), 3: (y, height - x)}[turns]
    return Face(np.stack(back, axis=1).astype(np.float32), face.width)


def _square_around(box: Box, sides: float) -> Box:
    x, y = (box.x0 + box.x1) // 2, (box.y0 + box.y1) // 2
    return Box(x, y, x, y).grown(round(max(box.width, box.height) * sides / 2))


def _moved(box: Box, right: int, down: int) -> Box:
    return Box(box.x0 + right, box.y0 + down, box.x1 + right, box.y1 + down)


def _keep(faces: list[Face], new: Face) -> None:
    """Add a face unless it is there already; of two finds of one face the larger wins, a crop may have cut it."""
    for i, old in enumerate(faces):
        if _overlap(old.box, new.box) > SAME_FACE or _nested(old.box, new.box):
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


def _nested(a: Box, b: Box) -> bool:
    return _intersection(a, b) > INSIDE * max(1, min(_area(a), _area(b)))


def _covers_half(face: Box, crop: Box) -> bool:
    return 2 * _intersection(face, crop) > _area(crop)
