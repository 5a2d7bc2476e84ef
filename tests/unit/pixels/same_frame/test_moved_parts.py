from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from pored.pixels.same_frame.moved_parts import moved_by

if TYPE_CHECKING:
    from pored.model import Plane

FACE_WIDTH = 190.0
SHAPE = 34, 70
EVERYWHERE = np.ones(SHAPE, bool)


def eye(look: float = 0.0, seed: int | None = None) -> Plane:
    """Lids, and an iris that looks so many pixels aside; with noise of 5 levels, if seeded."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]].astype(np.float32)
    opening = ((x - 35) / 26) ** 2 + ((y - 17) / 9) ** 2
    iris = (x - 35 - np.float32(look)) ** 2 + (y - 17) ** 2
    plane = np.where(opening < 1, np.where(iris < 64, 60, 220), 150).astype(np.float32)
    soft = np.asarray(cv2.GaussianBlur(plane, (0, 0), 1.2), np.float32)
    if seed is None:
        return soft
    return soft + np.random.default_rng(seed).normal(0, 5, SHAPE).astype(np.float32)


def test_an_eye_that_looks_elsewhere_moved() -> None:
    assert 1.5 < moved_by(eye(2.5), eye(), EVERYWHERE, FACE_WIDTH) < 3.5


@pytest.mark.parametrize("seed", range(4))
def test_noise_moves_nothing(seed: int) -> None:
    assert moved_by(eye(seed=seed), eye(), EVERYWHERE, FACE_WIDTH) == 0


@pytest.mark.parametrize("seed", range(4))
def test_noise_does_not_hide_a_look(seed: int) -> None:
    assert moved_by(eye(2.5, seed), eye(seed=seed + 50), EVERYWHERE, FACE_WIDTH) > 1.5


def test_a_grading_moves_nothing() -> None:
    darker = np.float32(255) * np.power(eye() / np.float32(255), np.float32(0.6))
    assert moved_by(eye(), darker.astype(np.float32), EVERYWHERE, FACE_WIDTH) == 0


def test_what_was_exchanged_and_not_moved_does_not_count() -> None:
    other = eye() + np.random.default_rng(3).normal(0, 60, SHAPE).astype(np.float32)
    assert moved_by(other, eye(), EVERYWHERE, FACE_WIDTH) == 0


def test_of_eyes_too_small_nothing_is_said() -> None:
    assert moved_by(eye(2.5), eye(), EVERYWHERE, FACE_WIDTH) > 0
    assert moved_by(eye(2.5), eye(), EVERYWHERE, 54.0) == 0
