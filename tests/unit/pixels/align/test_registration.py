from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import Mock

import cv2
import numpy as np
import pytest
import warping
from warping import LEFT_ALA, RIGHT_ALA, stroke

from pored.model import Box, Face
from pored.pixels.align.maps import apply, identity, resizing, shifting
from pored.pixels.align.refine import refine
from pored.pixels.align.registration import CERTAIN, register, with_faint_shifts
from pored.pixels.align.warp import lay_over

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.pixels.align.maps import Matrix

    Picture = NDArray[np.uint8]


@pytest.fixture(scope="module")
def faces(face: Face) -> list[Face]:
    return [face]


def moved(picture: Picture, matrix: Matrix, size: tuple[int, int]) -> Picture:
    laid = cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(laid, np.uint8)


def mapped(faces: list[Face], matrix: Matrix, error: float = 0.01) -> list[Face]:
    """The faces in the export, with an error of the landmarks as a share of the face's width."""
    grown = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    off = error * np.array([1.0, -0.7])
    return [Face((apply(matrix, f.points) + off * f.width * grown).astype(np.float32), f.width * grown) for f in faces]


def furthest(found: Matrix, truth: Matrix, faces: list[Face]) -> float:
    return float(np.hypot(*(apply(found, faces[0].points) - apply(truth, faces[0].points)).T).max())


MAPS: dict[str, Matrix] = {
    "shifted": np.array([[1, 0, -16.6], [0, 1, -14.3]]),
    "turned": np.array([[1.0097, 0.0229, -12.0], [-0.0229, 1.0097, 9.0]]),
    "reduced and turned": np.array([[0.6, -0.02, 5.3], [0.02, 0.6, 2.8]]),
    "stretched": np.array([[1.02, 0.0, 1.3], [0.004, 0.99, 4.4]]),
}


@pytest.mark.parametrize("name", MAPS)
def test_the_map_is_found_to_a_tenth_of_a_pixel(
    name: str, portrait: Picture, smoothed: Picture, faces: list[Face]
) -> None:
    matrix = MAPS[name]
    soft = np.asarray(cv2.GaussianBlur(smoothed, (0, 0), 0.6), np.uint8)
    export = moved(soft if "reduced" in name else smoothed, matrix, (520, 640))
    found = register(portrait, export, faces, mapped(faces, matrix))
    assert furthest(found.matrix, matrix, faces) < 0.1
    assert found.kind == ("affine" if name == "stretched" else "similarity")
    assert found.fields == ()
    assert found.confidence > 0.9
    assert found.residual < 0.15


def test_a_pair_of_the_same_frame_is_an_exact_identity(portrait: Picture, smoothed: Picture, faces: list[Face]) -> None:
    found = register(portrait, smoothed, faces, mapped(faces, identity()))
    assert found.kind == "identity"
    np.testing.assert_array_equal(found.matrix, identity())
    whole = Box(0, 0, portrait.shape[1], portrait.shape[0])
    np.testing.assert_array_equal(lay_over(portrait, found, whole), portrait)


@pytest.mark.parametrize("factor", [1.0, 0.5])
def test_one_look_is_enough_for_an_exact_resize_and_for_no_other_map(
    factor: float, portrait: Picture, smoothed: Picture, faces: list[Face], monkeypatch: pytest.MonkeyPatch
) -> None:
    refining = Mock(side_effect=refine)
    monkeypatch.setattr("pored.pixels.align.registration.refine", refining)
    size = round(smoothed.shape[1] * factor), round(smoothed.shape[0] * factor)
    export = np.asarray(cv2.resize(smoothed, size, interpolation=cv2.INTER_AREA), np.uint8)
    exact = resizing((portrait.shape[1], portrait.shape[0]), size)
    found = register(portrait, export, (), mapped(faces, exact))
    np.testing.assert_array_equal(found.matrix, exact)
    refining.assert_not_called()
    off = np.array([[1.0, 0.0, 0.8], [0.0, 1.0, 0.0]])
    beside = register(portrait, moved(export, off, size), (), mapped(faces, exact))
    refining.assert_called()
    assert furthest(beside.matrix, exact, faces) > 0.5


def test_a_crop_is_an_exact_shift_and_takes_the_originals_very_pixels(
    portrait: Picture, smoothed: Picture, faces: list[Face]
) -> None:
    x, y = 37, 21
    export = smoothed[y:, x:-5].copy()
    found = register(portrait, export, faces, mapped(faces, shifting(-x, -y)))
    assert found.kind == "crop"
    np.testing.assert_array_equal(found.matrix, shifting(-x, -y))
    whole = Box(0, 0, export.shape[1], export.shape[0])
    np.testing.assert_array_equal(lay_over(portrait, found, whole), portrait[y:, x:-5])


def test_a_shift_by_a_part_of_a_pixel_is_no_crop(portrait: Picture, smoothed: Picture, faces: list[Face]) -> None:
    matrix = shifting(-16.7, -14.3)
    found = register(portrait, moved(smoothed, matrix, (520, 640)), faces, mapped(faces, matrix))
    assert found.kind == "similarity"


def test_a_larger_canvas_mirrors_what_the_original_does_not_reach(
    portrait: Picture, smoothed: Picture, faces: list[Face]
) -> None:
    export = np.pad(smoothed, ((40, 0), (30, 0), (0, 0)))
    found = register(portrait, export, faces, mapped(faces, shifting(30, 40)))
    assert found.kind == "crop"
    laid = lay_over(portrait, found, Box(20, 30, 200, 300))
    np.testing.assert_allclose(laid[10:, 10:], portrait[:260, :170], atol=1e-2)


