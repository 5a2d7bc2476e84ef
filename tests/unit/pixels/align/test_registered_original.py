"""The original as it lies under the export."""

from __future__ import annotations

import numpy as np
import pytest

from pored.model import Box
from pored.pixels.align.maps import Registration, identity, shifting
from pored.pixels.align.registered_original import MARGIN, registered_original

SAME = Registration(identity(), "identity", 0.0, 1.0)
MOVED = Registration(shifting(-40, -30), "crop", 0.0, 1.0)
FACE = Box(100, 90, 120, 130)
NEAR = FACE.grown(MARGIN)


def picture(*, deep: bool = False, grey: bool = False, height: int = 260, width: int = 240) -> np.ndarray:
    samples = np.random.default_rng(5).integers(0, 256, (height, width) if grey else (height, width, 3), np.uint8)
    return samples.astype(np.uint16) * 257 if deep else samples


def test_of_the_exports_own_size_it_is_a_copy_of_the_originals_own_samples() -> None:
    original = picture()
    found = registered_original(original, picture(), SAME, FACE)
    assert found.box == NEAR
    assert found.covered is None
    assert np.array_equal(found.pixels, original[NEAR.slices])
    assert not np.shares_memory(found.pixels, original)


def test_of_a_crop_it_is_the_part_that_lies_there() -> None:
    original = picture(height=320, width=300)
    found = registered_original(original, picture(), MOVED, FACE)
    assert np.array_equal(found.pixels, original[NEAR.y0 + 30 : NEAR.y1 + 30, NEAR.x0 + 40 : NEAR.x1 + 40])


@pytest.mark.parametrize(("deep_original", "deep_export"), [(False, True), (True, False), (True, True)])
def test_it_has_the_exports_depth(*, deep_original: bool, deep_export: bool) -> None:
    found = registered_original(picture(deep=deep_original), picture(deep=deep_export), SAME, FACE)
    assert np.array_equal(found.pixels, picture(deep=deep_export)[NEAR.slices])


def test_a_grey_original_of_a_coloured_export_is_grey_in_all_channels() -> None:
    original = picture(grey=True)
    found = registered_original(original, picture(), SAME, FACE)
    assert all(np.array_equal(found.pixels[..., channel], original[NEAR.slices]) for channel in range(3))


def test_a_coloured_original_of_a_grey_export_is_desaturated() -> None:
    original = picture()
    found = registered_original(original, picture(grey=True), SAME, FACE)
    part = original[NEAR.slices].astype(int)
    assert np.array_equal(found.pixels, (part.max(axis=2) + part.min(axis=2) + 1) // 2)


def test_beyond_the_originals_edge_it_is_not_covered() -> None:
    found = registered_original(picture(), picture(), MOVED, Box(150, 150, 200, 230))
    reached = found.covered
    assert reached is not None
    inside = np.zeros_like(reached)
    inside[: 230 - found.box.y0, : 200 - found.box.x0] = True
    assert np.array_equal(reached, inside)
