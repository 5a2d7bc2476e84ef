from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pored.pixels.blend_if import BlendIf
from pored.pixels.compose import LayerStyle, compose

Bytes = NDArray[np.uint8]


def one(*value: int) -> Bytes:
    return np.array([[value if len(value) > 1 else value[0]]], np.uint8)


def test_a_full_layer_is_linear_light() -> None:
    assert compose(one(100, 50, 0), one(133), one(255), LayerStyle()).tolist() == [[[110, 60, 10]]]


def test_half_opacity_gives_the_layers_difference_once() -> None:
    # 128 of 255 is Photoshop's 50 %: 20 * 128 / 255 = 10.04
    assert compose(one(100), one(138), one(255), LayerStyle(opacity=128)).tolist() == [[110]]


def test_mask_and_opacity_multiply() -> None:
    assert compose(one(100), one(168), one(128), LayerStyle(opacity=128)).tolist() == [[120]]


def test_the_result_is_rounded_to_nearest() -> None:
    # 100 + 2 * 128/255 * 128/255 * 3 = 101.51
    assert compose(one(100), one(131), one(128), LayerStyle(opacity=128)).tolist() == [[102]]


def test_this_layer_looks_at_the_layer_and_underlying_at_the_picture() -> None:
    style = LayerStyle(this_layer=BlendIf(0, 0, 130, 130))
    assert compose(one(100), one(131), one(255), style).tolist() == [[100]]
    style = LayerStyle(underlying=BlendIf(101, 101, 255, 255))
    assert compose(one(100), one(131), one(255), style).tolist() == [[100]]
    assert compose(one(101), one(131), one(255), style).tolist() == [[107]]


def test_a_grey_picture_stays_grey() -> None:
    below = np.full((3, 4), 90, np.uint8)
    result = compose(below, np.full_like(below, 129), np.full_like(below, 255), LayerStyle())
    assert result.shape == (3, 4)
    assert (result == 92).all()
