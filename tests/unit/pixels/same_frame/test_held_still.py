from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from storing import through_jpeg
from warping import CHIN, LEFT_CORNER, NOSE_TIP, RIGHT_CORNER, moved, slimmer_jaw, stroke

from pored.model import Face
from pored.pixels.align.maps import Registration, identity, resizing, shifting, then
from pored.pixels.same_frame.held_still import held_still

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.pixels.align.maps import Matrix

    Picture = NDArray[np.uint8]


def lifted_mouth(picture: Picture, face: Face) -> Picture:
    """The mouth's corners up by 3 % of the face's width."""
    return moved(picture, [stroke(face, corner, 0.06, (0, -0.03)) for corner in (RIGHT_CORNER, LEFT_CORNER)])


def swayed(picture: Picture, face: Face) -> Picture:
    """The head, and less of what is around it, to the right by 0.6 % of the face's width."""
    return moved(picture, [stroke(face, NOSE_TIP, 0.5, (0.006, 0))])


def opened_mouth(picture: Picture, face: Face) -> Picture:
    """The chin down by 1.2 % of the face's width."""
    return moved(picture, [stroke(face, CHIN, 0.1, (0, 0.012))])


def by(matrix: Matrix) -> Registration:
    return Registration(matrix, "similarity", 0.0, 1.0)


def in_place(portrait: Picture, export: Picture, face: Face) -> bool:
    """With the map that registration gives such a pair, of edges on edges."""
    (height, width), (to_height, to_width) = portrait.shape[:2], export.shape[:2]
    return held_still(portrait, export, by(resizing((width, height), (to_width, to_height))), face)


@pytest.mark.parametrize("size", [2.0, 1.0, 0.6])
def test_smoothed_resized_and_stored_it_lies_where_it_lay(
    size: float, portrait: Picture, smoothed: Picture, face: Face
) -> None:
    export = np.asarray(cv2.resize(smoothed, None, fx=size, fy=size, interpolation=cv2.INTER_AREA), np.uint8)
    there = Face((face.points + np.float32(0.5)) * np.float32(size) - np.float32(0.5), face.width * size)
    assert in_place(portrait, through_jpeg(export, 75), there)


def test_lifted_corners_of_the_mouth_move_nothing_else(portrait: Picture, smoothed: Picture, face: Face) -> None:
    assert in_place(portrait, through_jpeg(lifted_mouth(smoothed, face), 75), face)


@pytest.mark.parametrize(("x", "y"), [(0.003, 0.0), (0.0, -0.004), (0.02, 0.01)])
def test_a_camera_held_by_hand_does_not_hold_still(
    x: float, y: float, portrait: Picture, smoothed: Picture, face: Face
) -> None:
    assert not held_still(
        portrait,
        moved(smoothed, [], (x * face.width, y * face.width)),
        by(shifting(x * face.width, y * face.width)),
        face,
    )


def test_a_head_that_sways_before_a_camera_that_stands_does_not(
    portrait: Picture, smoothed: Picture, face: Face
) -> None:
    assert not in_place(portrait, swayed(smoothed, face), face)


def test_a_mouth_that_opens_takes_the_chin_along(portrait: Picture, smoothed: Picture, face: Face) -> None:
    assert not in_place(portrait, opened_mouth(smoothed, face), face)


def test_around_a_face_cut_out_nothing_is_told(portrait: Picture, smoothed: Picture, face: Face) -> None:
    before, export = portrait.copy(), moved(smoothed, [], (0.01 * face.width, 0))
    inside = np.zeros(portrait.shape[:2], np.uint8)
    cv2.fillConvexPoly(inside, cv2.convexHull(face.points.round().astype(np.int32)), 1)
    for picture in (before, export):
        picture[inside == 0] = 20
    assert not in_place(before, export, face)


@pytest.fixture(scope="module")
def lifted(smoothed: Picture, face: Face) -> Picture:
    return lifted_mouth(smoothed, face)


def cropped(export: Picture, face: Face) -> tuple[Picture, Registration, Face]:
    """By a tenth, as a rectangle of the original's pixels."""
    x, y = export.shape[1] // 20, export.shape[0] // 25
    part = np.ascontiguousarray(export[y : -2 * y, x : -2 * x])
    return part, by(shifting(-x, -y)), Face(face.points - np.array([x, y], np.float32), face.width)


