"""From a rough map to a hundredth of a pixel: least squares on the detail that both pictures have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pored.pixels.align.maps import apply, inverse, then
from pored.pixels.align.refine_patch import halved, overlaid, positions
from pored.pixels.align.structure import gradients, likeness, structure
from pored.pixels.planes.wide_blur import wide_blur

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pored.model import Plane
    from pored.pixels.align.maps import Matrix
    from pored.pixels.align.refine_patch import Patch

Vector = NDArray[np.float64]

COARSEST_WIDTH = 90
"""Pixels of a patch at which refinement begins; there, the landmarks' error is a pixel or less."""
MOST_STEPS = 8
STILL = 0.02
"""A step that moves nothing by more than this, in pixels of the level, ends the level."""
OUTLIER = 4.0
"""Structure beyond this is a speck or a saturated rim, not common detail."""
AGREEMENT_REACH = 6.0
RIDGE = 1e-6

SIMILAR = np.array(
    [[1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, -1], [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]], dtype=np.float64
)
"""The six parameters of an affine step from a similarity's four: shift x, shift y, growth, turn."""


@dataclass(frozen=True, slots=True, eq=False)
class Refined:
    """A refined map.

    Attributes:
        matrix: (2, 3), original to export.
        likeness: correlation of both structures, weighted by how much of it the export has; up to 1.
    """

    matrix: Matrix
    likeness: float


@dataclass(frozen=True, slots=True, eq=False)
class _Frame:
    """Coordinates around the patches' middle in which all parameters have about the same weight."""

    middle: Vector
    length: float
    ends: Vector


def refine(patches: Sequence[Patch], matrix: Matrix, *, only_coarse: bool = False) -> Refined:
    """Refine a rough map on patches, coarse to fine; similarities first, affine maps on the finest level.

    Gauss-Newton on structure (detail in units of local contrast). The gradient is the export's: what its smoothing
    took, and the original's noise, have no part in it and so cannot pull. Each pixel weighs as its surroundings agree.

    Args:
        patches: at least one.
        matrix: original to export, good to about a tenth of a face's width.
        only_coarse: stop after the coarsest level; enough to tell a wrong start.

    Returns:
        The refined map.

    Source:
        Baker and Matthews 2004, "Lucas-Kanade 20 years on: a unifying framework" (the inverse approach).
    """
    back, frame, alike = inverse(matrix), _frame(patches), 0.0
    top = max(0, round(np.log2(max(patch.export.shape[1] for patch in patches) / COARSEST_WIDTH)))
    for level in range(top, -1, -1):
        small = [halved(patch, level) for patch in patches]
        back, alike = _settled(small, back, frame, affine=level == 0)
        if only_coarse:
            break
    return Refined(inverse(back), alike)


def glance(patches: Sequence[Patch], matrix: Matrix) -> Refined:
    """One affine step of ``refine`` on the finest level: tells whether a map that may be exact is.

    Args:
        patches: at least one.
        matrix: original to export; what the step makes of one that is off by more than a pixel of the patches means
            nothing, and its likeness is low.
    """
    back, frame = inverse(matrix), _frame(patches)
    step, alike = _step([_target(patch, frame) for patch in patches], back, frame, affine=True)
    return Refined(inverse(then(step, back)), alike)


def _frame(patches: Sequence[Patch]) -> _Frame:
    corners = [(x, y) for x in (0, 1) for y in (0, 1)]
    ends = np.vstack([apply(p.to_export, np.array(corners) * (np.array(p.export.shape[::-1]) - 1.0)) for p in patches])
    return _Frame(ends.mean(axis=0), float(np.ptp(ends, axis=0).max()) / 2, ends)


@dataclass(frozen=True, slots=True, eq=False)
class _Target:
    """What a patch's export shows, which is the same in every step.

    Attributes:
        structure: of the export.
        squares: its squares, blurred.
        common: 1 where the structure is common detail, 0 on specks.
        steepest: how each pixel changes with each of the six parameters; (6, N).
        some: likewise, of every other pixel both ways: enough for the curvature, which only says how far a step goes.
    """

    patch: Patch
    structure: Plane
    squares: Plane
    common: NDArray[np.bool_]
    steepest: NDArray[np.float32]
    some: NDArray[np.float32]


def _target(patch: Patch, frame: _Frame) -> _Target:
    theirs = structure(patch.export)
    squares = wide_blur(theirs * theirs, AGREEMENT_REACH)
    steepest = _steepest(theirs, patch, frame)
    some = steepest.reshape(len(steepest), *theirs.shape)[:, ::2, ::2].reshape(len(steepest), -1)
    return _Target(patch, theirs, squares, np.abs(theirs) < OUTLIER, steepest, some)


def _settled(patches: Sequence[Patch], back: Matrix, frame: _Frame, *, affine: bool) -> tuple[Matrix, float]:
    alike, targets = 0.0, [_target(patch, frame) for patch in patches]
    for _ in range(MOST_STEPS):
        step, alike = _step(targets, back, frame, affine=affine)
        back = then(step, back)
        if np.abs(apply(step, frame.ends) - frame.ends).max() < STILL * patches[0].pixel:
            break
    return back, alike


def _step(targets: Sequence[_Target], back: Matrix, frame: _Frame, *, affine: bool) -> tuple[Matrix, float]:
    curvature, slope, agreed, energy = np.zeros((6, 6)), np.zeros(6), 0.0, 0.0
    for target in targets:
        laid, there = overlaid(target.patch, back)
        ours = structure(laid)
        agreement = likeness(ours, target.structure, AGREEMENT_REACH, target.squares)
        weight = np.clip(agreement, 0, 1) ** 2 * there * target.common
        share = target.steepest.shape[1] / target.some.shape[1]
        curvature += share * ((target.some * weight[::2, ::2].ravel()) @ target.some.T)
        slope += target.steepest @ (weight * (ours - target.structure)).ravel()
        power = target.squares * there
        agreed, energy = agreed + float((agreement * power).sum()), energy + float(power.sum())
    return _motion(_solution(curvature, slope, affine=affine), frame), agreed / max(energy, RIDGE)


def _steepest(structured: Plane, patch: Patch, frame: _Frame) -> NDArray[np.float32]:
    """How each pixel changes with each of the six parameters; (6, N)."""
    height, width = structured.shape
    x, y = positions(width, height)
    scale = patch.pixel / frame.length
    from_middle = (patch.to_export[:, 2] - frame.middle) / frame.length
    u = np.float32(scale) * x + np.float32(from_middle[0])
    v = np.float32(scale) * y + np.float32(from_middle[1])
    along_x, along_y = (slope / np.float32(patch.pixel) for slope in gradients(structured))
    planes = [along_x, along_x * u, along_x * v, along_y, along_y * u, along_y * v]
    return np.stack([plane.ravel() for plane in planes])


def _solution(curvature: Vector, slope: Vector, *, affine: bool) -> Vector:
    basis = np.eye(6) if affine else SIMILAR
    normal = basis.T @ curvature @ basis
    ridge = RIDGE * (np.trace(normal) + 1.0) * np.eye(len(normal))
    return basis @ np.linalg.solve(normal + ridge, -basis.T @ slope)


def _motion(parameters: Vector, frame: _Frame) -> Matrix:
    """The step as a map of the export's pixels."""
    shift, growth = parameters.reshape(2, 3)[:, :1], parameters.reshape(2, 3)[:, 1:] / frame.length
    return np.hstack([np.eye(2) + growth, shift - growth @ frame.middle[:, None]])
