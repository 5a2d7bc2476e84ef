from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pored.model import Box
from pored.pixels.recovery.local_light import BRIGHTEST, DARKEST, LocalLight, fit_light

if TYPE_CHECKING:
    from collections.abc import Callable

    from pored.pixels.recovery.tone_curve import Curve

HEIGHT, WIDTH = 90, 80
Y, X = (plane.astype(np.float64) for plane in np.mgrid[-1:1:90j, -1:1:80j])
SKIN = np.where(np.hypot(X, Y) < 0.6, 1.0, 0.3).ravel()
TOLD = np.ones(HEIGHT * WIDTH, np.bool_)
WHOLE = Box(0, 0, WIDTH, HEIGHT)


def scene(seed: int = 2) -> Curve:
    """Tones of all kinds, which have nothing to do with their place."""
    rng = np.random.default_rng(seed)
    return rng.uniform(50, 200, (HEIGHT // 5, WIDTH // 5)).repeat(5, 0).repeat(5, 1).astype(np.float64)


def toned(plane: Curve) -> Curve:
    return np.asarray(255 * (plane / 255) ** 0.8, np.float64)


def vignette() -> Curve:
    return np.asarray(1.05 - 0.2 * (X * X + Y * Y), np.float64)


def side() -> Curve:
    return np.asarray(1 + 0.2 * X, np.float64)


def radial() -> Curve:
    return np.asarray(1 + 0.25 * np.exp(-((X - 0.2) ** 2 + Y**2) / 0.4), np.float64)


def assert_skin_in_light(found: LocalLight, truth: Curve) -> None:
    """Up to a factor, which is the curve's."""
    gain = (found.gain(WHOLE, WIDTH, HEIGHT) / truth).ravel()[SKIN == 1]
    np.testing.assert_allclose(gain / gain.mean(), 1, atol=0.03)


@pytest.mark.parametrize("light", [vignette, side, radial])
def test_light_is_told_beside_a_curve(light: Callable[[], Curve]) -> None:
    before = scene()
    found = fit_light(before, toned(before) * light(), SKIN, TOLD)
    assert found is not None
    assert_skin_in_light(found, light())


def test_a_patch_that_was_made_lighter_by_hand_does_not_bend_it() -> None:
    before = scene()
    after = toned(before) * vignette()
    after[40:50, 30:45] += 25
    found = fit_light(before, after, SKIN, TOLD)
    assert found is not None
    assert_skin_in_light(found, vignette())


def test_a_curve_is_no_light() -> None:
    assert fit_light(scene(), toned(scene()), SKIN, TOLD) is None


def test_what_differs_from_patch_to_patch_is_no_light() -> None:
    assert fit_light(scene(), toned(scene()) + scene(7) / np.float64(5), SKIN, TOLD) is None


def test_without_places_that_tell_there_is_none() -> None:
    assert fit_light(scene(), toned(scene()) * side(), SKIN, ~TOLD) is None


def test_one_even_tone_tells_no_light() -> None:
    even = np.full((HEIGHT, WIDTH), 90, np.float64)
    assert fit_light(even, np.asarray(even * side(), np.float64), SKIN, TOLD) is None


def test_a_part_has_the_gain_of_its_place_at_any_size() -> None:
    light = LocalLight(np.random.default_rng(1).normal(0, 0.05, 20))
    part = Box(10, 20, 50, 60)
    np.testing.assert_array_equal(light.gain(part, WIDTH, HEIGHT), light.gain(WHOLE, WIDTH, HEIGHT)[part.slices])
    large = light.gain(Box(0, 0, 3 * WIDTH, 3 * HEIGHT), 3 * WIDTH, 3 * HEIGHT)
    np.testing.assert_allclose(large[1::3, 1::3], light.gain(WHOLE, WIDTH, HEIGHT), atol=1e-5)


def test_gain_stays_within_bounds() -> None:
    gain = LocalLight(np.full(20, 9.0)).gain(WHOLE, WIDTH, HEIGHT)
    assert gain.min() == np.float32(DARKEST)
    assert gain.max() == np.float32(BRIGHTEST)
