from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from noise import with_noise
from warping import moved, stroke, swayed_head, undistorted

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

ASIDE = (0.62, 0.4)
"""The middle of a lens' distortion, where the picture was cropped."""


def noisy(picture: Picture, seed: int) -> Picture:
    return with_noise(picture, 2.0, np.random.default_rng(seed))


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


@pytest.mark.parametrize(
    "change",
    [partial(undistorted, amount=0.03, around=ASIDE), partial(undistorted, amount=-0.04, around=ASIDE), straightened],
)
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
    original, export = noisy(swayed_head(portrait, face, far), 1), noisy(smoothed, 2)
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
    export = moved(smoothed, [stroke(face, landmark, 0.15, (0.03, 0))])
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
    export = swayed_head(smoothed, face, 0.03)
    registration = register(portrait, export, [face], [face])
    away = registration.matrix + np.array([[0.0, 0.0, 5000.0], [0.0, 0.0, 0.0]])
    assert head_step(portrait, export, replace(registration, matrix=away), face) == 0.0
