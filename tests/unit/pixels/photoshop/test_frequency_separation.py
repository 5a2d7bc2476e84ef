from __future__ import annotations

import numpy as np
import pytest

from pored.pixels.photoshop.frequency_separation import once
from pored.pixels.photoshop.high_pass import high_band
from pored.pixels.photoshop.linear_light import linear_light
from pored.pixels.planes.gaussian_blur import gaussian_blur

PICTURE = np.random.default_rng(2).uniform(60, 190, (50, 60)).astype(np.float32)


def test_linear_light_puts_the_two_layers_together_again() -> None:
    low, high = gaussian_blur(PICTURE, 4.0), 128 + once(high_band(PICTURE, 4.0), 1.0)
    assert np.abs(linear_light(low, high) - PICTURE).max() < 1e-3


@pytest.mark.parametrize("opacity", [1.0, 0.5, 0.25])
def test_at_any_opacity_the_difference_is_added_once(opacity: float) -> None:
    below, difference = np.full_like(PICTURE, 128), (PICTURE - np.float32(125)) / np.float32(4)
    added = opacity * (linear_light(below, 128 + once(difference, opacity)) - below)
    assert np.abs(added - difference).max() < 1e-3
