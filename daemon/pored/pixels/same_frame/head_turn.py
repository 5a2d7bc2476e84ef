"""Whether the local shifts of a face are those of a head that turned from one frame to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pored.model import Box
from pored.pixels.align.warp import displacements

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Face
    from pored.pixels.align.maps import Registration

    Rows = NDArray[np.float64]

IN_FRONT = {
    234: -0.46, 132: -0.44, 127: -0.43, 162: -0.36, 172: -0.32, 136: -0.24, 54: -0.19, 150: -0.17, 147: -0.16,
    123: -0.15, 33: -0.08, 210: -0.08, 117: -0.07, 187: -0.07, 176: -0.06, 133: -0.04, 50: -0.03, 104: -0.03,
    67: -0.02, 101: 0.01, 205: 0.01, 69: 0.02, 203: 0.03, 193: 0.05, 108: 0.06, 98: 0.08, 48: 0.13, 236: 0.15,
    115: 0.18,
    454: -0.46, 361: -0.44, 356: -0.43, 389: -0.36, 397: -0.32, 365: -0.24, 284: -0.19, 379: -0.17, 376: -0.16,
    352: -0.15, 263: -0.08, 430: -0.08, 346: -0.07, 411: -0.07, 400: -0.06, 362: -0.04, 280: -0.03, 333: -0.03,
    297: -0.02, 330: 0.01, 425: 0.01, 299: 0.02, 423: 0.03, 417: 0.05, 337: 0.06, 327: 0.08, 278: 0.13, 456: 0.15,
    344: 0.18,
    10: 0.04, 151: 0.07, 9: 0.09, 8: 0.08, 168: 0.08, 6: 0.12, 197: 0.16, 195: 0.2, 5: 0.24, 4: 0.26, 1: 0.25,
    2: 0.14, 152: -0.01, 175: 0.04, 199: 0.06, 200: 0.06,
}  # fmt: skip
"""Landmarks that no expression moves much, right, left and middle, and by how many face widths each lies in front of
the head's middle: the mean of eleven people's landmarks in depth, turned to the front."""
EXPLAINED = 0.55
"""Share of the shifts' power, but for what a flat picture could do, that one turn must explain. Of 92 retouched faces
none had more than 0.54, of heads turned by 1 to 3 degrees most."""
LEAST = 0.35
"""Degrees below which a turn cannot be told from the measurement's error."""
FEW = 1e-9


def head_turn(registration: Registration, face: Face) -> float:
    """By how many degrees a head turned, where that is what the face's local shifts look like.

    A turn shifts each point in proportion to its depth, all in one direction; Liquify moves one part or another. What
    an affine map does to a flat picture is taken out of both, so that the answer is a little less than the turn. What
    bends smoothly together with all around it (``smooth_shifts``) is no head that turned.

    Args:
        registration: of the pair.
        face: of the export.

    Returns:
        Degrees, or 0 where there are no shifts, or others.
    """
    if not registration.reshapes(face.box):
        return 0.0
    points = face.points[list(IN_FRONT)].astype(np.float64) / face.width
    flat = np.column_stack([np.ones(len(points)), points])
    depth = _beyond(flat, np.array([*IN_FRONT.values()])[:, None])
    shifts = _beyond(flat, _shifts_at(registration, face) / face.width)
    turn = (depth * shifts).sum(axis=0) / max(float((depth**2).sum()), FEW)
    explained = float(((depth * turn) ** 2).sum()) / max(float((shifts**2).sum()), FEW)
    degrees = float(np.rad2deg(np.hypot(*turn)))
    return degrees if explained > EXPLAINED and degrees > LEAST else 0.0


def _shifts_at(registration: Registration, face: Face) -> Rows:
    """(N, 2), in pixels of the export."""
    places = np.round(face.points[list(IN_FRONT)]).astype(int)
    (x0, y0), (x1, y1) = places.min(axis=0), places.max(axis=0) + 1
    dx, dy = displacements(registration.fields, Box(int(x0), int(y0), int(x1), int(y1)))
    at = places[:, 1] - y0, places[:, 0] - x0
    return np.stack([dx[at], dy[at]], axis=1).astype(np.float64)


def _beyond(flat: Rows, values: Rows) -> Rows:
    """What no affine map of the points gives; (N, C)."""
    rest: Rows = values - flat @ np.linalg.lstsq(flat, values, rcond=None)[0]
    return rest
