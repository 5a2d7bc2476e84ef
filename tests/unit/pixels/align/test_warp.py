from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from pored.model import Box
from pored.pixels.align.maps import LocalField, Registration, identity, resizing, shifting
from pored.pixels.align.warp import covered, covers, displacements, lay_over, lay_over_reduced, source_near
from pored.pixels.planes.levels import in_levels
from pored.pixels.planes.reduced import reduced

if TYPE_CHECKING:
    from pored.model import Plane

Reals = NDArray[np.floating]


def waves(x: Reals, y: Reals) -> Reals:
    surface: Reals = 120 + 40 * np.sin(x / 4.3) * np.cos(y / 5.1) + 15 * np.sin((x + y) / 2.6)
    return surface


def sampled(width: int, height: int) -> np.ndarray:
    x, y = np.meshgrid(np.arange(width, dtype=np.float64), np.arange(height, dtype=np.float64))
    return (waves(x, y) * 256).round().astype(np.uint16)


def test_a_box_of_the_whole_is_that_part_of_the_whole() -> None:
    original = np.random.default_rng(1).integers(0, 256, (90, 110, 3), dtype=np.uint8)
    moved = Registration(np.array([[1.3, -0.1, 4.2], [0.1, 1.3, -3.4]]), "similarity", 0, 1)
    whole = lay_over(original, moved, Box(0, 0, 140, 120))
    part = Box(31, 17, 88, 94)
    np.testing.assert_allclose(lay_over(original, moved, part), whole[part.slices], atol=0.3)


def test_an_identity_copies_the_bits() -> None:
    original = np.random.default_rng(1).integers(0, 65536, (40, 50, 3), dtype=np.uint16)
    box = Box(3, 5, 41, 39)
    laid = lay_over(original, Registration(identity(), "identity", 0, 1), box)
    assert laid.dtype == np.float32
    np.testing.assert_array_equal(laid, original[box.slices].astype(np.float32) / np.float32(257))


@pytest.mark.parametrize("matrix", [shifting(3.3, -2.7), np.array([[1.2, -0.05, 4.0], [0.05, 1.2, 2.0]])])
def test_fine_waves_are_laid_where_the_formula_puts_them(matrix: np.ndarray) -> None:
    box = Box(40, 40, 100, 90)
    laid = lay_over(sampled(160, 150), Registration(matrix, "similarity", 0, 1), box) * (257 / 256)
    x, y = np.meshgrid(np.arange(box.x0, box.x1), np.arange(box.y0, box.y1))
    there = np.linalg.solve(matrix[:, :2], np.stack([x.ravel(), y.ravel()]) - matrix[:, 2:])
    np.testing.assert_allclose(laid.ravel(), waves(*there), atol=0.6)


