from __future__ import annotations

import numpy as np

from pored.pixels.photoshop.desaturate import desaturate


def test_it_is_the_mean_of_the_highest_and_the_lowest_channel() -> None:
    picture = np.array([[[255, 0, 0], [10, 20, 31], [7, 7, 7]]], np.uint8)
    assert desaturate(picture).tolist() == [[127.5, 20.5, 7.0]]


def test_sixteen_bit_keeps_its_scale() -> None:
    assert desaturate(np.array([[[65535, 0, 40000]]], np.uint16)).tolist() == [[32767.5]]


def test_the_picture_is_not_changed() -> None:
    grey = np.full((2, 2), 9, np.uint8)
    desaturate(grey)[0, 0] = 200
    assert grey.tolist() == [[9, 9], [9, 9]]
