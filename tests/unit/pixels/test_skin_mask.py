from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from pored.faces.find import find_faces
from pored.faces.landmarker import shared_landmarker
from pored.model import Box, Face
from pored.pixels.face_parts import BROWS, CHEEK_TO_CHEEK, EYES, FACE_OVAL, LIPS
from pored.pixels.skin_mask import mask_box, picture_mask, skin_mask

if TYPE_CHECKING:
    from numpy.typing import NDArray

PHOTOS = Path(__file__).parents[2] / "photos"
NOSE_TIP, LEFT_CHEEK, RIGHT_CHEEK, CHIN, FOREHEAD = 4, 425, 205, 199, 151


@pytest.fixture(scope="module")
def portrait() -> tuple[Face, int, int]:
    picture = np.array(Image.open(PHOTOS / "half_length.jpg").convert("RGB"))
    [face] = find_faces(picture, shared_landmarker())
    return face, picture.shape[1], picture.shape[0]


def at(mask: NDArray[np.uint8], point: NDArray[np.float32]) -> int:
    return int(mask[int(point[1]), int(point[0])])


def test_skin_is_in_and_eyes_brows_and_lips_are_out(portrait: tuple[Face, int, int]) -> None:
    face, width, height = portrait
    mask = picture_mask([face], width, height)
    for point in (NOSE_TIP, LEFT_CHEEK, RIGHT_CHEEK, CHIN, FOREHEAD):
        assert at(mask, face.points[point]) == 255
    for ring in (*EYES, *BROWS, LIPS):
        for point in ring:
            assert at(mask, face.points[point]) == 0
        assert at(mask, face.points[list(ring)].mean(axis=0)) == 0


def test_it_is_empty_outside_the_oval(portrait: tuple[Face, int, int]) -> None:
    face, width, height = portrait
    mask = picture_mask([face], width, height)
    centre = face.points[list(FACE_OVAL)].mean(axis=0)
    for point in FACE_OVAL:
        assert at(mask, centre + (face.points[point] - centre) * 1.06) == 0
    outside = np.ones(mask.shape, np.bool_)
    outside[mask_box(face, width, height).slices] = False
    assert not mask[outside].any()


def test_its_edge_is_a_ramp_in_proportion_to_the_face(portrait: tuple[Face, int, int]) -> None:
    face, width, height = portrait
    left, right = face.points[list(CHEEK_TO_CHEEK)]
    for scale in (1, 4):
        larger = Face(face.points * np.float32(scale), face.width * scale)
        mask = picture_mask([larger], width * scale, height * scale)
        row = mask[int(left[1] * scale), : int((left[0] + right[0]) / 2 * scale)]
        ramp = np.count_nonzero((row > 0) & (row < 255))
        assert 0.6 * 0.02 * larger.width <= ramp <= 2 * 0.02 * larger.width + 2


def test_a_part_of_the_picture_is_masked_like_the_whole(portrait: tuple[Face, int, int]) -> None:
    face, width, height = portrait
    part = Box(face.box.x0 + 31, face.box.y0 + 17, face.box.x1 - 12, face.box.y1 - 40)
    whole = picture_mask([face], width, height)
    assert np.array_equal(skin_mask(face, part), whole[part.slices])


def test_a_face_that_the_edge_cuts_is_masked_up_to_the_edge(portrait: tuple[Face, int, int]) -> None:
    face, width, height = portrait
    cut = Face(face.points - face.points[CHIN] + np.array([width / 2, 3], np.float32), face.width)
    mask = picture_mask([cut], width, height)
    assert mask.shape == (height, width)
    assert mask[0, width // 2] == 255


def test_a_face_beyond_the_picture_gives_an_empty_mask(portrait: tuple[Face, int, int]) -> None:
    face, width, height = portrait
    beyond = Face(face.points + np.array([3 * width, 0], np.float32), face.width)
    assert not picture_mask([beyond], width, height).any()
