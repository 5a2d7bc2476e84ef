from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pored.pixels.align.maps import LocalField, Registration, identity
from pored.pixels.same_frame.head_turn import IN_FRONT, head_turn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Box, Face

    Plane = NDArray[np.float32]


def places(box: Box) -> tuple[Plane, Plane]:
    x, y = np.meshgrid(np.arange(box.x0, box.x1), np.arange(box.y0, box.y1))
    return x.astype(np.float32), y.astype(np.float32)


def moved_by(face: Face, dx: NDArray[np.floating], dy: NDArray[np.floating]) -> Registration:
    shifts = dx.astype(np.float32), dy.astype(np.float32)
    field = LocalField(face.box, *shifts, np.ones_like(shifts[0]))
    return Registration(identity(), "identity", 0.0, 1.0, (field,))


def depth_over(face: Face) -> Plane:
    """Depth between the landmarks: each speaks for its surroundings; pixels."""
    x, y = places(face.box)
    total, weights = np.zeros_like(x), np.full_like(x, 1e-6)
    for landmark, depth in IN_FRONT.items():
        at = face.points[landmark]
        weight = np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / np.float32(2 * (0.04 * face.width) ** 2))
        total, weights = total + np.float32(depth * face.width) * weight, weights + weight
    return np.asarray(total / weights, np.float32)


def bump(face: Face, landmark: int, reach: float) -> Plane:
    x, y = places(face.box)
    at = face.points[landmark]
    near: Plane = np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / np.float32(2 * (reach * face.width) ** 2))
    return near


@pytest.mark.parametrize("degrees", [1.0, 2.0, 3.0])
def test_a_turn_shows_and_is_measured_roughly(face: Face, degrees: float) -> None:
    shift = np.float32(np.deg2rad(degrees)) * depth_over(face)
    for dx, dy in ((shift, np.zeros_like(shift)), (-shift, shift / 2)):
        assert head_turn(moved_by(face, dx, dy), face) == pytest.approx(degrees, rel=0.3)


def test_a_jaw_or_a_nose_that_was_made_slimmer_is_no_turn(face: Face) -> None:
    far = np.float32(0.03 * face.width)
    jaw = far * (bump(face, 172, 0.18) - bump(face, 397, 0.18))
    nose = far * (bump(face, 48, 0.08) - bump(face, 278, 0.08)) / 2
    shorter = -far * bump(face, 1, 0.1)
    nothing = np.zeros_like(jaw)
    for dx, dy in ((jaw, nothing), (nose, nothing), (jaw, shorter)):
        assert head_turn(moved_by(face, dx, dy), face) == 0.0


def test_what_moves_a_flat_picture_is_no_turn(face: Face) -> None:
    x, y = places(face.box)
    assert head_turn(moved_by(face, 0.02 * x + 3, -0.01 * y), face) == 0.0


def test_without_shifts_nothing_turned(face: Face) -> None:
    assert head_turn(Registration(identity(), "identity", 0.0, 1.0), face) == 0.0


def test_what_bends_smoothly_with_all_around_it_is_no_turn(face: Face) -> None:
    shift = np.float32(np.deg2rad(2)) * depth_over(face)
    [field] = moved_by(face, shift, np.zeros_like(shift)).fields
    bent = Registration(identity(), "identity", 0.0, 1.0, (replace(field, smooth=True),))
    assert head_turn(bent, face) == 0.0
