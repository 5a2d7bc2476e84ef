from __future__ import annotations

import numpy as np
import pytest

from pored.pixels.align.maps import (
    apply,
    identity,
    inverse,
    magnification,
    nearest_similarity,
    resizing,
    same_shape,
    shifting,
    then,
)


def test_a_resize_lays_edges_on_edges() -> None:
    corners = np.array([[-0.5, -0.5], [9.5, 19.5]])
    np.testing.assert_allclose(apply(resizing((10, 20), (20, 50)), corners), [[-0.5, -0.5], [19.5, 49.5]])


@pytest.mark.parametrize(("after", "alike"), [((3000, 2000), True), ((2001, 1334), True), ((3000, 1960), False)])
def test_a_resize_keeps_the_ratio_of_the_sides(after: tuple[int, int], alike: bool) -> None:
    assert same_shape((6000, 4000), after) is alike


def test_one_after_the_other_is_what_both_do_in_turn() -> None:
    first, second = resizing((10, 20), (35, 41)), np.array([[0.8, -0.6, 3.0], [0.6, 0.8, -2.0]])
    points = np.array([[1.0, 2.0], [-3.0, 7.5]])
    np.testing.assert_allclose(apply(then(first, second), points), apply(second, apply(first, points)))


def test_there_and_back_is_nowhere() -> None:
    matrix = np.array([[1.1, -0.2, 30.0], [0.3, 0.9, -4.0]])
    np.testing.assert_allclose(then(matrix, inverse(matrix)), identity(), atol=1e-12)


def test_magnification_is_the_root_of_the_area() -> None:
    assert magnification(resizing((10, 10), (20, 80))) == pytest.approx(4.0)
    assert magnification(shifting(3, 4)) == 1.0


def test_the_nearest_similarity_of_a_similarity_is_itself() -> None:
    turned = np.array([[0.6, -0.8, 3.0], [0.8, 0.6, -5.0]]) * 2
    assert nearest_similarity(turned, np.array([100.0, 40.0])) == pytest.approx(turned)


def test_the_nearest_similarity_takes_the_mean_of_the_stretches_and_keeps_the_place() -> None:
    stretched, place = np.array([[1.2, 0.0, 7.0], [0.0, 1.0, -2.0]]), np.array([50.0, 30.0])
    found = nearest_similarity(stretched, place)
    assert found[:, :2] == pytest.approx(1.1 * np.eye(2))
    assert apply(found, place[None]) == pytest.approx(apply(stretched, place[None]))
