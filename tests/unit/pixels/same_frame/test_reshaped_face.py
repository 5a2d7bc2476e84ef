from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from storing import through_jpeg

from pored.model import Box, Face
from pored.pixels.align.maps import LocalField, Registration, identity, shifting
from pored.pixels.same_frame.reshaped_face import NOT_RESHAPED, Reshaped, reshaped_face

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]


def with_field(picture: Picture) -> Registration:
    """A field that moves nothing."""
    still = np.zeros((40, 40), np.float32)
    field = LocalField(Box(0, 0, picture.shape[1], picture.shape[0]), still, still, still)
    return Registration(identity(), "identity", 0.0, 1.0, (field,))


def test_the_same_pixels_are_proof(portrait: Picture, smoothed: Picture, face: Face) -> None:
    found = reshaped_face(portrait, smoothed, with_field(portrait), face)
    assert found.proved
    assert found.surroundings > 0.99


def test_noise_of_its_own_around_a_face_that_moved_is_none(portrait: Picture, smoothed: Picture, face: Face) -> None:
    noise = np.random.default_rng(2).normal(0, 2.5, (2, *portrait.shape))
    later = np.roll(smoothed, 2, axis=1)
    one, other = (
        np.clip(picture + own, 0, 255).round().astype(np.uint8)
        for picture, own in zip((portrait, later), noise, strict=True)
    )
    shifted = replace(with_field(portrait), matrix=shifting(2, 0))
    found = reshaped_face(one, other, shifted, Face(face.points + np.array([2, 0], np.float32), face.width))
    assert found.followed > 0.78
    assert found.surroundings < 0.92
    assert not found.still
    assert not found.proved


def test_eyes_that_look_elsewhere_are_none(portrait: Picture, smoothed: Picture, face: Face) -> None:
    other = portrait.copy()
    for iris in (468, 473):
        x, y = face.points[iris].round().astype(int)
        part = (slice(y - 8, y + 9), slice(x - 12, x + 13))
        other[part] = other[part][:, ::-1]
    assert reshaped_face(other, smoothed, with_field(portrait), face).followed < 0.78


def test_without_a_field_nothing_was_reshaped(portrait: Picture, smoothed: Picture, face: Face) -> None:
    assert reshaped_face(portrait, smoothed, Registration(identity(), "identity", 0.0, 1.0), face) == NOT_RESHAPED


def test_a_face_outside_proves_nothing(portrait: Picture, smoothed: Picture, face: Face) -> None:
    away = Face(face.points + np.float32(5000), face.width)
    assert reshaped_face(portrait, smoothed, with_field(portrait), away) == NOT_RESHAPED


def test_noise_of_its_own_is_no_matter_where_nothing_else_moved(
    portrait: Picture, smoothed: Picture, face: Face
) -> None:
    found = reshaped_face(portrait, through_jpeg(smoothed, 75), with_field(portrait), face)
    assert found.surroundings < 0.92
    assert found.still
    assert found.proved


def test_around_a_small_face_noise_tells_nothing(portrait: Picture, smoothed: Picture, face: Face) -> None:
    before, after = (
        np.asarray(cv2.resize(picture, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA), np.uint8)
        for picture in (portrait, smoothed)
    )
    small = Face(face.points * np.float32(0.4), face.width * 0.4)
    found = reshaped_face(before, after, with_field(before), small)
    assert found.surroundings == 0.0
    assert found.still


def test_a_face_that_fills_the_picture_has_no_surroundings(portrait: Picture, smoothed: Picture, face: Face) -> None:
    inner = Box(*(int(edge) for edge in (*face.points[[4]].min(axis=0) - 30, *face.points[[4]].max(axis=0) + 30)))
    close = Face(face.points - np.array([inner.x0, inner.y0], np.float32), face.width)
    found = reshaped_face(portrait[inner.slices], smoothed[inner.slices], with_field(portrait[inner.slices]), close)
    assert found.surroundings == 0.0
    assert not found.proved


@pytest.mark.parametrize(("followed", "surroundings"), [(0.7, 0.99), (0.9, 0.9), (0.0, 0.0)])
def test_both_are_needed(followed: float, surroundings: float) -> None:
    assert Reshaped(0.9, 0.97).proved
    assert not Reshaped(followed, surroundings).proved
    assert Reshaped(0.9, surroundings, still=True).proved
    assert not Reshaped(0.7, surroundings, still=True).proved
