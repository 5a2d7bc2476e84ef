from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pored.pixels.recovery.texture import compare_texture, measured_skin

Plane = NDArray[np.float32]
EVERYWHERE = np.ones((60, 60), np.bool_)


@pytest.fixture
def band() -> Plane:
    return np.random.default_rng(3).normal(0, 4, (60, 60)).astype(np.float32)


def test_half_the_texture_is_energy_one_half(band: Plane) -> None:
    figures = compare_texture(band * np.float32(0.5), band, EVERYWHERE)
    assert figures.energy == pytest.approx(0.5)
    assert figures.correlation == pytest.approx(1)


def test_other_texture_of_the_same_energy_does_not_correlate(band: Plane) -> None:
    figures = compare_texture(band[::-1], band, EVERYWHERE)
    assert figures.energy == pytest.approx(1)
    assert abs(figures.correlation) < 0.1


def test_texture_on_an_original_without_any_is_the_highest_energy(band: Plane) -> None:
    flat = np.zeros_like(band)
    assert (compare_texture(band, flat, EVERYWHERE).energy, compare_texture(flat, flat, EVERYWHERE).energy) == (99, 1)


def test_strong_edges_and_what_is_not_skin_are_not_measured(band: Plane) -> None:
    band[30, :] = 90
    mask = np.full(band.shape, 255, np.uint8)
    mask[:, :10] = 127
    where = measured_skin(mask, band)
    assert not where[28:33].any()
    assert not where[:, :10].any()
    assert where[40:, 20:].mean() > 0.9


def test_skin_too_small_to_measure_is_not_measured(band: Plane) -> None:
    assert not measured_skin(np.zeros(band.shape, np.uint8), band).any()
