from __future__ import annotations

import numpy as np
import pytest

from pored.pixels.planes.gaussian_blur import gaussian_blur
from pored.pixels.planes.wide_blur import wide_blur


@pytest.mark.parametrize("size", [(128, 96), (101, 67), (9, 33)])
@pytest.mark.parametrize("radius", [1.0, 2.5, 3.3, 4.9, 7.0, 13.0])
def test_a_wide_blur_is_a_gaussian_up_to_the_edges(size: tuple[int, int], radius: float) -> None:
    noise = np.random.default_rng(3).standard_normal(size).astype(np.float32) * 20 + 100
    exact = gaussian_blur(noise, radius)
    off = wide_blur(noise, radius) - exact
    assert off.std() < 0.02 * exact.std()
    assert np.abs(off).max() < 0.1 * exact.std()


def test_a_flat_plane_stays_flat() -> None:
    np.testing.assert_allclose(wide_blur(np.full((40, 31), 7, np.float32), 11.0), 7, rtol=1e-5)
