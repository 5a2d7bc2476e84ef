from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from pored.faces.find import find_faces
from pored.faces.landmarker import shared_landmarker
from pored.pixels.agreement import agreement, texture_correlation, texture_ratio
from pored.pixels.desaturate import desaturate
from pored.pixels.gaussian_blur import gaussian_blur

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Face

    Picture = NDArray[np.uint8]


@pytest.fixture(scope="module")
def face(portrait: Picture) -> Face:
    return find_faces(portrait, shared_landmarker())[0]


def noisy(picture: Picture, deviation: float) -> Picture:
    noise = np.random.default_rng(2).normal(0, deviation, picture.shape)
    return np.clip(picture + noise, 0, 255).round().astype(np.uint8)


def bent(picture: Picture, x: NDArray[np.float32], y: NDArray[np.float32]) -> Picture:
    return cv2.remap(picture, x, y, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT)


def places(picture: Picture) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return x, y


def another_gaze(picture: Picture, face: Face) -> Picture:
    x, y = places(picture)
    for iris, rim in ((468, 469), (473, 474)):
        middle = face.points[iris]
        radius = np.hypot(*(face.points[rim] - middle))
        away = np.hypot(x - middle[0], y - middle[1])
        x = x - np.float32(0.03 * face.width) * np.clip((2 * radius - away) / radius, 0, 1)
    return bent(picture, x, y)


def half_shut(picture: Picture, face: Face) -> Picture:
    x, y = places(picture)
    for upper, lower in ((159, 145), (386, 374)):
        middle, gap = face.points[upper], np.abs(face.points[lower] - face.points[upper])[1]
        near = ((x - middle[0]) / (0.07 * face.width)) ** 2 + ((y - middle[1]) / (0.05 * face.width)) ** 2
        y = y - np.float32(0.7 * gap) * np.exp(-near / 2)
    return bent(picture, x, y)


def test_a_smoothed_export_agrees_with_its_original(portrait: Picture, smoothed: Picture, face: Face) -> None:
    found = agreement(desaturate(portrait), desaturate(smoothed), face)
    assert found.same_frame
    assert found.weakest > 0.9
    assert found.mean > found.weakest


def test_noise_and_grading_do_not_make_another_frame(portrait: Picture, smoothed: Picture, face: Face) -> None:
    graded = (255 * (smoothed / 255) ** 0.7).round().astype(np.uint8)
    assert agreement(desaturate(noisy(portrait, 7)), desaturate(graded), face).same_frame


@pytest.mark.parametrize("change", [another_gaze, half_shut])
def test_another_expression_is_another_frame(
    change: object, portrait: Picture, smoothed: Picture, face: Face
) -> None:
    assert callable(change)
    found = agreement(desaturate(noisy(change(portrait, face), 1.5)), desaturate(smoothed), face)
    assert not found.same_frame


def test_a_stranger_is_another_frame(portrait: Picture, smoothed: Picture, face: Face) -> None:
    stranger = np.ascontiguousarray(portrait[::-1])
    found = agreement(desaturate(stranger), desaturate(smoothed), face)
    assert not found.same_frame
    assert abs(found.mean) < 0.5


def test_a_part_of_the_picture_agrees_like_the_whole(portrait: Picture, smoothed: Picture, face: Face) -> None:
    box = face.box.grown(40).clipped(portrait.shape[1], portrait.shape[0])
    part = [desaturate(picture)[box.slices] for picture in (portrait, smoothed)]
    whole = agreement(desaturate(portrait), desaturate(smoothed), face)
    found = agreement(part[0], part[1], face, corner=(box.x0, box.y0))
    assert found.weakest == pytest.approx(whole.weakest, abs=0.02)


def test_a_face_outside_agrees_with_nothing(portrait: Picture, face: Face) -> None:
    plane = desaturate(portrait)[:40, :40]
    assert not agreement(plane, plane, face, corner=(5000, 5000)).same_frame


def test_texture_ratio_is_the_ratio_of_deviations() -> None:
    noise = np.random.default_rng(1).normal(0, 10, (200, 200)).astype(np.float32)
    skin = np.ones((200, 200), bool)
    assert texture_ratio(3 * noise, noise, skin, 3.0) == pytest.approx(3.0, rel=1e-3)
    assert texture_ratio(gaussian_blur(noise, 1.0), noise, skin, 3.0) < 0.5


def test_texture_correlation_knows_its_own() -> None:
    rng = np.random.default_rng(1)
    first, second = (rng.normal(0, 10, (200, 200)).astype(np.float32) for _ in range(2))
    skin = np.ones((200, 200), bool)
    assert texture_correlation(first, 0.5 * first + 40, skin, 3.0) > 0.99
    assert abs(texture_correlation(first, second, skin, 3.0)) < 0.05
