from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from pored.pixels.align.maps import Registration, identity
from pored.pixels.recovery import crisp_face as crisp_face_module
from pored.pixels.recovery import laid_face
from pored.pixels.recovery.crisp_face import crisp_face
from pored.pixels.recovery.high_pass_settings import HighPassSettings
from pored.pixels.recovery.laid_face import LaidFace, lay_face
from pored.pixels.recovery.texture_layer import texture_layer

if TYPE_CHECKING:
    from pored.model import Face, Plane

Bytes = NDArray[np.uint8]
SAME = Registration(identity(), "identity", 0.0, 1.0)
NATURAL = HighPassSettings()
LARGE = 90.0
"""With this working width, the portrait's face of 270 pixels is looked at at a third of its size."""


@pytest.fixture
def _large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laid_face, "WORKING_WIDTH", LARGE)
    monkeypatch.setattr(laid_face, "FINEST_AUTO", 0.3)
    monkeypatch.setattr(crisp_face_module, "TILE", 60)


def unsharp_mask(picture: Bytes, amount: float, radius: float) -> Bytes:
    wide = picture.astype(np.float32)
    return np.clip(np.rint(wide + amount * (wide - cv2.GaussianBlur(wide, (0, 0), radius))), 0, 255).astype(np.uint8)


def laid(original: Bytes, export: Bytes, face: Face) -> LaidFace:
    return lay_face(original, export, SAME, face, NATURAL)


def detail(plane: Plane) -> Plane:
    return cast("Plane", plane - cv2.GaussianBlur(plane, (0, 0), 2.0))


@pytest.mark.usefixtures("_large")
def test_of_a_large_face_the_sharpening_of_its_pixels_is_seen_at_full_size(
    portrait: Bytes, smoothed: Bytes, face: Face
) -> None:
    pair = laid(portrait, unsharp_mask(smoothed, 1.0, 0.7), face)
    crisp, factor = crisp_face(pair)
    rows = (pair.work.height // 3 // pair.factor * pair.factor, 2 * pair.work.height // 3)
    before, after = (detail(one.original_lightness(rows)) for one in (pair, crisp))
    wanted = detail(laid(unsharp_mask(portrait, 1.0, 0.7), smoothed, face).original_lightness(rows))
    assert pair.factor > 1
    assert factor > 1.1
    assert before.std() < 0.85 * wanted.std()
    assert after.std() == pytest.approx(wanted.std(), rel=0.05)


@pytest.mark.usefixtures("_large")
def test_a_large_face_s_texture_is_as_crisp_as_the_hair(portrait: Bytes, smoothed: Bytes, face: Face) -> None:
    export = unsharp_mask(smoothed, 1.2, 1.5)
    [texture] = texture_layer(portrait, export, SAME, [face], NATURAL).faces
    assert texture.sharpness > 1.2
    assert texture.after.energy == pytest.approx(1, abs=0.05)
    assert texture.after.correlation > 0.97


@pytest.mark.usefixtures("_large")
def test_parts_of_a_crisp_original_are_those_of_the_whole(portrait: Bytes, smoothed: Bytes, face: Face) -> None:
    crisp, _ = crisp_face(laid(portrait, unsharp_mask(smoothed, 1.0, 1.0), face))
    whole = crisp.original((0, crisp.work.height))
    part = crisp.original((60, 90), (30, 75))
    assert part == pytest.approx(whole[60:90, 30:75], abs=0.3)
    assert crisp.original_lightness((60, 90))[:, 30:75] == pytest.approx(
        (part.max(axis=2) + part.min(axis=2)) / 2, abs=1.5
    )


@pytest.mark.usefixtures("_large")
def test_a_large_face_that_was_smoothed_alone_is_left_as_it_is(portrait: Bytes, smoothed: Bytes, face: Face) -> None:
    pair = laid(portrait, smoothed, face)
    crisp, factor = crisp_face(pair)
    assert crisp is pair
    assert factor == 1.0


def test_an_ordinary_face_is_looked_at_once(portrait: Bytes, smoothed: Bytes, face: Face) -> None:
    pair = laid(portrait, unsharp_mask(smoothed, 1.2, 1.5), face)
    crisp, factor = crisp_face(pair)
    assert pair.factor == 1
    assert factor > 1.3
    assert len(crisp.sharpness) == 1
    assert detail(crisp.light).std() > 1.3 * detail(pair.light).std()


@pytest.mark.usefixtures("_large")
def test_where_no_hair_shows_beside_the_skin_nothing_is_said(portrait: Bytes, smoothed: Bytes, face: Face) -> None:
    soft = np.asarray(cv2.GaussianBlur(portrait, (0, 0), 12), np.uint8)
    crisp, factor = crisp_face(laid(soft, unsharp_mask(smoothed, 1.0, 0.7), face))
    assert crisp.sharpness == ()
    assert factor == 1.0