def test_half_size_averages_whole_areas() -> None:
    original = np.random.default_rng(1).integers(0, 256, (80, 60), dtype=np.uint8)
    resize = Registration(resizing((60, 80), (30, 40)), "resize", 0, 1)
    expected = original.reshape(40, 2, 30, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(lay_over(original, resize, Box(0, 0, 30, 40)), expected, atol=0.51)


def test_a_slight_reduction_does_not_alias() -> None:
    stripes = np.tile(np.array([0, 255], np.uint8), (60, 60))
    laid = lay_over(stripes, Registration(resizing((120, 60), (96, 48)), "resize", 0, 1), Box(10, 10, 80, 40))
    assert laid.std() < 0.5 * stripes.std()


def test_a_field_moves_what_lies_in_its_box_and_nothing_else() -> None:
    original = sampled(120, 110)
    dx = np.full((30, 40), 2.0, np.float32)
    field = LocalField(Box(30, 20, 70, 50), dx, np.zeros_like(dx), np.ones_like(dx))
    laid = lay_over(original, Registration(identity(), "identity", 0, 1, (field,)), Box(0, 0, 120, 110))
    np.testing.assert_allclose(laid[20:50, 30:70] * 257, original[20:50, 32:72], atol=0.5)
    np.testing.assert_allclose(laid[60:] * 257, original[60:], atol=0.5)


def test_where_fields_meet_their_mean_holds() -> None:
    def even(value: float) -> Plane:
        return np.full((10, 10), value, np.float32)

    fields = (
        LocalField(Box(0, 0, 20, 20), even(3), even(1), even(1)),
        LocalField(Box(10, 0, 30, 20), even(1), even(1), even(1)),
        LocalField(Box(28, 0, 48, 20), even(0.5), even(0.25), even(0.25)),
    )
    dx, dy = displacements(fields, Box(0, 0, 60, 20))
    for columns, far in ((slice(0, 10), 3.0), (slice(10, 20), 2.0), (slice(20, 28), 1.0), (slice(30, 48), 0.5)):
        np.testing.assert_allclose(dx[:, columns], far, atol=1e-5)
    np.testing.assert_allclose(dy[:, :28], 1, atol=1e-5)
    np.testing.assert_allclose(dx[:, 28:30], 1.5 / 1.25, atol=1e-5)
    np.testing.assert_allclose(dx[:, 48:], 0)


FIELD = LocalField(
    Box(40, 30, 110, 90),
    np.full((6, 7), 1.7, np.float32),
    np.full((6, 7), -0.8, np.float32),
    np.ones((6, 7), np.float32),
)
MAPS = [
    Registration(identity(), "identity", 0, 1),
    Registration(shifting(3.3, -2.7), "similarity", 0, 1),
    Registration(np.array([[1.2, -0.05, 4.0], [0.05, 1.2, 2.0]]), "similarity", 0, 1, (FIELD,)),
    Registration(resizing((160, 150), (104, 98)), "resize", 0, 1),
]


@pytest.mark.parametrize("registration", MAPS)
@pytest.mark.parametrize("factor", [1, 2, 3])
def test_an_original_laid_over_reduced_is_one_laid_over_and_reduced(registration: Registration, factor: int) -> None:
    original = np.asarray(cv2.GaussianBlur(sampled(160, 150), (0, 0), 2.0), np.uint16)
    box = Box(12, 10, 73, 71)
    expected = reduced(lay_over(original, registration, box), factor)
    laid = lay_over_reduced(original, registration, box, factor)
    assert laid.shape == expected.shape
    off = np.abs(laid - expected)[1:-1, 1:-1]
    assert off.mean() < 0.3
    assert off.max() < 2


@pytest.mark.parametrize("registration", MAPS)
def test_what_lies_near_a_box_is_laid_over_like_the_whole(registration: Registration) -> None:
    original, box = np.asarray(cv2.GaussianBlur(sampled(160, 150), (0, 0), 2.0), np.uint16), Box(32, 30, 73, 71)
    source, moved = source_near(original, registration, box)
    off = np.abs(lay_over(source, moved, box) - lay_over(original, registration, box))
    assert off.max() < 2
    assert off.mean() < 0.3


def test_levels_are_prepared_before_they_are_laid_over() -> None:
    original, box = sampled(160, 150), Box(12, 10, 73, 71)
    for registration in MAPS[:2]:
        laid = lay_over(original, registration, box, lambda source: in_levels(source) * 2)
        np.testing.assert_allclose(laid, 2 * lay_over(original, registration, box), rtol=1e-4)


def test_a_box_is_covered_where_its_corners_are() -> None:
    shifted = Registration(shifting(10, -5), "similarity", 0, 1)
    assert covers((50, 40), shifted, Box(10, 0, 60, 35))
    assert not covers((50, 40), shifted, Box(9, 0, 60, 35))
    assert not covers((50, 40), shifted, Box(10, 0, 60, 36))


def test_what_the_original_does_not_reach_is_told() -> None:
    shifted = Registration(shifting(10, -5), "similarity", 0, 1)
    reached = covered((50, 40), shifted, Box(0, 0, 70, 45))
    expected = np.zeros((45, 70), bool)
    expected[0:35, 10:60] = True
    np.testing.assert_array_equal(reached, expected)


def test_lanczos_keeps_texture_that_linear_interpolation_loses() -> None:
    noise = cv2.GaussianBlur(np.random.default_rng(2).normal(128, 60, (200, 200)), (0, 0), 0.8)
    original = noise.clip(0, 255).round().astype(np.uint8)
    half = np.array([[1.0, 0, 0.5], [0, 1.0, 0.5]])
    laid = lay_over(original, Registration(half, "similarity", 0, 1), Box(20, 20, 180, 180))
    linear = cv2.warpAffine(original.astype(np.float32), half, (200, 200))[20:180, 20:180]
    assert laid.std() > 0.98 * original.std() > linear.std()
