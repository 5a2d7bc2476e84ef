from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from noise import with_noise
from warping import NOSE_TIP, moved, remapped, stroke, undistorted

from pored.faces.find import find_faces
from pored.faces.landmarker import shared_landmarker
from pored.pixels.align.maps import LocalField, Registration, identity
from pored.pixels.align.refine_patch import positions
from pored.pixels.align.registration import register
from pored.pixels.same_frame.agreement import agreement
from pored.pixels.same_frame.still_ground import step_over_ground

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Face

    Picture = NDArray[np.uint8]

HAND_HELD = (3.2, -1.7)


def noisy(picture: Picture, seed: int) -> Picture:
    return with_noise(picture, 2.0, np.random.default_rng(seed))


def domed(picture: Picture, face: Face, far: float, aside: float = 0.0) -> Picture:
    """What a dome over the face holds goes to the right, its top by a share of the face's width; the rest stays."""
    x, y = positions(picture.shape[1], picture.shape[0])
    across, down = face.points[NOSE_TIP] + np.float32(aside * face.width) * np.array([1, 0], np.float32)
    away = ((x - across) / (0.6 * face.box.width)) ** 2 + ((y - down) / (0.6 * face.box.height)) ** 2
    dome = cv2.GaussianBlur(np.sqrt(np.clip(1 - away, 0, 1)).astype(np.float32), (0, 0), 0.05 * face.width)
    return remapped(picture, *np.broadcast_arrays(x - np.float32(far * face.width) * dome, y))


@pytest.mark.parametrize(("far", "aside"), [(0.02, 0.0), (-0.03, 0.0), (0.03, 0.2)])
def test_a_head_that_turned_over_still_ground_is_another_frame(
    far: float, aside: float, portrait: Picture, smoothed: Picture, face: Face
) -> None:
    original = noisy(domed(portrait, face, far, aside), 1)
    export = noisy(moved(smoothed, [], HAND_HELD), 2)
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
    export = moved(smoothed, [stroke(face, landmark, 0.15, (0.04, 0))])
    registration = register(portrait, export, [face], [face])
    assert registration.fields
    assert step_over_ground(portrait, export, registration, face) == 0.0
    assert step_over_ground(portrait, export, replace(registration, kind="affine"), face) == 0.0


@pytest.mark.parametrize("amount", [0.03, -0.04])
def test_a_lens_leaves_no_still_ground(amount: float, portrait: Picture, smoothed: Picture) -> None:
    export = undistorted(smoothed, amount, (0.62, 0.4))
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
