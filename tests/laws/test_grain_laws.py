"""What must hold of made-up texture for every picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from pored.model import Face
from pored.pixels.made_up.graft_layer import GraftSettings, graft_layer
from pored.pixels.made_up.grain_layer import GrainSettings, grain_layer
from pored.pixels.made_up.layer import MadeUpLayer
from pored.pixels.made_up.plate_make import make_plate
from pored.pixels.photoshop.blend_if import BlendIf
from pored.pixels.photoshop.blend_modes import BLEND, BlendMode
from pored.pixels.photoshop.compose import LayerStyle, compose
from pored.pixels.recovery.picture_layer import compose_texture

Bytes = NDArray[np.uint8]
Method = Callable[[Bytes, Sequence[Face], int], MadeUpLayer]
PLATE = make_plate(1, 256)
small = arrays(np.uint8, (9, 11))
modes = st.sampled_from(list(BLEND))
sliders = st.lists(st.integers(0, 255), min_size=4, max_size=4).map(lambda four: BlendIf(*sorted(four)))
shows = st.builds(LayerStyle, st.integers(0, 255), sliders, sliders)


def grain(export: Bytes, faces: Sequence[Face], seed: int) -> MadeUpLayer:
    return grain_layer(export, faces, GrainSettings(seed))


def tutorial(export: Bytes, faces: Sequence[Face], seed: int) -> MadeUpLayer:
    return grain_layer(export, faces, GrainSettings(seed, percent=4.0, mode="soft light"))


def graft(export: Bytes, faces: Sequence[Face], seed: int) -> MadeUpLayer:
    return graft_layer(export, faces, PLATE, GraftSettings(seed))


every_method = pytest.mark.parametrize("method", [grain, tutorial, graft])


@pytest.fixture(scope="module")
def plastic(smoothed: Bytes) -> Bytes:
    """Small, for the laws' many runs."""
    return smoothed[::2, ::2].copy()


@pytest.fixture(scope="module")
def small_face(face: Face) -> Face:
    """Where the face lies in the small picture."""
    return Face(face.points / np.float32(2), face.width / 2)


def shifted(face: Face, x: float, y: float) -> Face:
    return Face(face.points + np.array([x, y], np.float32), face.width)


def same(first: MadeUpLayer, second: MadeUpLayer) -> bool:
    return np.array_equal(first.layer, second.layer) and np.array_equal(first.mask, second.mask)


@given(small, small, modes, shows)
def test_an_empty_mask_changes_nothing(below: Bytes, layer: Bytes, mode: BlendMode, style: LayerStyle) -> None:
    assert np.array_equal(compose(below, layer, np.zeros_like(below), replace(style, mode=mode)), below)


@given(small, small, modes)
def test_neutral_grey_changes_nothing(below: Bytes, mask: Bytes, mode: BlendMode) -> None:
    assert np.array_equal(compose(below, np.full_like(below, 128), mask, LayerStyle(mode=mode)), below)


@given(small, small, modes)
def test_neutral_grey_changes_nothing_in_16_bit(below: Bytes, mask: Bytes, mode: BlendMode) -> None:
    deep = below.astype(np.uint16) * 257
    assert np.array_equal(compose(deep, np.full_like(deep, 32768), mask, LayerStyle(mode=mode)), deep)


@given(small, small, small, st.integers(0, 255), modes)
def test_16_bit_shows_what_8_bit_shows(below: Bytes, layer: Bytes, mask: Bytes, opacity: int, mode: BlendMode) -> None:
    style = LayerStyle(opacity, mode=mode)
    shallow = compose(below, layer, mask, style).astype(float)
    # Neutral grey is not the middle of the scale: half a level of the layer lies between the two, which counts twice.
    deep_layer = (32768 + (layer.astype(np.int32) - 128) * 257).clip(0, 65535).astype(np.uint16)
    deep = compose(below.astype(np.uint16) * 257, deep_layer, mask, style)
    assert np.abs(deep / 257 - shallow).max() <= 1.6


@every_method
@given(seed=st.integers(0, 2**128))
@settings(max_examples=3, deadline=None)
def test_the_same_seed_gives_the_same_result_and_another_another(
    plastic: Bytes, small_face: Face, method: Method, seed: int
) -> None:
    first = method(plastic, [small_face], seed)
    assert same(first, method(plastic.copy(), [small_face], seed))
    assert not same(first, method(plastic, [small_face], seed + 1))


@every_method
@given(order=st.permutations([0, 1, 2]))
@settings(max_examples=3, deadline=None)
def test_the_order_of_the_faces_does_not_matter(
    plastic: Bytes, small_face: Face, method: Method, order: list[int]
) -> None:
    # The second and third stand so near to each other that their masks meet.
    export = np.hstack([plastic, plastic])
    faces = [small_face, shifted(small_face, plastic.shape[1], 0), shifted(small_face, plastic.shape[1] + 10, 4)]
    assert same(method(export, faces, 7), method(export, [faces[i] for i in order], 7))


@every_method
def test_two_faces_of_one_picture_do_not_wear_the_same_texture(
    plastic: Bytes, small_face: Face, method: Method
) -> None:
    width = plastic.shape[1]
    made_up = method(np.hstack([plastic, plastic]), [small_face, shifted(small_face, width, 0)], 7)
    both = (made_up.mask[:, :width] > 200) & (made_up.mask[:, width:] > 200)
    left, right = (half[both].astype(float) for half in (made_up.layer[:, :width], made_up.layer[:, width:]))
    assert abs(float(np.corrcoef(left, right)[0, 1])) < 0.1


@every_method
def test_nothing_changes_outside_the_mask(plastic: Bytes, small_face: Face, method: Method) -> None:
    made_up = method(plastic, [small_face], 7)
    changed = (compose_texture(plastic, made_up) != plastic).any(axis=2)
    assert changed.any()
    assert not changed[made_up.mask == 0].any()


@every_method
def test_no_face_is_no_change(plastic: Bytes, method: Method) -> None:
    made_up = method(plastic, [], 7)
    assert not made_up.mask.any()
    assert np.array_equal(compose_texture(plastic, made_up), plastic)


@every_method
def test_a_face_that_the_picture_cuts_gets_its_texture(plastic: Bytes, small_face: Face, method: Method) -> None:
    cut = round(float(small_face.points[4, 0]))
    made_up = method(plastic[:, cut:].copy(), [shifted(small_face, -cut, 0)], 7)
    assert made_up.mask[:, 0].any()
    assert made_up.faces[0].lacking
