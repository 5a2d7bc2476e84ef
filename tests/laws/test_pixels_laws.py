"""What must hold of the arithmetic for every picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from pored.model import Face, Samples
from pored.pixels.align.maps import Registration, identity
from pored.pixels.photoshop.blend_if import BlendIf
from pored.pixels.photoshop.compose import LayerStyle, compose
from pored.pixels.photoshop.desaturate import desaturate
from pored.pixels.photoshop.high_pass import high_band
from pored.pixels.photoshop.layer_rounding import round_for_result
from pored.pixels.photoshop.linear_light import linear_light
from pored.pixels.planes.levels import EIGHT_BIT, SIXTEEN_BIT, Levels
from pored.pixels.recovery.high_pass_settings import HighPassSettings
from pored.pixels.recovery.picture_layer import compose_texture
from pored.pixels.recovery.texture_layer import texture_layer

Bytes = NDArray[np.uint8]
MASK_STEP = 1
"""Levels: the mask is found on a reduced view, whose samples fall a little otherwise on a shifted picture."""
SAME = Registration(identity(), "identity", 0.0, 1.0)
HALF = HighPassSettings(radius=1.5, opacity=0.5)
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
def test_the_high_pass_of_a_difference_is_the_difference_of_two(planes: list[Bytes], radius: float) -> None:
    original, export = (plane.astype(np.float32) for plane in planes)
    expected = high_band(original, radius) - high_band(export, radius)
    np.testing.assert_allclose(high_band(original - export, radius), expected, atol=1e-3)


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


def shifted(face: Face, x: float, y: float) -> Face:
    return Face(face.points + np.array([x, y], np.float32), face.width)


@pytest.mark.parametrize("recipe", [HighPassSettings(), HALF, HighPassSettings(missing_only=False, opacity=1.0)])
@given(st.integers(0, 60), st.integers(0, 60))
@settings(max_examples=5, deadline=None)
def test_an_export_equal_to_its_original_comes_back_unchanged(
    portrait: Bytes, face: Face, recipe: HighPassSettings, x: int, y: int
) -> None:
    picture = portrait[y:, x:]
    layer = texture_layer(picture, picture, SAME, [shifted(face, -x, -y)], recipe)
    assert np.array_equal(compose_texture(picture, layer), picture)
    assert not layer.mask.any()


@given(st.permutations([0, 1, 2]))
@settings(max_examples=6, deadline=None)
def test_the_order_of_the_faces_does_not_matter(portrait: Bytes, smoothed: Bytes, face: Face, order: list[int]) -> None:
    # The second and third stand so near to each other that their masks meet.
    original, export = np.hstack([portrait, portrait]), np.hstack([smoothed, smoothed])
    faces = [face, shifted(face, portrait.shape[1], 0), shifted(face, portrait.shape[1] + 20, 8)]
    straight = texture_layer(original, export, SAME, faces, HALF)
    mixed = texture_layer(original, export, SAME, [faces[i] for i in order], HALF)
    assert np.array_equal(straight.layer, mixed.layer)
    assert np.array_equal(straight.mask, mixed.mask)
    assert straight.style == mixed.style


@pytest.mark.parametrize("recipe", [HighPassSettings(), HALF, HighPassSettings(missing_only=False, opacity=1.0)])
@given(by=st.tuples(st.integers(0, 40), st.integers(0, 40)))
@settings(max_examples=3, deadline=None)
def test_a_shift_of_both_pictures_shifts_the_result(
    portrait: Bytes, smoothed: Bytes, face: Face, recipe: HighPassSettings, by: tuple[int, int]
) -> None:
    # Wide enough around the face that the picture's edge cuts nothing of where skin is looked for.
    wide = [np.pad(picture, ((300, 300), (300, 300), (0, 0)), mode="edge") for picture in (portrait, smoothed)]

    def result(x: int, y: int) -> Samples:
        original, export = (picture[y:, x:] for picture in wide)
        layer = texture_layer(original, export, SAME, [shifted(face, 300 - x, 300 - y)], recipe)
        return compose_texture(export, layer)

    x, y = by
    difference = np.abs(result(0, 0)[y:, x:].astype(int) - result(x, y))
    assert difference.max() <= MASK_STEP
    assert (difference > 0).mean() < 0.001


def test_nothing_changes_outside_the_mask(portrait: Bytes, smoothed: Bytes, face: Face) -> None:
    layer = texture_layer(portrait, smoothed, SAME, [face], HighPassSettings())
    changed = (compose_texture(smoothed, layer) != smoothed).any(axis=2)
    assert changed.any()
    assert not changed[layer.mask == 0].any()
