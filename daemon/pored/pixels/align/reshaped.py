"""The shifts that a face needs after the picture's own map, if it needs any: a retoucher's, or a lens' correction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.model import Box
from pored.pixels.align.maps import LocalField, apply, inverse
from pored.pixels.align.refine_local import (
    COARSE_STAGES,
    FINE_STAGES,
    SMALL_PARTS,
    laid_by,
    local_shifts,
    no_shifts,
    shift_left,
)
from pored.pixels.align.smooth import smooth_shifts
from pored.pixels.align.spots import correlation
from pored.pixels.align.structure import structure

if TYPE_CHECKING:
    from pored.model import Face, Plane
    from pored.pixels.align.maps import Matrix
    from pored.pixels.align.refine_local import Shifts
    from pored.pixels.align.refine_patch import Patch

SHIFTED = 0.5
"""Shifts above this, in pixels of the patch, are worth a closer look: of all of it, or the longest of the face, where
only the nose, say, was moved."""
MOVED = 0.5
"""Shifts of this share of the longest are those that are to prove themselves ..."""
LONGEST = 0.98
"""... the longest being what so many of them stay below."""
MENDED = 0.15
"""Share of the disagreement in the places moved that the shifts must take away. Of nine smoothed portraits, JPEGs of
them, noisy, regraded and reduced ones, 0.13 at most; where Liquify moved parts by 1 % of the face's width or
more, 0.2 to 0.7."""
FAINT = 0.25
"""Shifts above this, in such pixels, may be those of a small face's eyes or mouth ..."""
CERTAINLY_MENDED = 0.5
"""... if they take away so much of the disagreement: of 16 faces, 90 to 180 pixels wide, whose eyes were enlarged by 9
to 15 %, 0.52 to 0.88."""
BENT = 0.25
"""A smooth bend is one where it moves the face by so many pixels of the patch, root mean square, ..."""
STILL = 0.15
"""... leaves no shifts as large as this, all over or the longest of the face, ..."""
MOSTLY = 0.5
"""... and takes away so much of the disagreement. In 24 portraits, faces 84 to 550 pixels wide, whose lens or
perspective was corrected by 3 to 5 %, it moves 0.4 pixels or more, leaves 0.12 at most and mends 0.72 to 1.0; of 240
faces that Liquify or lifted corners of the mouth changed none passes."""
RESIDUAL_WINDOW = 0.1
FIELD_EDGE = 0.1
"""Over this share of its box a field fades to none."""
FIELD_STEP = 4
"""Pixels of the patch from sample to sample of a field; its windows are far wider."""
NOTHING = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One face after the matrix.

    Attributes:
        field: the local shifts that it needs, if any.
        residual: root mean square of what is left on the face after matrix and field, in pixels of the export.
    """

    field: LocalField | None
    residual: float


def closer_look(patch: Patch | None, face: Face, matrix: Matrix) -> Look:
    """Finds a face's local shifts, and whether it has any: those of the measurement bring nothing nearer.

    Args:
        patch: around the face; None where there is too little of one picture.
        face: of the export.
        matrix: refined, original to export.
    """
    if patch is None:
        return Look(None, 0.0)
    back, width, inside = inverse(matrix), face.width / patch.pixel, _box_in(patch, face)
    shifts = local_shifts(patch, back, width, COARSE_STAGES, no_shifts(patch))
    wide = shifts.size
    shifts = local_shifts(patch, back, width, SMALL_PARTS, shifts)
    bends, smooth = wide > SHIFTED or shifts.within(inside).largest > SHIFTED, False
    if bends:
        bent = smooth_shifts(patch, back)
        smooth = _is_all(patch, back, bent, inside, width)
        shifts = bent if smooth else local_shifts(patch, back, width, FINE_STAGES, shifts)
        bends = smooth or mended(patch, back, shifts) > MENDED
    shifts = shifts if bends else no_shifts(patch)
    left = shift_left(patch.part(inside), back, RESIDUAL_WINDOW * width, shifts.within(inside)).size * patch.pixel
    return Look(_field(patch, shifts, smooth=smooth) if bends else None, left)


def faint_field(patch: Patch, face: Face, matrix: Matrix) -> LocalField | None:
    """The field of shifts too short for ``closer_look``, where they leave little of the disagreement.

    Args:
        patch: around the face.
        face: of the export.
        matrix: refined, original to export.

    Returns:
        None where nothing moved, or where it may be the measurement's error.
    """
    back, width = inverse(matrix), face.width / patch.pixel
    shifts = local_shifts(patch, back, width, (*COARSE_STAGES, *SMALL_PARTS), no_shifts(patch))
    if shifts.within(_box_in(patch, face)).largest < FAINT:
        return None
    shifts = local_shifts(patch, back, width, FINE_STAGES, shifts)
    return _field(patch, shifts, smooth=False) if mended(patch, back, shifts) > CERTAINLY_MENDED else None


def _is_all(patch: Patch, back: Matrix, bent: Shifts, inside: Box, width: float) -> bool:
    """Whether a smooth bend leaves nothing to local shifts; if so, it is better known than they are."""
    left = shift_left(patch, back, RESIDUAL_WINDOW * width, bent)
    still = max(left.size, left.within(inside).largest) < STILL
    return still and bent.within(inside).size > BENT and mended(patch, back, bent) > MOSTLY


def mended(patch: Patch, back: Matrix, shifts: Shifts) -> float:
    """What share of the disagreement the shifts take away, in the places that they move; 1 is all of it.

    Args:
        patch: around a face.
        back: export to original.
        shifts: of the patch's size.
    """
    lengths = np.hypot(shifts.dx, shifts.dy)
    there = lengths > MOVED * np.quantile(lengths, LONGEST)
    ours = structure(patch.export)[there]
    before, after = (correlation(structure(laid_by(patch, back, by))[there], ours) for by in (no_shifts(patch), shifts))
    return (after - before) / max(1 - before, NOTHING)


def _box_in(patch: Patch, face: Face) -> Box:
    """The face's box, in pixels of the patch, clipped to it; not empty."""
    height, width = patch.export.shape
    box = face.box
    (x0, y0), (x1, y1) = apply(inverse(patch.to_export), np.array([[box.x0, box.y0], [box.x1, box.y1]], np.float64))
    return Box(round(x0), round(y0), max(round(x1), 1), max(round(y1), 1)).clipped(width, height)


