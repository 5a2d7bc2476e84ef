from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from noise import with_noise
from storing import through_jpeg
from warping import (
    LEFT_CORNER,
    LEFT_IRIS,
    RIGHT_CORNER,
    RIGHT_IRIS,
    gaze,
    half_blink,
    larger_eyes,
    moved,
    slimmer_jaw,
    stroke,
)

from pored.model import Face
from pored.pixels.align.maps import Registration, identity
from pored.pixels.align.refine_patch import positions
from pored.pixels.align.registration import register
from pored.pixels.planes.gaussian_blur import gaussian_blur
from pored.pixels.same_frame.agreement import NOISY_FRAME, agreement, texture_ratio
from pored.pixels.skin.face_parts import LIPS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.pixels.same_frame.agreement import Agreement

    Picture = NDArray[np.uint8]

SAME = Registration(identity(), "identity", 0.0, 1.0)


def noisy(picture: Picture, deviation: float, seed: int = 2) -> Picture:
    return with_noise(picture, deviation, np.random.default_rng(seed))


def moved_corners(picture: Picture, face: Face, far: float) -> Picture:
    """The mouth's corners up and out by a share of the face's width: a smile."""
    corners = ((RIGHT_CORNER, -far), (LEFT_CORNER, far))
    return moved(picture, [stroke(face, corner, 0.07, (out, -far)) for corner, out in corners])


def another_gaze(picture: Picture, face: Face) -> Picture:
    return moved(picture, gaze(face, 0.03))


def half_shut(picture: Picture, face: Face) -> Picture:
    return moved(picture, half_blink(face))


def narrower(picture: Picture, face: Face) -> Picture:
    """The jaw's sides inwards by 3 % of the face's width, the eyes larger by 6 %."""
    return moved(picture, [*slimmer_jaw(face)[:2], *larger_eyes(face)])


def with_larger_eyes(picture: Picture, face: Face, share: float) -> Picture:
    return moved(picture, [stroke(face, iris, 0.09, growth=share) for iris in (RIGHT_IRIS, LEFT_IRIS)])


def small_agreement(original: Picture, export: Picture, face: Face, width: float) -> tuple[Agreement, Registration]:
    """Of both at a size in which the face has that width, without compression."""
    share = width / face.width
    small = [
        np.asarray(cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.uint8)
        for picture in (original, export)
    ]
    points = ((face.points + np.float32(0.5)) * np.float32(share) - np.float32(0.5)).astype(np.float32)
    there = Face(points, share * face.width)
    registration = register(small[0], small[1], [there], [there])
    return agreement(small[0], small[1], registration, there), registration


def swayed(picture: Picture) -> Picture:
    """By as much as a hand that holds a camera moves."""
    return moved(picture, [], (-1.6, 0.9))


def found_agreement(original: Picture, export: Picture, face: Face) -> Agreement:
    return agreement(original, export, register(original, export, [face], [face]), face)


def test_a_smoothed_export_agrees_with_its_original(portrait: Picture, smoothed: Picture, face: Face) -> None:
    found = agreement(portrait, smoothed, SAME, face)
    assert found.same_frame
    assert found.weakest > 0.9
    assert found.mean > found.weakest


def test_noise_and_grading_do_not_make_another_frame(portrait: Picture, smoothed: Picture, face: Face) -> None:
    graded = (255 * (smoothed / 255) ** 0.7).round().astype(np.uint8)
    assert agreement(noisy(portrait, 7), graded, SAME, face).same_frame


@pytest.mark.parametrize("change", [another_gaze, half_shut])
def test_another_expression_is_another_frame(change: object, portrait: Picture, smoothed: Picture, face: Face) -> None:
    assert callable(change)
    found = agreement(noisy(change(portrait, face), 1.5), smoothed, SAME, face)
    assert not found.same_frame


@pytest.mark.parametrize("far", [0.015, 0.025])
def test_a_smile_that_the_local_field_follows_is_another_frame(
    far: float, portrait: Picture, smoothed: Picture, face: Face
) -> None:
    # Each frame has noise and a place of its own; without, nobody could tell it from a retoucher's work.
    before, export = noisy(swayed(moved_corners(portrait, face, far)), 2.0), noisy(smoothed, 2.0, seed=3)
    assert not found_agreement(before, export, face).same_frame


