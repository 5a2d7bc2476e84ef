"""A face so large that it is looked at reduced gets what an ordinary one gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from pored.pixels.align.maps import Registration, identity, shifting
from pored.pixels.planes import reduced
from pored.pixels.recovery import face_detail, laid_face
from pored.pixels.recovery.high_pass_settings import HighPassSettings
from pored.pixels.recovery.picture_layer import compose_texture
from pored.pixels.recovery.texture_layer import texture_layer
from pored.pixels.skin.face_frame import CHIN, TOP

if TYPE_CHECKING:
    from pored.model import Face, Samples
    from pored.pixels.recovery.face_texture import FaceTexture

Bytes = NDArray[np.uint8]
SAME = Registration(identity(), "identity", 0.0, 1.0)
MOVED = Registration(shifting(0.4, -0.3), "affine", 0.0, 1.0)
NATURAL = HighPassSettings(radius=3.0)
LARGE = 90.0
"""With this working width, the portrait's face of 270 pixels is looked at at a third of its size."""


def recovered(
    original: Samples, export: Samples, face: Face, settings: HighPassSettings, registration: Registration = SAME
) -> tuple[FaceTexture, Samples]:
    layer = texture_layer(original, export, registration, [face], settings)
    return layer.faces[0], compose_texture(export, layer)


@pytest.fixture
def _large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laid_face, "WORKING_WIDTH", LARGE)


@pytest.mark.usefixtures("_large")
@pytest.mark.parametrize("registration", [SAME, MOVED])
@pytest.mark.parametrize("step", [1, 257])
def test_its_texture_meets_the_originals(
    portrait: Bytes, smoothed: Bytes, face: Face, registration: Registration, step: int
) -> None:
    original, export = (
        picture if step == 1 else picture.astype(np.uint16) * np.uint16(step) for picture in (portrait, smoothed)
    )
    texture, result = recovered(original, export, face, NATURAL, registration)
    assert texture.layer.dtype == export.dtype
    assert texture.after.energy == pytest.approx(1, abs=0.03)
    assert texture.after.correlation > 0.97
    assert not (result != export)[..., 0][texture_mask(texture, export) == 0].any()


def with_a_spot(portrait: Bytes) -> Bytes:
    rows, columns = np.mgrid[: portrait.shape[0], : portrait.shape[1]]
    spot = np.exp(-((columns - 220) ** 2 + (rows - 350) ** 2) / (2 * 5.0**2))
    spotted: Bytes = np.clip(portrait - 60 * spot[..., None] * [0.3, 1, 1], 0, 255).astype(np.uint8)
    return spotted


def texture_mask(texture: FaceTexture, export: Samples) -> Bytes:
    mask = np.zeros(export.shape[:2], np.uint8)
    mask[texture.box.slices] = texture.mask
    return mask


