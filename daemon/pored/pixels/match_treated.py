"""Where an export was smoothed at all: a mask also covers hair, glasses and skin that the smoothing left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.register_structure import wide_blur

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane

WORKING_WIDTH = 500.0
"""A larger face is looked at at this width; what was smoothed shows there too."""
DETAIL = 3.0
"""Radius of the detail that is compared, pixels at working width."""
AROUND = 0.012
"""How far around a pixel its detail counts, in face widths."""
LOST = 0.1
"""Share of the original's detail, as power, that must be gone."""
ROUNDING = 0.08
"""Power of the detail that rounding to 8 bit makes, squared levels; less is no detail."""


def treated_skin(difference: Plane, tone: Plane, skin: Plane, face_width: float) -> Plane:
    """The part of the skin that tells what smoothing took; all statistics of a pair are made on it.

    Args:
        difference: (H, W) float32, lightness of original less export, levels.
        tone: (H, W) float32, the export's lightness.
        skin: (H, W) float32 0..1.
        face_width: in pixels.

    Returns:
        (H, W) float32: ``skin`` where detail was lost, 0 elsewhere; ``skin`` itself where hardly any was lost.
    """
    found = skin * was_treated(*detail_powers(difference, tone, face_width))
    return found if found.any() else skin


def was_treated(lost: Plane, whole: Plane) -> NDArray[np.bool_]:
    """Where so much of the original's detail is gone that it was smoothed away; takes what ``detail_powers`` gives."""
    return cast("NDArray[np.bool_]", lost > np.maximum(LOST * whole, ROUNDING))


def detail_powers(difference: Plane, tone: Plane, face_width: float) -> tuple[Plane, Plane]:
    """Power of the detail that was lost and of the original's, around each pixel, (H, W) float32, squared levels.

    Args:
        difference: (H, W) float32, lightness of original less export, levels.
        tone: (H, W) float32, the export's lightness.
        face_width: in pixels.
    """
    factor = max(1, int(face_width / WORKING_WIDTH))
    height, width = difference.shape
    size = max(1, width // factor), max(1, height // factor)
    small = [_resized(plane, size) for plane in (difference, tone + difference)]
    lost, whole = (_resized(_power(plane, AROUND * face_width / factor), (width, height)) for plane in small)
    return lost, whole


def _power(plane: Plane, reach: float) -> Plane:
    detail = plane - wide_blur(plane, DETAIL)
    return wide_blur(detail * detail, max(1.0, reach))


def _resized(plane: Plane, size: tuple[int, int]) -> Plane:
    if plane.shape == size[::-1]:
        return plane
    shrinks = size[0] < plane.shape[1]
    return cast("Plane", cv2.resize(plane, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR))