def test_what_a_retoucher_reshaped_is_the_same_frame(portrait: Picture, smoothed: Picture, face: Face) -> None:
    reshaped = narrower(smoothed, face)
    assert register(portrait, reshaped, [face], [face]).fields
    assert found_agreement(portrait, reshaped, face).same_frame


def test_a_smile_that_a_retoucher_lifted_is_the_same_frame(portrait: Picture, smoothed: Picture, face: Face) -> None:
    found = found_agreement(portrait, moved_corners(smoothed, face, 0.015), face)
    assert found.weakest < 0.8
    assert found.reshaped.proved
    assert found.same_frame
    assert found.likeness >= 0.8


@pytest.mark.parametrize("size", [1.0, 0.5])
def test_so_it_is_as_a_small_jpeg(size: float, portrait: Picture, smoothed: Picture, face: Face) -> None:
    lifted = cv2.resize(moved_corners(smoothed, face, 0.02), None, fx=size, fy=size, interpolation=cv2.INTER_AREA)
    stored = through_jpeg(np.asarray(lifted, np.uint8), 80)
    there = Face((face.points + np.float32(0.5)) * np.float32(size) - np.float32(0.5), face.width * size)
    found = agreement(portrait, stored, register(portrait, stored, [face], [there]), there)
    assert found.weakest < 0.8
    assert found.reshaped.still
    assert found.same_frame


def with_catch_lights(picture: Picture, face: Face) -> Picture:
    """A white dot in the upper left of both irises, a seventh of one wide, as retouchers paint it."""
    painted = picture.astype(np.float32)
    for iris in (468, 473):
        dot = np.zeros(picture.shape[:2], np.float32)
        x, y = face.points[iris] - 0.013 * face.width
        cv2.circle(dot, (round(float(x)), round(float(y))), round(0.006 * face.width), 1.0, -1)
        soft = gaussian_blur(dot, 0.6)[..., None]
        painted = painted * (1 - soft) + 250 * soft
    return painted.round().astype(np.uint8)


def test_catch_lights_that_a_retoucher_painted_are_the_same_frame(
    portrait: Picture, smoothed: Picture, face: Face
) -> None:
    painted = with_catch_lights(smoothed, face)
    found = agreement(portrait, painted, SAME, face)
    assert found.irises
    assert found.same_frame
    # Where the noise around the face is another exposure's, other lights in the eyes are another frame's.
    other = agreement(noisy(portrait, 3), noisy(painted, 3, seed=4), SAME, face)
    assert not other.irises
    assert not other.same_frame


def with_painted_lips(picture: Picture, face: Face) -> Picture:
    """As of an AI that takes a moustache and the lips under it for skin."""
    soft = np.zeros(picture.shape[:2], np.float32)
    cv2.fillConvexPoly(soft, cv2.convexHull(face.points[list(LIPS)].round().astype(np.int32)), 1.0)
    grown = round(0.08 * face.width) | 1
    soft = gaussian_blur(np.asarray(cv2.dilate(soft, np.ones((grown, grown), np.uint8)), np.float32), 2.0)[..., None]
    painted = gaussian_blur(picture.astype(np.float32), 0.022 * face.width)
    return (picture * (1 - soft) + painted * soft).round().astype(np.uint8)


def test_lips_that_were_painted_over_with_the_beard_are_the_same_frame(
    portrait: Picture, smoothed: Picture, face: Face
) -> None:
    painted = with_painted_lips(smoothed, face)
    found = agreement(portrait, painted, SAME, face)
    assert found.weakest < NOISY_FRAME
    assert found.only_lips
    assert found.same_frame
    # A face that does not lie exactly where it lay may be another frame's.
    moved = np.roll(painted, 1, axis=1)
    map_of_both = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    other = agreement(portrait, moved, Registration(map_of_both, "similarity", 0.0, 1.0), face)
    assert other.weakest < NOISY_FRAME
    assert not other.same_frame


