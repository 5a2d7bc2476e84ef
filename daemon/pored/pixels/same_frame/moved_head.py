"""Whether a head moved against what is around it: then the picture is another frame's, whatever its face looks like."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np

from pored.pixels.align.maps import apply, inverse
from pored.pixels.align.refine_local import laid_by, local_shifts, no_shifts
from pored.pixels.align.refine_patch import cut_patch, overlaid
from pored.pixels.align.spots import part_of_face, spot_likeness, weighted_quantile
from pored.pixels.align.structure import structure
from pored.pixels.planes.median import median
from pored.pixels.skin.face_parts import FACE_OVAL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Face, Plane, Samples
    from pored.pixels.align.maps import Matrix, Registration
    from pored.pixels.align.refine_local import Shifts, Stage
    from pored.pixels.align.refine_patch import Patch

    Region = NDArray[np.bool_]
    Values = NDArray[np.float32]

AROUND = 0.4
"""Hair, shoulders and background: so much of the face's width around it is looked at, ..."""
APART = 0.05
"""... but for this much next to its outline, where the one passes into the other."""
FACE_WIDTH = 160
"""Pixels to which a wider face is reduced."""
STAGES: tuple[Stage, ...] = ((1, 0.25, 0.0), (1, 0.16, 0.0), (1, 0.1, 0.0))
SPOT = 0.04
"""Shifts count where, in spots of so many face widths, what they bring together is alike."""
STAYED, FARTHEST = 0.25, 0.9
"""Shares of the face below which its shortest and its longest shifts lie."""
EVEN = 0.4
"""Share of the longest shifts that the shortest have where a head moved: Liquify moves parts of a face, and a head
moves whole. Of 64 faces that Liquify had moved by up to 4 % of their width in random places it is 0.33 at most; of 31
heads turned by one to three degrees that passed all else 21 are told by it."""
LEAST = 0.25
"""Pixels of the reduced face that cannot be told from the measurement's error."""
DEGREE = 3
"""Of the polynomial that the surroundings' shifts follow: the correction of a lens is of the third (Brown 1966), that
of converging lines is near one of the second; both move the face together with what is around it."""
ROUNDS = 6
OUTLYING, LEAST_OFF = 4.0, 0.15
"""Places further off it than so many median deviations, or so many pixels, moved by themselves (Tukey)."""
RIDGE = 1e-6
"""Of the normal equations' mean diagonal: surroundings in a narrow strip tell no polynomial."""


def head_step(original: Samples, export: Samples, registration: Registration, face: Face) -> float:
    """How far a head moved against its surroundings, from one picture to the other.

    A head that turns, nods or sways moves against shoulders and background, and all of its face does. A retoucher moves
    parts of a face, inwards on both sides or up here and there, and what is around stays with the rest. A lens that was
    corrected, or a perspective, moves all of it smoothly.

    Args:
        original: (H, W, 3) or (H, W), whole.
        export: likewise, of any size.
        registration: of the two.
        face: of the export.

    Returns:
        How far all but a quarter of the face moved at least, in face widths, in the direction in which its middle went;
        0 where only parts of it did, the face needs no local shifts, or nothing can be told.
    """
    if not registration.bends(face.box):
        return 0.0
    found = head_shifts(original, export, registration.matrix, face, AROUND)
    if found is None:
        return 0.0
    shifts, weight, head, around, width = found.shifts, found.shifts.trust, found.head, found.around, found.width
    moved = [plane - _smooth(plane, weight, around, width) for plane in (shifts.dx, shifts.dy)]
    far = np.array([_middle(plane, weight, head) for plane in moved])
    along = (moved[0] * far[0] + moved[1] * far[1]) / max(float(np.hypot(*far)), np.finfo(np.float32).eps)
    least, most = (
        weighted_quantile(along[head].astype(np.float32), weight[head], share) for share in (STAYED, FARTHEST)
    )
    return least / width if least > max(LEAST, EVEN * most) else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class HeadShifts:
    """Local shifts of a head and of what is around it.

    Attributes:
        patch: around the face.
        shifts: of the patch's size, in its pixels.
        width: of the face, in these pixels.
        head: (H, W), the face, where its shifts are believed.
        around: (H, W), what is not next to it, likewise.
    """

    patch: Patch
    shifts: Shifts
    width: float
    head: Region
    around: Region