@pytest.mark.parametrize("factor", [0.5, 2, 4])
def test_another_size_of_the_whole_is_an_exact_resize(
    factor: float, portrait: Picture, smoothed: Picture, faces: list[Face]
) -> None:
    size = round(portrait.shape[1] * factor), round(portrait.shape[0] * factor)
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    export = np.asarray(cv2.resize(smoothed, size, interpolation=way), np.uint8)
    truth = resizing((portrait.shape[1], portrait.shape[0]), size)
    found = register(portrait, export, faces, mapped(faces, truth))
    assert found.kind == "resize"
    np.testing.assert_array_equal(found.matrix, truth)


def test_a_picture_stretched_by_a_tenth_is_found(portrait: Picture, smoothed: Picture, faces: list[Face]) -> None:
    matrix = np.array([[0.9, 0.0, -3.3], [0.0, 1.0, 2.4]])
    size = (int(0.88 * portrait.shape[1]), portrait.shape[0])
    found = register(portrait, moved(smoothed, matrix, size), (), mapped(faces, matrix))
    assert found.confidence > CERTAIN
    assert found.kind == "affine"
    assert furthest(found.matrix, matrix, faces) < 0.1


def test_a_grading_a_grey_export_and_noise_do_not_move_the_map(
    portrait: Picture, smoothed: Picture, faces: list[Face]
) -> None:
    noise = np.random.default_rng(3).normal(0, 7, portrait.shape)
    noisy = np.clip(portrait + noise, 0, 255).round().astype(np.uint8)
    grey = (255 * (smoothed.mean(axis=2) / 255) ** 0.8).round().astype(np.uint8)
    found = register(noisy, grey, faces, mapped(faces, identity()))
    assert found.kind == "identity"


def test_sixteen_bits_beside_eight(portrait: Picture, smoothed: Picture, faces: list[Face]) -> None:
    deep = portrait.astype(np.uint16) * 257
    assert register(deep, smoothed, faces, mapped(faces, identity())).kind == "identity"


@pytest.mark.parametrize("turned", [1, 2])
def test_an_export_on_its_side_is_found_without_the_originals_faces(
    turned: int, portrait: Picture, smoothed: Picture, faces: list[Face]
) -> None:
    height, width = portrait.shape[:2]
    truth = {
        1: np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, width - 1.0]]),
        2: np.array([[-1.0, 0.0, width - 1.0], [0.0, -1.0, height - 1.0]]),
    }[turned]
    export = np.ascontiguousarray(np.rot90(smoothed, turned))
    found = register(portrait, export, [], mapped(faces, truth))
    assert furthest(found.matrix, truth, faces) < 0.1


def test_a_mirrored_export_is_found(portrait: Picture, smoothed: Picture, faces: list[Face]) -> None:
    truth = np.array([[-1.0, 0.0, portrait.shape[1] - 1.0], [0.0, 1.0, 0.0]])
    found = register(portrait, np.ascontiguousarray(smoothed[:, ::-1]), [], mapped(faces, truth))
    assert furthest(found.matrix, truth, faces) < 0.1
    assert found.kind == "similarity"


def test_a_nose_alone_that_was_made_slimmer_gets_a_field(
    portrait: Picture, smoothed: Picture, faces: list[Face]
) -> None:
    wings = ((RIGHT_ALA, 0.02), (LEFT_ALA, -0.02))
    reshaped = warping.moved(smoothed, [stroke(faces[0], wing, 0.08, (inwards, 0)) for wing, inwards in wings])
    found = register(portrait, reshaped, faces, mapped(faces, identity(), error=0))
    assert len(found.fields) == 1


def test_a_reshaped_face_gets_a_field_that_undoes_it(portrait: Picture, smoothed: Picture, faces: list[Face]) -> None:
    x, y = np.meshgrid(np.arange(portrait.shape[1], dtype=np.float32), np.arange(portrait.shape[0], dtype=np.float32))
    jaw, width = faces[0].points[172], faces[0].width
    pushed = x - np.float32(0.03 * width) * np.exp(-((x - jaw[0]) ** 2 + (y - jaw[1]) ** 2) / (2 * (0.2 * width) ** 2))
    reshaped = cv2.remap(smoothed, pushed, y, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT)
    found = register(portrait, np.asarray(reshaped, np.uint8), faces, mapped(faces, identity(), error=0))
    assert len(found.fields) == 1
    box, step = faces[0].box, 64
    places = (x * step).astype(np.uint16)  # a picture whose levels are its places tells where a pixel comes from
    off = np.abs(lay_over(places, found, box) * 257 / step - pushed[box.slices])
    assert np.median(off) < 0.15
    assert off.max() < 0.2 * np.abs(pushed - x).max()


def test_strangers_get_no_confidence(portrait: Picture, smoothed: Picture, faces: list[Face]) -> None:
    other = np.ascontiguousarray(portrait[::-1, ::-1])
    found = register(other, smoothed, faces, mapped(faces, identity()))
    assert furthest(found.matrix, identity(), faces) > 100 or found.confidence < 0.3


def test_where_nothing_moved_there_are_no_faint_shifts(portrait: Picture, smoothed: Picture, faces: list[Face]) -> None:
    found = register(portrait, smoothed, faces, faces)
    assert with_faint_shifts(portrait, smoothed, found, faces[0]) is None
    outside = Face(faces[0].points + np.float32(5000), faces[0].width)
    assert with_faint_shifts(portrait, smoothed, found, outside) is None
