"""Rough maps from faces: the landmarks of a face in the original and in the export lie on the same features."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pored.model import Face
from pored.pixels.align.maps import apply, inverse, magnification

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pored.pixels.align.maps import Matrix

Complex = NDArray[np.complex128]

OVAL_AND_FEATURES = 468
"""MediaPipe's points from here on are the irises, which follow the gaze."""
NEAR = 0.25
"""A face is the same face if its middle is mapped within this share of the other's width."""
ALIKE_IN_SIZE = 1.25
UPRIGHT = 0.85
"""Cosine of the turn, 32 degrees, up to which MediaPipe's landmarks are as good as on an upright face."""
MOST_STARTS = 3
ROOM = 0.05
"""Of a face's width, between the landmarks and the picture's edge: with less, some of the face is missing."""
SHOWN = 0.15
"""Of a face's landmarks: with fewer in the picture there is nothing to be done for it."""
MISPLACED = 0.6
"""Of a face's width, by which the middle of one that is cut off may be misplaced."""
CLOSE_UP = 0.6
"""Of the original's area: an export that shows less may show a part of a face, in which another may seem to be."""
LARGER = 1.5
"""So many times as wide, a face of the original tells that what seemed to be one within it is none."""


@dataclass(frozen=True, slots=True, eq=False)
class _Guess:
    """z -> turn * z + shift in the complex plane, which is a similarity."""

    turn: complex
    shift: complex
    votes: int
    misfit: float


def matrices_from_faces(originals: Sequence[Face], exports: Sequence[Face]) -> list[Matrix]:
    """Similarities that lay faces of the original on faces of the export, the likeliest first.

    Each pair of faces proposes the map that its landmarks fit best; each face that falls on another then votes for it.
    So people keep their places in a group, though nobody knows who is who.

    Args:
        originals: faces in pixels of the original.
        exports: faces in pixels of the export.

    Returns:
        At most three (2, 3) matrices, original to export, of differing votes or fit; empty without faces.
    """
    guesses = [_guess(o, e, originals, exports) for o in originals for e in exports]
    guesses.sort(key=lambda guess: (-guess.votes, guess.misfit))
    return [_matrix(guess) for guess in guesses[:MOST_STARTS]]


def keeps_upright(matrix: Matrix) -> bool:
    """Whether a map turns faces so little that landmarks found in the export hold; on their side they do not."""
    down = matrix[:, 1] / np.hypot(*matrix[:, 1])
    return bool(down[1] > UPRIGHT)


def carried_face(face: Face, matrix: Matrix) -> Face:
    """A face of the original where a map puts it in the export, its landmarks with it."""
    return Face(apply(matrix, face.points).astype(np.float32), face.width * magnification(matrix))


def is_cut_off(face: Face, matrix: Matrix, original_size: tuple[int, int], export_size: tuple[int, int]) -> bool:
    """Whether the export's edge cuts a face off, or nearly, of which the original shows more.

    Args:
        face: of the export; what lies beyond its edge the landmarker had to guess.
        matrix: (2, 3), original to export.
        original_size: width and height.
        export_size: likewise.
    """
    room = _room(face.points, export_size) / face.width
    before = carried_face(face, inverse(matrix))
    return room < ROOM and _room(before.points, original_size) / before.width > room + ROOM


def is_close_up(matrix: Matrix, original_size: tuple[int, int], export_size: tuple[int, int]) -> bool:
    """Whether an export shows so little of its original that its faces are better looked for in that.

    Args:
        matrix: (2, 3), original to export.
        original_size: width and height.
        export_size: likewise.
    """
    return math.prod(export_size) < CLOSE_UP * math.prod(original_size) * magnification(matrix) ** 2


def _room(points: NDArray[np.float32], size: tuple[int, int]) -> float:
    """Pixels from the landmarks to the picture's nearest edge; negative where some lie beyond it."""
    last = np.array(size) - 1.0
    return float(min(points.min(), (last - points.max(axis=0)).min()))


def faces_within(faces: Iterable[Face], size: tuple[int, int]) -> list[Face]:
    """Those of which enough lies in a picture of that size."""
    return [face for face in faces if ((face.points >= 0) & (face.points < size)).all(axis=1).mean() > SHOWN]


def nearest_face(face: Face, others: Sequence[Face]) -> Face:
    """That which is the same face in another's landmarks; itself where none is."""
    middle = face.points.mean(axis=0)
    away = [float(np.hypot(*(other.points.mean(axis=0) - middle))) / max(face.width, other.width) for other in others]
    return others[int(np.argmin(away))] if away and min(away) < MISPLACED else face


def face_around(face: Face, others: Sequence[Face]) -> Face:
    """The much larger face within which one seems to be, if none of the others is like that one; else it itself."""
    if any(_is_alike(face, other) for other in others):
        return face
    around = (other for other in others if other.width > LARGER * face.width and _holds(other, face))
    return max(around, key=lambda other: other.width, default=face)


def _is_alike(face: Face, other: Face) -> bool:
    away = float(np.hypot(*(other.points.mean(axis=0) - face.points.mean(axis=0))))
    return _falls_on(away / face.width, other.width / face.width)


def _falls_on(away: float, size: float) -> bool:
    """Whether a face may be another by place and size, both in that one's widths."""
    return away < NEAR and max(size, 1 / size) < ALIKE_IN_SIZE


def _holds(outer: Face, face: Face) -> bool:
    middle = face.points.mean(axis=0)
    return bool(((outer.points.min(axis=0) < middle) & (middle < outer.points.max(axis=0))).all())


def _guess(o: Face, e: Face, originals: Sequence[Face], exports: Sequence[Face]) -> _Guess:
    turn, shift, _ = _fit([(o, e)])
    pairs = _fallen_together(turn, shift, originals, exports)
    together = [(originals[i], exports[j]) for i, j in pairs] or [(o, e)]
    turn, shift, misfit = _fit(together)
    return _Guess(turn, shift, len(pairs), misfit)


def _fit(pairs: Sequence[tuple[Face, Face]]) -> tuple[complex, complex, float]:
    """Least squares over all landmarks: turn, shift, and the misfit as a share of the face's width."""
    before = np.concatenate([_points(o) for o, _ in pairs])
    after = np.concatenate([_points(e) for _, e in pairs])
    from_middle = before - before.mean()
    turn = complex(np.vdot(from_middle, after - after.mean()) / np.vdot(from_middle, from_middle).real)
    shift = complex(after.mean() - turn * before.mean())
    width = float(np.mean([e.width for _, e in pairs]))
    return turn, shift, float(np.sqrt(np.mean(np.abs(turn * before + shift - after) ** 2))) / width


def _fallen_together(
    turn: complex, shift: complex, originals: Sequence[Face], exports: Sequence[Face]
) -> list[tuple[int, int]]:
    middles = np.array([turn * _points(o).mean() + shift for o in originals])
    widths = np.array([abs(turn) * o.width for o in originals])
    pairs = []
    for j, e in enumerate(exports):
        away = np.abs(middles - _points(e).mean()) / e.width
        i = int(away.argmin())
        if _falls_on(float(away[i]), float(widths[i]) / e.width):
            pairs.append((i, j))
    return pairs


def _points(face: Face) -> Complex:
    points: Complex = face.points[:OVAL_AND_FEATURES].astype(np.float64) @ np.array([1, 1j])
    return points


def _matrix(guess: _Guess) -> Matrix:
    a, b = guess.turn.real, guess.turn.imag
    return np.array([[a, -b, guess.shift.real], [b, a, guess.shift.imag]])