def head_shifts(original: Samples, export: Samples, matrix: Matrix, face: Face, around: float) -> HeadShifts | None:
    """How a head and its surroundings lie in the two pictures.

    Args:
        original: (H, W, 3) or (H, W), whole.
        export: likewise, of any size.
        matrix: original to export, from which shifts are measured.
        face: of the export.
        around: face widths around it that are looked at.

    Returns:
        None where there is too little of one picture, or nothing can be told of the head or of its surroundings.
    """
    box = face.box.grown(round(around * face.width)).clipped(export.shape[1], export.shape[0])
    patch = cut_patch(original, export, box, matrix, round(box.width / face.width * FACE_WIDTH))
    if patch is None:
        return None
    width = face.width / patch.pixel
    points = apply(inverse(patch.to_export), face.points[list(FACE_OVAL)]).astype(np.float32)
    shifts = believed_shifts(patch, inverse(matrix), width, STAGES)
    told = shifts.trust > 0
    head = part_of_face(points, 0, told.shape) & told
    beside = ~part_of_face(points, APART * width, told.shape) & told
    return HeadShifts(patch, shifts, width, head, beside) if head.any() and beside.any() else None


def believed_shifts(patch: Patch, back: Matrix, face_width: float, stages: tuple[Stage, ...]) -> Shifts:
    """Local shifts as far as they bring together what is alike.

    Args:
        patch: around a face.
        back: export to original.
        face_width: in pixels of the patch.
        stages: of the search, as ``local_shifts`` takes them.

    Returns:
        Of the patch's size, in its pixels; trusted less where the two are less alike, and not at all where there is no
        original.
    """
    shifts = local_shifts(patch, back, face_width, stages, no_shifts(patch))
    laid, ours = structure(laid_by(patch, back, shifts)), structure(patch.export)
    alike, _ = spot_likeness(laid, ours, SPOT * face_width)
    return replace(shifts, trust=np.clip(alike, 0, 1) ** 2 * shifts.trust * overlaid(patch, back)[1])


def _smooth(plane: Plane, weight: Plane, region: Region, width: float) -> Plane:
    """What the shifts in a region follow, everywhere: a polynomial, fitted so that outliers do not count."""
    rows, columns = ((np.arange(size) - size / 2) / width for size in plane.shape)
    powers = [(across, down) for across in range(DEGREE + 1) for down in range(DEGREE + 1 - across)]
    terms = np.stack([np.outer(rows**down, columns**across) for across, down in powers], axis=-1)
    at, shifts, weights = terms[region], plane[region].astype(np.float64), weight[region].astype(np.float64)
    fitted = np.zeros(len(powers))
    fitted[powers.index((0, 0))] = _middle(plane, weight, region)
    for _ in range(ROUNDS):
        off = np.abs(shifts - at @ fitted)
        reach = max(LEAST_OFF, OUTLYING * median(off))
        kept = weights * np.clip(1 - (off / reach) ** 2, 0, 1) ** 2
        normal = (at * kept[:, None]).T @ at
        normal += RIDGE * (np.trace(normal) / len(normal) + np.finfo(np.float64).tiny) * np.eye(len(normal))
        fitted = np.linalg.solve(normal, at.T @ (kept * shifts))
    return cast("Plane", (terms @ fitted).astype(np.float32))


def _middle(plane: Values, weight: Values, region: Region) -> float:
    """The weighted median in a region."""
    return weighted_quantile(plane[region], weight[region], 0.5)
