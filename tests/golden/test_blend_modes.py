"""Overlay and Soft Light against an independent computation of Photoshop's formulas, for every pair of 8-bit levels.

The reference is plain Python in float64, one pair at a time; nothing of it is shared with the product.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pored.pixels.photoshop.blend_modes import BLEND
from pored.pixels.planes.levels import EIGHT_BIT, to_nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from pored.pixels.photoshop.blend_modes import BlendMode

FLOAT = 1e-4
"""Levels by which float32 may differ from float64."""
EVERY_LEVEL = np.arange(256, dtype=np.float32)


def overlay(b: float, s: float) -> float:
    if b <= 0.5:
        return 2 * b * s
    return 1 - 2 * (1 - b) * (1 - s)


def soft_light(b: float, s: float) -> float:
    if s <= 0.5:
        return b - (1 - 2 * s) * b * (1 - b)
    lightened = ((16 * b - 12) * b + 4) * b if b <= 0.25 else math.sqrt(b)
    return b + (2 * s - 1) * (lightened - b)


def every_pair(mode: BlendMode) -> NDArray[np.float32]:
    """Rows: the level below; columns: the layer's."""
    return np.asarray(BLEND[mode](EVERY_LEVEL[:, None], EVERY_LEVEL[None, :], EIGHT_BIT))


MODES = [("overlay", overlay), ("soft light", soft_light)]


@pytest.mark.parametrize(("mode", "formula"), MODES)
def test_every_pair_of_levels(mode: BlendMode, formula: Callable[[float, float], float]) -> None:
    expected = np.array([[255 * formula(b / 255, s / 255) for s in range(256)] for b in range(256)])
    assert np.abs(every_pair(mode) - expected).max() < FLOAT


@pytest.mark.parametrize("mode", ["overlay", "soft light", "linear light"])
def test_neutral_grey_changes_no_level(mode: BlendMode) -> None:
    assert np.array_equal(to_nearest(every_pair(mode)[:, 128]), EVERY_LEVEL)


@pytest.mark.parametrize("mode", ["overlay", "soft light"])
def test_black_and_white_stay_what_they_are(mode: BlendMode) -> None:
    blended = to_nearest(every_pair(mode))
    assert not blended[0].any()
    assert (blended[255] == 255).all()


def test_dark_skin_under_soft_light_is_not_the_common_form() -> None:
    b, s = 25 / 255, 204 / 255
    common = 255 * (b + (2 * s - 1) * (math.sqrt(b) - b))
    assert abs(float(every_pair("soft light")[25, 204]) - common) > 1.0
