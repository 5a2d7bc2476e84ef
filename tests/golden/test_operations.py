"""Each operation of the recovery against an independent computation of its formula, on a part of a real face.

The references are plain numpy in float64, written from the formulas and not from the product; nothing is shared.
"""

from __future__ import annotations

import colorsys
import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pored.faces.find import find_faces
from pored.faces.landmarker import shared_landmarker
from pored.model import Box
from pored.pixels.align.maps import Registration
from pored.pixels.align.registration import register
from pored.pixels.align.warp import lay_over
from pored.pixels.photoshop.add_noise import noise_on_grey, uniform_noise
from pored.pixels.photoshop.blend_if import BlendIf, gray
from pored.pixels.photoshop.compose import LayerStyle, compose
from pored.pixels.photoshop.desaturate import desaturate
from pored.pixels.photoshop.frequency_separation import once
from pored.pixels.photoshop.high_pass import high_band
from pored.pixels.photoshop.linear_light import linear_light
from pored.pixels.planes.gaussian_blur import gaussian_blur
from pored.pixels.planes.guided_filter import guided_filter
from pored.pixels.planes.levels import EIGHT_BIT, SIXTEEN_BIT
from pored.pixels.recovery.match import matching_strength
from pored.pixels.recovery.noise import keep_noise_out
from pored.pixels.recovery.noise_beside import Beside
from pored.pixels.recovery.noise_model import measure_band
from pored.pixels.recovery.tone import fit_grading, graded

PHOTOS = Path(__file__).parent.parent / "photos"
FLOAT = 2e-3
"""Levels by which float32 sums may differ from float64."""

Bytes = NDArray[np.uint8]
Reals = NDArray[np.float64]


@pytest.fixture(scope="module")
def skin() -> Bytes:
    """A cheek, an eye and the background, (90, 120, 3)."""
    with Image.open(PHOTOS / "older_man.jpg") as photo:
        return np.array(photo.convert("RGB").crop((500, 330, 620, 420)))


def light_of(pixels: Bytes) -> Reals:
    light: Reals = (pixels.astype(np.float64).max(axis=2) + pixels.min(axis=2)) / 2
    return light


def gaussian(plane: Reals, radius: float) -> Reals:
    """By its definition, both directions at once; the edge is repeated."""
    reach = int(np.ceil(4 * radius))
    away = np.arange(-reach, reach + 1)
    weights = np.exp(-(away[:, None] ** 2 + away[None, :] ** 2) / (2 * radius**2))
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(plane, reach, mode="edge"), weights.shape)
    blurred: Reals = np.einsum("hwij,ij->hw", windows, weights / weights.sum(), optimize=True)
    return blurred


def lanczos(plane: Reals, x: Reals, y: Reals) -> Reals:
    """Lanczos' kernel of four lobes at places (x, y); each axis' weights sum to 1. Inner places only."""

    def weights(at: Reals) -> tuple[NDArray[np.int64], Reals]:
        taps = np.floor(at).astype(np.int64)[..., None] + np.arange(-3, 5)
        away = at[..., None] - taps
        values = np.sinc(away) * np.sinc(away / 4)
        return taps, values / values.sum(axis=-1, keepdims=True)

    columns, across = weights(x)
    rows, down = weights(y)
    samples = plane[rows[..., :, None], columns[..., None, :]]
    laid: Reals = np.einsum("...ij,...i,...j->...", samples, down, across)
    return laid


def test_desaturate_is_the_lightness_of_hsl(skin: Bytes) -> None:
    expected = [255 * colorsys.rgb_to_hls(*(pixel / 255))[1] for pixel in skin.reshape(-1, 3).astype(np.float64)]
    np.testing.assert_allclose(desaturate(skin).ravel(), expected, atol=FLOAT)


@pytest.mark.parametrize("radius", [0.7, 1.5, 3.0, 4.4])
def test_gaussian_blur_and_high_pass(skin: Bytes, radius: float) -> None:
    plane = light_of(skin)
    blurred = gaussian(plane, radius)
    np.testing.assert_allclose(gaussian_blur(plane.astype(np.float32), radius), blurred, atol=FLOAT)
    np.testing.assert_allclose(high_band(plane.astype(np.float32), radius), plane - blurred, atol=FLOAT)


