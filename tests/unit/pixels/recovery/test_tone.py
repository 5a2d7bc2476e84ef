from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pored.model import Box
from pored.pixels.photoshop.high_pass import high_band
from pored.pixels.recovery.tone import Grading, fit_grading, graded, lit, raised_contrast
from pored.pixels.recovery.tone_curve import UNCHANGED, ToneCurve

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Picture = NDArray[np.float32]


def scene(seed: int = 4) -> Picture:
    """Soft tones of all kinds with fine texture over them; (400, 300, 3)."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:400, 0:300]
    tone = 120 + 70 * np.sin(x / 60) * np.cos(y / 75)
    pores = high_band(rng.normal(0, 8, (400, 300)).astype(np.float32), 3.0)
    colour = np.array([1.15, 0.9, 0.75])
    return np.asarray(((tone + pores)[..., None] * colour + [0, 5, 12]).clip(0, 255), np.float32)


def smooth(picture: Picture) -> Picture:
    return np.dstack([plane - high_band(plane, 3.0) for plane in np.moveaxis(picture, 2, 0)]).astype(np.float32)


def curves(picture: Picture) -> Picture:
    """A retoucher's grading: brighter, warmer, another contrast."""
    scaled = (picture / 255 * [1.06, 1.0, 0.93]).clip(0, 1)
    return (255 * scaled**0.8).astype(np.float32)


SKIN = np.ones((400, 300), np.float32)


def test_the_originals_texture_gets_the_exports_contrast() -> None:
    original = scene()
    toned = graded(fit_grading(original, curves(smooth(original)), SKIN, 250.0), original)
    truth = curves(original)
    for channel in range(3):
        ours, theirs = high_band(toned[..., channel], 3.0), high_band(truth[..., channel], 3.0)
        assert ours.std() / theirs.std() == pytest.approx(1.0, abs=0.03)
        assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.99


def test_an_export_that_was_only_smoothed_leaves_the_original_to_the_bit() -> None:
    original = scene()
    grading = fit_grading(original, smooth(original) + np.float32(2.5), SKIN, 250.0)
    np.testing.assert_array_equal(graded(grading, original), original)


def too_bright(picture: Picture) -> Picture:
    return np.asarray((1.6 * picture + 20).clip(0, 255), np.float32)


def grey(picture: Picture) -> Picture:
    return np.repeat(picture.mean(axis=2, keepdims=True), 3, axis=2)


@pytest.mark.parametrize("start", [lambda one: one, grey], ids=["colours", "black and white"])
def test_where_an_export_is_at_white_its_curve_goes_straight_on(start: Callable[[Picture], Picture]) -> None:
    original = scene()
    export = too_bright(start(smooth(original)))
    toned = graded(fit_grading(original, export, SKIN, 250.0), original)
    truth = too_bright(start(original))[..., 0]
    assert (export[..., 0] == 255).mean() > 0.15
    np.testing.assert_allclose(toned[..., 0] if toned.ndim == 3 else toned, truth, atol=5)


def test_where_light_and_no_curve_brings_a_side_to_white_all_places_tell() -> None:
    original = scene()
    export = smooth(original)
    export[:, 150:] = (2.2 * export[:, 150:]).clip(0, 255)
    toned = graded(fit_grading(original, export, SKIN, 250.0), original)
    at_white = export[..., 0] == 255
    assert at_white.mean() > 0.1
    assert toned[..., 0][at_white].mean() > original[..., 0][at_white].mean() + 15


def twelve_colours() -> Picture:
    """Twelve parts of different colours."""
    tinted = scene() + np.random.default_rng(8).normal(0, 30, (4, 3, 3)).repeat(100, 0).repeat(100, 1)
    return np.asarray(tinted.clip(0, 255), np.float32)


def test_black_and_white_finds_the_channel_mix() -> None:
    original = twelve_colours()
    mix = np.array([0.6, 0.3, 0.1])
    export = np.repeat((smooth(original) @ mix)[..., None], 3, axis=2).astype(np.float32)
    grading = fit_grading(original, export, SKIN, 250.0)
    assert grading.mix is not None
    np.testing.assert_allclose(grading.mix, [mix], atol=0.03)
    np.testing.assert_allclose(graded(grading, original), original @ mix, atol=4)


def test_another_depth_is_another_curve() -> None:
    original = scene()
    toned = graded(fit_grading(original * 257, smooth(original), SKIN, 250.0), original * 257)
    np.testing.assert_allclose(toned, original, atol=3)


def test_one_even_tone_is_left_alone() -> None:
    even = np.full((50, 50, 3), 90, np.float32)
    np.testing.assert_array_equal(graded(fit_grading(even, even + 9, SKIN[:50, :50], 40.0), even), even)


