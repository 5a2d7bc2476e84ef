from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from pored.faces.find import find_faces
from pored.faces.landmarker import shared_landmarker
from pored.pixels.align.maps import LocalField, Registration, identity
from pored.pixels.align.registration import register
from pored.pixels.same_frame.agreement import agreement
from pored.pixels.same_frame.still_ground import step_over_ground

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Face

    Picture = NDArray[np.uint8]
    Plane = NDArray[np.float32]

NOSE_TIP = 1
HAND_HELD = (3.2, -1.7)


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


def read_at(picture: Picture, x: NDArray[np.floating], y: NDArray[np.floating]) -> Picture:
    at = x.astype(np.float32), y.astype(np.float32)
    return np.asarray(cv2.remap(picture, *at, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT), np.uint8)


def domed(picture: Picture, face: Face, far: float, aside: float = 0.0) -> Picture:
    """What a dome over the face holds goes to the right, its top by a share of the face's width; the rest stays."""
    x, y = places(picture)
    across, down = face.points[NOSE_TIP] + np.float32(aside * face.width) * np.array([1, 0], np.float32)
    away = ((x - across) / (0.6 * face.box.width)) ** 2 + ((y - down) / (0.6 * face.box.height)) ** 2
    dome = cv2.GaussianBlur(np.sqrt(np.clip(1 - away, 0, 1)).astype(np.float32), (0, 0), 0.05 * face.width)
    return read_at(picture, x - far * face.width * dome, y)


def shifted(picture: Picture, x: float, y: float) -> Picture:
    across, down = places(picture)
    return read_at(picture, across - x, down - y)


def pushed(picture: Picture, face: Face, landmark: int, far: float) -> Picture:
    """One place of the face by a share of its width, as Liquify does."""
    x, y = places(picture)
    at = face.points[landmark]
    near = np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / np.float32(2 * (0.15 * face.width) ** 2))
    return read_at(picture, x - far * face.width * near, y)


def corrected(picture: Picture, amount: float) -> Picture:
    """Of a lens' distortion, around a place beside the middle."""
    x, y = places(picture)
    across, down = 0.62 * picture.shape[1], 0.4 * picture.shape[0]
    factor = 1 + amount * ((x - across) ** 2 + (y - down) ** 2) / (picture.shape[1] / 2) ** 2
    return read_at(picture, across + (x - across) * factor, down + (y - down) * factor)


@pytest.mark.parametrize(("far", "aside"), [(0.02, 0.0), (-0.03, 0.0), (0.03, 0.2)])
def test_a_head_that_turned_over_still_ground_is_another_frame(
    far: float, aside: float, portrait: Picture, smoothed: Picture, face: Face
) -> None:
    original = noisy(domed(portrait, face, far, aside), 1)
    export = noisy(shifted(smoothed, *HAND_HELD), 2)
    registration = register(original, export, [face], [face])
    step = step_over_ground(original, export, registration, face)
    assert 0.4 * abs(far) < step < 1.1 * abs(far)
    found = agreement(original, export, registration, face)
    assert found.head_moved or found.turn
    assert not found.same_frame


def test_the_ground_is_found_though_the_map_followed_the_head(portrait: Picture, smoothed: Picture, face: Face) -> None:
    original, export = noisy(domed(portrait, face, 0.03), 1), noisy(smoothed, 2)
    found = register(original, export, [face], [face])
    middle = face.points.mean(axis=0)
    narrower = np.array([[0.98, 0.0, 0.02 * middle[0]], [0.0, 1.0, 0.0]])
    back = (face.points[:, 0].max() - face.points[:, 0].min()) * 0.02
    registration = replace(found, matrix=narrower + np.array([[0.0, 0.0, -back / 2], [0.0] * 3]), kind="affine")
    assert step_over_ground(original, export, registration, face) > 0.012


@pytest.mark.parametrize("landmark", [50, 172, 4])
def test_a_part_that_a_retoucher_moved_is_no_head(
    landmark: int, portrait: Picture, smoothed: Picture, face: Face
) -> None:
    export = pushed(smoothed, face, landmark, 0.04)
    registration = register(portrait, export, [face], [face])
    assert registration.fields
    assert step_over_ground(portrait, export, registration, face) == 0.0
    assert step_over_ground(portrait, export, replace(registration, kind="affine"), face) == 0.0


@pytest.mark.parametrize("amount", [0.03, -0.04])
def test_a_lens_leaves_no_still_ground(amount: float, portrait: Picture, smoothed: Picture) -> None:
    export = corrected(smoothed, amount)
    [face], [found] = (find_faces(each, shared_landmarker()) for each in (portrait, export))
    registration = register(portrait, export, [face], [found])
    assert registration.fields
    bent = replace(registration, fields=tuple(replace(field, smooth=False) for field in registration.fields))
    assert step_over_ground(portrait, export, bent, found) == 0.0


def test_where_nothing_needs_local_shifts_nothing_is_looked_for(
    portrait: Picture, smoothed: Picture, face: Face
) -> None:
    registration = Registration(identity(), "identity", 0.0, 1.0)
    assert step_over_ground(noisy(domed(portrait, face, 0.03), 1), smoothed, registration, face) == 0.0


def test_a_face_outside_of_the_original_tells_nothing(portrait: Picture, smoothed: Picture, face: Face) -> None:
    ones = np.ones((8, 8), np.float32)
    field = LocalField(face.box, 5 * ones, 0 * ones, ones)
    away = identity() + np.array([[0.0, 0.0, 5000.0], [0.0, 0.0, 0.0]])
    registration = Registration(away, "crop", 0.0, 1.0, (field,))
    assert step_over_ground(portrait, smoothed, registration, face) == 0.0
