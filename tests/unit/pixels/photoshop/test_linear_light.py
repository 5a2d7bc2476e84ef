from __future__ import annotations

import numpy as np
import pytest

from pored.pixels.photoshop.linear_light import linear_light
from pored.pixels.planes.levels import EIGHT_BIT, SIXTEEN_BIT, to_nearest


def plane(*values: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.array([values], np.float32)


@pytest.mark.parametrize(
    ("below", "layer", "result"), [(100, 128, 100), (100, 138, 120), (100, 118, 80), (250, 140, 255), (3, 120, 0)]
)
def test_eight_bit_is_b_plus_2a_minus_256(below: int, layer: int, result: int) -> None:
    assert linear_light(plane(below), plane(layer)).tolist() == [[result]]


def test_sixteen_bit_is_neutral_at_32768() -> None:
    assert linear_light(plane(1000), plane(32768 + 5), SIXTEEN_BIT).tolist() == [[1010]]


def test_every_pair_of_levels_is_exact() -> None:
    below, layer = (axis.astype(np.float32) for axis in np.meshgrid(np.arange(256), np.arange(256)))
    expected = np.clip(below.astype(int) + 2 * layer.astype(int) - 256, 0, 255)
    assert np.array_equal(linear_light(below, layer), expected)


def test_rounding_is_to_nearest_within_the_scale() -> None:
    assert to_nearest(plane(-3, 0.49, 0.5, 254.5, 999), EIGHT_BIT).tolist() == [[0, 0, 1, 255, 255]]