def half_skin() -> Picture:
    skin = np.zeros((400, 300), np.float32)
    skin[:, :150] = 1
    return skin


def slightly(picture: Picture) -> Picture:
    """More contrast by up to 7 % in the middle, less at both ends; no tone moves by more than 1.2 % of white."""
    share = picture / np.float32(255)
    return np.asarray(255 * (share + np.float32(0.011) * np.sin(2 * np.pi * (share - 0.5))), np.float32)


def smoothed_on(skin: Picture, picture: Picture, lift: float) -> Picture:
    return np.where(skin[..., None] > 0, smooth(picture) + np.float32(lift), picture)


def test_a_slight_grading_is_followed_where_it_shows_beside_the_skin() -> None:
    original, skin = scene(), half_skin()
    toned = graded(fit_grading(original, slightly(smoothed_on(skin, original, 0.5)), skin, 250.0), original)
    truth, middle = slightly(original), (original > 100) & (original < 160)
    gains = [
        np.polyfit(high_band(original, 3.0)[..., channel][part], high_band(each, 3.0)[..., channel][part], 1)[0]
        for channel in range(3)
        for part in [middle[..., channel]]
        for each in (toned, truth)
    ]
    for ours, theirs in zip(gains[::2], gains[1::2], strict=True):
        assert theirs > 1.03
        assert ours == pytest.approx(theirs, abs=0.025)


def test_smoothed_skin_beside_what_is_as_it_was_is_no_grading() -> None:
    original, skin = scene(), half_skin()
    noise = np.random.default_rng(6).normal(0, 4, original.shape)
    export = np.asarray((smoothed_on(skin, original, 2.0) + noise).clip(0, 255), np.float32)
    np.testing.assert_array_equal(graded(fit_grading(original, export, skin, 250.0), original), original)


@pytest.mark.parametrize("ground", [10.0, 235.0], ids=["black", "white"])
def test_a_background_that_was_replaced_says_nothing_about_the_skin(ground: float) -> None:
    original, skin = scene(), half_skin()
    export = np.where(skin[..., None] > 0, curves(smooth(original)), np.float32(ground))
    toned = graded(fit_grading(original, export, skin, 250.0), original)
    ours, theirs = (high_band(each, 3.0)[skin > 0] for each in (toned, curves(original)))
    assert ours.std() / theirs.std() == pytest.approx(1.0, abs=0.05)
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.98


def test_black_and_white_finds_the_mix_on_the_skin_where_the_background_was_replaced() -> None:
    tinted = scene() + np.random.default_rng(8).normal(0, 30, (8, 6, 3)).repeat(50, 0).repeat(50, 1)
    original, skin, mix = np.asarray(tinted.clip(0, 255), np.float32), half_skin(), np.array([0.6, 0.3, 0.1])
    grey = np.where(skin > 0, smooth(original) @ mix, 240)
    grading = fit_grading(original, np.repeat(grey[..., None], 3, axis=2).astype(np.float32), skin, 250.0)
    assert grading.mix is not None
    np.testing.assert_allclose(grading.mix, [mix], atol=0.06)


def test_contrast_is_raised_by_the_slopes_of_red_and_blue_at_the_exports_tones() -> None:
    steep = ToneCurve(np.array([0.0, 50.0, 100.0]), np.array([0.0, 50.0, 200.0]), np.array([1.0, 2.0, 3.0]))
    export = np.stack([np.array([[50.0, 125.0, 255.0]], np.float32)] * 3, axis=-1)
    raised = raised_contrast(Grading(None, (steep, UNCHANGED, UNCHANGED)), export)
    np.testing.assert_allclose(raised, [[1.5, 1.75, 2.0]])


def test_contrast_of_black_and_white_is_raised_by_the_one_curve() -> None:
    steep = ToneCurve(np.array([0.0, 100.0]), np.array([0.0, 200.0]), np.array([2.0, 2.0]))
    grading = Grading(np.full((1, 3), 1 / 3), (steep,))
    np.testing.assert_array_equal(raised_contrast(grading, np.full((2, 3), 90, np.float32)), 2.0)
    np.testing.assert_array_equal(raised_contrast(grading, np.full((2, 3, 3), 90, np.float32)), 2.0)


def test_no_grading_raises_no_contrast() -> None:
    grading = Grading(None, (UNCHANGED,) * 3)
    np.testing.assert_array_equal(raised_contrast(grading, np.full((2, 3, 3), 90, np.float32)), 1.0)


LUMINANCE = np.array([0.3, 0.6, 0.1])