def with_a_hair(picture: Picture, face: Face) -> Picture:
    """From the forehead across the right eye to the cheek."""
    dark = np.zeros(picture.shape[:2], np.uint8)
    middle, half = face.points[468], 0.2 * face.width * np.array([0.35, 1.0])
    ends = [np.round(16 * (middle + way * half)).astype(int).tolist() for way in (-1, 1)]
    cv2.line(dark, ends[0], ends[1], 255, 3, cv2.LINE_AA, shift=4)
    share = gaussian_blur(dark.astype(np.float32), 0.7)[..., None] / np.float32(255)
    return np.asarray(np.round(picture * (1 - share) + 235 * share), np.uint8)


def test_a_hair_across_an_eye_that_a_retoucher_took_out_is_the_same_frame(
    portrait: Picture, smoothed: Picture, face: Face
) -> None:
    original = with_a_hair(portrait, face)
    found = agreement(original, smoothed, SAME, face)
    assert found.line
    assert found.same_frame
    # Where neither noise nor a head held still proves the exposure, it is not believed.
    swaying = noisy(swayed(original), 2)
    other = found_agreement(swaying, noisy(smoothed, 2, seed=4), face)
    assert not other.line


@pytest.mark.parametrize("change", [another_gaze, half_shut])
def test_a_hair_does_not_excuse_another_expression(
    change: object, portrait: Picture, smoothed: Picture, face: Face
) -> None:
    assert callable(change)
    found = agreement(with_a_hair(change(portrait, face), face), smoothed, SAME, face)
    assert not found.line
    assert not found.same_frame


def behind_dark_glasses(picture: Picture, face: Face) -> Picture:
    """Both eyes behind lenses that let a fiftieth of their light through, and shine a little at the top."""
    worn = picture.astype(np.float32)
    _, y = positions(picture.shape[1], picture.shape[0])
    for iris in (468, 473):
        lens = np.zeros(picture.shape[:2], np.float32)
        at = (int(face.points[iris, 0]), int(face.points[iris, 1]))
        cv2.ellipse(lens, at, (int(0.2 * face.width), int(0.16 * face.width)), 0, 0, 360, 1.0, -1)
        soft = gaussian_blur(lens, 1.0)[..., None]
        glass = 0.02 * worn + 20 + (6 * (y < at[1] - 0.05 * face.width)[..., None]).astype(np.float32)
        worn = worn * (1 - soft) + soft * glass
    return worn.round().astype(np.uint8)


def test_noise_on_dark_glasses_says_nothing(portrait: Picture, smoothed: Picture, face: Face) -> None:
    before, export = behind_dark_glasses(portrait, face), behind_dark_glasses(smoothed, face)
    assert agreement(noisy(before, 9), export, SAME, face).same_frame
    grin = moved_corners(before, face, 0.03)
    assert not agreement(noisy(grin, 2), export, SAME, face).same_frame


def with_lips(picture: Picture, face: Face, gains: tuple[float, float, float], more: float = 0.0) -> Picture:
    """The lips in another colour, under a mask as soft as a brush's."""
    lips = np.zeros(picture.shape[:2], np.float32)
    cv2.fillPoly(lips, [np.round(face.points[list(LIPS)]).astype(np.int32)], 1.0)
    mask = gaussian_blur(lips, 0.006 * face.width)[..., None]
    coloured = picture * np.array(gains, np.float32) + np.float32(more)
    return np.clip(picture * (1 - mask) + coloured * mask, 0, 255).round().astype(np.uint8)


RECOLOURED = pytest.mark.parametrize(
    ("gains", "more"), [((0.85, 0.55, 0.65), 0.0), ((1.2, 1.2, 1.2), 6.0), ((0.55, 0.35, 0.9), 0.0)]
)


@RECOLOURED
def test_lips_that_a_retoucher_coloured_are_the_same_lips(
    gains: tuple[float, float, float], more: float, portrait: Picture, smoothed: Picture, face: Face
) -> None:
    assert agreement(portrait, with_lips(smoothed, face, gains, more), SAME, face).same_frame


