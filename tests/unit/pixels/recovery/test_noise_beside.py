from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pored.pixels.recovery.noise_beside import Beside, quiet_windows

SIZE = 256
SKIN = np.arange(SIZE)[None] < np.full((SIZE, 1), SIZE // 3)
TONE = np.full((SIZE, SIZE), 128, np.float32)


@settings(max_examples=15, deadline=None)
@given(deviation=st.floats(4.0, 12.0), softness=st.floats(0.0, 0.6))
def test_noise_is_as_strong_as_it_is(deviation: float, softness: float) -> None:
    noise = np.random.default_rng(1).normal(0, deviation, (SIZE, SIZE)).astype(np.float32)
    noise = noise if softness < 0.3 else cv2.GaussianBlur(noise, (0, 0), softness).astype(np.float32)
    quiet = quiet_windows(noise, TONE, SKIN, Beside(~SKIN))
    assert quiet.certainty == 1.0
    assert quiet.power(noise, 0 * TONE) == pytest.approx(float(noise.var()), rel=0.1)


def test_texture_is_here_more_and_there_less() -> None:
    grain = np.random.default_rng(2).normal(0, 1, (SIZE, SIZE)).astype(np.float32)
    strength = np.exp(np.linspace(0, 3, SIZE, dtype=np.float32))[:, None]
    quiet = quiet_windows(grain * strength, TONE, SKIN, Beside(~SKIN))
    assert quiet.certainty == 0.0
    assert quiet.power(grain * strength, 0 * TONE) == 0.0


def test_far_from_the_skins_tones_noise_is_another() -> None:
    noise = np.random.default_rng(3).normal(0, 5, (SIZE, SIZE)).astype(np.float32)
    assert quiet_windows(noise, np.where(SKIN, TONE, 20).astype(np.float32), SKIN, Beside(~SKIN)).certainty == 0.0


def test_little_room_beside_the_skin_tells_nothing() -> None:
    noise = np.random.default_rng(4).normal(0, 5, (SIZE, SIZE)).astype(np.float32)
    corner = np.zeros_like(SKIN)
    corner[:64, -64:] = True
    assert quiet_windows(noise, TONE, SKIN, Beside(corner)).certainty == 0.0


def test_a_jpeg_lost_the_finest_of_its_noise_here_and_there() -> None:
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    tone = (128 + 15 * np.sin(x / 40) * np.cos(y / 30)).astype(np.float32)
    noisy = np.round(tone + np.random.default_rng(6).normal(0, 2, (SIZE, SIZE))).astype(np.uint8)
    stored = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, 88])[1]
    lost = cv2.imdecode(stored, cv2.IMREAD_GRAYSCALE) - tone
    quiet = quiet_windows(lost, tone, SKIN, Beside(~SKIN))
    assert quiet.certainty == 1.0
    assert quiet.power(lost, 0 * tone) == pytest.approx(float(lost.var()), rel=0.25)


def test_noise_is_seen_between_hair() -> None:
    noise = np.random.default_rng(11).normal(0, 2, (SIZE, SIZE)).astype(np.float32)
    hair = np.random.default_rng(12).normal(0, 20, (SIZE, SIZE)).astype(np.float32)
    tone = np.where(~SKIN & (np.arange(SIZE)[:, None] < SIZE // 2), TONE + hair, TONE).astype(np.float32)
    quiet = quiet_windows(noise, tone, SKIN, Beside(~SKIN))
    assert quiet.certainty == 1.0
    assert not quiet.where[:7].any()
    assert quiet.power(noise, tone - TONE) == pytest.approx(float(noise.var()), rel=0.15)


def test_what_a_smoother_took_off_hair_is_no_noise() -> None:
    hair = np.random.default_rng(13).normal(0, 20, (SIZE, SIZE)).astype(np.float32)
    tone = np.where(np.arange(SIZE)[:, None] < SIZE // 2, TONE + hair, TONE).astype(np.float32)
    lost = tone - cv2.GaussianBlur(tone, (0, 0), 0.6).astype(np.float32)
    assert quiet_windows(lost, tone - lost, SKIN, Beside(~SKIN)).certainty == 0.0


def test_a_grading_makes_even_noise_uneven() -> None:
    contrast = np.broadcast_to(np.linspace(0.5, 2, SIZE, dtype=np.float32)[:, None], (SIZE, SIZE))
    noise = np.random.default_rng(7).normal(0, 3, (SIZE, SIZE)).astype(np.float32) * contrast
    assert quiet_windows(noise, TONE, SKIN, Beside(~SKIN)).certainty == 0.0
    quiet = quiet_windows(noise, TONE, SKIN, Beside(~SKIN, contrast))
    assert quiet.certainty == 1.0
    assert quiet.power(noise, 0 * TONE) == pytest.approx(float(noise[SKIN].var()), rel=0.1)


def test_noise_is_stronger_where_contrast_was_raised() -> None:
    tone = np.where(np.arange(SIZE)[:, None] < SIZE // 2, np.float32(110), np.float32(150)) + 0 * TONE
    contrast = np.where(tone > 130, 2, 1).astype(np.float32)
    noise = np.random.default_rng(8).normal(0, 3, (SIZE, SIZE)).astype(np.float32) * contrast
    dark, bright = quiet_windows(noise, tone, SKIN, Beside(~SKIN, contrast)).by_tone(np.array([110.0, 150.0]))
    assert bright / dark == pytest.approx(4.0, rel=0.1)
    assert (dark + bright) / 2 == pytest.approx(1.0, rel=0.1)


def test_a_grading_that_left_no_contrast_tells_nothing() -> None:
    noise = np.random.default_rng(10).normal(0, 0.1, (SIZE, SIZE)).astype(np.float32)
    quiet = quiet_windows(noise, TONE, SKIN, Beside(~SKIN, 0 * TONE))
    assert quiet.certainty == 0.0
    assert quiet.power(noise, 0 * TONE) == 0.0


def test_where_nothing_was_graded_all_tones_are_alike() -> None:
    noise = np.random.default_rng(9).normal(0, 5, (SIZE, SIZE)).astype(np.float32)
    by_tone = quiet_windows(noise, TONE, SKIN, Beside(~SKIN)).by_tone(np.array([90.0, 128.0]))
    assert by_tone == pytest.approx([1.0, 1.0])


def test_what_rounding_makes_is_no_noise() -> None:
    noise = np.random.default_rng(5).normal(0, 0.25, (SIZE, SIZE)).astype(np.float32)
    assert quiet_windows(noise, TONE, SKIN, Beside(~SKIN)).certainty == 0.0


def test_equal_pictures_have_no_noise() -> None:
    assert quiet_windows(0 * TONE, TONE, SKIN, Beside(~SKIN)).certainty == 0.0
