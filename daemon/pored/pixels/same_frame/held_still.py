"""Whether a head lies exactly where it lay: then it is the same frame, as nobody holds so still."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from pored.pixels.align.maps import apply, inverse, magnification, resizing
from pored.pixels.align.refine_patch import cut_patch, positions
from pored.pixels.align.spots import part_of_face, weighted_quantile
from pored.pixels.same_frame.ground import Ground
from pored.pixels.same_frame.moved_head import believed_shifts
from pored.pixels.skin.face_frame import CHIN, TOP
from pored.pixels.skin.face_parts import FACE_OVAL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Face, Plane, Samples
    from pored.pixels.align.maps import Matrix, Registration
    from pored.pixels.align.refine_local import Shifts, Stage
    from pored.pixels.align.refine_patch import Patch

    Size = tuple[int, int]

AROUND = 0.25
"""Hair, ears, neck and collar: so much of the face's width around it is looked at, ..."""
APART = 0.04
"""... but for this much next to its outline."""
BEYOND = 0.05
"""So much more is cut."""
FAR_AROUND = 1.0
"""Where the map was refined on the ground, so much of the face's width is looked at, background too, ..."""
FAR_STILL = 0.0008
"""... and must lie so still. Of 43 faces whose mouth's corners were lifted, jaw and eyes changed as well in a third of
them, in exports turned by 0.05 to 0.4 degrees about their middle, stretched, resized, graded, or as JPEG, it moved by
0.0007 at most in 39; of 28 pairs of frames of people who talk, whose eyes and lips a field brought nearly together,
those exports turned as well, by 0.0017 at least. Heads that swayed by 0.003 before a still background moved by 0.0017
to 0.0022."""
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
ROUNDED = 1.0
"""Pixels of the coarser picture by which a resized export's size and middle may be off, as sizes are rounded, ..."""
SLACK = 0.001
"""... but its middle not by so many face widths: of what a hand moves, this is the smallest part."""


def held_still(original: Samples, export: Samples, registration: Registration, face: Face) -> bool:
    """Whether nothing around a face moved, nor its chin fell.

    Of an export that is the whole of its original, edges must lie on edges: a camera held by hand never lies in the
    same place twice. Before one on a tripod a person breathes and sways. A retoucher who lifts the corners of a mouth
    moves nothing else, and one who makes a jaw slimmer nothing above it. Where he cropped or turned the picture, as no
    camera does from one frame to the next, the pair's own map takes the edges' place. A turn by a tenth of a degree may
    be a hand's; but a tool turns about the picture's middle, and leaves it there.

    Args:
        original: (H, W, 3) or (H, W), whole.
        export: likewise, of any size.
        registration: of the two.
        face: of the export.
    """
    before, after = ((picture.shape[1], picture.shape[0]) for picture in (original, export))
    retouchers = _is_retouchers(registration, before, after)
    pair = original, export, face
    look = _look_by(registration.matrix if retouchers else resizing(before, after), *pair, AROUND)
    if look is None or look.still(STILL):
        return look is not None
    look = _look_by(registration.matrix, *pair, FAR_AROUND)
    if look is None:
        return False
    refined = Ground.of(look.shifts, look.firm).laid_still(registration.matrix, look.patch.to_export)
    laid = refined if retouchers else _straightened(refined, before, after, face.width)
    look = _look_by(laid, *pair, FAR_AROUND)
    return look is not None and look.still(FAR_STILL)


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """A face and what is around it, laid over by some map.

    Attributes:
        patch: around the face.
        shifts: of the patch's size, in its pixels.
        points: the face's landmarks, likewise.
        width: of the face, likewise.
        firm: (H, W), what is around the face and tells its shift.
    """

    patch: Patch
    shifts: Shifts
    points: NDArray[np.float32]
    width: float
    firm: NDArray[np.bool_]

    def still(self, limit: float) -> bool:
        """Whether all lies where the map has it, and the chin did not fall."""
        far = cast("Plane", np.hypot(self.shifts.dx, self.shifts.dy) / np.float32(self.width))[self.firm]
        if weighted_quantile(far, self.shifts.trust[self.firm], MOSTLY) > limit:
            return False
        x, y = np.clip(np.round(self.points[CHIN]).astype(int), 0, np.array(self.firm.shape[::-1]) - 1)
        # The shifts say from where pixels came.
        rises = _Upright.of(self.points).down(float(self.shifts.dx[y, x]), float(self.shifts.dy[y, x]))
        return rises >= -CHIN_FALLS * self.width


