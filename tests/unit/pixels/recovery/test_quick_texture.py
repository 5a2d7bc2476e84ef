from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from pored.model import Box, Face
from pored.pixels.align.maps import Registration, identity
from pored.pixels.recovery.face_texture import ready_face
from pored.pixels.recovery.high_pass_settings import HighPassSettings
from pored.pixels.recovery.picture_layer import compose_texture
from pored.pixels.recovery.quick_texture import QuickFace
from pored.pixels.recovery.texture_layer import texture_layer

Bytes = NDArray[np.uint8]
SAME = Registration(identity(), "identity", 0.0, 1.0)
AS_EVER = HighPassSettings()


@pytest.fixture(scope="module")
def quick(portrait: Bytes, smoothed: Bytes, face: Face) -> QuickFace:
    return QuickFace(ready_face(portrait, smoothed, SAME, face, AS_EVER))


def around(face: Face) -> Box:
    """Part of the face, as somebody might look at it."""
    middle_x, middle_y = (face.box.x0 + face.box.x1) // 2, (face.box.y0 + face.box.y1) // 2
    return Box(middle_x - 40, middle_y - 50, middle_x + 60, middle_y + 70)


@pytest.mark.parametrize(
    "settings",
    [
        AS_EVER,
        replace(AS_EVER, share=0.5),
        replace(AS_EVER, guard=0.0, radius=5.0),
        replace(AS_EVER, guard=3.0),
        replace(AS_EVER, missing_only=False, opacity=0.5, guard=0.0),
    ],
)
def test_a_part_looks_as_the_work_itself_would_make_it(
    portrait: Bytes, smoothed: Bytes, face: Face, settings: HighPassSettings
) -> None:
    whole = compose_texture(smoothed, texture_layer(portrait, smoothed, SAME, [face], settings))
    laid = QuickFace(ready_face(portrait, smoothed, SAME, face, replace(settings, radius=None)))
    shown, part = laid.result(settings, around(face))
    difference = np.abs(shown.astype(int) - whole[part.slices])
    assert difference.max() <= 2
    assert difference.mean() < 0.05


def test_less_is_less(quick: QuickFace, smoothed: Bytes, face: Face) -> None:
    def changed(share: float) -> float:
        shown, part = quick.result(replace(AS_EVER, share=share), around(face))
        return float(np.abs(shown.astype(int) - smoothed[part.slices]).mean())

    assert changed(0.2) < changed(0.6) < changed(1.0)


def test_a_face_that_is_to_get_less_does(quick: QuickFace, smoothed: Bytes, face: Face) -> None:
    whole, part = quick.result(AS_EVER, around(face))
    half, _ = replace(quick, strength=0.5).result(AS_EVER, around(face))
    gain, less = (np.abs(shown.astype(int) - smoothed[part.slices]).mean() for shown in (whole, half))
    assert less == pytest.approx(gain / 2, rel=0.15)


def test_what_lies_beside_the_face_is_left_away(quick: QuickFace) -> None:
    shown, part = quick.result(AS_EVER, Box(0, 0, 2, 2))
    assert shown.size == part.width * part.height * 3
