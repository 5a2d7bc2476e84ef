from __future__ import annotations

import math

import numpy as np
import pytest

from pored.pixels.photoshop.add_noise import noise_on_grey, uniform_noise

SHAPE = (400, 400)


def noise(seed: int = 1) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return uniform_noise(SHAPE, np.random.default_rng(seed))


def test_uniform_noise_fills_its_range_evenly() -> None:
    counts, _ = np.histogram(noise(), bins=10, range=(-1, 1))
    assert counts.min() > 0.95 * SHAPE[0] * SHAPE[1] / 10
    assert np.abs(noise()).max() <= 1


@pytest.mark.parametrize("percent", [4.0, 10.0, 25.0])
def test_its_deviation_is_that_of_the_percentage(percent: float) -> None:
    layer = noise_on_grey(noise(), percent, 0)
    assert float(layer.std()) == pytest.approx(percent * 2.55 / math.sqrt(3), rel=0.02)
    assert int(layer.max()) == pytest.approx(127.5 + percent * 2.55, abs=1)


def test_a_blur_of_a_pixel_leaves_about_a_quarter() -> None:
    sharp, soft = (float(noise_on_grey(noise(), 25.0, blur).std()) for blur in (0, 1.0))
    assert soft / sharp == pytest.approx(0.28, abs=0.01)


def test_no_noise_is_neutral_grey() -> None:
    assert (noise_on_grey(noise(), 0.0, 1.0) == 128).all()


def test_the_mean_is_the_middle_so_that_skin_gets_no_brighter() -> None:
    assert float(noise_on_grey(noise(), 25.0, 1.0).mean()) == pytest.approx(127.5, abs=0.1)


def test_noise_of_a_hundred_percent_stays_on_the_scale() -> None:
    layer = noise_on_grey(noise(), 100.0, 0)
    assert (int(layer.min()), int(layer.max())) == (0, 255)
