from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pored.pixels.recovery.noise import keep_noise_out
from pored.pixels.recovery.noise_beside import Beside
from pored.pixels.recovery.noise_model import measure_band

if TYPE_CHECKING:
    from pored.model import Plane

SIZE = 256
NOWHERE = Beside(np.zeros((SIZE, SIZE), bool))


def pores(strength: float = 8.0) -> Plane:
    grain = np.random.default_rng(5).normal(0, strength, (SIZE, SIZE)).astype(np.float32)
    return cast("Plane", cv2.GaussianBlur(grain, (0, 0), 1.2))


def noisy(texture: Plane, deviations: tuple[float, float, float], seed: int = 6) -> tuple[Plane, Plane]:
    """Lightness and channels of a difference of grey texture and each channel's own noise."""
    noise = np.random.default_rng(seed).normal(0, 1, (SIZE, SIZE, 3)).astype(np.float32)
    colours = texture[..., None] + noise * np.array(deviations, np.float32)
    return cast("Plane", (colours[..., 0] + colours[..., 2]) / 2), colours


def tone() -> Plane:
    return np.broadcast_to(np.linspace(90, 220, SIZE, dtype=np.float32), (SIZE, SIZE)).copy()


def all_skin() -> Plane:
    return np.ones((SIZE, SIZE), np.float32)


