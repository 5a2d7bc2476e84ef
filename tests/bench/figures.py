"""How a result stands to the truth, or, where nobody knows it, to the original laid over the export."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.photoshop.desaturate import desaturate
from pored.pixels.photoshop.high_pass import high_band
from pored.pixels.recovery.texture import compare_texture, measured_skin

if TYPE_CHECKING:
    from cases import Case
    from numpy.typing import NDArray

    from pored.model import Plane, Samples

BAND = 3.0
"""Radius of the high pass in which texture is measured, in pixels of the portrait."""
DRIFT_BLUR = 12.0
"""What is left of a difference after this blur is a change of tone, in pixels of the portrait."""
INSIDE = 0.02
"""Texture is measured this far inside the skin's edge, in face widths: there it was smoothed in full."""
ON_MARK = 0.2
"""Share of a mark's depth from which a pixel lies on it."""
AROUND_MARK = 5
"""Pixels around a mark that count neither as mark nor as skin."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one result.

    Attributes:
        energy: standard deviation of its texture, in the truth's.
        correlation: of the two textures.
        drift: mean difference from the export after a wide blur, in any channel, levels.
        shares: of each mark: what came back, or for kept ones what was lost or added. 0 is right, 1 is all of it.
    """

    energy: float
    correlation: float
    drift: float
    shares: tuple[float, ...] = ()


def against_truth(case: Case, export: Samples, result: Samples) -> Figures:
    """The figures of a made case.

    Args:
        case: with the truth.
        export: as it was read from its file, which may have been compressed.
        result: of a method, upright.
    """
    band = BAND * case.scale
    ours, truth = high_band(desaturate(result), band), high_band(desaturate(case.truth), band)
    skin = _inner(case.skin, case.face_width)
    where = measured_skin(skin, truth) & ~_near_marks(case)
    texture = compare_texture(ours, truth, where)
    drifted = drift(result, export, where, DRIFT_BLUR * max(1.0, case.scale))
    shares = tuple(_share(ours - truth, high_band(mark, band), mark, skin) for mark in case.marks)
    return Figures(texture.energy, texture.correlation, drifted, tuple(share for share in shares if share is not None))


def drift(result: Samples, export: Samples, where: NDArray[np.bool_], blur: float) -> float:
    """Mean |difference|, the largest of the channels, after a Gaussian blur; levels."""
    difference = np.atleast_3d(result.astype(np.float32) - export.astype(np.float32))
    wide = np.atleast_3d(cv2.GaussianBlur(difference, (0, 0), blur))
    return float(np.abs(wide).max(axis=2)[where].mean()) if where.any() else 0.0


def _inner(skin: NDArray[np.uint8], face_width: float) -> NDArray[np.uint8]:
    size = 2 * max(1, round(INSIDE * face_width)) + 1
    full = (skin > 250).astype(np.uint8) * 255  # but for the feather
    return cast("NDArray[np.uint8]", cv2.erode(full, np.ones((size, size), np.uint8), borderValue=0))


def _near_marks(case: Case) -> NDArray[np.bool_]:
    marked = np.zeros(case.skin.shape, np.uint8)
    for mark in () if case.kept else case.marks:
        marked[_on(mark)] = 1
    around = np.ones((2 * AROUND_MARK + 1,) * 2, np.uint8)
    return cv2.dilate(marked, around) > 0


def _on(mark: Plane) -> NDArray[np.bool_]:
    depth = np.abs(mark)
    return depth > max(ON_MARK * float(depth.max()), 0.0)


def _share(wrong: Plane, mark_band: Plane, mark: Plane, skin: NDArray[np.uint8]) -> float | None:
    """How much of the mark is in what differs from the truth, by least squares; None where it lies off the skin."""
    zone = cv2.dilate(_on(mark).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool) & (skin > 0)
    shape = mark_band[zone].astype(np.float64)
    power = float(shape @ shape)
    return abs(float(wrong[zone].astype(np.float64) @ shape) / power) if power > 1.0 else None
