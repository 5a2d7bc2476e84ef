"""Whether a head lies exactly where it lay: then it is the same frame, as nobody holds so still."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from pored.pixels.align.maps import apply, inverse, resizing
from pored.pixels.align.refine_patch import cut_patch
from pored.pixels.align.spots import part_of_face, weighted_quantile
from pored.pixels.same_frame.moved_head import believed_shifts
from pored.pixels.skin.face_frame import CHIN
from pored.pixels.skin.face_parts import FACE_OVAL

if TYPE_CHECKING:
    from pored.model import Face, Plane, Samples
    from pored.pixels.align.refine_local import Stage

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
"""The share of what is around a face that must lie within ..."""
STILL = 0.001
"""... so many face widths of where it lay, a seventh of a millimetre. Of 181 pairs of frames of a fixed camera, a
quarter of a second apart or more, of people who talk, it moved by 0.0012 at least, by 0.014 in half of them; of 80
faces whose mouth's corners were lifted, as JPEG or at half size too, by 0.0011 at most, by less than 0.0005 in nine of
ten."""
CHIN_STILL = 0.003
"""Likewise the chin, which falls as a mouth opens: 0.012 at least where it opens by a fiftieth of the face's width;
0.0036 at most where a mouth's corners were lifted."""


def held_still(original: Samples, export: Samples, face: Face) -> bool:
    """Whether, the one picture laid over the other edge on edge, nothing around a face moved, nor its chin.

    A hand-held camera never lies in the same place twice; before one on a tripod a person breathes and sways. A
    retoucher who lifts the corners of a mouth moves nothing else.

    Args:
        original: (H, W, 3) or (H, W), whole.
        export: likewise, of any size; where it was cropped, nothing can be told.
        face: of the export.
    """
    size = export.shape[1], export.shape[0]
    whole = resizing((original.shape[1], original.shape[0]), size)
    box = face.box.grown(round(CUT * face.width)).clipped(*size)
    patch = cut_patch(original, export, box, whole, round(box.width / face.width * FACE_WIDTH))
    if patch is None:
        return False
    width, points = face.width / patch.pixel, apply(inverse(patch.to_export), face.points).astype(np.float32)
    shifts = believed_shifts(patch, inverse(whole), width, STAGES)
    far = cast("Plane", np.hypot(shifts.dx, shifts.dy) / np.float32(width))
    oval = points[list(FACE_OVAL)]
    around = part_of_face(oval, AROUND * width, far.shape) & ~part_of_face(oval, APART * width, far.shape)
    firm = around & (shifts.trust > FIRM * shifts.trust.mean())
    if np.count_nonzero(firm) <= FEWEST * np.count_nonzero(around):
        return False
    if weighted_quantile(far[firm], shifts.trust[firm], MOSTLY) > STILL:
        return False
    x, y = np.clip(np.round(points[CHIN]).astype(int), 0, (far.shape[1] - 1, far.shape[0] - 1))
    return bool(far[y, x] <= CHIN_STILL)
