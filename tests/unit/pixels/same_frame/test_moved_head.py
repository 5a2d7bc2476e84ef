from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from pored.faces.find import find_faces
from pored.faces.landmarker import shared_landmarker
from pored.pixels.align.registration import register
from pored.pixels.same_frame.agreement import agreement
from pored.pixels.same_frame.moved_head import head_step

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from pored.model import Face

    Picture = NDArray[np.uint8]
    Plane = NDArray[np.float32]

NOSE_TIP = 1


@pytest.fixture(scope="module")
def face(portrait: Picture) -> Face:
    return find_faces(portrait, shared_landmarker())[0]


def noisy(picture: Picture, seed: int) -> Picture:
    noise = np.random.default_rng(seed).normal(0, 2.0, picture.shape)
    return np.clip(picture + noise, 0, 255).round().astype(np.uint8)


def places(picture: Picture) -> tuple[Plane, Plane]:
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return x, y


def swayed(picture: Picture, face: Face, far: float) -> Picture:
    """All of the face to the right by a share of its width; shoulders and background stay."""
    x, y = places(picture)
    across, down = face.points[NOSE_TIP]
    away = ((x - across) / (0.5 * face.box.width)) ** 2 + ((y - down) / (0.55 * face.box.height)) ** 2
    head = cv2.GaussianBlur((away < 1).astype(np.float32), (0, 0), 0.06 * face.width)
    moved = cv2.remap(picture, x - np.float32(far * face.width) * head, y, cv2.INTER_LANCZOS4)
    return np.asarray(moved, np.uint8)


def pushed(picture: Picture, face: Face, landmark: int, far: float) -> Picture:
    """One place of the face by a share of its width, as Liquify does."""
    x, y = places(picture)
    at = face.points[landmark]
    near = np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / np.float32(2 * (0.15 * face.width) ** 2))
    moved = cv2.remap(picture, x - np.float32(far * face.width) * near, y, cv2.INTER_LANCZOS4)
    return np.asarray(moved, np.uint8)


def corrected(picture: Picture, amount: float) -> Picture:
    """Of a lens' distortion, around a place beside the middle."""
    x, y = places(picture)
    across, down = 0.62 * picture.shape[1], 0.4 * picture.shape[0]
    factor = 1 + np.float32(amount) * ((x - across) ** 2 + (y - down) ** 2) / np.float32((picture.shape[1] / 2) ** 2)
    from_x, from_y = (
        (across + (x - across) * factor).astype(np.float32),
        (down + (y - down) * factor).astype(np.float32),
    )
    made = cv2.remap(picture, from_x, from_y, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(made, np.uint8)


def straightened(picture: Picture) -> Picture:
    """Converging lines, by 3 % of the width on either side."""
    height, width = picture.shape[:2]
    before = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    after = np.array([[0.03 * width, 0], [0.97 * width, 0.01 * height], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(before, after)
    made = cv2.warpPerspective(
        picture, matrix, (width, height), flags=cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT
    )
    return np.asarray(made, np.uint8)


@pytest.mark.parametrize("change", [lambda one: corrected(one, 0.03), lambda one: corrected(one, -0.04), straightened])
def test_a_lens_and_a_perspective_move_more_than_the_head(
    change: Callable[[Picture], Picture], portrait: Picture, smoothed: Picture
) -> None:
    export = change(smoothed)
    [face], [found] = (find_faces(each, shared_landmarker()) for each in (portrait, export))
    registration = register(portrait, export, [face], [found])
    assert registration.fields
    assert head_step(portrait, export, registration, found) == 0.0
    assert agreement(portrait, export, registration, found).same_frame


@pytest.mark.parametrize("far", [0.01, 0.03])
def test_a_head_that_swayed_is_another_frame(far: float, portrait: Picture, smoothed: Picture, face: Face) -> None:
    original, export = noisy(swayed(portrait, face, far), 1), noisy(smoothed, 2)
    registration = register(original, export, [face], [face])
    assert 0.4 * far < head_step(original, export, registration, face) < 1.2 * far
    found = agreement(original, export, registration, face)
    assert found.weakest > 0.8
    assert found.head_moved
    assert not found.same_frame


@pytest.mark.parametrize("landmark", [50, 172, 152, 4])
def test_a_part_that_a_retoucher_moved_is_no_head(
    landmark: int, portrait: Picture, smoothed: Picture, face: Face
) -> None:
    export = pushed(smoothed, face, landmark, 0.03)
    registration = register(portrait, export, [face], [face])
    assert registration.fields
    assert head_step(portrait, export, registration, face) == 0.0


def test_where_nothing_needs_local_shifts_nothing_is_looked_for(
    portrait: Picture, smoothed: Picture, face: Face
) -> None:
    registration = register(portrait, smoothed, [face], [face])
    assert not registration.fields
    assert head_step(portrait, smoothed, registration, face) == 0.0


def test_a_face_outside_of_the_original_tells_nothing(portrait: Picture, smoothed: Picture, face: Face) -> None:
    export = swayed(smoothed, face, 0.03)
    registration = register(portrait, export, [face], [face])
    away = registration.matrix + np.array([[0.0, 0.0, 5000.0], [0.0, 0.0, 0.0]])
    assert head_step(portrait, export, replace(registration, matrix=away), face) == 0.0