def half_with_skin(deviation: float) -> tuple[Plane, Plane, Plane]:
    """Pores on one half, where skin is, and noise everywhere."""
    skin = np.zeros((SIZE, SIZE), np.float32)
    skin[:, : SIZE // 2] = 1
    noise = np.random.default_rng(9).normal(0, deviation, (SIZE, SIZE)).astype(np.float32)
    return pores() * skin, skin, noise


def grey(plane: Plane) -> Plane:
    return np.repeat(plane[..., None], 3, axis=2)


def test_a_clean_pair_is_left_as_it_is_to_the_last_bit() -> None:
    difference, colours = noisy(pores(), (0.3, 0.3, 0.3))

    denoised = keep_noise_out(difference, colours, tone(), all_skin(), NOWHERE)

    assert denoised.difference is difference
    assert denoised.kept == 1.0
    assert denoised.share < 0.1


@pytest.mark.parametrize("deviations", [(7.0, 7.0, 7.0), (4.0, 3.0, 8.0)])
def test_each_channels_noise_is_measured(deviations: tuple[float, float, float]) -> None:
    difference, colours = noisy(pores(), deviations)

    denoised = keep_noise_out(difference, colours, tone(), all_skin(), NOWHERE)

    assert denoised.noise == pytest.approx(deviations, rel=0.15)


def test_noise_that_differs_by_the_sensors_sites_is_measured_on_all_of_them() -> None:
    wide = 2 * SIZE
    noise = np.random.default_rng(4).normal(0, 2, (wide, wide, 3)).astype(np.float32)
    noise[0::2, 0::2, 0] *= 2
    noise[1::2, 1::2, 2] *= 2
    texture = np.tile(pores(), (2, 2))
    colours = texture[..., None] + noise
    lightness = cast("Plane", (colours[..., 0] + colours[..., 2]) / 2)
    nowhere = Beside(np.zeros((wide, wide), bool))

    denoised = keep_noise_out(lightness, colours, np.tile(tone(), (2, 2)), np.ones((wide, wide), np.float32), nowhere)

    assert denoised.noise == pytest.approx(noise.std(axis=(0, 1)), rel=0.1)


def test_noise_goes_and_pores_stay() -> None:
    texture = pores()
    difference, colours = noisy(texture, (7.0, 7.0, 7.0))

    denoised = keep_noise_out(difference, colours, tone(), all_skin(), NOWHERE).difference

    before = float(np.corrcoef(difference.ravel(), texture.ravel())[0, 1])
    after = float(np.corrcoef(denoised.ravel(), texture.ravel())[0, 1])
    assert before < 0.55
    assert after > 0.7
    assert 0.6 < float(denoised.std()) / float(texture.std()) < 1.1


def test_what_is_left_of_the_pores_is_told() -> None:
    texture = pores()
    difference, colours = noisy(texture, (7.0, 7.0, 7.0))

    denoised = keep_noise_out(difference, colours, tone(), all_skin(), NOWHERE)

    assert denoised.kept == pytest.approx(float(denoised.difference.var()) / float(texture.var()), abs=0.25)


def test_a_channel_with_less_noise_counts_for_more() -> None:
    texture = pores()
    difference, colours = noisy(texture, (12.0, 2.0, 12.0))

    denoised = keep_noise_out(difference, colours, tone(), all_skin(), NOWHERE).difference

    assert float(np.corrcoef(difference.ravel(), texture.ravel())[0, 1]) < 0.35
    assert float(np.corrcoef(denoised.ravel(), texture.ravel())[0, 1]) > 0.8


def test_noise_without_any_texture_goes_altogether() -> None:
    difference, colours = noisy(np.zeros((SIZE, SIZE), np.float32), (7.0, 7.0, 7.0))

    denoised = keep_noise_out(difference, colours, tone(), all_skin(), NOWHERE).difference

    assert float(denoised.std()) < 0.25 * float(difference.std())


def test_what_is_wider_than_pores_is_kept() -> None:
    wide = cast("Plane", cv2.GaussianBlur(pores(400.0), (0, 0), 15))
    difference, colours = noisy(wide, (7.0, 7.0, 7.0))

    denoised = keep_noise_out(difference, colours, tone(), all_skin(), NOWHERE).difference

    assert float(np.corrcoef(denoised.ravel(), wide.ravel())[0, 1]) > 0.95


def test_too_little_skin_is_left_alone() -> None:
    difference, colours = noisy(pores(), (7.0, 7.0, 7.0))

    denoised = keep_noise_out(difference, colours, tone(), np.zeros((SIZE, SIZE), np.float32), NOWHERE)

    assert denoised.difference is difference


def test_noise_alike_in_all_channels_goes_where_the_export_is_clean_of_it_beside_the_skin() -> None:
    texture, skin, noise = half_with_skin(7.0)
    quiet = np.full((SIZE, SIZE), 128, np.float32)

    denoised = keep_noise_out(texture + noise, grey(texture + noise), quiet, skin, Beside(skin == 0))

    here = skin > 0
    before, after = (
        float(np.corrcoef(each[here], texture[here])[0, 1]) for each in (texture + noise, denoised.difference)
    )
    assert denoised.noise == pytest.approx((7.0, 7.0, 7.0), rel=0.1)
    assert before < 0.4
    assert after > before + 0.15
    assert 0.4 < float(denoised.difference[here].std()) / float(texture[here].std()) < 1.3


def test_a_little_noise_goes_where_it_is_sure_that_it_is_noise() -> None:
    texture, skin, noise = half_with_skin(1.5)
    quiet = np.full((SIZE, SIZE), 128, np.float32)

    surely, perhaps = (
        keep_noise_out(texture + noise, grey(texture + noise), quiet, skin, beside).difference
        for beside in (Beside(skin == 0), NOWHERE)
    )

    here = skin > 0
    np.testing.assert_array_equal(perhaps, texture + noise)
    assert float((surely - texture)[here].std()) < 0.85 * float(noise[here].std())


def test_grain_that_the_export_got_is_not_the_originals_noise() -> None:
    texture, skin, grain = half_with_skin(7.0)

    denoised = keep_noise_out(texture - grain, grey(texture - grain), 128 + grain, skin, Beside(skin == 0))

    np.testing.assert_array_equal(denoised.difference, texture - grain)


def test_texture_that_was_lost_beside_the_skin_is_no_noise() -> None:
    texture, skin, _ = half_with_skin(0.0)
    cloth = pores(20.0) * np.linspace(0, 1, SIZE, dtype=np.float32)[:, None] * (1 - skin)
    quiet = np.full((SIZE, SIZE), 128, np.float32)

    denoised = keep_noise_out(texture + cloth, grey(texture + cloth), quiet, skin, Beside(skin == 0))

    np.testing.assert_array_equal(denoised.difference, texture + cloth)


@settings(max_examples=20, deadline=None)
@given(red=st.floats(0.6, 1.4), blue=st.floats(0.6, 1.4), strength=st.floats(2.0, 6.0), deviation=st.floats(1.0, 6.0))
def test_the_model_finds_proportions_and_noise(red: float, blue: float, strength: float, deviation: float) -> None:
    chance = np.random.default_rng(7)
    proportions = np.array([red, 1.0, blue])
    texture = chance.normal(0, strength, 20_000)
    samples = (proportions[:, None] * texture + chance.normal(0, deviation, (3, 20_000))).astype(np.float32)

    model = measure_band(samples, np.linspace(0, 255, 20_000, dtype=np.float32), None)

    assert model.proportions == pytest.approx(proportions / ((red + blue) / 2), rel=0.25)
    assert np.sqrt(model.channel_power) == pytest.approx([deviation] * 3, rel=0.25, abs=0.35)
    assert float(model.weights @ model.proportions) == pytest.approx(1.0)


def test_noise_is_told_by_tone() -> None:
    chance = np.random.default_rng(8)
    tones = np.linspace(0, 255, 40_000, dtype=np.float32)
    texture = chance.normal(0, 3, 40_000)
    deviation = np.where(tones < 128, 6.0, 2.0)
    samples = (texture + deviation * chance.normal(0, 1, (3, 40_000))).astype(np.float32)

    model = measure_band(samples, tones, None)

    assert model.powers[0] > 4 * model.powers[-1]
    assert (np.diff(model.tones) > 0).all()


def test_channels_with_nothing_in_common_are_all_noise() -> None:
    samples = np.random.default_rng(9).normal(0, 4, (3, 5_000)).astype(np.float32)
    samples[1] -= 0.5 * samples[0]

    model = measure_band(samples, np.zeros(5_000, np.float32), None)

    assert model.proportions == pytest.approx([1.0, 1.0, 1.0])
    assert model.texture < 0.2 * model.total


def test_a_channel_at_white_tells_nothing_of_the_others_noise() -> None:
    samples = np.random.default_rng(10).normal(0, 4, (3, 5_000)).astype(np.float32)
    samples[0] = 0
    samples[1] -= 0.5 * samples[2]

    model = measure_band(samples, np.zeros(5_000, np.float32), None)

    assert model.proportions[0] < 0.05
    assert model.texture == 0.0
    assert model.power > 1.0


def test_where_nothing_is_left_there_is_no_noise() -> None:
    model = measure_band(np.zeros((3, 5_000), np.float32), np.zeros(5_000, np.float32), None)

    assert model.power == 0.0
    assert np.isfinite(model.weights).all()
