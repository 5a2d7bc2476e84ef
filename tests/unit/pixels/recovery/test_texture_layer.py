from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from storing import through_jpeg

from pored.model import Face
from pored.pixels.align.maps import Registration, identity
from pored.pixels.photoshop.blend_if import BlendIf
from pored.pixels.photoshop.compose import compose
from pored.pixels.recovery.high_pass_settings import HighPassSettings
from pored.pixels.recovery.picture_layer import compose_texture
from pored.pixels.recovery.texture_layer import TextureLayer, texture_layer

if TYPE_CHECKING:
    from collections.abc import Callable

Bytes = NDArray[np.uint8]
SAME = Registration(identity(), "identity", 0.0, 1.0)


def changed_by(export: Bytes, layer: TextureLayer) -> Bytes:
    changed: Bytes = np.abs(compose_texture(export, layer).astype(int) - export).max(axis=2).astype(np.uint8)
    return changed


def test_natural_meets_the_originals_texture(portrait: Bytes, smoothed: Bytes, face: Face) -> None:
    [texture] = texture_layer(portrait, smoothed, SAME, [face], HighPassSettings(radius=3.0)).faces
    assert texture.before.energy < 0.6
    assert texture.after.energy == pytest.approx(1, abs=0.03)
    assert texture.after.correlation > 0.98


def test_with_half_opacity_the_layer_gives_the_missing_detail_about_once(
    portrait: Bytes, smoothed: Bytes, face: Face
) -> None:
    layer = texture_layer(portrait, smoothed, SAME, [face], HighPassSettings(radius=3.0))
    assert 0.45 * 255 < layer.style.opacity < 0.6 * 255


def test_a_guard_of_any_strength_leaves_most_of_the_skin_its_texture(
    portrait: Bytes, smoothed: Bytes, face: Face
) -> None:
    shares = []
    for strength in (1.0, 1.5, 3.0):
        [texture] = texture_layer(portrait, smoothed, SAME, [face], HighPassSettings(radius=3.0, guard=strength)).faces
        assert texture.outcome == "recovered"
        assert texture.after.energy == pytest.approx(1, abs=0.03)
        shares.append(float((texture.guarded > 127)[texture.mask > 127].mean()))
    assert shares[0] < shares[1] <= shares[2] < 0.5


def test_a_share_of_match_is_that_share_of_the_opacity(portrait: Bytes, smoothed: Bytes, face: Face) -> None:
    full = texture_layer(portrait, smoothed, SAME, [face], HighPassSettings(radius=3.0)).style.opacity
    some = texture_layer(portrait, smoothed, SAME, [face], HighPassSettings(radius=3.0, share=0.7)).style.opacity
    assert some == pytest.approx(0.7 * full, abs=1)


def test_more_than_the_whole_layer_is_never_given(portrait: Bytes, smoothed: Bytes, face: Face) -> None:
    assert texture_layer(portrait, smoothed, SAME, [face], HighPassSettings(radius=3.0, share=2.0)).style.opacity == 255


def test_the_tutorial_gives_twice_the_texture(portrait: Bytes, smoothed: Bytes, face: Face) -> None:
    recipe = HighPassSettings(radius=3.0, opacity=1.0, missing_only=False)
    [texture] = texture_layer(portrait, smoothed, SAME, [face], recipe).faces
    assert texture.after.energy == pytest.approx(2.0, abs=0.2)


def test_blend_if_keeps_the_texture_from_dark_places(portrait: Bytes, smoothed: Bytes, face: Face) -> None:
    recipe = HighPassSettings(radius=3.0, opacity=0.5, underlying=BlendIf(120, 140, 255, 255))
    layer = texture_layer(portrait, smoothed, SAME, [face], recipe)
    changed = changed_by(smoothed, layer)
    gray = smoothed @ np.array([0.30, 0.59, 0.11])
    assert not changed[gray < 119].any()
    assert changed[gray > 141].any()


def test_the_result_is_made_from_the_very_layer(portrait: Bytes, smoothed: Bytes, face: Face) -> None:
    layer = texture_layer(portrait, smoothed, SAME, [face], HighPassSettings())
    assert layer.layer.dtype == np.uint8
    assert layer.mask.dtype == np.uint8
    assert np.array_equal(compose_texture(smoothed, layer), compose(smoothed, layer.layer, layer.mask, layer.style))


def test_a_grey_export_takes_a_coloured_originals_texture(portrait: Bytes, smoothed: Bytes, face: Face) -> None:
    grey = smoothed[..., 1].copy()
    layer = texture_layer(portrait, grey, SAME, [face], HighPassSettings(radius=3.0))
    result = compose_texture(grey, layer)
    assert result.shape == grey.shape
    assert layer.faces[0].lacking
    assert (result != grey).any()


@pytest.mark.parametrize("deep_original", [False, True])
def test_a_16_bit_export_gets_what_an_8_bit_one_gets_without_its_rounding(
    portrait: Bytes, smoothed: Bytes, face: Face, *, deep_original: bool
) -> None:
    settings = HighPassSettings(radius=3.0)
    shallow = texture_layer(portrait, smoothed, SAME, [face], settings)
    original, export = portrait.astype(np.uint16) * (257 if deep_original else 1), smoothed.astype(np.uint16) * 257
    if not deep_original:
        original = original.astype(np.uint8)
    deep = texture_layer(original, export, SAME, [face], settings)
    assert deep.layer.dtype == np.uint16
    result = compose_texture(export, deep)
    assert result.dtype == np.uint16
    assert np.array_equal(result[deep.mask == 0], export[deep.mask == 0])
    difference = result / 257 - compose_texture(smoothed, shallow)
    assert (np.abs(difference) > 1.6).mean() < 0.001
    assert np.abs(difference).mean() < 0.3
    assert deep.faces[0].after.correlation >= shallow.faces[0].after.correlation


