"""The standard deviation that most values have."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pored.pixels.planes.robust_deviation import robust_deviation

NOISE = np.abs(np.random.default_rng(7).normal(0, 3, 40_000))


def test_of_normal_noise_it_is_the_standard_deviation() -> None:
    assert robust_deviation(NOISE) == pytest.approx(3, rel=0.02)


def test_a_few_strong_values_count_for_little() -> None:
    with_edges = NOISE.copy()
    with_edges[:2000] = 200
    assert robust_deviation(with_edges) == pytest.approx(robust_deviation(NOISE), rel=0.08)
    assert with_edges.std() > 10 * robust_deviation(NOISE)


@given(st.lists(st.floats(0, 255, width=32), min_size=1, max_size=60), st.integers(-4, 8), st.data())
def test_it_follows_the_unit_and_no_order(values: list[float], power: int, data: st.DataObject) -> None:
    magnitudes = np.array(values)
    shuffled = np.array(data.draw(st.permutations(values)))
    assert robust_deviation(shuffled) == robust_deviation(magnitudes)
    assert robust_deviation(magnitudes * 2.0**power) == robust_deviation(magnitudes) * 2.0**power


@given(st.lists(st.floats(0, 255, width=32), min_size=2, max_size=60), st.data())
def test_what_fewer_than_half_are_moves_it_no_farther_than_the_others_reach(
    values: list[float], data: st.DataObject
) -> None:
    few = data.draw(st.lists(st.floats(0, 1e9, width=32), max_size=len(values) - 1))
    assert robust_deviation(np.array(values + few)) <= robust_deviation(np.array([max(values)]))