def test_only_what_lies_within_is_asked_where_a_new_colour_hides_the_lips(
    portrait: Picture, smoothed: Picture, face: Face
) -> None:
    found = agreement(portrait, with_lips(smoothed, face, (0.55, 0.35, 0.9)), SAME, face)
    assert found.recoloured
    assert found.same_frame
    assert found.weakest >= 0.8


def test_coloured_lips_in_a_black_and_white_export_are_the_same(
    portrait: Picture, smoothed: Picture, face: Face
) -> None:
    coloured = with_lips(smoothed, face, (0.55, 0.35, 0.9))
    assert agreement(portrait, np.ascontiguousarray(coloured[..., 1]), SAME, face).same_frame


@RECOLOURED
def test_coloured_lips_that_moved_are_of_another_frame(
    gains: tuple[float, float, float], more: float, portrait: Picture, smoothed: Picture, face: Face
) -> None:
    before, export = (
        noisy(swayed(moved_corners(portrait, face, 0.025)), 2.0),
        noisy(with_lips(smoothed, face, gains, more), 2.0, seed=3),
    )
    found = found_agreement(before, export, face)
    assert not found.recoloured
    assert not found.same_frame


def test_coloured_lips_do_not_excuse_another_gaze(portrait: Picture, smoothed: Picture, face: Face) -> None:
    export = with_lips(smoothed, face, (0.55, 0.35, 0.9))
    assert not agreement(noisy(another_gaze(portrait, face), 1.5), export, SAME, face).same_frame


def test_a_stranger_is_another_frame(portrait: Picture, smoothed: Picture, face: Face) -> None:
    found = agreement(np.ascontiguousarray(portrait[::-1]), smoothed, SAME, face)
    assert not found.same_frame
    assert abs(found.mean) < 0.5


def test_a_face_outside_agrees_with_nothing(portrait: Picture, face: Face) -> None:
    away = Face(face.points + np.float32(5000), face.width)
    assert not agreement(portrait, portrait, SAME, away).same_frame


def test_texture_ratio_is_the_ratio_of_deviations() -> None:
    noise = np.random.default_rng(1).normal(0, 10, (200, 200)).astype(np.float32)
    skin = np.ones((200, 200), bool)
    assert texture_ratio(3 * noise, noise, skin, 3.0) == pytest.approx(3.0, rel=1e-3)
    assert texture_ratio(gaussian_blur(noise, 1.0), noise, skin, 3.0) < 0.5


@pytest.mark.parametrize("width", [80, 90, 110])
def test_a_small_faces_enlarged_eyes_are_a_retouchers(
    width: float, portrait: Picture, smoothed: Picture, face: Face
) -> None:
    found, registration = small_agreement(portrait, with_larger_eyes(smoothed, face, 0.15), face, width)
    assert not registration.fields
    assert found.same_frame


@pytest.mark.parametrize(("width", "far"), [(75, 0.016), (75, 0.02), (100, 0.012)])
def test_and_so_are_the_lifted_corners_of_its_mouth(
    width: float, far: float, portrait: Picture, smoothed: Picture, face: Face
) -> None:
    found, registration = small_agreement(portrait, moved_corners(smoothed, face, far), face, width)
    assert not registration.fields
    assert found.same_frame


@pytest.mark.parametrize("width", [75, 90, 110])
def test_but_a_small_face_that_looks_elsewhere_or_blinks_is_another_frames(
    width: float, portrait: Picture, smoothed: Picture, face: Face
) -> None:
    for other in (another_gaze(smoothed, face), half_shut(smoothed, face)):
        assert not small_agreement(portrait, other, face, width)[0].same_frame


@pytest.mark.parametrize(("width", "far"), [(75, 0.016), (75, 0.02), (100, 0.012)])
def test_nor_may_a_small_head_have_moved(
    width: float, far: float, portrait: Picture, smoothed: Picture, face: Face
) -> None:
    smile = swayed(moved_corners(smoothed, face, far))
    assert not small_agreement(portrait, smile, face, width)[0].same_frame
