"""Where each pixel lies on a face's skin laid out flat: texture is denser where the face turns away from the camera."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from pored.model import Box
from pored.pixels.align.refine_patch import positions
from pored.pixels.planes.reduced import enlarged
from pored.pixels.skin.face_frame import CHIN, TOP
from pored.pixels.skin.face_parts import CHEEK_TO_CHEEK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Face, Plane

ROUNDNESS = 0.6
"""0 for a face as flat as the picture, 1 for an ellipsoid."""
STEEPEST = 0.9
"""Farther than this share of the way to the outline texture gets no denser."""
STRAIGHT = 1 / 300
"""In face widths: over so short a way positions are as good as on a line, and read between those of fewer pixels."""


def skin_positions(face: Face, box: Box) -> tuple[Plane, Plane]:
    """Across and down on the skin, in pixels of the picture from the middle of the face, for each pixel of a box.

    The axes turn with the face. A half-turned face needs nothing else: an ellipsoid's outline says all.

    Returns:
        Two planes (box.height, box.width) float32.
    """
    ends = face.points[list(CHEEK_TO_CHEEK)]
    across = (ends[1] - ends[0]) / max(1e-6, float(np.hypot(*(ends[1] - ends[0]))))
    down = np.array([-across[1], across[0]], np.float32)
    upright = face.points[[TOP, CHIN]]
    middle = (ends.mean(axis=0) + upright.mean(axis=0)) / 2
    reach_across, reach_down = face.width / 2, max(1.0, abs(float((upright[1] - upright[0]) @ down)) / 2)
    factor = max(1, int(STRAIGHT * face.width))
    around = Box(box.x0 - factor, box.y0 - factor, box.x1 + 2 * factor, box.y1 + 2 * factor)
    x, y = (
        at * np.float32(factor) + np.float32((factor - 1) / 2)
        for at in positions(around.width // factor, around.height // factor)
    )
    x, y = x + np.float32(around.x0) - middle[0], y + np.float32(around.y0) - middle[1]
    inner = box.within(around).slices
    return (
        _every_pixel(_unrolled(x, y, across, reach_across), factor)[inner],
        _every_pixel(_unrolled(x, y, down, reach_down), factor)[inner],
    )


def _every_pixel(way: Plane, factor: int) -> Plane:
    height, width = way.shape
    return enlarged(way, factor, (0, height * factor), width * factor)


def _unrolled(x: Plane, y: Plane, axis: NDArray[np.float32], reach: float) -> Plane:
    """The way over the skin from the middle to each pixel along an axis."""
    straight: Plane = ((x * axis[0] + y * axis[1]) / np.float32(reach)).astype(np.float32)
    round_part = np.clip(straight, -STEEPEST, STEEPEST)
    slope = 1 / np.sqrt(1 - STEEPEST**2)
    way = np.arcsin(round_part) + np.float32(slope) * (straight - round_part)
    return cast("Plane", np.float32(reach) * (straight + np.float32(ROUNDNESS) * (way - straight)))
