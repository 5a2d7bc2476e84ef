from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from pored.pixels.same_frame.removed_line import removed_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Plane = NDArray[np.float32]

WIDTH = 190.0
HEIGHT, ACROSS = 44, 66
ANGLES = np.linspace(0, 2 * np.pi, 16, endpoint=False)
EYE = np.stack([33 + 20 * np.cos(ANGLES), 22 + 10 * np.sin(ANGLES)], axis=1).astype(np.float32)
"""The outline of an eye, on a face that is 190 pixels wide."""


def an_eye() -> Plane:
    """Skin with an eye on it: white, iris, lid, and a little noise."""
    plane = np.full((HEIGHT, ACROSS), 170, np.uint8)
    cv2.fillPoly(plane, [np.round(EYE).astype(np.int32)], 210)
    cv2.circle(plane, (33, 22), 7, 60, cv2.FILLED)
    cv2.polylines(plane, [np.round(EYE).astype(np.int32)], isClosed=True, color=80, thickness=1)
    noise = np.random.default_rng(3).normal(0, 1, plane.shape)
    return cv2.GaussianBlur((plane + noise).astype(np.float32), (0, 0), 0.8).astype(np.float32)


def drawn(line: Sequence[tuple[int, int]], thickness: int = 2) -> Plane:
    """1 on a line, 0 away from it."""
    plane = np.zeros((HEIGHT, ACROSS), np.uint8)
    cv2.polylines(plane, [np.array(line, np.int32)], isClosed=False, color=255, thickness=thickness)
    return (cv2.GaussianBlur(plane.astype(np.float32), (0, 0), 0.7) / 255).astype(np.float32)


@pytest.mark.parametrize("level", [-60, 50])
@pytest.mark.parametrize("line", [[(14, 2), (30, 20), (52, 42)], [(2, 20), (64, 24)], [(40, 0), (36, 43)]])
def test_a_line_across_an_eye_is_found_and_taken_out(line: Sequence[tuple[int, int]], level: int) -> None:
    tone, mark = an_eye(), drawn(line)
    found = removed_line(tone + level * mark, tone, EYE, WIDTH)
    assert found is not None
    assert found.line[mark > 0.4].all()
    assert not found.line[cv2.dilate(mark, np.ones((9, 9))) < 0.01].any()
    assert np.abs(found.light - tone).max() < 0.3 * abs(level)


def test_a_graded_export_shows_it_as_well() -> None:
    tone, mark = an_eye(), drawn([(14, 2), (30, 20), (52, 42)])
    found = removed_line(tone - 60 * mark, 0.7 * tone + 30, EYE, WIDTH)
    assert found is not None
    assert np.abs(found.light - tone).mean() < 2.0


def test_where_nothing_was_taken_out_there_is_no_line() -> None:
    eye = an_eye()
    noise = np.random.default_rng(4).normal(0, 3, eye.shape).astype(np.float32)
    assert removed_line(eye, eye, EYE, WIDTH) is None
    assert removed_line(eye + noise, eye, EYE, WIDTH) is None


def test_what_stays_within_the_eye_is_no_line() -> None:
    eye, lid = an_eye(), drawn([(14, 20), (24, 15), (33, 12), (42, 15), (52, 20)])
    assert removed_line(eye - 60 * lid, eye, EYE, WIDTH) is None


def test_what_is_short_or_broad_is_no_line() -> None:
    eye = an_eye()
    assert removed_line(eye - 60 * drawn([(33, 0), (33, 12)]), eye, EYE, WIDTH) is None
    assert removed_line(eye - 60 * drawn([(0, 22), (65, 22)], thickness=15), eye, EYE, WIDTH) is None


def test_lines_that_leave_little_of_the_eye_say_nothing() -> None:
    eye = an_eye()
    hairs = np.max([drawn([(x, 0), (x, 43)]) for x in range(10, 60, 8)], axis=0)
    assert removed_line(eye - 60 * hairs, eye, EYE, WIDTH) is None