def _field(patch: Patch, shifts: Shifts, *, smooth: bool) -> LocalField:
    """It fades over the edge of the patch; a smooth one beyond it, as it goes on there."""
    height, width = patch.export.shape
    across, down = (round(FIELD_EDGE / (1 - 2 * FIELD_EDGE) * length) if smooth else 0 for length in (width, height))
    ends = np.array([[-across - 0.5, -down - 0.5], [width + across - 0.5, height + down - 0.5]])
    (x0, y0), (x1, y1) = apply(patch.to_export, ends) + 0.5
    planes = (
        cv2.copyMakeBorder(plane * np.float32(patch.pixel), down, down, across, across, cv2.BORDER_REPLICATE)
        for plane in (shifts.dx, shifts.dy)
    )
    weight = _fade(height + 2 * down)[:, None] * _fade(width + 2 * across)[None, :]
    size = max(1, weight.shape[1] // FIELD_STEP), max(1, weight.shape[0] // FIELD_STEP)
    dx, dy, share = (
        cast("Plane", cv2.resize(plane, size, interpolation=cv2.INTER_AREA))
        for plane in (*(plane * weight for plane in planes), weight)
    )
    return LocalField(Box(round(x0), round(y0), round(x1), round(y1)), dx, dy, share, smooth)


def _fade(length: int) -> Plane:
    """1 inside, down to 0 at both ends."""
    from_end = np.minimum(np.arange(length), np.arange(length)[::-1])
    return np.clip(from_end / (FIELD_EDGE * length), 0, 1).astype(np.float32)
