"""The shifts that one matrix leaves on a face that a retoucher reshaped (liquify)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.align.refine_patch import halved, positions
from pored.pixels.align.structure import gradients, likeness, structure
from pored.pixels.planes.wide_blur import wide_blur

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Box, Plane
    from pored.pixels.align.maps import Matrix
    from pored.pixels.align.refine_patch import Patch

Stage = tuple[int, float, float]
"""Times halved, window as a share of the face's width, and its least pixels after halving."""
COARSE_STAGES: tuple[Stage, ...] = ((2, 0.25, 0.0), (2, 0.16, 0.0))
"""Liquify moves wide parts, so windows begin wide."""
SMALL_PARTS: tuple[Stage, ...] = ((2, 0.1, 0.0),)
"""Then these, for a nose that was made narrower."""
NARROWEST = 8.0
"""Pixels: where a fine window has fewer, it tells more of noise than of shifts."""
FINE_STAGES: tuple[Stage, ...] = tuple(
    (times, share, NARROWEST) for times, share in ((1, 0.1), (1, 0.06), (1, 0.06), (1, 0.04), (0, 0.06), (0, 0.04))
)
ROUNDS = 3
CAUTION = 0.2
"""Share of the mean structure by which shifts are drawn towards none where there is no structure to tell."""
LONGEST = 1.0
"""Pixels that one round may move a place."""
OUTLIER = 4.0
AGREEMENT_REACH = 6.0
SMOOTHER = 1.0
"""Each round's shifts are smoothed by this share of the window: a retoucher's brush is soft."""
LONGEST_SHARE = 0.05
EVERY = 4
"""Pixels, both ways, of which one tells how long the shifts are."""


@dataclass(frozen=True, slots=True, eq=False)
class Shifts:
    """Local shifts in pixels of a patch, and how much structure speaks for them; all (H, W) float32."""

    dx: Plane
    dy: Plane
    trust: Plane

    @property
    def size(self) -> float:
        """Root mean square of the shifts, weighted by trust, in pixels of the patch."""
        squares = self.trust * (self.dx**2 + self.dy**2)
        return float(np.sqrt(squares.sum() / max(float(self.trust.sum()), 1e-12)))

    def within(self, box: Box) -> Shifts:
        """Those of a part, in pixels of the patch."""
        return Shifts(self.dx[box.slices], self.dy[box.slices], self.trust[box.slices])

    @property
    def largest(self) -> float:
        """Length that only the longest shifts exceed, a twentieth by trust: one small part may have been moved."""
        some = (slice(None, None, EVERY), slice(None, None, EVERY))  # they are smooth
        lengths = np.hypot(self.dx[some], self.dy[some]).ravel()
        order = np.argsort(lengths)
        below = np.cumsum(self.trust[some].ravel()[order], dtype=np.float64)
        return float(lengths[order][np.searchsorted(below, (1 - LONGEST_SHARE) * below[-1])])


def no_shifts(patch: Patch) -> Shifts:
    """Where every search begins."""
    nothing = np.zeros_like(patch.export)
    return Shifts(nothing, nothing.copy(), nothing.copy())


def local_shifts(patch: Patch, back: Matrix, face_width: float, stages: tuple[Stage, ...], start: Shifts) -> Shifts:
    """Lucas and Kanade's shifts in windows that shrink from stage to stage.

    Args:
        patch: around one face.
        back: refined map, export to original.
        face_width: in pixels of the patch.
        stages: ``COARSE_STAGES``, then ``SMALL_PARTS``, then ``FINE_STAGES``.
        start: shifts known so far, of the patch's size.

    Returns:
        Shifts of the patch's size: the export's pixel at x shows what the matrix alone lays at x + (dx, dy).

    Source:
        Lucas and Kanade 1981; Baker and Matthews 2004 (gradient of the template).
    """
    shifts = start
    for times, same in groupby(stages, lambda stage: stage[0]):
        small = _target(halved(patch, times))
        shifts = _resized(shifts, small.structure.shape)
        for _, share, least in same:
            window = max(least, share * face_width / 2**times)
            for _ in range(ROUNDS):
                shifts = _moved(shifts, _step(small, back, window, shifts))
    return _resized(shifts, patch.export.shape)


def shift_left(patch: Patch, back: Matrix, window: float, shifts: Shifts) -> Shifts:
    """One step: by how much each place is still off, in pixels of the patch."""
    return _step(_target(patch), back, window, shifts)


@dataclass(frozen=True, slots=True, eq=False)
class _Target:
    """What a patch's export shows, which is the same in every step; all (H, W).

    Attributes:
        structure: of the export.
        squares: its squares, blurred.
        common: where the structure is common detail, and no specks.
        along_x, along_y: its gradients.
    """

    patch: Patch
    structure: Plane
    squares: Plane
    common: NDArray[np.bool_]
    along_x: Plane
    along_y: Plane


def _target(patch: Patch) -> _Target:
    theirs = structure(patch.export)
    squares = wide_blur(theirs * theirs, AGREEMENT_REACH)
    return _Target(patch, theirs, squares, np.abs(theirs) < OUTLIER, *gradients(theirs))


def _step(target: _Target, back: Matrix, window: float, shifts: Shifts) -> Shifts:
    ours = structure(laid_by(target.patch, back, shifts))
    agreement = likeness(ours, target.structure, AGREEMENT_REACH, target.squares)
    weight = np.clip(agreement, 0, 1) ** 2 * target.common
    gx, gy, off = target.along_x, target.along_y, ours - target.structure
    wx, wy = weight * gx, weight * gy
    products: tuple[Plane, ...] = (wx * gx, wx * gy, wy * gy, wx * off, wy * off)
    xx, xy, yy, x, y = (wide_blur(plane, window) for plane in products)
    trust = xx + yy
    caution = CAUTION * float(trust.mean()) / 2 + 1e-12
    xx, yy = xx + caution, yy + caution
    determinant = xx * yy - xy * xy
    dx, dy = (xy * y - yy * x) / determinant, (xy * x - xx * y) / determinant
    shorter = cast("Plane", 1 / np.maximum(1, np.sqrt(dx * dx + dy * dy) / LONGEST))
    smoother = SMOOTHER * window
    return Shifts(wide_blur(_single(dx * shorter), smoother), wide_blur(_single(dy * shorter), smoother), trust)


def _single(plane: NDArray[np.floating]) -> Plane:
    return plane.astype(np.float32)


def laid_by(patch: Patch, back: Matrix, shifts: Shifts) -> Plane:
    """The original in the patch's frame, by matrix and shifts; beyond its edge, the edge."""
    source = patch.source(back).astype(np.float32)
    x, y = positions(patch.export.shape[1], patch.export.shape[0])
    x, y = x + shifts.dx, y + shifts.dy
    at_x, at_y = (row[0] * x + row[1] * y + row[2] for row in source)
    laid = cv2.remap(patch.original, at_x, at_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return cast("Plane", laid)


def _moved(shifts: Shifts, by: Shifts) -> Shifts:
    return Shifts(shifts.dx + by.dx, shifts.dy + by.dy, by.trust)


def _resized(shifts: Shifts, shape: tuple[int, ...]) -> Shifts:
    height, width = shape
    if shifts.dx.shape == (height, width):
        return shifts
    factor = width / shifts.dx.shape[1]
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    dx, dy, trust = (cv2.resize(p, (width, height), interpolation=how) for p in (shifts.dx, shifts.dy, shifts.trust))
    return Shifts(cast("Plane", dx * factor), cast("Plane", dy * factor), cast("Plane", trust))
