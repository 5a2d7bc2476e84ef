from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from pored.pixels.same_frame.recoloured_lips import within_recoloured_lips

if TYPE_CHECKING:
    from pored.model import Plane

WIDTH = 190.0
SPOT = 0.02
OUTLINE = np.array(cv2.ellipse2Poly((60, 40), (34, 17), 0, 0, 360, 12), np.float32)


def mouth(*, line: float = 40.0, gains: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> Plane:
    """Lips with creases and the line between them at a height, on even skin; (80, 120, 3) levels."""
    rows, columns = np.mgrid[:80, :120].astype(np.float32)
    creases = 8 * np.sin(columns / 2) * np.sin(rows / 9)
    light = 140 + creases - 90 * np.exp(-((rows - line - 0.002 * (columns - 60) ** 2) ** 2) / 3)
    lips = np.zeros((80, 120), np.float32)
    cv2.fillPoly(lips, [OUTLINE.astype(np.int32)], 1.0)
    coloured = light[..., None] * np.array(gains) * np.array([1.1, 0.7, 0.7])
    picture = np.where(lips[..., None] > 0, coloured, np.array([210.0, 170.0, 150.0]))
    return picture.astype(np.float32)


@pytest.mark.parametrize("gains", [(0.9, 0.7, 0.8), (0.5, 0.3, 0.9), (1.3, 1.3, 1.3)])
def test_what_lies_within_lips_of_a_new_colour_is_alike(gains: tuple[float, float, float]) -> None:
    found = within_recoloured_lips(mouth(), mouth(gains=gains), OUTLINE, SPOT, WIDTH)
    assert found is not None
    ours, theirs, likeness, weight = found
    assert ours.shape == theirs.shape == likeness.shape == weight.shape
    assert likeness.min() > 0.9


@pytest.mark.parametrize("gains", [(1.0, 1.0, 1.0), (0.95, 0.95, 0.95)])
def test_lips_of_their_own_colour_are_not_asked(gains: tuple[float, float, float]) -> None:
    assert within_recoloured_lips(mouth(), mouth(gains=gains), OUTLINE, SPOT, WIDTH) is None


def test_a_grading_of_all_is_no_new_colour_of_the_lips() -> None:
    assert within_recoloured_lips(mouth(), mouth() * np.float32(0.6), OUTLINE, SPOT, WIDTH) is None


def test_a_mouth_that_moved_is_not_the_same_whatever_its_colour() -> None:
    moved = mouth(line=42.5, gains=(0.5, 0.3, 0.9))
    assert within_recoloured_lips(mouth(), moved, OUTLINE, SPOT, WIDTH) is None


def test_a_grey_picture_has_lips_too() -> None:
    grey = mouth(gains=(0.5, 0.3, 0.4))[..., 1]
    assert within_recoloured_lips(mouth(), np.ascontiguousarray(grey), OUTLINE, SPOT, WIDTH) is not None


def test_of_lips_too_small_nothing_is_said() -> None:
    small, large = OUTLINE.mean(axis=0) + (OUTLINE - OUTLINE.mean(axis=0)) / 5, mouth(gains=(0.5, 0.3, 0.9))
    assert within_recoloured_lips(mouth(), large, small.astype(np.float32), SPOT, WIDTH) is None
