from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pored.pixels.align.maps import apply, identity, inverse, scaling, shifting, then
from pored.pixels.align.refine_local import Shifts
from pored.pixels.same_frame.ground import Ground, middle_of, places_in, vectors_in

if TYPE_CHECKING:
    from pored.pixels.align.maps import Matrix

SHAPE = (60, 80)
EVERYWHERE = np.ones(SHAPE, np.bool_)


def shifts_of(by: complex, growth: complex) -> Shifts:
    vectors = (by + growth * places_in(EVERYWHERE)).reshape(SHAPE)
    trust = np.ones(SHAPE, np.float32)
    return Shifts(vectors.real.astype(np.float32), vectors.imag.astype(np.float32), trust)


@pytest.mark.parametrize(("by", "growth"), [(0j, 0j), (2 - 1j, 0j), (0.5 + 0.2j, 0.01 - 0.02j)])
def test_it_follows_shift_turn_and_growth(by: complex, growth: complex) -> None:
    ground = Ground.of(shifts_of(by, growth), EVERYWHERE)
    assert ground.by == pytest.approx(by, abs=1e-4)
    assert ground.growth == pytest.approx(growth, abs=1e-5)
    assert ground.share == pytest.approx(1.0)
    assert np.allclose(ground.at(EVERYWHERE), vectors_in(shifts_of(by, growth), EVERYWHERE), atol=1e-3)


def test_what_moved_by_itself_does_not_count() -> None:
    shifts = shifts_of(1 + 1j, 0.002j)
    shifts.dx[:20, :30] += 5
    ground = Ground.of(shifts, EVERYWHERE)
    assert ground.by == pytest.approx(1 + 1j, abs=1e-3)
    assert ground.share == pytest.approx(1 - 600 / 4800)


def test_only_a_region_is_asked() -> None:
    shifts, region = shifts_of(1j, 0j), EVERYWHERE.copy()
    shifts.dx[:, 40:] += 3
    region[:, 40:] = False
    ground = Ground.of(shifts, region)
    assert ground.by == pytest.approx(1j)
    assert ground.growth == pytest.approx(0j, abs=1e-6)


def test_the_farthest_shift_is_a_corners() -> None:
    assert Ground(1 + 0j, 0.1 + 0j).farthest((10, 20)) == pytest.approx(abs(1 + 0.1 * (20 + 10j)))


@pytest.mark.parametrize("to_export", [identity(), then(scaling(2, 2), shifting(30, 7))])
def test_laid_still_a_place_of_the_export_shows_what_its_shift_says(to_export: Matrix) -> None:
    matrix = then(scaling(0.5, 0.5), shifting(3, -2))
    ground = Ground(1.5 - 0.5j, 0.01 + 0.03j)
    place = np.array([[12.0, 9.0]])
    shift = ground.by + ground.growth * complex(*place[0])
    told = apply(inverse(matrix), apply(to_export, place + np.array([shift.real, shift.imag])))
    still = ground.laid_still(matrix, to_export)
    assert np.allclose(apply(inverse(still), apply(to_export, place)), told)


def test_the_middle_is_the_weighted_median() -> None:
    vectors, weight = np.array([1 + 1j, 2 + 5j, 9 + 9j]), np.array([1, 1, 5], np.float32)
    assert middle_of(vectors, weight) == 9 + 9j
