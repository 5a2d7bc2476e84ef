from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pored.faces.find import find_faces
from pored.faces.landmarker import shared_landmarker
from pored.model import Face
from pored.pixels.skin.face_frame import face_frame, face_reach, face_unit

PHOTOS = Path(__file__).parents[3] / "photos"


@pytest.fixture(scope="module")
def face() -> Face:
    [found] = find_faces(np.array(Image.open(PHOTOS / "half_length.jpg").convert("RGB")), shared_landmarker())
    return found


def test_the_chin_is_below_the_eyes_and_the_forehead_above_however_the_face_lies(face: Face) -> None:
    middle = face.points.mean(axis=0)
    for angle in (0.0, 0.7, np.pi / 2, np.pi):
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]], np.float32)
        turned = Face((face.points - middle) @ turn + np.float32(600), face.width)
        frame = face_frame(turned, face_reach(turned, (0.85, 1.05, 1.15)), 100)
        below = frame.below_eyes()
        chin, top = (tuple(frame.points[point].astype(int)[::-1]) for point in (152, 10))
        assert 0.6 < below[chin] < 1.1
        assert -0.6 < below[top] < -0.2


def test_a_small_face_is_not_enlarged_and_a_large_one_fits(face: Face) -> None:
    box = face_reach(face, (0.85, 1.05, 1.15))
    assert face_frame(face, box, 10_000).size == (box.width, box.height)
    assert face_frame(face, box, 64).unit == pytest.approx(64, rel=0.01)


def test_a_profile_is_measured_by_its_height(face: Face) -> None:
    narrow = Face(face.points * np.array([0.3, 1], np.float32), face.width * 0.3)
    assert face_unit(narrow) > 0.7 * face_unit(face)


def test_the_view_moves_with_the_picture(face: Face) -> None:
    reach = (0.85, 1.05, 1.15)
    moved = Face(face.points + np.array([37, 11], np.float32), face.width)
    one, other = (face_frame(each, face_reach(each, reach), 96) for each in (face, moved))
    assert one.size == other.size
    assert np.abs(one.points - other.points).max() < 0.01
