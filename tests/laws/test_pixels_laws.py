"""What must hold of the arithmetic for every picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from pored.model import Face
from pored.pixels.blend_if import BlendIf
from pored.pixels.compose import LayerStyle, compose
from pored.pixels.desaturate import desaturate
from pored.pixels.high_pass import high_band, missing_detail
from pored.pixels.layer_rounding import round_for_result
from pored.pixels.levels import EIGHT_BIT, SIXTEEN_BIT, Levels
from pored.pixels.linear_light import linear_light
from pored.pixels.texture_layer import HighPassSettings, compose_texture, texture_layer

Bytes = NDArray[np.uint8]
pictures = arrays(np.uint8, st.tuples(st.integers(1, 24), st.integers(1, 24), st.just(3)))
sliders = st.lists(st.integers(0, 255), min_size=4, max_size=4).map(lambda four: BlendIf(*sorted(four)))


def same_size(count: int) -> st.SearchStrategy[list[Bytes]]:
    """Several grey planes of one size."""
    sizes = st.tuples(st.integers(1, 24), st.integers(1, 24))
    return sizes.flatmap(lambda size: st.lists(arrays(np.uint8, size), min_size=count, max_size=count))


@given(pictures)
def test_desaturate_lies_between_the_channels(picture: Bytes) -> None:
    light = desaturate(picture)
    assert (light >= picture.min(axis=2)).all()
    assert (light <= picture.max(axis=2)).all()


@given(arrays(np.uint8, (7, 9)))
def test_a_grey_picture_is_its_own_lightness(grey: Bytes) -> None:
    assert np.array_equal(desaturate(np.dstack([grey] * 3)), desaturate(grey))


@given(same_size(2), st.floats(0.5, 5))
def test_missing_detail_is_the_difference_of_two_high_passes(planes: list[Bytes], radius: float) -> None:
    original, export = (plane.astype(np.float32) for plane in planes)
    expected = high_band(original, radius) - high_band(export, radius)
    np.testing.assert_allclose(missing_detail(original, export, radius), expected, atol=1e-3)


@given(st.sampled_from([EIGHT_BIT, SIXTEEN_BIT]), st.data())
def test_neutral_grey_changes_nothing(levels: Levels, data: st.DataObject) -> None:
    below = data.draw(arrays(np.uint16, (5, 5), elements=st.integers(0, levels.white))).astype(np.float32)
    assert np.array_equal(linear_light(below, np.full_like(below, levels.neutral), levels), below)


@given(same_size(2), st.integers(0, 255), sliders, sliders)
def test_an_empty_mask_changes_nothing(planes: list[Bytes], opacity: int, this: BlendIf, under: BlendIf) -> None:
    below, layer = planes
    style = LayerStyle(opacity, this, under)
    assert np.array_equal(compose(below, layer, np.zeros_like(below), style), below)


@given(same_size(3), sliders, sliders)
def test_opacity_zero_changes_nothing(planes: list[Bytes], this: BlendIf, under: BlendIf) -> None:
    below, layer, mask = planes
    assert np.array_equal(compose(below, layer, mask, LayerStyle(0, this, under)), below)


@given(same_size(3), st.integers(0, 255))
def test_more_mask_never_brings_less_change(planes: list[Bytes], opacity: int) -> None:
    below, layer, mask = planes
    some = compose(below, layer, mask, LayerStyle(opacity)).astype(int) - below
    full = compose(below, layer, np.full_like(mask, 255), LayerStyle(opacity)).astype(int) - below
    assert (np.abs(full) >= np.abs(some)).all()


@given(sliders, arrays(np.uint8, (1, 50)))
def test_blend_if_is_a_share(bar: BlendIf, values: Bytes) -> None:
    weight = bar.weight(values.astype(np.float32))
    assert (weight >= 0).all()
    assert (weight <= 1).all()
    inside = (values >= bar.black_full) & (values <= bar.white_full)
    assert (weight[inside] == 1).all()
    assert (weight[(values < bar.black_start) | (values > bar.white_end)] == 0).all()


@given(arrays(np.float32, (6, 6), elements=st.floats(-120, 120, width=32)), st.floats(0, 2))
def test_rounding_for_the_result_is_never_worse_than_to_nearest(detail: NDArray[np.float32], gain: float) -> None:
    gains = np.full_like(detail, gain)
    chosen, nearest = round_for_result(detail, gains), np.floor(detail + np.float32(0.5))
    wanted = gains * detail

    def error(levels: NDArray[np.float32]) -> NDArray[np.float32]:
        off: NDArray[np.float32] = np.abs(np.floor(gains * levels + np.float32(0.5)) - wanted)
        return off

    assert (error(chosen) <= error(nearest)).all()
    assert (np.abs(chosen - nearest) <= 1).all()
    assert np.array_equal(chosen, np.round(chosen))


def made_face(centre_x: float, centre_y: float, width: float) -> Face:
    """A face whose landmarks are spread over an ellipse: the rings of the real one need no more to be rings."""
    angle = np.linspace(0, 2 * np.pi, 478, endpoint=False)
    reach = np.where(np.arange(478) % 2 == 0, 0.5, 0.1)[:, None]
    circle = np.stack([np.cos(angle), 1.3 * np.sin(angle)], axis=1) * width * reach
    return Face((circle + np.array([centre_x, centre_y])).astype(np.float32), width)


def noisy_pair(seed: int, height: int, width: int) -> tuple[Bytes, Bytes]:
    """A textured original and its blurred export."""
    random = np.random.default_rng(seed)
    original = random.normal(140, 8, (height, width, 3)).clip(0, 255).astype(np.uint8)
    return original, np.asarray(cv2.GaussianBlur(original, (0, 0), 2.0), np.uint8)


HALF = HighPassSettings(radius=1.5, opacity=0.5)


@pytest.mark.parametrize("recipe", [HighPassSettings(), HALF, HighPassSettings(missing_only=False, opacity=1.0)])
@given(arrays(np.uint8, (40, 50, 3)))
@settings(max_examples=20)
def test_an_export_equal_to_its_original_comes_back_unchanged(recipe: HighPassSettings, picture: Bytes) -> None:
    layer = texture_layer(picture, picture, [made_face(25, 20, 30)], recipe)
    assert np.array_equal(compose_texture(picture, layer), picture)
    assert not layer.mask.any()


@given(st.integers(0, 2**32 - 1), st.permutations([0, 1, 2]))
@settings(max_examples=20)
def test_the_order_of_the_faces_does_not_matter(seed: int, order: list[int]) -> None:
    original, export = noisy_pair(seed, 80, 140)
    faces = [made_face(40, 40, 50), made_face(75, 42, 44), made_face(110, 36, 40)]
    straight = texture_layer(original, export, faces, HighPassSettings())
    shuffled = texture_layer(original, export, [faces[i] for i in order], HighPassSettings())
    assert np.array_equal(straight.layer, shuffled.layer)
    assert np.array_equal(straight.mask, shuffled.mask)
    assert straight.style == shuffled.style


@given(st.integers(0, 2**32 - 1), st.integers(0, 9), st.integers(0, 9))
@settings(max_examples=20)
def test_a_shift_of_both_pictures_shifts_the_result(seed: int, right: int, down: int) -> None:
    original, export = noisy_pair(seed, 110, 110)

    def cut(x: int, y: int) -> Bytes:
        part = (slice(y, y + 100), slice(x, x + 100))
        layer = texture_layer(original[part], export[part], [made_face(55 - x, 55 - y, 40)], HALF)
        return compose_texture(export[part], layer)

    assert np.array_equal(cut(0, 0)[20 + down : 90, 20 + right : 90], cut(right, down)[20 : 90 - down, 20 : 90 - right])


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_nothing_changes_outside_the_mask(seed: int) -> None:
    original, export = noisy_pair(seed, 90, 90)
    layer = texture_layer(original, export, [made_face(30, 35, 40)], HighPassSettings())
    changed = (compose_texture(export, layer) != export).any(axis=2)
    assert changed.any()
    assert not changed[layer.mask == 0].any()
