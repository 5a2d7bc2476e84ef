from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pored.model import Box
from pored.pixels.skin.face_frame import FaceFrame
from pored.pixels.skin.upright_view import FINE, MIDDLE, WHOLE, Window, part_of_whole, upright_view

if TYPE_CHECKING:
    from numpy.typing import NDArray


def frame_at(degrees: float, unit: float = 120.0) -> FaceFrame:
    """A face in the middle of a view of 400 pixels, its chin turned clockwise from straight down."""
    turn = math.radians(degrees)
    down = np.array([-math.sin(turn), math.cos(turn)], np.float32)
    across = np.array([math.cos(turn), math.sin(turn)], np.float32)
    eyes = np.array([200, 180], np.float32)
    points = np.tile(eyes, (478, 1))
    points[1] = eyes + across * np.float32(unit / 4)
    points[2] = eyes + down * np.float32(unit / 2)
    return FaceFrame(Box(0, 0, 400, 400), (400, 400), unit, points, down, eyes)


def marked(*places: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Black, with a white spot in each place."""
    picture = np.zeros((400, 400, 3), np.uint8)
    for x, y in places:
        picture[int(y) - 3 : int(y) + 4, int(x) - 3 : int(x) + 4] = 255
    return picture


@pytest.mark.parametrize("window", [WHOLE, MIDDLE])
@pytest.mark.parametrize("degrees", [0, 30, 90, 180, -45])
def test_the_face_stands_upright_with_its_eyes_in_their_place(window: Window, degrees: float) -> None:
    frame = frame_at(degrees)
    own = window.frame(frame)
    assert own.points[0] == pytest.approx(window.eyes, abs=0.01)
    assert own.points[1] == pytest.approx((window.eyes[0] + window.unit / 4, window.eyes[1]), abs=0.01)
    assert own.points[2] == pytest.approx((window.eyes[0], window.eyes[1] + window.unit / 2), abs=0.01)
    seen = upright_view(marked(frame.points[1], frame.points[2]), frame).rgb(window)
    assert seen.shape == (window.size[1], window.size[0], 3)
    for x, y in own.points[1:3]:
        assert seen[int(y), int(x)].max() > 200
    assert seen[5, 5].max() == 0


@pytest.mark.parametrize("window", [WHOLE, MIDDLE])
@pytest.mark.parametrize("degrees", [0, 30, 90])
def test_what_is_laid_back_is_where_it_was(window: Window, degrees: float) -> None:
    frame = frame_at(degrees)
    y, x = np.mgrid[: window.size[1], : window.size[0]].astype(np.float32) + np.float32(0.5)
    back = window.laid_back(np.dstack([x, y]), frame, -1.0)
    for here, expected in zip(frame.points[:3], window.frame(frame).points[:3], strict=True):
        assert back[int(here[1]), int(here[0])] == pytest.approx(expected, abs=0.75 * window.unit / frame.unit)
    assert (back[0, 0] == -1).all()


def test_a_part_of_the_whole_is_what_the_window_shows() -> None:
    shown = upright_view(np.random.default_rng(0).integers(0, 256, (400, 400, 3), np.uint8), frame_at(0))
    large = shown.rgb(WHOLE)[..., 0].astype(np.float32)
    middle = shown.rgb(MIDDLE)[..., 0].astype(np.float32)
    assert np.corrcoef(part_of_whole(large, MIDDLE).ravel(), middle.ravel())[0, 1] > 0.5


def test_what_lies_beyond_the_picture_is_not_seen() -> None:
    frame = frame_at(0)
    cut = FaceFrame(Box(0, 0, 210, 400), (210, 400), frame.unit, frame.points, frame.down, frame.eyes)
    view = upright_view(np.full((400, 210, 3), 90, np.uint8), cut)
    assert view.seen(WHOLE)[60, 30] == 1
    assert view.seen(WHOLE)[60, 60] == 0
    assert (view.rgb(WHOLE) == 90).all()
    assert view.fine_light().shape == FINE.size[::-1]
