from __future__ import annotations

import numpy as np
import pytest

from pored.pixels.align.spots import correlation, part_of_face, spot_likeness, weighted_quantile

DETAIL = np.random.default_rng(4).normal(0, 3, (40, 50)).astype(np.float32)


def test_a_part_is_the_hull_of_its_points_and_a_little_around() -> None:
    corners = np.array([[10, 10], [20, 10], [20, 15], [10, 15], [15, 12]], np.float32)
    bare, wider = (np.count_nonzero(part_of_face(corners, around, DETAIL.shape)) for around in (1, 4))
    assert bare == 13 * 8 - 4
    assert wider > bare


def test_spots_are_alike_where_the_planes_are() -> None:
    other = DETAIL.copy()
    other[:, 25:] *= -1
    likeness, weight = spot_likeness(DETAIL, other, 1.5)
    assert likeness[:, :15].min() > 0.99
    assert likeness[:, 35:].max() < -0.99
    assert (weight > 0).all()


@pytest.mark.parametrize(("share", "expected"), [(0.05, 1.0), (0.5, 2.0), (1.0, 3.0)])
def test_the_quantile_counts_weights(share: float, expected: float) -> None:
    values, weights = np.array([3, 1, 2], np.float32), np.array([1, 1, 2], np.float32)
    assert weighted_quantile(values, weights, share) == expected


def test_correlation_is_that_of_bands() -> None:
    assert correlation(DETAIL, 5 * DETAIL) == pytest.approx(1.0, abs=1e-4)
    assert correlation(DETAIL, -DETAIL) == pytest.approx(-1.0, abs=1e-4)
