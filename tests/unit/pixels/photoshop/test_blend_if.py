from __future__ import annotations

import numpy as np
import pytest

from pored.pixels.photoshop.blend_if import BlendIf, gray


def weight(bar: BlendIf, value: float) -> float:
    return float(bar.weight(np.array([[value]], np.float32))[0, 0])


@pytest.mark.parametrize(
    ("value", "expected"), [(0, 0), (88, 0), (98, 0.5), (108, 1), (128, 1), (148, 1), (158, 0.5), (168, 0), (255, 0)]
)
def test_split_sliders_are_straight_ramps(value: int, expected: float) -> None:
    assert weight(BlendIf(88, 108, 148, 168), value) == pytest.approx(expected)


@pytest.mark.parametrize(("value", "expected"), [(99, 0), (100, 1), (200, 1), (201, 0)])
def test_sliders_that_are_not_split_are_hard_and_inclusive(value: int, expected: float) -> None:
    assert weight(BlendIf(100, 100, 200, 200), value) == expected


def test_an_open_bar_lets_everything_through() -> None:
    bar = BlendIf()
    assert bar.is_open
    assert (bar.weight(np.arange(256, dtype=np.float32)[None]) == 1).all()


def test_white_passes_a_hard_edge_at_white_although_its_gray_is_a_sum_of_floats() -> None:
    white = np.full((1, 1, 3), 255, np.float32)
    assert BlendIf(10, 20, 255, 255).weight(gray(white)).tolist() == [[1.0]]


def test_gray_weighs_the_channels_as_photoshop_does() -> None:
    colours = np.array([[[100, 0, 0], [0, 100, 0], [0, 0, 100]]], np.float32)
    np.testing.assert_allclose(gray(colours), [[30, 59, 11]], atol=1e-4)


def test_a_grey_picture_is_its_own_gray() -> None:
    grey = np.array([[12.0]], np.float32)
    assert gray(grey) is grey
