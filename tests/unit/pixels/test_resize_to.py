from __future__ import annotations

import numpy as np

from pored.pixels.resize_to import resized


def test_it_has_the_size_and_the_mean() -> None:
    picture = np.random.default_rng(1).integers(0, 255, (901, 1203, 3), dtype=np.uint8)
    small = resized(picture, (101, 77))
    assert small.shape == (77, 101, 3)
    assert abs(float(small.mean()) - float(picture.mean())) < 1


def test_a_picture_of_that_size_is_not_copied() -> None:
    picture = np.zeros((9, 7), np.uint16)
    assert resized(picture, (7, 9)) is picture
