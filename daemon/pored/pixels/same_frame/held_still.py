"""Whether a head lies exactly where it lay: then it is the same frame, as nobody holds so still."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from pored.pixels.align.maps import apply, inverse, magnification, resizing
from pored.pixels.align.refine_patch import cut_patch, positions
from pored.pixels.align.spots import part_of_face, weighted_quantile
from pored.pixels.same_frame.moved_head import believed_shifts
from pored.pixels.skin.face_frame import CHIN, TOP
from pored.pixels.skin.face_parts import FACE_OVAL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Face, Plane, Samples
    from pored.pixels.align.maps import Matrix, Registration
    from pored.pixels.align.refine_local import Stage

    Size = tuple[int, int]

AROUND = 0.25
"""Hair, ears, neck and collar: so much of the face's width around it is looked at, ..."""
APART = 0.04
"""... but for this much next to its outline."""
CUT = 0.3
"""What is cut around the face, likewise."""
FACE_WIDTH = 250
"""Pixels to which a wider face is reduced."""
STAGES: tuple[Stage, ...] = ((0, 0.12, 8.0), (0, 0.06, 6.0), (0, 0.06, 6.0))
FIRM = 0.5
"""Share of the mean structure from which a place tells its shift; with less it seems to stay."""
FEWEST = 0.02
"""Share of what is around the face that must tell."""
MOSTLY = 0.75
"""The share of what is around a face, above its nose's tip, that must lie within ..."""
STILL = 0.001
"""... so many face widths of where it lay, a seventh of a millimetre. Of 186 pairs of frames of a fixed camera, a
quarter of a second apart or more, of people who talk, it moved by 0.0011 at least, by 0.007 in half of them, though the
pair's map had followed it; of 110 faces whose mouth's corners were lifted, some of them with a slimmer jaw, in exports
cropped, turned, graded, with grain or as JPEG, by 0.0010 at most, by 0.0006 in nine of ten."""
NOSE_TIP = 1
CHIN_FALLS = 0.003
"""Face widths by which the chin must not fall: as a mouth opens it does by 0.012 at least where it opens by a fiftieth
of the face's width; where a mouth's corners were lifted by 0.0006 at most. A slimmer jaw's rises."""
CUT_INSIDE = 0.75
"""Pixels of the original by which a crop's edges may lie outside of it, for what the map may be off."""
LARGER = 0.01
"""Share by which all is larger than the pictures' sizes say, where a crop took as much ..."""
TURNED = 0.5
"""... and degrees from which on a picture was turned."""


def held_still(original: Samples, export: Samples, registration: Registration, face: Face) -> bool:
    """Whether nothing around a face moved, nor its chin fell.

    Of an export that is the whole of its original, edges must lie on edges: a camera held by hand never lies in the
    same place twice. Before one on a tripod a person breathes and sways. A retoucher who lifts the corners of a mouth
    moves nothing else, and one who makes a jaw slimmer nothing above it. Where he cropped or turned the picture, as no
    camera does from one frame to the next, the pair's own map takes the edges' place.

    Args:
        original: (H, W, 3) or (H, W), whole.
        export: likewise, of any size.
        registration: of the two.
        face: of the export.
    """
    size = export.shape[1], export.shape[0]
    matrix = _laid_by(registration.matrix, (original.shape[1], original.shape[0]), size)
    box = face.box.grown(round(CUT * face.width)).clipped(*size)
    patch = cut_patch(original, export, box, matrix, round(box.width / face.width * FACE_WIDTH))
    if patch is None:
        return False
    width, points = face.width / patch.pixel, apply(inverse(patch.to_export), face.points).astype(np.float32)
    shifts = believed_shifts(patch, inverse(matrix), width, STAGES)
    far = cast("Plane", np.hypot(shifts.dx, shifts.dy) / np.float32(width))
    oval, upright = points[list(FACE_OVAL)], _Upright.of(points)
    around = part_of_face(oval, AROUND * width, far.shape) & ~part_of_face(oval, APART * width, far.shape)
    firm = around & upright.above(far.shape) & (shifts.trust > FIRM * shifts.trust.mean())
    if np.count_nonzero(firm) <= FEWEST * np.count_nonzero(around):
        return False
    if weighted_quantile(far[firm], shifts.trust[firm], MOSTLY) > STILL:
        return False
    x, y = np.clip(np.round(points[CHIN]).astype(int), 0, (far.shape[1] - 1, far.shape[0] - 1))
    rises = upright.down(float(shifts.dx[y, x]), float(shifts.dy[y, x]))  # the shifts say from where pixels came
    return rises >= -CHIN_FALLS * width


@dataclass(frozen=True, slots=True, eq=False)
class _Upright:
    """Which way is down in a face.

    Attributes:
        tip: of the nose, x and y.
        axis: from the forehead to the chin, of length one.
    """

    tip: NDArray[np.float32]
    axis: NDArray[np.float32]

    @classmethod
    def of(cls, points: NDArray[np.float32]) -> _Upright:
        along = points[CHIN] - points[TOP]
        return cls(points[NOSE_TIP], along / np.linalg.norm(along))

    def above(self, shape: tuple[int, ...]) -> NDArray[np.bool_]:
        """(H, W): what lies above the tip of the nose."""
        x, y = positions(shape[1], shape[0])
        return cast("NDArray[np.bool_]", (x - self.tip[0]) * self.axis[0] + (y - self.tip[1]) * self.axis[1] < 0)

    def down(self, dx: float, dy: float) -> float:
        """How far that goes down."""
        return float(self.axis[0]) * dx + float(self.axis[1]) * dy


def _laid_by(matrix: Matrix, before: Size, after: Size) -> Matrix:
    """The map by which the original is laid over its export: of edge on edge, or the pair's, where no camera did it."""
    whole = resizing(before, after)
    turn = np.rad2deg(np.arctan2(matrix[1, 0], matrix[0, 0]))
    corners = np.array([[x, y] for x in (-0.5, after[0] - 0.5) for y in (-0.5, after[1] - 0.5)])
    (x0, y0), (x1, y1) = (ends(apply(inverse(matrix), corners), axis=0) + 0.5 for ends in (np.min, np.max))
    inside = np.min([x0, y0, before[0] - x1, before[1] - y1]) > -CUT_INSIDE
    cropped = bool(inside) and magnification(matrix) > (1 + LARGER) * magnification(whole)
    return matrix if cropped or abs(turn) > TURNED else whole
