from __future__ import annotations

import numpy as np

from pored.model import Box, Face
from pored.pixels.skin.face_parts import CHEEK_TO_CHEEK
from pored.pixels.skin.given_mask import GivenMask


def face_at(x: float, y: float, width: float = 60.0) -> Face:
    points = np.random.default_rng(6).uniform(-width / 2, width / 2, (478, 2)).astype(np.float32)
    points -= points.mean(axis=0)
    points[list(CHEEK_TO_CHEEK)] = [[-width / 2, 0], [width / 2, 0]]
    points[[10, 152]] = [[0, -width / 2], [0, width / 2]]
    return Face(points + np.array([x, y], np.float32), width)


def test_one_face_gets_all_that_was_painted_wherever_it_is() -> None:
    plane = np.zeros((200, 300), np.uint8)
    plane[150:180, 20:250] = 90
    face = face_at(60, 50)
    given = GivenMask(plane, [face])
    assert given.box_of(face) == Box(20, 150, 250, 180)
    assert (given.part_of(face, given.box_of(face)) == 90).all()
    assert given.painted() == [face]


def test_two_faces_share_it_out_without_gap_or_overlap() -> None:
    plane = np.full((200, 400), 255, np.uint8)
    left, right = face_at(100, 100), face_at(300, 100)
    given = GivenMask(plane, [left, right])
    whole = Box(0, 0, 400, 200)
    parts = [given.part_of(face, whole) for face in (left, right)]
    assert np.array_equal(parts[0].astype(int) + parts[1], plane.astype(int))
    assert parts[0][100, 100] == parts[1][100, 300] == 255
    assert parts[0][100, 300] == parts[1][100, 100] == 0


def test_a_face_that_is_not_painted_is_left_out() -> None:
    plane = np.zeros((200, 400), np.uint8)
    plane[60:140, 60:140] = 255
    left, right = face_at(100, 100), face_at(300, 100)
    assert GivenMask(plane, [left, right]).painted() == [left]


def test_what_was_painted_is_not_changed() -> None:
    plane = np.full((50, 50), 255, np.uint8)
    faces = [face_at(10, 25, 20), face_at(40, 25, 20)]
    GivenMask(plane, faces).part_of(faces[0], Box(0, 0, 50, 50))
    assert (plane == 255).all()