def saturation(amount: float) -> NDArray[np.float64]:
    """The channel mix that makes colours so many times as strong."""
    return amount * np.eye(3) + (1 - amount) * LUMINANCE


def colourful(seed: int = 8) -> Picture:
    """The scene with patches of all colours on it, a little of them on the skin, too."""
    patches = np.random.default_rng(seed).normal(0, 1, (8, 6, 3)).repeat(50, 0).repeat(50, 1)
    strength = np.where(half_skin() > 0, 4, 12)[..., None]
    return np.asarray((0.8 * scene() + strength * patches + 10).clip(0, 255), np.float32)


@pytest.mark.parametrize("amount", [0.3, 0.6, 1.3])
def test_saturation_is_followed_in_colour_and_texture(amount: float) -> None:
    original, mix = colourful(), saturation(amount).astype(np.float32)
    smoothed = np.where(half_skin()[..., None] > 0, smooth(original), original)
    grading = fit_grading(original, curves(np.asarray(smoothed @ mix.T)), half_skin(), 250.0)
    assert grading.mix is not None
    np.testing.assert_allclose(grading.mix, mix, atol=0.06)
    truth = curves(np.asarray(original @ mix.T))
    np.testing.assert_allclose(graded(grading, original), truth, atol=5)


def test_what_was_before_the_mix_is_told_from_differences() -> None:
    colours = np.random.default_rng(3).normal(0, 5, (20, 30, 3)).astype(np.float32)
    grading = Grading(saturation(0.4), (UNCHANGED,) * 3)
    mixed = np.asarray(colours @ saturation(0.4).T, np.float32)
    np.testing.assert_allclose(grading.unmixed(mixed), colours, atol=1e-3)


@pytest.mark.parametrize("mix", [None, np.full((1, 3), 1 / 3), saturation(0.1)], ids=["none", "grey", "nearly grey"])
def test_differences_whose_channels_cannot_be_told_stay_as_they_are(mix: NDArray[np.float64] | None) -> None:
    colours = np.random.default_rng(3).normal(0, 5, (20, 30, 3)).astype(np.float32)
    np.testing.assert_array_equal(Grading(mix, (UNCHANGED,) * 3).unmixed(colours), colours)


def test_a_vignette_is_followed_in_black_and_white_as_well() -> None:
    original = scene()
    height, width = original.shape[:2]
    y, x = np.mgrid[-1 : 1 : 1j * height, -1 : 1 : 1j * width]
    gain = (1.05 - 0.2 * (x * x + y * y))[..., None]
    export = np.asarray(grey(curves(smooth(original))) * gain, np.float32)
    grading = fit_grading(original, export, SKIN, 250.0)
    assert grading.light is not None
    assert not grading.is_none
    toned = lit(graded(grading, original), grading.light.gain(Box(0, 0, width, height), width, height))
    np.testing.assert_allclose(toned, (grey(curves(original)) * gain)[..., 0], atol=6)


def test_light_that_was_not_changed_leaves_levels_as_they_are() -> None:
    original = scene()
    assert lit(original, None) is original


@pytest.mark.parametrize("planes", [scene(), scene()[..., 0]], ids=["colours", "grey"])
def test_what_light_makes_brighter_than_white_is_clipped(planes: Picture) -> None:
    gain = np.full((400, 300), 1.5, np.float32)
    np.testing.assert_allclose(lit(planes, gain), np.minimum(planes * np.float32(1.5), 255))


SEPIA, DUOTONE = [(1.05, 1.0), (0.93, 1.0), (0.78, 1.0)], [(1.0, 0.8), (0.97, 1.0), (0.95, 1.2)]


@pytest.mark.parametrize("tones", [SEPIA, DUOTONE])
def test_a_toned_black_and_white_export_is_a_mix_with_three_curves(tones: list[tuple[float, float]]) -> None:
    original, mix, skin = colourful(), np.array([0.3, 0.59, 0.11]), half_skin()

    def toned(picture: Picture) -> Picture:
        grey = (picture @ mix / 255).clip(0, 1)
        return np.dstack([255 * gain * grey**power for gain, power in tones]).clip(0, 255).astype(np.float32)

    grading = fit_grading(original, smoothed_on(skin, toned(original), 0.0), skin, 250.0)
    assert grading.mix is not None
    np.testing.assert_allclose(grading.mix, [mix] * 3, atol=0.08)
    ours, truth = graded(grading, original), toned(original)
    for channel in range(3):
        texture, wanted = high_band(ours[..., channel], 3.0), high_band(truth[..., channel], 3.0)
        assert texture.std() / wanted.std() == pytest.approx(1.0, abs=0.05)
        assert np.corrcoef(texture.ravel(), wanted.ravel())[0, 1] > 0.99