def test_it_differs_little_from_one_that_is_not_reduced(
    portrait: Bytes, smoothed: Bytes, face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = HighPassSettings(radius=3.0, guard=0)
    plain, expected = recovered(portrait, smoothed, face, settings)
    monkeypatch.setattr(laid_face, "WORKING_WIDTH", LARGE)
    texture, result = recovered(portrait, smoothed, face, settings)
    assert texture.opacity == pytest.approx(plain.opacity, abs=6)
    off = np.abs(result.astype(int) - expected)[plain.box.slices]
    assert off.mean() < 0.2
    assert (off > 2).mean() < 0.012


@pytest.mark.usefixtures("_large")
@pytest.mark.parametrize("missing_only", [True, False])
def test_strips_of_any_height_give_the_same(
    portrait: Bytes, smoothed: Bytes, face: Face, monkeypatch: pytest.MonkeyPatch, *, missing_only: bool
) -> None:
    settings = HighPassSettings(radius=3.0, opacity=0.5, missing_only=missing_only)
    original = with_a_spot(portrait)
    whole, expected = recovered(original, smoothed, face, settings, MOVED)
    assert whole.spots
    monkeypatch.setattr(reduced, "IN_CACHE", 5000)
    texture, result = recovered(original, smoothed, face, settings, MOVED)
    shown = whole.mask > 0
    for ours, theirs in (
        (texture.layer[shown], whole.layer[shown]),
        (texture.unguarded[shown], whole.unguarded[shown]),
        (texture.guarded, whole.guarded),
    ):
        # A level that two roundings make equally good may be one or the other.
        assert np.abs(ours.astype(int) - theirs).max() <= 4
        assert (ours != theirs).mean() < 0.001
    assert np.array_equal(texture.mask, whole.mask)
    assert (result != expected).mean() < 0.001


@pytest.mark.usefixtures("_large")
def test_the_tutorials_layer_holds_the_originals_high_pass(portrait: Bytes, smoothed: Bytes, face: Face) -> None:
    settings = HighPassSettings(radius=3.0, opacity=1.0, missing_only=False, guard=0)
    texture, _ = recovered(portrait, smoothed, face, settings)
    assert texture.after.energy == pytest.approx(2.0, abs=0.2)


@pytest.mark.usefixtures("_large")
def test_a_spot_that_was_taken_out_stays_out(portrait: Bytes, smoothed: Bytes, face: Face) -> None:
    texture, result = recovered(with_a_spot(portrait), smoothed, face, NATURAL)
    near = [found for found in texture.spots if np.hypot(found.x - 220, found.y - 350) < 6]
    assert len(near) == 1
    middle = np.s_[345:356, 215:226]
    assert abs(float(result[middle].mean()) - float(smoothed[middle].mean())) < 2
    assert result[middle][..., 1].std() > 0.5 * smoothed[middle][..., 1].std()


@pytest.mark.parametrize("limits", [(LARGE, 1.2), (laid_face.WORKING_WIDTH, 1.0)])
def test_on_grain_of_the_exports_own_a_place_without_its_spot_is_no_rougher_than_the_skin_around(
    portrait: Bytes, smoothed: Bytes, face: Face, monkeypatch: pytest.MonkeyPatch, limits: tuple[float, float]
) -> None:
    width, most = limits
    monkeypatch.setattr(laid_face, "WORKING_WIDTH", width)
    grain = np.random.default_rng(6).normal(0, 8, smoothed.shape[:2])[..., None]
    grainy = np.clip(np.round(smoothed + grain), 0, 255).astype(np.uint8)
    texture, result = recovered(with_a_spot(portrait), grainy, face, NATURAL)
    light = result[..., 1].astype(np.float32)
    band = light - cv2.GaussianBlur(light, (0, 0), 1.0)
    rows, columns = np.mgrid[: band.shape[0], : band.shape[1]]
    [spot] = [found for found in texture.spots if np.hypot(found.x - 220, found.y - 350) < 6]
    away = np.hypot(columns - spot.x, rows - spot.y)
    on, around = band[away < 0.8 * spot.radius], band[(away > 1.5 * spot.radius) & (away < 3 * spot.radius)]
    assert float(on.std()) < most * float(around.std())


@pytest.mark.usefixtures("_large")
def test_noise_is_kept_out_of_it(portrait: Bytes, smoothed: Bytes, face: Face) -> None:
    noise = np.random.default_rng(4).normal(0, 9, portrait.shape)
    noisy = np.clip(portrait + noise, 0, 255).astype(np.uint8)
    texture, result = recovered(noisy, smoothed, face, NATURAL)
    assert min(texture.noise) > 5
    _, clean = recovered(portrait, smoothed, face, NATURAL)
    place = texture.box.slices
    assert np.abs(result[place].astype(int) - clean[place]).mean() < np.abs(noise[place]).mean() / 3


@pytest.mark.usefixtures("_large")
@pytest.mark.parametrize("share", [0.3, 0.5, 0.75])
def test_a_little_smoothed_skin_is_not_missed_between_the_strips_that_are_measured(
    portrait: Bytes, smoothed: Bytes, face: Face, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    monkeypatch.setattr(reduced, "IN_CACHE", 5000)
    monkeypatch.setattr(face_detail, "ENOUGH", 2000)
    top, bottom = (int(face.points[place, 1]) for place in (TOP, CHIN))
    start = round(top + share * (bottom - top))
    export = portrait.copy()
    export[start : start + 48] = smoothed[start : start + 48]

    texture, _ = recovered(portrait, export, face, NATURAL)

    assert texture.outcome == "recovered"
    assert texture.before.energy < 0.9
