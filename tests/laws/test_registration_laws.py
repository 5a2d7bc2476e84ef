"""What holds for every map: there and back, identity, a shift of both files, and any grading."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pored.model import Box, Face
from pored.pixels.align.maps import Registration, apply, identity, inverse, shifting, then
from pored.pixels.align.registration import register
from pored.pixels.align.warp import covered, lay_over
from pored.pixels.photoshop.high_pass import high_band
from pored.pixels.recovery.tone import fit_grading, graded
from pored.pixels.recovery.tone_curve import UNTOUCHED

SIZE = 200
RNG = np.random.default_rng(12)
FACE = Face(points=RNG.uniform(50, 150, (478, 2)).astype(np.float32), width=100.0)

numbers = st.floats(-300, 300, allow_nan=False).map(lambda value: round(value, 3))
turns = st.floats(-3.1, 3.1, allow_nan=False)
growths = st.floats(0.2, 5, allow_nan=False)


def similar(turn: float, growth: float, x: float, y: float) -> np.ndarray:
    a, b = growth * np.cos(turn), growth * np.sin(turn)
    return np.array([[a, -b, x], [b, a, y]])


def texture(seed: int) -> np.ndarray:
    """Detail at all scales, as pictures have it; (SIZE, SIZE, 3) uint8."""
    rng = np.random.default_rng(seed)
    layers = [4 * s * cv2.GaussianBlur(rng.normal(0, 8, (SIZE, SIZE, 3)), (0, 0), s) for s in (1.0, 2.0, 4.0, 8.0)]
    together: np.ndarray = np.sum(layers, axis=0)
    return (128 + together).clip(0, 255).round().astype(np.uint8)


@given(turns, growths, numbers, numbers)
def test_there_and_back_is_nowhere(turn: float, growth: float, x: float, y: float) -> None:
    matrix = similar(turn, growth, x, y)
    points = RNG.uniform(-1000, 1000, (20, 2))
    np.testing.assert_allclose(apply(inverse(matrix), apply(matrix, points)), points, atol=1e-6)
    np.testing.assert_allclose(then(matrix, inverse(matrix)), identity(), atol=1e-6)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**16))
def test_a_picture_lies_on_itself_exactly(seed: int) -> None:
    picture = texture(seed)
    found = register(picture, picture, [FACE], [FACE])
    assert found.kind == "identity"
    np.testing.assert_array_equal(lay_over(picture, found, Box(0, 0, SIZE, SIZE)), picture)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**16), st.integers(0, 30), st.integers(0, 30))
def test_a_crop_of_whole_pixels_is_found_wherever_it_was_cut(seed: int, x: int, y: int) -> None:
    picture = texture(seed)
    crop = np.ascontiguousarray(picture[y : y + 165, x : x + 160])
    face = Face(FACE.points - np.array([x, y], np.float32), FACE.width)
    found = register(picture, crop, [FACE], [face])
    np.testing.assert_allclose(apply(found.matrix, FACE.points), FACE.points - np.array([x, y]), atol=0.1)


@settings(max_examples=20, deadline=None)
@given(st.integers(-40, 40), st.integers(-40, 40))
def test_a_shift_by_whole_pixels_moves_the_very_values(x: int, y: int) -> None:
    picture = texture(1)
    moved = Registration(shifting(x, y), "similarity", 0.0, 1.0)
    whole = Box(0, 0, SIZE, SIZE)
    laid, there = lay_over(picture, moved, whole), covered((SIZE, SIZE), moved, whole)
    rows, columns = np.nonzero(there)
    np.testing.assert_allclose(laid[rows, columns], picture[rows - y, columns - x], atol=1e-2)
    assert there.sum() == (SIZE - abs(x)) * (SIZE - abs(y))


@settings(max_examples=10, deadline=None)
@given(st.floats(0.6, 1.6), st.floats(0.8, 1.1), st.integers(0, 2**16))
def test_texture_follows_any_smooth_grading(power: float, gain: float, seed: int) -> None:
    """Measured where the grading does not clip: what was clipped has no texture to compare.

    One that leaves no tone further from where it was than smoothing does is none.
    """
    original = (texture(seed) * np.float32(0.7) + np.float32(20)).astype(np.float32)
    export = (255 * np.clip(gain * original / 255, 0, 1) ** power).astype(np.float32)
    toned = graded(fit_grading(original, export, np.ones((SIZE, SIZE), np.float32), 100.0), original)
    inside = (export > 10) & (export < 245)
    for channel in range(3):
        before, after, result = (planes[..., channel] for planes in (original, export, toned))
        if np.array_equal(result, before):
            assert np.percentile(np.abs(after - before), 99) < 2 * UNTOUCHED * original.max()
            continue
        ours, theirs = (high_band(plane, 2.0)[inside[..., channel]] for plane in (result, after))
        assert abs(ours.std() / theirs.std() - 1) < 0.05