def test_missing_detail_is_one_high_pass_less_the_other(skin: Bytes) -> None:
    original = light_of(skin)
    export = gaussian(original, 2.0)
    expected = (original - gaussian(original, 3.0)) - (export - gaussian(export, 3.0))
    found = high_band((original - export).astype(np.float32), 3.0)
    np.testing.assert_allclose(found, expected, atol=FLOAT)


def test_linear_light_in_both_depths(skin: Bytes) -> None:
    rng = np.random.default_rng(4)
    layer = rng.integers(0, 256, skin.shape)
    expected = np.clip(skin.astype(int) + 2 * layer - 256, 0, 255)
    found = linear_light(skin.astype(np.float32), layer.astype(np.float32), EIGHT_BIT)
    np.testing.assert_array_equal(found, expected)
    deep, deep_layer = rng.integers(0, 65536, skin.shape), rng.integers(0, 65536, skin.shape)
    found = linear_light(deep.astype(np.float32), deep_layer.astype(np.float32), SIXTEEN_BIT)
    np.testing.assert_array_equal(found, np.clip(deep + 2 * deep_layer - 65536, 0, 65535))


def test_grain_is_blurred_noise_on_grey_in_overlay(skin: Bytes) -> None:
    noise = uniform_noise(skin.shape[:2], np.random.default_rng(8))
    added = np.floor(127.5 + 0.03 * 255 * noise.astype(np.float64) + 0.5)
    exact = gaussian(added, 1.0)
    layer = noise_on_grey(noise, 3.0, 1.0)
    drawn = np.abs(exact - np.floor(exact) - 0.5) < FLOAT
    np.testing.assert_array_equal(layer[~drawn], np.floor(exact + 0.5)[~drawn])
    below, above = skin / 255.0, (layer / 255.0)[..., None]
    overlay = np.where(below <= 0.5, 2 * below * above, 1 - 2 * (1 - below) * (1 - above))
    found = compose(skin, layer, np.full(layer.shape, 255, np.uint8), LayerStyle(mode="overlay"))
    assert np.abs(found - 255 * overlay).max() <= 0.5 + FLOAT


def test_the_guided_filter_is_a_line_in_every_window(skin: Bytes) -> None:
    guide, plane, radius, epsilon = light_of(skin) / 255, skin[..., 0] / 255.0, 4, 1e-3

    def windows(values: Reals) -> Reals:
        padded = np.pad(values, radius, mode="reflect")
        seen: Reals = np.lib.stride_tricks.sliding_window_view(padded, (2 * radius + 1, 2 * radius + 1))
        return seen.reshape(*values.shape, -1)

    guides, planes = windows(guide), windows(plane)
    middle, mean = guides.mean(axis=-1), planes.mean(axis=-1)
    together = ((guides - middle[..., None]) * (planes - mean[..., None])).mean(axis=-1)
    slope = together / (guides.var(axis=-1) + epsilon)
    expected = windows(slope).mean(axis=-1) * guide + windows(mean - slope * middle).mean(axis=-1)
    found = guided_filter(guide.astype(np.float32), plane.astype(np.float32), radius, epsilon)
    np.testing.assert_allclose(found, expected, atol=FLOAT / 10)


def test_a_known_grading_is_found_from_the_smoothed_face(portrait: Bytes, smoothed: Bytes) -> None:
    def regraded(picture: Bytes) -> Reals:
        curved: Reals = 255 * (np.array([1.04, 1.0, 0.94]) * picture / 255).clip(0, 1) ** np.array([0.8, 0.85, 0.9])
        return curved

    part = np.s_[180:480, 160:420]
    original, export = (np.ascontiguousarray(each[part]) for each in (portrait, smoothed))
    skin = (np.abs(original.astype(int) - export).max(axis=2) > 0).astype(np.float32)
    grading = fit_grading(original.astype(np.float32), regraded(export).astype(np.float32), skin, 270.0)
    found, truth = graded(grading, original.astype(np.float32)), regraded(original)
    inside = skin > 0
    assert np.abs(found - truth)[inside].mean() < 1.0
    for channel in range(3):
        ours, theirs = (
            plane - gaussian(plane, 3.0) for plane in (found[..., channel].astype(np.float64), truth[..., channel])
        )
        assert ours[inside].std() / theirs[inside].std() == pytest.approx(1.0, abs=0.05)


