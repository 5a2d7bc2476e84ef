from __future__ import annotations

import numpy as np
import pytest

from pored.model import Box, Face
from pored.pixels.made_up.face_surface import skin_positions

WIDTH, HEIGHT = 200.0, 260.0
BOX = Box(0, 0, 400, 400)


def face_at(degrees: float) -> Face:
    """A face around (200, 200) whose four ends lie on an ellipse; the other landmarks do not matter."""
    turn = np.radians(degrees)
    across, down = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    points = np.full((478, 2), 200.0)
    points[234], points[454] = 200 - across * WIDTH / 2, 200 + across * WIDTH / 2
    points[10], points[152] = 200 - down * HEIGHT / 2, 200 + down * HEIGHT / 2
    return Face(points.astype(np.float32), WIDTH)


def test_in_the_middle_a_pixel_is_a_pixel() -> None:
    across, down = skin_positions(face_at(0), BOX)
    assert across[200, 201] - across[200, 200] == pytest.approx(1, abs=0.01)
    assert down[201, 200] - down[200, 200] == pytest.approx(1, abs=0.01)
    assert across[200, 200] == pytest.approx(0, abs=1)


def test_towards_the_outline_texture_is_denser() -> None:
    across, _ = skin_positions(face_at(0), BOX)
    assert 1.5 < across[200, 292] - across[200, 291] < 2.0


def test_no_place_is_seen_twice() -> None:
    across, down = skin_positions(face_at(0), BOX)
    assert (np.diff(across, axis=1) > 0.9).all()
    assert (np.diff(down, axis=0) > 0.9).all()


def test_it_turns_with_the_face() -> None:
    upright, turned = skin_positions(face_at(0), BOX), skin_positions(face_at(90), BOX)
    assert np.abs(upright[0][200, 120:280] - turned[0][120:280, 199]).max() < 2.5


def test_a_large_face_has_the_same_places() -> None:
    small, box = face_at(8), Box(150, 40, 2900, 3000)
    across, down = skin_positions(Face(small.points * np.float32(8), 8 * WIDTH), box)
    assert across.shape == down.shape == (box.height, box.width)
    rows, columns = np.mgrid[40:3000:8, 152:2900:8]
    for large, whole in zip((across, down), skin_positions(small, BOX), strict=True):
        assert np.abs(large[rows - 40, columns - 150] - 8 * whole[rows // 8, columns // 8]).max() < 0.1