def grained(picture: Bytes, deviation: float) -> Bytes:
    noise = np.random.default_rng(9).normal(0, deviation, picture.shape[:2])[..., None]
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def compressed(picture: Bytes) -> Bytes:
    return through_jpeg(picture, 55)


def sharpened(picture: Bytes) -> Bytes:
    soft = cv2.GaussianBlur(picture, (0, 0), 1.5).astype(np.float32)
    return np.clip(picture + 1.2 * (picture - soft), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("finished", [lambda export: grained(export, 9.0), compressed, sharpened])
def test_what_was_done_to_a_smooth_export_afterwards_is_no_texture(
    portrait: Bytes, smoothed: Bytes, face: Face, finished: Callable[[Bytes], Bytes]
) -> None:
    [texture] = texture_layer(portrait, finished(smoothed), SAME, [face], HighPassSettings(radius=3.0)).faces
    assert texture.outcome == "recovered"
    assert texture.after.energy == pytest.approx(1, abs=0.08)
    assert texture.after.correlation > 0.93


@pytest.mark.parametrize("finished", [lambda export: grained(export, 1.0), sharpened])
def test_an_export_that_was_not_smoothed_lacks_nothing_whatever_else_was_done(
    portrait: Bytes, face: Face, finished: Callable[[Bytes], Bytes]
) -> None:
    [texture] = texture_layer(portrait, finished(portrait), SAME, [face], HighPassSettings(radius=3.0)).faces
    assert texture.outcome == "nothing_missing"


def test_grain_of_an_export_is_not_the_faint_texture_of_its_noisy_original(
    portrait: Bytes, smoothed: Bytes, face: Face
) -> None:
    noise = np.random.default_rng(3).normal(0, 4.0, portrait.shape)
    soft, plastic = (np.asarray(cv2.GaussianBlur(picture, (0, 0), 2.5), np.uint8) for picture in (portrait, smoothed))
    noisy = np.clip(soft + noise, 0, 255).round().astype(np.uint8)
    [texture] = texture_layer(noisy, grained(plastic, 2.5), SAME, [face], HighPassSettings(radius=3.0)).faces
    assert texture.before.energy > 0.97
    assert texture.outcome == "recovered"


def test_of_an_original_that_is_softer_than_its_export_the_texture_becomes_as_crisp(
    portrait: Bytes, smoothed: Bytes, face: Face
) -> None:
    soft = np.asarray(cv2.GaussianBlur(portrait, (0, 0), 0.8), np.uint8)
    [crisp] = texture_layer(portrait, smoothed, SAME, [face], HighPassSettings(radius=3.0)).faces
    [texture] = texture_layer(soft, smoothed, SAME, [face], HighPassSettings(radius=3.0)).faces
    assert crisp.sharpness == 1.0
    assert texture.sharpness > 1.1
    assert texture.after.energy == pytest.approx(1, abs=0.05)
    assert texture.opacity > crisp.opacity


def test_a_smooth_file_is_no_original(portrait: Bytes, smoothed: Bytes, face: Face) -> None:
    [texture] = texture_layer(smoothed, portrait, SAME, [face], HighPassSettings(radius=3.0)).faces
    assert texture.outcome == "no_texture"


def test_of_two_faces_only_the_one_that_lacks_texture_is_changed(portrait: Bytes, smoothed: Bytes, face: Face) -> None:
    width = portrait.shape[1]
    original, export = np.hstack([portrait, portrait]), np.hstack([smoothed, portrait])
    second = Face(face.points + np.array([width, 0], np.float32), face.width)
    layer = texture_layer(original, export, SAME, [face, second], HighPassSettings(radius=3.0))
    assert [texture.lacking for texture in layer.faces] == [True, False]
    assert not (compose_texture(export, layer)[:, width:] != portrait).any()
    assert layer.faces[1].after == layer.faces[1].before


def test_a_face_that_lacks_less_gets_less_by_its_mask(portrait: Bytes, smoothed: Bytes, face: Face) -> None:
    width = portrait.shape[1]
    random = np.random.default_rng(5)
    less = np.clip(smoothed + 0.75 * (portrait.astype(float) - smoothed), 0, 255).astype(np.uint8)
    noise = random.normal(0, 3, portrait.shape[:2])[..., None]
    flat = np.clip(smoothed + noise, 0, 255).astype(np.uint8)
    original, export = np.hstack([portrait, portrait]), np.hstack([less, flat])
    second = Face(face.points + np.array([width, 0], np.float32), face.width)
    layer = texture_layer(original, export, SAME, [face, second], HighPassSettings(radius=3.0))
    opacities = [texture.opacity for texture in layer.faces]
    assert layer.style.opacity == max(opacities)
    strongest = [int(half.max()) for half in (layer.mask[:, :width], layer.mask[:, width:])]
    assert strongest == [pytest.approx(255 * opacity / max(opacities), abs=1) for opacity in opacities]
    assert min(strongest) < 255