def _look_by(matrix: Matrix, original: Samples, export: Samples, face: Face, reach: float) -> _Look | None:
    """None where there is too little of a picture, or nothing around the face tells its shift."""
    box = face.box.grown(round((reach + BEYOND) * face.width)).clipped(export.shape[1], export.shape[0])
    patch = cut_patch(original, export, box, matrix, round(box.width / face.width * FACE_WIDTH))
    if patch is None:
        return None
    width, points = face.width / patch.pixel, apply(inverse(patch.to_export), face.points).astype(np.float32)
    shifts = believed_shifts(patch, inverse(matrix), width, STAGES)
    oval, shape = points[list(FACE_OVAL)], shifts.trust.shape
    around = part_of_face(oval, reach * width, shape) & ~part_of_face(oval, APART * width, shape)
    firm = around & _Upright.of(points).above(shape) & (shifts.trust > FIRM * shifts.trust.mean())
    enough = np.count_nonzero(firm) > FEWEST * np.count_nonzero(around)
    return _Look(patch, shifts, points, width, firm) if enough else None


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


def _is_retouchers(registration: Registration, before: Size, after: Size) -> bool:
    """Whether the picture was turned visibly, or cropped: visibly, or by whole pixels, as no hand moves."""
    matrix = registration.matrix
    turn = float(np.arctan2(matrix[1, 0], matrix[0, 0]))
    corners = np.array([[x, y] for x in (-0.5, after[0] - 0.5) for y in (-0.5, after[1] - 0.5)])
    (x0, y0), (x1, y1) = (ends(apply(inverse(matrix), corners), axis=0) + 0.5 for ends in (np.min, np.max))
    outside = CUT_INSIDE + abs(np.sin(turn)) * max(before)
    inside = bool(np.min([x0, y0, before[0] - x1, before[1] - y1]) > -outside)
    larger = magnification(matrix) > (1 + LARGER) * magnification(resizing(before, after))
    return abs(np.rad2deg(turn)) > TURNED or (inside and (larger or registration.kind == "crop"))


def _straightened(matrix: Matrix, before: Size, after: Size, face_width: float) -> Matrix:
    """The map of a tool that turns a whole picture about its middle, and resizes it: the one nearest to a map.

    The angle is free, but little else, as the sizes tell the rest: the canvas stayed as it was, or was extended so that
    it holds all, or cut to the largest of the picture's shape that is full.
    """
    size, result = np.array(before, np.float64), np.array(after, np.float64)
    rows = matrix[:, :2] * (size / result)[:, None]
    turn = float(np.arctan2(rows[1, 0] - rows[0, 1], rows[0, 0] + rows[1, 1]))
    cos, sin = np.cos(turn), np.sin(turn)
    extended = abs(cos) * size + abs(sin) * size[::-1]
    cut = size * (size / extended).min()
    growth = np.hypot(matrix[:, 0], matrix[:, 1])
    canvases = (size,) if before == after else (size, extended, cut)
    canvas = min(canvases, key=lambda full: float(np.abs(result / full - growth).max()))
    rounded = 0.0 if before == after else ROUNDED
    growth = np.clip(growth, (result - rounded) / canvas, (result + rounded) / canvas)
    linear = growth[:, None] * np.array([[cos, -sin], [sin, cos]])
    there, free = (result - 1) / 2, min(rounded * max(1.0, magnification(matrix)), SLACK * face_width)
    off = apply(matrix, (size[None] - 1) / 2)[0] - there
    return np.column_stack([linear, there + np.clip(off, -free, free) - linear @ ((size - 1) / 2)])
