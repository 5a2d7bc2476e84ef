from __future__ import annotations

import numpy as np
import pytest

from pored.model import Face
from pored.pixels.align.faces import (
    carried_face,
    face_around,
    faces_within,
    is_close_up,
    is_cut_off,
    keeps_upright,
    matrices_from_faces,
    nearest_face,
)
from pored.pixels.align.maps import apply, identity

SHAPE = np.random.default_rng(5).normal(0, 30, (478, 2))
MAP = np.array([[0.7, -0.1, 40.0], [0.1, 0.7, -25.0]])


def face_at(x: float, y: float, seed: int) -> Face:
    own = np.random.default_rng(seed).normal(0, 4, (478, 2))
    return Face(points=(SHAPE + own + [x, y]).astype(np.float32), width=150.0)


def mapped(face: Face, noise: float = 0.0) -> Face:
    points = (
        apply(MAP, face.points) + np.random.default_rng(9).normal(0, noise, (478, 2))
        if noise
        else apply(MAP, face.points)
    )
    return Face(points=points.astype(np.float32), width=face.width * float(np.hypot(0.7, 0.1)))


def test_one_face_gives_the_map_of_its_landmarks() -> None:
    face = face_at(300, 400, seed=1)
    [matrix] = matrices_from_faces([face], [mapped(face)])
    np.testing.assert_allclose(matrix, MAP, atol=1e-3)


def test_in_a_group_everybody_keeps_their_place() -> None:
    group = [face_at(200 + 400 * i, 300 + 50 * (i % 2), seed=i) for i in range(5)]
    exports = [mapped(face, noise=2.0) for face in reversed(group)]
    best = matrices_from_faces(group, exports)[0]
    np.testing.assert_allclose(apply(best, group[2].points[:3]), apply(MAP, group[2].points[:3]), atol=1.0)
    for face, export in zip(group, reversed(exports), strict=True):
        np.testing.assert_allclose(apply(best, face.points).mean(axis=0), export.points.mean(axis=0), atol=1.0)


def test_no_face_gives_no_map() -> None:
    assert matrices_from_faces([], [face_at(1, 2, seed=3)]) == []


def test_a_carried_face_lies_where_the_map_puts_it() -> None:
    face = face_at(300, 400, seed=1)
    carried = carried_face(face, MAP)
    np.testing.assert_allclose(carried.points, apply(MAP, face.points), atol=1e-3)
    assert carried.width == pytest.approx(face.width * np.hypot(0.7, 0.1))


def test_a_slight_turn_and_a_mirror_are_upright_and_a_face_on_its_side_or_its_head_is_not() -> None:
    assert keeps_upright(MAP)
    assert keeps_upright(np.array([[-1.0, 0.0, 5.0], [0.0, 1.0, 1.0]]))
    assert not keeps_upright(np.array([[0.0, -2.0, 5.0], [2.0, 0.0, 1.0]]))
    assert not keeps_upright(np.array([[-1.0, 0.0, 5.0], [0.0, -1.0, 1.0]]))


def test_a_face_that_only_the_export_cuts_off_is_told() -> None:
    face = face_at(300, 400, seed=1)
    left, top = face.points.min(axis=0) - 100
    crop = np.array([[1.0, 0.0, -left - 120], [0.0, 1.0, -top]])
    cut = carried_face(face, crop)
    assert is_cut_off(cut, crop, (800, 900), (600, 700))
    assert not is_cut_off(face, identity(), (800, 900), (800, 900))


def test_a_face_at_the_edge_of_both_is_not_cut_off_by_the_export() -> None:
    face = Face(face_at(300, 400, seed=1).points - np.float32(300), 150.0)
    assert not is_cut_off(face, identity(), (800, 900), (800, 900))


def test_faces_of_which_too_little_is_in_the_picture_are_left_out() -> None:
    inside, outside = face_at(300, 400, seed=1), face_at(-400, 400, seed=2)
    assert faces_within([outside, inside], (800, 900)) == [inside]


def test_the_same_face_in_other_landmarks_is_the_nearest() -> None:
    face, other = face_at(300, 400, seed=1), face_at(800, 400, seed=2)
    own = Face(face.points + np.float32(20), 150.0)
    assert nearest_face(face, [other, own]) is own
    assert nearest_face(face, [other]) is face
    assert nearest_face(face, []) is face


def test_a_close_up_shows_a_part_of_its_original() -> None:
    half_as_large = np.array([[0.5, 0.0, 0.0], [0.0, 0.5, 0.0]])
    assert is_close_up(identity(), (900, 1000), (450, 1000))
    assert not is_close_up(identity(), (900, 1000), (600, 1000))
    assert not is_close_up(half_as_large, (900, 1000), (450, 500))


def test_what_seems_a_face_within_a_much_larger_one_is_that() -> None:
    whole = face_at(300, 400, seed=1)
    cheek = Face(whole.points * np.float32(0.3) + np.array([200, 300], np.float32), 0.3 * whole.width)
    child = Face(cheek.points + np.float32(3), cheek.width)
    assert face_around(cheek, [face_at(900, 400, seed=2), whole]) is whole
    assert face_around(cheek, [whole, child]) is cheek
    assert face_around(whole, [whole]) is whole
    assert face_around(cheek, []) is cheek
