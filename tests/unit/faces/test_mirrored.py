from __future__ import annotations

import numpy as np

from pored.faces.mirrored import FELLOWS, mirrored
from pored.pixels.skin.face_parts import BROWS, EYES, FACE_OVAL, LEFT_BROW, LEFT_EYE, LIPS


def test_a_fellow_s_fellow_is_the_landmark_itself() -> None:
    assert np.array_equal(FELLOWS[FELLOWS], np.arange(478))


def test_the_face_s_outlines_are_the_same_in_a_mirror() -> None:
    from mediapipe.tasks.python.vision import FaceLandmarksConnections  # noqa: PLC0415 - two seconds

    lines = {frozenset((line.start, line.end)) for line in FaceLandmarksConnections.FACE_LANDMARKS_CONTOURS}
    assert {frozenset(int(FELLOWS[end]) for end in line) for line in lines} == lines


def test_what_is_left_becomes_right() -> None:
    assert set(FELLOWS[list(LEFT_EYE)]) == set(EYES[1])
    assert set(FELLOWS[list(LEFT_BROW)]) == set(BROWS[1])
    assert set(FELLOWS[list(LIPS)]) == set(LIPS)
    assert set(FELLOWS[list(FACE_OVAL)]) == set(FACE_OVAL)


def test_two_mirrors_show_the_face_as_it_is() -> None:
    points = np.random.default_rng(4).uniform(0, 300, (478, 2)).astype(np.float32)
    once = mirrored(points, 300)
    assert once[33, 0] == 300 - points[263, 0]
    assert np.allclose(mirrored(once, 300), points, atol=1e-3)