def test_frequency_separation_gives_the_picture_back(skin: Bytes) -> None:
    plane = light_of(skin)
    low = gaussian(plane, 3.0)
    layer = 128 + once(high_band(plane.astype(np.float32), 3.0), 1.0)
    np.testing.assert_allclose(layer, (plane - low) / 2 + 128, atol=FLOAT)
    np.testing.assert_allclose(low + 2 * (layer.astype(np.float64) - 128), plane, atol=2 * FLOAT)


@pytest.mark.parametrize("bar", [(0, 0, 255, 255), (30, 90, 160, 220), (64, 64, 200, 200), (0, 128, 128, 255)])
def test_blend_if_through_both_bars(skin: Bytes, bar: tuple[int, int, int, int]) -> None:
    def shown(value: float) -> float:
        b0, b1, w0, w1 = bar
        whole = math.floor(value + 0.5)  # an edge that is not split includes its own level
        rising = float(whole >= b0) if b0 == b1 else min(1.0, max(0.0, (value - b0) / (b1 - b0)))
        falling = float(whole <= w1) if w0 == w1 else min(1.0, max(0.0, (w1 - value) / (w1 - w0)))
        return rising * falling

    layer = np.random.default_rng(5).integers(60, 200, skin.shape[:2]).astype(np.uint8)
    mask = np.full(layer.shape, 190, np.uint8)
    grey = skin.astype(np.float64) @ np.array([0.30, 0.59, 0.11])
    np.testing.assert_allclose(gray(skin.astype(np.float32)), grey, atol=FLOAT)
    weight = np.vectorize(shown)(layer) * np.vectorize(shown)(np.round(grey, 6)) * (190 / 255) * (200 / 255)
    blended = np.clip(skin + 2.0 * layer[..., None] - 256, 0, 255)
    exact = skin + weight[..., None] * (blended - skin)
    found = compose(skin, layer, mask, LayerStyle(200, BlendIf(*bar), BlendIf(*bar)))
    drawn = np.abs(exact - np.floor(exact) - 0.5) < FLOAT
    np.testing.assert_array_equal(found[~drawn], np.floor(exact + 0.5)[~drawn])


@pytest.mark.parametrize(
    "matrix",
    [
        np.array([[1.0, 0.0, 0.25], [0.0, 1.0, -0.375]]),
        np.array([[2.0, 0.0, 0.5], [0.0, 2.0, 0.5]]),
        np.array([[0.0, -1.0, 89.5], [1.0, 0.0, 0.25]]),
    ],
)
def test_laying_over_is_lanczos(skin: Bytes, matrix: Reals) -> None:
    # Places that are multiples of 1/32 pixel, to which OpenCV rounds them.
    box = Box(30, 30, 62, 58)
    laid = lay_over(skin, Registration(matrix, "similarity", 0.0, 1.0), box)
    x, y = np.meshgrid(np.arange(box.x0, box.x1), np.arange(box.y0, box.y1))
    back = np.linalg.inv(matrix[:, :2])
    at_x, at_y = np.einsum("ij,jhw->ihw", back, np.stack([x - matrix[0, 2], y - matrix[1, 2]]))
    for channel in range(3):
        expected = lanczos(skin[..., channel].astype(np.float64), at_x, at_y)
        np.testing.assert_allclose(laid[..., channel], expected, atol=5 * FLOAT)


