"""A picture to check a mask by: its outline, and each face's landmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from pored.pixels.planes.eight_bit import as_rgb8
from pored.pixels.planes.resize import fitted
from pored.pixels.skin.face_frame import TOP, from_the_left
from pored.pixels.skin.face_parts import BROWS, EYES, FACE_OVAL, LIPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pored.model import Face, Samples

LONGEST = 3000
"""Pixels on the long side; a larger picture is reduced."""
OUTLINE, TINT, LANDMARKS = (255, 40, 40), (255, 140, 140), (80, 255, 120)
TINTED = 0.25
HALF = 128
FINEST = 600
"""Pixels of the picture's long side for each pixel of a line's width."""
TEXT_PER_FACE = 160.0
"""Pixels of a face's width for each step of OpenCV's text size: a number is a seventh of the face high."""
_FRACTION_BITS = 4


def mask_overlay(pixels: Samples, mask: NDArray[np.uint8], faces: Sequence[Face]) -> NDArray[np.uint8]:
    """The picture with what is masked tinted, its outline at half strength, the faces' landmarks and their numbers.

    Args:
        pixels: (H, W, 3) RGB or (H, W) grey, 8 or 16 bit.
        mask: (H, W) uint8.
        faces: found in it.

    Returns:
        (h, w, 3) uint8 RGB, at most ``LONGEST`` on a side.
    """
    view = as_rgb8(fitted(pixels, LONGEST)).copy()
    height, width = view.shape[:2]
    share = cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA)
    tint = np.array(TINT, np.float32) - view
    view = (view + tint * (share[..., None] * np.float32(TINTED / 255))).astype(np.uint8)
    line = max(1, round(max(height, width) / FINEST))
    outlines, _ = cv2.findContours((share >= HALF).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(view, outlines, -1, OUTLINE, line, cv2.LINE_AA)
    for number, face in enumerate(from_the_left(faces), 1):
        points = face.points * np.float32(width / pixels.shape[1])
        _draw_landmarks(view, points, line)
        _draw_number(view, number, points, line)
    return view


def _draw_number(view: NDArray[np.uint8], number: int, points: NDArray[np.float32], line: int) -> None:
    """On the forehead, large enough to be read and never larger than the face."""
    size = float(np.ptp(points[:, 0])) / TEXT_PER_FACE
    x, y = points[TOP]
    place = (int(x), int(y))
    cv2.putText(view, str(number), place, cv2.FONT_HERSHEY_SIMPLEX, size, OUTLINE, line + 1, cv2.LINE_AA)


def _draw_landmarks(view: NDArray[np.uint8], points: NDArray[np.float32], line: int) -> None:
    fixed = np.round((points - 0.5) * (1 << _FRACTION_BITS)).astype(np.int32)
    for ring in (FACE_OVAL, *EYES, *BROWS, LIPS):
        cv2.polylines(
            view,
            [fixed[list(ring)]],
            isClosed=True,
            color=LANDMARKS,
            thickness=1,
            lineType=cv2.LINE_AA,
            shift=_FRACTION_BITS,
        )
    for x, y in fixed:
        cv2.circle(view, (int(x), int(y)), line << (_FRACTION_BITS - 1), LANDMARKS, -1, cv2.LINE_AA, _FRACTION_BITS)
