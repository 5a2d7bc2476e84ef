from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from pored.pixels.made_up.plate_make import make_plate
from pored.pixels.made_up.plate_quilt import cover

if TYPE_CHECKING:
    from pored.model import Plane

PLATE = make_plate(2, 200).high
ALL = np.ones(PLATE.shape, bool)


def covered(width: int = 300, height: int = 250, side: int = 40, seed: int = 1) -> Plane:
    return cover(PLATE, ALL, (width, height), side, np.random.default_rng(seed))


@pytest.mark.parametrize("side", [40, 110])
def test_it_has_the_size_and_the_energy(side: int) -> None:
    plane = covered(side=side)
    assert plane.shape == (250, 300)
    assert 0.9 < float(plane.std()) / float(PLATE.std()) < 1.1


def test_every_place_is_covered() -> None:
    power = cv2.blur(covered() ** 2, (15, 15))
    assert power.min() > 0.1 * power.mean()


@pytest.mark.parametrize("side", [40, 110])
def test_seams_are_no_steeper_than_the_texture(side: int) -> None:
    plane = covered(side=side)
    across = np.abs(np.diff(plane, axis=1)).mean(axis=0)
    assert across.max() < 1.35 * across.mean()


def test_it_does_not_repeat_itself() -> None:
    plane = covered()
    template = plane[100:130, 100:130]
    likeness = cv2.matchTemplate(plane, template, cv2.TM_CCOEFF_NORMED)
    likeness[90:111, 90:111] = 0
    assert likeness.max() < 0.97
    assert np.count_nonzero(likeness > 0.8) <= 3


def test_what_is_not_clean_is_not_used() -> None:
    source, clean = PLATE.copy(), ALL.copy()
    source[:, 120:], clean[:, 120:] = 1000.0, False
    plane = cover(source, clean, (150, 150), 30, np.random.default_rng(1))
    assert np.abs(plane).max() < 100


def test_a_plate_smaller_than_a_tile_still_covers() -> None:
    plane = cover(PLATE[:9, :12], ALL[:9, :12], (40, 50), 30, np.random.default_rng(1))
    assert plane.shape == (50, 40)
    assert plane.any(axis=1).all()


@pytest.mark.parametrize("size", [40, 60])
def test_a_plate_no_larger_than_a_tile_does_not_lie_everywhere(size: int) -> None:
    plane = cover(PLATE[:size, :size], ALL[:size, :size], (300, 250), 60, np.random.default_rng(1))
    template = plane[100:130, 100:130]
    likeness = cv2.matchTemplate(plane, template, cv2.TM_CCOEFF_NORMED)
    assert np.count_nonzero(likeness > 0.8) <= 5


def test_chance_comes_from_the_seed() -> None:
    assert np.array_equal(covered(), covered())
    assert not np.array_equal(covered(), covered(seed=2))
