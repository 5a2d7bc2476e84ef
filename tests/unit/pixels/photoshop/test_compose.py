from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pored.pixels.photoshop.blend_if import BlendIf
from pored.pixels.photoshop.compose import LayerStyle, compose, compose_into

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


@pytest.mark.parametrize("channels", [(), (3,)])
@pytest.mark.parametrize("opacity", [1, 100, 134, 255])
def test_every_level_is_that_of_the_formula(opacity: int, channels: tuple[int, ...]) -> None:
    random = np.random.default_rng(opacity)
    below = random.integers(0, 256, (90, 70, *channels), dtype=np.uint8)
    layer, mask = (random.integers(0, 256, (90, 70), dtype=np.uint8) for _ in range(2))
    mask[:, 40:] = 0
    base = below.astype(np.float64)
    grey, share = (plane.astype(np.float64).reshape(90, 70, *(1,) * len(channels)) for plane in (layer, mask))
    blended = np.clip(base + 2 * grey - 256, 0, 255)
    expected = np.floor(base + share / 255 * opacity / 255 * (blended - base) + 0.5)
    assert (compose(below, layer, mask, LayerStyle(opacity)) == expected).all()


def test_only_what_the_mask_shows_is_written() -> None:
    below, layer = np.full((30, 20, 3), 90, np.uint8), np.full((30, 20), 140, np.uint8)
    mask = np.zeros((30, 20), np.uint8)
    mask[12:15, 7:9] = 255
    result = np.zeros_like(below)
    compose_into(result, below, layer, mask, LayerStyle())
    assert (result[12:15, 7:9] == 114).all()
    assert np.count_nonzero(result) == 3 * 2 * 3