def turned(
    export: Picture, face: Face, degrees: float, size: float = 1.0, aside: float = 0.0
) -> tuple[Picture, Registration, Face]:
    """About its middle, the canvas as large as it was but for the size; then moved aside by so many face widths."""
    height, width = export.shape[:2]
    matrix = np.asarray(cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, size), np.float64)
    result = round(size * width), round(size * height)
    matrix[:, 2] += (np.array(result) - (width, height)) / 2 + np.array([aside * size * face.width, 0])
    how = cv2.INTER_LANCZOS4
    laid = cv2.warpAffine(export, matrix, result, flags=how, borderMode=cv2.BORDER_REFLECT)
    points = (face.points @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
    return np.asarray(laid, np.uint8), by(matrix), Face(points, size * face.width)


def test_in_a_crop_the_pairs_map_tells(portrait: Picture, lifted: Picture, face: Face) -> None:
    export, registration, there = cropped(lifted, face)
    assert held_still(portrait, through_jpeg(export, 88), registration, there)


def test_and_in_a_turned_export(portrait: Picture, lifted: Picture, face: Face) -> None:
    export, registration, there = turned(lifted, face, 1.3)
    assert held_still(portrait, through_jpeg(export, 88), registration, there)


@pytest.mark.parametrize(("degrees", "size"), [(0.1, 1.0), (-0.3, 1.0), (0.1, 0.75), (0.2, 1.5)])
def test_a_tool_turns_about_the_middle(
    degrees: float, size: float, portrait: Picture, lifted: Picture, face: Face
) -> None:
    export, registration, there = turned(lifted, face, degrees, size)
    assert held_still(portrait, through_jpeg(export, 88), registration, there)


def test_and_may_make_the_canvas_larger(portrait: Picture, lifted: Picture, face: Face) -> None:
    height, width = lifted.shape[:2]
    wide = np.asarray(cv2.copyMakeBorder(lifted, 4, 4, 5, 5, cv2.BORDER_REFLECT), np.uint8)
    there = Face(face.points + np.array([5, 4], np.float32), face.width)
    degrees = float(np.rad2deg(10 / height))  # by which a canvas becomes wider by ten pixels
    export, registration, seen = turned(wide, there, degrees)
    registration = by(then(shifting(5, 4), registration.matrix))
    assert export.shape[1] == width + 10
    assert held_still(portrait, through_jpeg(export, 88), registration, seen)


def test_where_a_retouchers_work_disturbed_the_map_the_ground_tells(
    portrait: Picture, lifted: Picture, face: Face
) -> None:
    export, registration, there = turned(lifted, face, 0.2)
    disturbed = by(then(registration.matrix, shifting(0.002 * face.width, -0.001 * face.width)))
    assert held_still(portrait, export, disturbed, there)


@pytest.mark.parametrize("aside", [0.003, -0.007, 0.02])
@pytest.mark.parametrize("size", [1.0, 0.75])
def test_a_hand_turns_about_elsewhere(
    aside: float, size: float, portrait: Picture, lifted: Picture, face: Face
) -> None:
    export, registration, there = turned(lifted, face, 0.3, size, aside)
    assert not held_still(portrait, export, registration, there)


@pytest.mark.parametrize("far", [(0.004, 0.0), (0.0, 0.004), (0.006, -0.003)])
def test_a_head_that_sways_is_no_turned_picture(
    far: tuple[float, float], portrait: Picture, smoothed: Picture, face: Face
) -> None:
    export, registration, there = turned(moved(smoothed, [stroke(face, NOSE_TIP, 0.8, far)]), face, 0.1)
    assert not held_still(portrait, export, registration, there)


def test_a_crop_by_whole_pixels_is_one_however_little_it_took(portrait: Picture, lifted: Picture, face: Face) -> None:
    there = Face(face.points - np.array([7, 0], np.float32), face.width)
    crop = replace(by(shifting(-7, 0)), kind="crop")
    assert held_still(portrait, np.ascontiguousarray(lifted[:, 7:]), crop, there)


def test_a_crop_that_was_turned_a_little_may_have_its_corners_outside(
    portrait: Picture, lifted: Picture, face: Face
) -> None:
    whole, registration, there = turned(lifted, face, 0.4)
    export = np.ascontiguousarray(whole[10:, 12:])
    inside = by(then(registration.matrix, shifting(-12, -10)))
    moved_along = Face(there.points - np.array([12, 10], np.float32), there.width)
    assert held_still(portrait, through_jpeg(export, 88), inside, moved_along)


def test_a_crop_of_a_head_that_swayed_did_not_hold_still(portrait: Picture, smoothed: Picture, face: Face) -> None:
    export, registration, there = cropped(swayed(smoothed, face), face)
    assert not held_still(portrait, export, registration, there)


def test_nor_did_one_of_a_mouth_that_opened(portrait: Picture, smoothed: Picture, face: Face) -> None:
    export, registration, there = cropped(opened_mouth(smoothed, face), face)
    assert not held_still(portrait, export, registration, there)


def test_a_slimmer_jaw_is_a_retouchers(portrait: Picture, lifted: Picture, face: Face) -> None:
    assert in_place(portrait, moved(lifted, slimmer_jaw(face)), face)


def test_a_crop_of_a_percent_cannot_be_told_from_a_shift(portrait: Picture, smoothed: Picture, face: Face) -> None:
    there = Face(face.points - np.array([7, 0], np.float32), face.width)
    assert not held_still(portrait, np.ascontiguousarray(smoothed[:, 7:]), by(shifting(-7, 0)), there)


def test_nothing_is_told_of_a_face_outside(portrait: Picture, smoothed: Picture, face: Face) -> None:
    assert not held_still(portrait, smoothed, by(identity()), Face(face.points + np.float32(5000), face.width))
