from __future__ import annotations

import numpy as np
import pytest

from pored.pixels.photoshop.high_pass import high_band
from pored.pixels.planes.gaussian_blur import gaussian_blur, reach


@pytest.mark.parametrize("radius", [0.5, 1.0, 3.0, 7.3])
def test_a_point_becomes_a_gaussian_whose_sigma_is_the_radius(radius: float) -> None:
    size = 2 * reach(radius) + 1
    plane = np.zeros((size, size), np.float32)
    plane[size // 2, size // 2] = 1
    row = gaussian_blur(plane, radius).sum(axis=0)
    places = np.arange(size) - size // 2
    expected = np.exp(-0.5 * (places / radius) ** 2)
    np.testing.assert_allclose(row, expected / expected.sum(), atol=2e-5)


def test_the_edge_is_repeated_outwards() -> None:
    plane = np.tile(np.array([0, 100], np.float32).repeat(30), (9, 1))
    blurred = gaussian_blur(plane, 3.0)
    assert blurred[0, 0] == pytest.approx(0, abs=1e-4)
    assert blurred[0, -1] == pytest.approx(100, abs=1e-4)


def test_a_crop_with_its_reach_blurs_like_the_whole() -> None:
    plane = np.random.default_rng(1).normal(120, 20, (90, 90)).astype(np.float32)
    margin = reach(3.0)
    crop = plane[40 - margin : 60 + margin, 40 - margin : 60 + margin]
    inner = gaussian_blur(crop, 3.0)[margin:-margin, margin:-margin]
    np.testing.assert_allclose(inner, gaussian_blur(plane, 3.0)[40:60, 40:60], atol=1e-4)


def test_an_even_surface_has_no_high_band() -> None:
    np.testing.assert_allclose(high_band(np.full((20, 20), 200, np.float32), 2.0), 0, atol=1e-4)
