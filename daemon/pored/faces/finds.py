"""What was taken for a face, and whether two finds are one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pored.model import Box, Face
from pored.pixels.skin.face_frame import face_unit
from pored.pixels.skin.face_parts import CHEEK_TO_CHEEK

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAME_FACE = 0.4
"""Two finds whose boxes overlap by more than this share (intersection over union) are one face."""
INSIDE = 0.7
"""Likewise where so much of the smaller lies in the larger: eyes and mouths have been taken for faces."""
EYES_CORNERS = ((33, 133), (263, 362))
MOUTH_CORNERS = (61, 291)
DRAWN_EYE_OF_FACE, DRAWN_EYE_OF_MOUTH = 0.23, 0.77
"""An eye wider than this, in face widths, beside a mouth narrower than this many eyes, is drawn. Of 121 real faces the
extremes were 0.23 and 0.74, never both in one."""


def face_from(points: NDArray[np.float32]) -> Face:
    """A face from its landmarks, (478, 2) float32."""
    left, right = points[list(CHEEK_TO_CHEEK)]
    return Face(points, float(np.hypot(*(right - left))))


def keep(faces: list[Face], new: Face) -> None:
    """Add a face unless it is there already; of two finds of one face the larger wins, a crop may have cut it."""
    for i, old in enumerate(faces):
        if overlap(old.box, new.box) > SAME_FACE or _nested(old.box, new.box):
            if new.width > old.width:
                faces[i] = new
            return
    faces.append(new)


def looks_drawn(face: Face) -> bool:
    """Whether the eyes are larger than any person's, as in cartoons and on dolls."""
    eye = (_span(face, *EYES_CORNERS[0]) + _span(face, *EYES_CORNERS[1])) / 2
    mouth = _span(face, *MOUTH_CORNERS)
    return eye > DRAWN_EYE_OF_FACE * face_unit(face) and eye > DRAWN_EYE_OF_MOUTH * mouth


def overlap(a: Box, b: Box) -> float:
    """Intersection over union, 0..1."""
    shared = _intersection(a, b)
    return shared / max(1, _area(a) + _area(b) - shared)


def covers_half(face: Box, crop: Box) -> bool:
    """Whether a face fills half of a crop or more."""
    return 2 * _intersection(face, crop) > _area(crop)


def apart(one: Face, other: Face) -> float:
    """Mean distance of the landmarks, in face heights or widths, whichever is larger: a profile is narrow."""
    size = max(other.box.width, other.box.height)
    return float(np.hypot(*(one.points - other.points).T).mean()) / max(1, size)


def _nested(a: Box, b: Box) -> bool:
    return _intersection(a, b) > INSIDE * max(1, min(_area(a), _area(b)))


def _intersection(a: Box, b: Box) -> int:
    return _area(Box(max(a.x0, b.x0), max(a.y0, b.y0), min(a.x1, b.x1), min(a.y1, b.y1)))


def _area(box: Box) -> int:
    return max(0, box.width) * max(0, box.height)


def _span(face: Face, one: int, other: int) -> float:
    return float(np.hypot(*(face.points[one] - face.points[other])))
