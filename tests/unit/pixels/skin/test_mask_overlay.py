from __future__ import annotations

import numpy as np
import pytest

from pored.model import Face
from pored.pixels.skin.mask_overlay import LANDMARKS, LONGEST, OUTLINE, mask_overlay


def test_the_outline_is_where_the_mask_s_edge_is_and_what_is_masked_is_tinted() -> None:
    pixels = np.full((300, 400, 3), 100, np.uint8)
    mask = np.zeros((300, 400), np.uint8)
    mask[100:200, 150:250] = 255
    overlay = mask_overlay(pixels, mask, [])
    assert overlay[100, 200].astype(int) == pytest.approx(OUTLINE, abs=30)
    assert overlay[150, 200, 0] > 130
    assert (overlay[:90] == 100).all()
    assert (pixels == 100).all()


def test_landmarks_are_drawn_on_the_face() -> None:
    points = np.full((478, 2), 50.0, np.float32)
    overlay = mask_overlay(np.zeros((100, 100, 3), np.uint8), np.zeros((100, 100), np.uint8), [Face(points, 10.0)])
    assert overlay[49:51, 49:51].max(axis=(0, 1)).astype(int) == pytest.approx(LANDMARKS, abs=30)
    assert overlay[:40].max() == 0


def test_faces_are_numbered_from_the_left() -> None:
    points = np.random.default_rng(0).uniform(0, 90, (478, 2)).astype(np.float32)
    black = np.zeros((200, 400, 3), np.uint8)
    faces = [Face(points + np.array([x, 100], np.float32), 90.0) for x in (10, 260)]
    one, both = (mask_overlay(black, black[..., 0], some) for some in (faces[:1], faces))
    assert np.array_equal(one[:, :200], both[:, :200])
    assert np.array_equal(both, mask_overlay(black, black[..., 0], faces[::-1]))
    assert not np.array_equal(both[:, 10:140], both[:, 260:390])


def test_large_and_deep_pictures_are_reduced_to_something_to_look_at() -> None:
    overlay = mask_overlay(
        np.zeros((400, 4 * LONGEST // 3), np.uint16), np.zeros((400, 4 * LONGEST // 3), np.uint8), []
    )
    assert overlay.dtype == np.uint8
    assert overlay.shape == (300, LONGEST, 3)
