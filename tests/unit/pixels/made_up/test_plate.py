from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pored.model import Face
from pored.pixels.made_up.plate import plate_from, plate_of_skin, skin_plate
from pored.pixels.made_up.plate_make import make_plate
from pored.pixels.skin.adaptive_mask import mask_box

if TYPE_CHECKING:
    from numpy.typing import NDArray


def test_a_picture_gives_the_clean_texture_of_its_face(portrait: NDArray[np.uint8], face: Face) -> None:
    plate = skin_plate(portrait, face)
    assert plate is not None
    assert plate.face_width == face.width
    assert plate.high.shape == plate.clean.shape
    assert plate.clean.sum() > 10_000
    assert plate.energy == pytest.approx(float(plate.high[plate.clean].std()), rel=0.5)
    corner = mask_box(face, portrait.shape[1], portrait.shape[0])
    eye = (face.points[[159, 145]].mean(axis=0) - (corner.x0, corner.y0)).astype(int)
    assert not plate.clean[eye[1] : eye[1] + 5, eye[0] : eye[0] + 5].any()


def test_a_tiny_face_gives_none(portrait: NDArray[np.uint8], face: Face) -> None:
    assert skin_plate(portrait[::10, ::10], Face(face.points / np.float32(10), face.width / 10)) is None


def test_a_studios_plate_loses_its_shading() -> None:
    slope = np.linspace(0, 90, 300, dtype=np.float32) * np.ones((300, 1), np.float32)
    plate = plate_from(slope, 1000.0)
    assert plate.clean.all()
    assert plate.energy is None
    assert np.abs(plate.high[:, 50:-50]).max() < 1.0


def test_what_is_not_even_on_a_studios_plate_is_not_used() -> None:
    light = np.random.default_rng(5).normal(128, 4, (300, 300)).astype(np.float32)
    light[140:160, 100:200] = 40.0
    plate = plate_of_skin(light, 1000.0)
    assert not plate.clean[135:165, 95:205].any()
    assert plate.clean.mean() > 0.6
    assert np.abs(plate.high).max() < 16


def test_a_plate_with_too_little_even_skin_is_used_as_it_is() -> None:
    light = np.random.default_rng(5).normal(128, 4, (50, 50)).astype(np.float32)
    assert plate_of_skin(light, 1000.0).clean.all()


def test_the_made_up_plate_is_the_same_every_time_and_another_for_another_seed() -> None:
    first, again, other = (make_plate(seed, 128).high for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert abs(float(np.corrcoef(first.ravel(), other.ravel())[0, 1])) < 0.05


def test_the_made_up_plate_is_as_coarse_as_skin_is() -> None:
    plate = make_plate(1, 256)
    spectrum = np.abs(np.fft.fft2(plate.high)) ** 2
    steps = np.hypot(np.fft.fftfreq(256)[:, None], np.fft.fftfreq(256)[None, :])
    middle = spectrum[(steps > 1 / 40) & (steps < 1 / 5)].sum()
    assert plate.high.shape == (256, 256)
    assert middle / spectrum.sum() > 0.6
    assert abs(float(plate.high.mean())) < 0.05 * float(plate.high.std())
