from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pored.pixels.recovery.channel_mix import colour_mix, grey_mix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

COUNT = 3000
SKIN = np.where(np.arange(COUNT) < COUNT // 2, 1.0, 0.3)
"""Weights: the first half of the places is skin."""
TOLD = np.ones((3, COUNT), np.bool_)


def places(seed: int = 1) -> Values:
    """(3, N) levels: skin of many tones that is more or less red, and other things of all colours."""
    rng = np.random.default_rng(seed)
    tone, red = rng.uniform(60, 220, COUNT), rng.normal(0, 4, COUNT)
    skin = np.array([1.05 * tone + red, 0.8 * tone - red, 0.7 * tone - red])
    other = tone * np.array([[0.9], [0.85], [0.8]]) + rng.normal(0, 9, (3, COUNT))
    return np.where(SKIN == 1, skin, other)


def saturation(amount: float) -> Values:
    return amount * np.eye(3) + (1 - amount) * np.array([0.3, 0.6, 0.1])


def toned(channels: Values) -> Values:
    """Each channel through a curve of its own."""
    powers = np.array([[0.85], [0.9], [1.1]])
    return np.asarray(255 * (channels.clip(0, 255) / 255) ** powers)


@given(shares=st.tuples(*[st.floats(0.1, 1.0)] * 3))
@settings(max_examples=20, deadline=None)
def test_grey_is_told_from_its_channels(shares: tuple[float, float, float]) -> None:
    mix = np.array(shares) / sum(shares)
    found = grey_mix(places(), mix @ places(), SKIN)
    np.testing.assert_allclose(found, mix, atol=0.02)
    assert found.sum() == pytest.approx(1.0)


def test_one_channel_is_a_mix_of_itself() -> None:
    np.testing.assert_array_equal(grey_mix(places()[:1], places()[0], SKIN), [1.0])


@given(amount=st.one_of(st.floats(0.15, 0.8), st.floats(1.25, 1.5)))
@settings(max_examples=20, deadline=None)
def test_saturation_is_told_whatever_the_curves(amount: float) -> None:
    mix = saturation(amount)
    found = colour_mix(places(), toned(mix @ places()), SKIN, TOLD)
    assert found is not None
    np.testing.assert_allclose(found, mix, atol=0.05)
    np.testing.assert_allclose(found.sum(axis=1), 1)


def test_a_channel_mixer_is_told() -> None:
    mix = np.array([[0.8, 0.3, -0.1], [0.1, 0.8, 0.1], [-0.2, 0.2, 1.0]])
    found = colour_mix(places(), mix @ places(), SKIN, TOLD)
    assert found is not None
    np.testing.assert_allclose(found, mix, atol=0.05)


def test_places_at_white_do_not_bend_the_mix() -> None:
    before, mix = places(), saturation(1.4)
    after = 1.2 * (mix @ before)
    found = colour_mix(before, np.minimum(after, 255), SKIN, after < 255)
    assert (after[0] >= 255).mean() > 0.1
    assert found is not None
    np.testing.assert_allclose(found, mix, atol=0.05)


def test_curves_alone_are_no_mix() -> None:
    assert colour_mix(places(), toned(places()), SKIN, TOLD) is None


def test_what_was_not_graded_has_no_mix() -> None:
    rng = np.random.default_rng(5)
    assert colour_mix(places(), places() + rng.normal(0, 1, (3, COUNT)), SKIN, TOLD) is None


def test_skin_whose_redness_was_evened_is_no_mix() -> None:
    rng = np.random.default_rng(6)
    before = places()
    even = before[0] / 1.05 * np.array([[1.05], [0.8], [0.7]]) + rng.normal(0, 1, (3, COUNT))
    assert colour_mix(before, np.where(SKIN == 1, even, before), SKIN, TOLD) is None


def test_a_background_that_lost_its_colour_alone_is_no_mix() -> None:
    before = places()
    assert colour_mix(before, np.where(SKIN == 1, before, saturation(0.5) @ before), SKIN, TOLD) is None


def test_where_there_is_only_skin_nothing_is_proved() -> None:
    before = places()
    assert colour_mix(before, saturation(0.5) @ before, np.ones(COUNT), TOLD) is None
