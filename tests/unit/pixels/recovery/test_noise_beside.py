from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pored.pixels.recovery.noise_beside import quiet_windows

SIZE = 256
SKIN = np.arange(SIZE)[None] < np.full((SIZE, 1), SIZE // 3)
TONE = np.full((SIZE, SIZE), 128, np.float32)


@settings(max_examples=15, deadline=None)
@given(deviation=st.floats(4.0, 12.0), softness=st.floats(0.0, 0.6))
def test_noise_is_as_strong_as_it_is(deviation: float, softness: float) -> None:
    noise = np.random.default_rng(1).normal(0, deviation, (SIZE, SIZE)).astype(np.float32)
    noise = noise if softness < 0.3 else cv2.GaussianBlur(noise, (0, 0), softness).astype(np.float32)
    quiet = quiet_windows(noise, TONE, SKIN, ~SKIN)
    assert quiet.certainty == 1.0
    assert quiet.power(noise, 0 * TONE) == pytest.approx(float(noise.var()), rel=0.1)


def test_texture_is_here_more_and_there_less() -> None:
    grain = np.random.default_rng(2).normal(0, 1, (SIZE, SIZE)).astype(np.float32)
    strength = np.exp(np.linspace(0, 3, SIZE, dtype=np.float32))[:, None]
    quiet = quiet_windows(grain * strength, TONE, SKIN, ~SKIN)
    assert quiet.certainty == 0.0
    assert quiet.power(grain * strength, 0 * TONE) == 0.0


def test_far_from_the_skins_tones_noise_is_another() -> None:
    noise = np.random.default_rng(3).normal(0, 5, (SIZE, SIZE)).astype(np.float32)
    assert quiet_windows(noise, np.where(SKIN, TONE, 20).astype(np.float32), SKIN, ~SKIN).certainty == 0.0


def test_little_room_beside_the_skin_tells_nothing() -> None:
    noise = np.random.default_rng(4).normal(0, 5, (SIZE, SIZE)).astype(np.float32)
    corner = np.zeros_like(SKIN)
    corner[:64, -64:] = True
    assert quiet_windows(noise, TONE, SKIN, corner).certainty == 0.0


def test_what_rounding_makes_is_no_noise() -> None:
    noise = np.random.default_rng(5).normal(0, 0.25, (SIZE, SIZE)).astype(np.float32)
    assert quiet_windows(noise, TONE, SKIN, ~SKIN).certainty == 0.0


def test_equal_pictures_have_no_noise() -> None:
    assert quiet_windows(0 * TONE, TONE, SKIN, ~SKIN).certainty == 0.0
