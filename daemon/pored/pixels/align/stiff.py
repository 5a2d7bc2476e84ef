"""A registration that may move, turn and grow a part of a face as a whole, but not change its shape."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.align.maps import identity, inverse, then
from pored.pixels.align.refine_patch import positions
from pored.pixels.align.warp import displacements

if TYPE_CHECKING:
    from pored.model import Box
    from pored.pixels.align.maps import Matrix, Registration


def stiffened(registration: Registration, box: Box) -> Registration:
    """The registration whose local field is, in a box, the nearest affine map.

    A retoucher's Liquify shifts and enlarges an eye; between two frames of one person it opens, or looks elsewhere. The
    field follows both, and only a stiff one tells them apart.

    Args:
        registration: with or without fields.
        box: in pixels of the export, not empty; only there does the answer hold.

    Returns:
        Without fields; the registration itself where none of its fields touches the box.
    """
    if not registration.bends(box):
        return registration
    stretch = identity() + _nearest_affine(registration, box)
    matrix = inverse(then(stretch, inverse(registration.matrix)))
    return replace(registration, matrix=matrix, kind="affine", fields=())


def growth(registration: Registration, box: Box) -> float:
    """By what share a box's content became larger by the local fields, in the direction in which it grew least.

    Args:
        registration: with or without fields.
        box: in pixels of the export, not empty.

    Returns:
        0.05 for a part that a retoucher made larger by 5 %; about 0 for one that moved, or opened wider.
    """
    if not registration.bends(box):
        return 0.0
    stretch = -_nearest_affine(registration, box)[:, :2]  # the field says from where pixels came
    return float(np.linalg.eigvalsh((stretch + stretch.T) / 2)[0])


def _nearest_affine(registration: Registration, box: Box) -> Matrix:
    """Least squares: (2, 3), from the export's x, y to the field's dx, dy."""
    x, y = np.broadcast_arrays(*positions(box.width, box.height))
    places = np.stack([x.ravel() + box.x0, y.ravel() + box.y0, np.ones(x.size)], axis=1).astype(np.float64)
    shifts = np.stack([plane.ravel() for plane in displacements(registration.fields, box)], axis=1)
    affine: Matrix = np.linalg.lstsq(places, shifts.astype(np.float64), rcond=None)[0].T.astype(np.float64)
    return affine
