from __future__ import annotations

import numpy as np
import pytest

from pored.pixels.planes.outline import distance, filled, hull, ramp, signed_distance

SQUARE = np.array([[10, 10], [30, 10], [30, 30], [10, 30]], np.float32)


def test_a_ring_is_filled_up_to_the_pixels_whose_centres_it_holds() -> None:
    inside = filled(SQUARE, (40, 40))
    assert set(np.unique(inside)) == {0, 255}
    assert abs(np.count_nonzero(inside) - 400) <= 41


def test_distances_are_positive_inside_and_negative_outside() -> None:
    away = signed_distance([SQUARE], (40, 40))
    assert away[20, 20] == pytest.approx(10.5, abs=1)
    assert away[20, 2] == pytest.approx(-8, abs=1)


def test_of_several_rings_the_nearest_counts() -> None:
    away = signed_distance([SQUARE, SQUARE + np.float32(30)], (80, 80))
    assert away[20, 20] > 0
    assert away[50, 50] > 0
    assert away[70, 10] < 0


def test_a_plane_without_a_zero_is_far_from_one() -> None:
    assert distance(np.full((8, 8), 255, np.uint8)).min() > 8


def test_the_hull_holds_every_point() -> None:
    points = np.random.default_rng(1).uniform(0, 40, (200, 2)).astype(np.float32)
    assert np.all(signed_distance([hull(points)], (44, 44))[points[:, 1].astype(int), points[:, 0].astype(int)] > -1.5)


def test_the_ramp_has_flat_ends() -> None:
    steps = ramp(np.array([[-1, 0, 1, 2, 3]], np.float32), 2)
    assert steps.tolist() == [[0, 0, 0.5, 1, 1]]
