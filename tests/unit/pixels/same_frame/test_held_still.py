from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from pored.faces.find import find_faces
from pored.faces.landmarker import shared_landmarker
from pored.model import Face
from pored.pixels.same_frame.held_still import held_still

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

CHIN = 152
CORNERS = (61, 291)


@pytest.fixture(scope="module")
def face(portrait: Picture) -> Face:
    return find_faces(portrait, shared_landmarker())[0]


def moved(picture: Picture, face: Face, at: tuple[int, ...], reach: float, by: tuple[float, float]) -> Picture:
    """What is near these landmarks, moved by so many face widths."""
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    from_x, from_y = x.copy(), y.copy()
    for point in face.points[list(at)]:
        near = np.exp(-((x - point[0]) ** 2 + (y - point[1]) ** 2) / np.float32(2 * (reach * face.width) ** 2))
        from_x -= np.float32(by[0] * face.width) * near
        from_y -= np.float32(by[1] * face.width) * near
    return np.asarray(cv2.remap(picture, from_x, from_y, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT), np.uint8)


def stored(picture: Picture, quality: int = 75) -> Picture:
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 1), np.uint8)


def everywhere(picture: Picture, x: float, y: float) -> Picture:
    matrix = np.array([[1, 0, x], [0, 1, y]])
    how = cv2.INTER_LANCZOS4
    laid = cv2.warpAffine(picture, matrix, picture.shape[1::-1], flags=how, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(laid, np.uint8)


@pytest.mark.parametrize("size", [2.0, 1.0, 0.6])
def test_smoothed_resized_and_stored_it_lies_where_it_lay(
    size: float, portrait: Picture, smoothed: Picture, face: Face
) -> None:
    export = np.asarray(cv2.resize(smoothed, None, fx=size, fy=size, interpolation=cv2.INTER_AREA), np.uint8)
    there = Face((face.points + np.float32(0.5)) * np.float32(size) - np.float32(0.5), face.width * size)
    assert held_still(portrait, stored(export), there)


def test_lifted_corners_of_the_mouth_move_nothing_else(portrait: Picture, smoothed: Picture, face: Face) -> None:
    assert held_still(portrait, stored(moved(smoothed, face, CORNERS, 0.06, (0, -0.03))), face)


@pytest.mark.parametrize(("x", "y"), [(0.003, 0.0), (0.0, -0.004), (0.02, 0.01)])
def test_a_camera_held_by_hand_does_not_hold_still(
    x: float, y: float, portrait: Picture, smoothed: Picture, face: Face
) -> None:
    assert not held_still(portrait, everywhere(smoothed, x * face.width, y * face.width), face)


def test_a_head_that_sways_before_a_camera_that_stands_does_not(
    portrait: Picture, smoothed: Picture, face: Face
) -> None:
    middle = (1,)
    assert not held_still(portrait, moved(smoothed, face, middle, 0.5, (0.006, 0.0)), face)


def test_a_mouth_that_opens_takes_the_chin_along(portrait: Picture, smoothed: Picture, face: Face) -> None:
    assert not held_still(portrait, moved(smoothed, face, (CHIN,), 0.1, (0, 0.012)), face)


def test_around_a_face_cut_out_nothing_is_told(portrait: Picture, smoothed: Picture, face: Face) -> None:
    before, export = portrait.copy(), everywhere(smoothed, 0.01 * face.width, 0)
    inside = np.zeros(portrait.shape[:2], np.uint8)
    cv2.fillConvexPoly(inside, cv2.convexHull(face.points.round().astype(np.int32)), 1)
    for picture in (before, export):
        picture[inside == 0] = 20
    assert not held_still(before, export, face)


def test_of_a_crop_nothing_can_be_told(portrait: Picture, smoothed: Picture, face: Face) -> None:
    assert not held_still(portrait, smoothed[:, 7:], Face(face.points - np.array([7, 0], np.float32), face.width))


def test_nor_of_a_face_outside(portrait: Picture, smoothed: Picture, face: Face) -> None:
    assert not held_still(portrait, smoothed, Face(face.points + np.float32(5000), face.width))
