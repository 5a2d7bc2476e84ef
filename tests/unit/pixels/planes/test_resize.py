from __future__ import annotations

import numpy as np

from pored.pixels.planes.resize import fitted, halved, resized, roughly_fitted


def test_it_has_the_size_and_the_mean() -> None:
    picture = np.random.default_rng(1).integers(0, 255, (901, 1203, 3), dtype=np.uint8)
    small = resized(picture, (101, 77))
    assert small.shape == (77, 101, 3)
    assert abs(float(small.mean()) - float(picture.mean())) < 1


def test_a_picture_of_that_size_is_not_copied() -> None:
    picture = np.zeros((9, 7), np.uint16)
    assert resized(picture, (7, 9)) is picture


def test_a_pixel_of_half_the_size_is_the_mean_of_four_and_the_odd_row_is_left_out() -> None:
    picture = np.array([[1, 3, 10, 10], [5, 7, 30, 30], [9, 9, 9, 9]], np.uint8)
    assert halved(picture).tolist() == [[4, 20]]


def test_half_of_a_line_is_a_line() -> None:
    assert halved(np.arange(6, dtype=np.uint16)[None]).shape == (1, 3)


def test_a_picture_is_fitted_by_its_longer_side_and_never_enlarged() -> None:
    picture = np.zeros((301, 97, 3), np.uint8)
    assert fitted(picture, 100).shape == (100, 32, 3)
    assert fitted(picture, 400) is picture


def test_what_is_roughly_fitted_has_the_same_size_and_nearly_the_same_pixels() -> None:
    slope = np.add.outer(np.linspace(0, 90, 601), np.linspace(0, 120, 403)).astype(np.uint8)
    for longest in (90, 150, 400, 700):
        exactly, roughly = fitted(slope, longest).astype(int), roughly_fitted(slope, longest).astype(int)
        assert exactly.shape == roughly.shape
        assert np.abs(exactly - roughly).max() <= 1
