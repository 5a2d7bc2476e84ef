"""The smooth bend that one matrix leaves all over a picture whose lens or perspective was corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from pored.pixels.align.refine import COARSEST_WIDTH
from pored.pixels.align.refine_local import AGREEMENT_REACH, OUTLIER, Shifts, laid_by
from pored.pixels.align.refine_patch import halved
from pored.pixels.align.structure import gradients, likeness, structure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane
    from pored.pixels.align.maps import Matrix
    from pored.pixels.align.refine_patch import Patch

    Coefficients = NDArray[np.float64]
    Terms = NDArray[np.float32]

DEGREE = 3
"""Of the polynomial, in x and y: a lens' correction is of the third (Brown 1966), that of converging lines near one of
the second."""
MOST_STEPS = 6
STILL = 0.02
"""Pixels: a step that moves nothing by more ends a size."""
SOME = (slice(None, None, 2), slice(None, None, 2))
"""Every other pixel both ways tells the coefficients as well as all of them."""
RIDGE = 1e-4
"""Of the curvature's mean diagonal: what little structure tells stays small."""


def smooth_shifts(patch: Patch, back: Matrix) -> Shifts:
    """The polynomial in x and y that lays one picture over the other best, beyond a matrix.

    Gauss-Newton on structure, coarse to fine, as ``refine``; all of the patch tells the twenty coefficients, so that
    smoothed skin is moved as what is around it tells.

    Args:
        patch: around a face.
        back: refined map, export to original.

    Returns:
        Of the patch's size; trusted alike everywhere.
    """
    count = (DEGREE + 1) * (DEGREE + 2) // 2
    bend = np.zeros((2, count))
    for times in range(max(0, round(np.log2(patch.export.shape[1] / COARSEST_WIDTH))), -1, -1):
        bend = 2**times * _settled(halved(patch, times), back, bend / 2**times)
    return _shifts(bend, _terms(patch.export.shape))


def _settled(patch: Patch, back: Matrix, bend: Coefficients) -> Coefficients:
    """The coefficients after all steps at one size, in its pixels."""
    terms, theirs = _terms(patch.export.shape), structure(patch.export)
    common = np.abs(theirs) < OUTLIER
    slopes = (plane[SOME] for plane in gradients(theirs))
    steepest = np.concatenate([along * terms[:, *SOME] for along in slopes]).reshape(2 * len(terms), -1)
    for _ in range(MOST_STEPS):
        ours = structure(laid_by(patch, back, _shifts(bend, terms)))
        weight = (np.clip(likeness(ours, theirs, AGREEMENT_REACH), 0, 1) ** 2 * common)[SOME].ravel()
        curvature = ((steepest * weight) @ steepest.T).astype(np.float64)
        curvature += RIDGE * np.trace(curvature) / len(curvature) * np.eye(len(curvature))
        slope = (steepest @ (weight * (ours - theirs)[SOME].ravel())).astype(np.float64)
        step = -np.linalg.solve(curvature, slope).reshape(bend.shape)
        bend = bend + step
        if np.abs(step).sum(axis=1).max() < STILL:
            break
    return bend


def _terms(shape: tuple[int, ...]) -> Terms:
    """The products of powers of x and y, (N, H, W); the patch's width reaches from -1 to 1."""
    height, width = shape
    x, y = (np.linspace(-1, 1, size, dtype=np.float32) * np.float32(size / width) for size in (width, height))
    return np.stack(
        [np.outer(y**down, x**across) for across in range(DEGREE + 1) for down in range(DEGREE + 1 - across)]
    )


def _shifts(bend: Coefficients, terms: Terms) -> Shifts:
    dx, dy = (cast("Plane", np.tensordot(each.astype(np.float32), terms, 1)) for each in bend)
    return Shifts(dx, dy, np.ones_like(dx))
