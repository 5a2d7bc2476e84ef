from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.recovery.off_curve import off_curve

if TYPE_CHECKING:
    from pored.pixels.recovery.tone_curve import Curve

COUNT = 2000
SKIN = np.ones(COUNT)


def tones() -> Curve:
    return np.random.default_rng(1).uniform(40, 220, COUNT)


def explanations() -> Curve:
    """Two, of which the first goes with the tone a little."""
    rng = np.random.default_rng(2)
    return np.array([tones() / 9 + rng.normal(0, 3, COUNT), rng.normal(0, 3, COUNT)])


def curve(x: Curve) -> Curve:
    return np.asarray(255 * (x / 255) ** 0.8)


def test_what_is_off_the_curve_is_told_from_its_explanations() -> None:
    x, own = tones(), explanations()
    found = off_curve(x, curve(x) + 0.7 * own[0] - 0.4 * own[1], SKIN)
    assert found is not None
    np.testing.assert_allclose(found.explained(found.less_tone(own[:, found.where]), 1e-6), [0.7, -0.4], atol=0.02)


def test_on_the_curve_nothing_is_off() -> None:
    x = tones()
    found = off_curve(x, curve(x), SKIN)
    assert found is not None
    inside = (found.x >= found.tones[0]) & (found.x <= found.tones[-1])  # beyond them a curve ends level
    np.testing.assert_allclose(found.off[inside], 0, atol=0.5)
    np.testing.assert_allclose(found.values[inside], curve(found.x[inside]), atol=0.5)


def test_what_goes_with_the_tone_is_taken_from_values() -> None:
    x = tones()
    found = off_curve(x, curve(x), SKIN)
    assert found is not None
    np.testing.assert_allclose(found.less_tone(np.sin(x / 80)[None, found.where]), 0, atol=0.03)


def test_a_place_far_off_counts_for_less() -> None:
    x = tones()
    y = curve(x)
    y[:20] += 90
    found = off_curve(x, y, SKIN)
    assert found is not None
    assert found.weight[found.where.cumsum()[:20] - 1].max() == 0.0


def test_given_places_are_the_ones_that_count() -> None:
    x, where = tones(), np.arange(COUNT) % 2 == 0
    found = off_curve(x, curve(x), SKIN, where)
    assert found is not None
    np.testing.assert_array_equal(found.x, x[where])


def test_one_tone_tells_no_curve() -> None:
    assert off_curve(np.full(COUNT, 90.0), np.full(COUNT, 99.0), SKIN) is None