def _halved(picture: Bytes) -> Bytes:
    height, width = picture.shape[:2]
    means = picture.reshape(height // 2, 2, width // 2, 2, 3).mean(axis=(1, 3))
    whole: Bytes = np.floor(means + 0.5).astype(np.uint8)
    return whole


def test_registration_finds_a_known_map_and_lays_the_very_texture_over(portrait: Bytes, smoothed: Bytes) -> None:
    matrix = np.array([[1.0134, 0.0161, -11.3], [-0.0161, 1.0134, 6.6]])
    portrait, smoothed = (_halved(picture) for picture in (portrait, smoothed))
    x, y = np.meshgrid(np.arange(270.0), np.arange(340.0))
    back = np.linalg.inv(matrix[:, :2])
    at = np.einsum("ij,jhw->ihw", back, np.stack([x - matrix[0, 2], y - matrix[1, 2]]))
    at_x, at_y = np.clip(at[0], 4, portrait.shape[1] - 6), np.clip(at[1], 4, portrait.shape[0] - 6)
    channels = [lanczos(smoothed[..., c].astype(np.float64), at_x, at_y) for c in range(3)]
    export = np.clip(np.round(np.stack(channels, axis=2)), 0, 255).astype(np.uint8)
    faces, there = (find_faces(picture, shared_landmarker()) for picture in (portrait, export))
    found = register(portrait, export, faces, there)
    box = there[0].box
    truth = lanczos(light_of(portrait), at_x, at_y)[box.slices]
    laid = desaturate(lay_over(portrait, found, box)).astype(np.float64)
    bands = [plane - gaussian(plane, 3.0) for plane in (truth, laid)]
    assert np.corrcoef(bands[0].ravel(), bands[1].ravel())[0, 1] > 0.985


def test_matched_strength_solves_for_the_variance(skin: Bytes) -> None:
    plane = light_of(skin)
    export = gaussian(plane, 1.5)
    own, detail = export - gaussian(export, 3.0), (plane - export) - gaussian(plane - export, 3.0)
    wanted = float((own + detail).var()) * 0.8
    strength = matching_strength(
        own.astype(np.float32), detail.astype(np.float32), wanted, np.ones(plane.shape, np.bool_)
    )
    assert float((own + strength * detail).var()) == pytest.approx(wanted, rel=1e-4)


def test_the_noise_model_tells_noise_from_texture_by_what_channels_share() -> None:
    rng = np.random.default_rng(6)
    share, deviation = np.array([0.8, 1.0, 1.2]), np.array([2.0, 3.0, 4.0])
    texture = rng.normal(0, 5, 200_000)
    samples = share[:, None] * texture + rng.normal(0, 1, (3, texture.size)) * deviation[:, None]
    tones = rng.uniform(80, 200, texture.size)
    model = measure_band(samples.astype(np.float32), tones.astype(np.float32), None)
    np.testing.assert_allclose(model.channel_power, deviation**2, rtol=0.06)
    # For a lightness of 1: red and blue are as often the extremes as each other.
    np.testing.assert_allclose(model.proportions, share / ((share[0] + share[2]) / 2), rtol=0.03)
    best = (share / deviation**2) / (share / deviation**2 * share).sum()
    np.testing.assert_allclose(model.weights / model.weights.sum(), best / best.sum(), rtol=0.06)


def test_noise_of_a_known_strength_is_measured_and_kept_out(portrait: Bytes, smoothed: Bytes) -> None:
    part = np.s_[280:440, 180:400]
    clean, export = portrait[part].astype(np.float64), smoothed[part].astype(np.float64)
    deviation = np.array([5.0, 6.0, 9.0])
    noisy = clean + np.random.default_rng(7).normal(0, 1, clean.shape) * deviation
    colours = (noisy - export).astype(np.float32)
    light = [(plane.max(axis=2) + plane.min(axis=2)) / 2 for plane in (clean, noisy, export)]
    missing, found = light[0] - light[2], (light[1] - light[2]).astype(np.float32)
    everywhere = np.ones(found.shape, np.float32)
    quiet = keep_noise_out(found, colours, light[2].astype(np.float32), everywhere, Beside(everywhere == 0))
    np.testing.assert_allclose(quiet.noise, deviation, rtol=0.15)
    before, after = (float(((plane - missing) ** 2).mean()) for plane in (found, quiet.difference))
    assert after < 0.4 * before
