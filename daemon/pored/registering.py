"""Whose faces an export shows, and the map that lays its original over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pored.errors import NoFaceError
from pored.faces.find import find_faces
from pored.faces.landmarker import shared_landmarker
from pored.pixels.align.faces import (
    carried_face,
    face_around,
    faces_within,
    is_close_up,
    is_cut_off,
    keeps_upright,
    nearest_face,
)
from pored.pixels.align.features import FeatureMaps
from pored.pixels.align.maps import magnification
from pored.pixels.align.registration import CERTAIN, register, rough_maps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pored.faces.find import Looker
    from pored.files.picture import Picture
    from pored.model import Face
    from pored.pixels.align.maps import Matrix, Registration


@dataclass(frozen=True, slots=True, eq=False)
class Registered:
    """A pair, one picture laid over the other.

    Attributes:
        registration: the best map found; whether it is right shows in the faces' agreement.
        faces: of the export, with the best landmarks that there are: the original's, where the export lies on its side
            or cuts a face off.
    """

    registration: Registration
    faces: Sequence[Face]


def faces_of(picture: Picture, looker: Looker | None = None, smallest: float = 0.0) -> Sequence[Face]:
    """Every face of a picture; narrower ones than the smallest need not be among them.

    Raises:
        NoFaceError: there is none.
    """
    faces = faces_seen(picture, looker, smallest)
    if not faces:
        raise nobody(picture)
    return faces


def faces_seen(picture: Picture, looker: Looker | None = None, smallest: float = 0.0) -> Sequence[Face]:
    """Every face of a picture, if there is one; narrower ones than the smallest need not be among them."""
    return find_faces(picture.pixels, looker or shared_landmarker(), smallest)


def nobody(picture: Picture) -> NoFaceError:
    """For a picture without a face."""
    return NoFaceError(
        "no-face",
        f"No face was found in {picture.encoding.name}. If there is one, it may be too small or turned away; a painted "
        "mask does not help then.",
    )


def register_pair(
    original: Picture, export: Picture, faces: Sequence[Face], looker: Looker | None = None
) -> Registered:
    """The map that lays the original over the export; the original's faces are only looked for where they are needed.

    Args:
        original: as read.
        export: likewise.
        faces: found in the export; of a close-up that shows too little of a face, the original's are taken.
        looker: finds the original's.

    Raises:
        NoFaceError: neither picture shows anybody who is in the export.
    """
    if not faces:
        return _by_the_original(original, export, looker)
    features = FeatureMaps(original.pixels, export.pixels)
    quick = register(original.pixels, export.pixels, (), faces, features)
    if quick.confidence >= CERTAIN and not _wants_originals(quick, faces, original, export):
        return Registered(quick, _as_wholes(quick, faces, original, export, looker))
    originals = faces_seen(original, looker)
    if quick.confidence >= CERTAIN:
        return Registered(quick, _best_landmarks(quick, originals, faces, original, export))
    careful = register(original.pixels, export.pixels, originals, faces, features)
    best = max(quick, careful, key=lambda found: found.confidence)
    return Registered(best, _best_landmarks(best, originals, faces, original, export))


def _best_landmarks(
    registration: Registration,
    originals: Sequence[Face],
    exports: Sequence[Face],
    original: Picture,
    export: Picture,
) -> Sequence[Face]:
    """The export's faces; where it lies on its side or cuts them off, the original's in their places."""
    if registration.confidence < CERTAIN:
        return exports
    carried = _carried(originals, registration.matrix, export)
    if not keeps_upright(registration.matrix):
        return carried or exports
    return [
        nearest_face(face, carried) if is_cut_off(face, registration.matrix, original.size, export.size) else face
        for face in exports
    ]


def _wants_originals(found: Registration, faces: Sequence[Face], original: Picture, export: Picture) -> bool:
    """Whether the original's landmarks would be better than the export's."""
    cut_off = (is_cut_off(face, found.matrix, original.size, export.size) for face in faces)
    return not keeps_upright(found.matrix) or any(cut_off)


def _as_wholes(
    found: Registration, faces: Sequence[Face], original: Picture, export: Picture, looker: Looker | None
) -> Sequence[Face]:
    """The faces; of a close-up, the original's where what seemed to be one is but a part of it."""
    if not is_close_up(found.matrix, original.size, export.size):
        return faces
    widest = max(face.width for face in faces) / magnification(found.matrix)
    carried = _carried(faces_seen(original, looker, widest), found.matrix, export)
    return list(dict.fromkeys(face_around(face, carried) for face in faces))


def _by_the_original(original: Picture, export: Picture, looker: Looker | None) -> Registered:
    """Faces that show too little of themselves to be found in the export, where the original has them."""
    originals = faces_seen(original, looker)
    features = FeatureMaps(original.pixels, export.pixels)
    for rough in rough_maps(original.pixels, export.pixels, features) if originals else ():
        there = _carried(originals, rough, export)
        found = register(original.pixels, export.pixels, originals, there, features) if there else None
        if found is not None and found.confidence >= CERTAIN:
            return Registered(found, _carried(originals, found.matrix, export))
    raise nobody(export)


def _carried(originals: Sequence[Face], matrix: Matrix, export: Picture) -> list[Face]:
    """The original's faces where a map puts them in the export, if enough of them lies in it."""
    return faces_within((carried_face(face, matrix) for face in originals), export.size)
