"""The skin of one face, from its landmarks: inside the oval, without eyes, brows and lips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.face_parts import BROWS, EYES, FACE_OVAL, LIPS
from pored.pixels.levels import to_nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pored.model import Box, Face, Plane

WORKING_WIDTH = 400
"""A larger face is masked at this width and the mask enlarged: its edges are soft, so nothing is lost."""
_FRACTION_BITS = 4


@dataclass(frozen=True, slots=True)
class MaskMargins:
    """Distances in shares of the face's width.

    Attributes:
        feather: width of the ramp from no texture to all of it, at the oval and around each part.
        eyes: kept clear around the lids' line, for lashes.
        brows: kept clear around the brows' outline, which runs inside the hairs.
        lips: kept clear around the lips' outline.
    """

    feather: float = 0.02
    eyes: float = 0.015
    brows: float = 0.015
    lips: float = 0.008


def skin_mask(face: Face, box: Box, margins: MaskMargins | None = None) -> NDArray[np.uint8]:
    """How much of the texture each pixel of a box gets.

    Args:
        face: its landmarks, in the picture's pixels.
        box: the part of the picture to answer for.
        margins: how far to stay away from what is not skin.

    Returns:
        (box.height, box.width) uint8: 255 on skin, 0 outside the face and on eyes, brows and lips, soft between.
    """
    margins = margins or MaskMargins()
    own = _reach_of(face, margins)
    mask = np.zeros((max(0, box.height), max(0, box.width)), np.uint8)
    shared = own.clipped_to(box)
    if shared.width > 0 and shared.height > 0:
        mask[shared.within(box).slices] = _whole_mask(face, own, margins)[shared.within(own).slices]
    return mask


def _whole_mask(face: Face, own: Box, margins: MaskMargins) -> NDArray[np.uint8]:
    """The mask of the whole face, also of what lies outside the picture: distances must see all of its outline."""
    scale = min(1.0, WORKING_WIDTH / face.width)
    size = (max(1, round(own.width * scale)), max(1, round(own.height * scale)))
    steps = np.array([size[0] / own.width, size[1] / own.height], np.float32)
    points = (face.points - np.array([own.x0, own.y0], np.float32)) * steps
    unit = face.width * scale
    feather = max(1.0, margins.feather * unit)
    mask = _ramp(_distance_inside(points[list(FACE_OVAL)], size) + feather / 2, feather)
    for ring, margin in _kept_clear(margins):
        mask *= _ramp(_distance_outside(points[list(ring)], size) - margin * unit, feather)
    small = to_nearest(mask * 255).astype(np.uint8)
    if size == (own.width, own.height):
        return small
    return cast("NDArray[np.uint8]", cv2.resize(small, (own.width, own.height), interpolation=cv2.INTER_LINEAR))


def picture_mask(faces: Sequence[Face], width: int, height: int) -> NDArray[np.uint8]:
    """The skin of all faces of a picture of that size, (height, width) uint8; where two meet, the stronger counts."""
    whole = np.zeros((height, width), np.uint8)
    for face in faces:
        box = mask_box(face, width, height)
        whole[box.slices] = np.maximum(whole[box.slices], skin_mask(face, box))
    return whole


def mask_box(face: Face, width: int, height: int, margins: MaskMargins | None = None) -> Box:
    """The part of a picture of that size outside of which the face's mask is 0."""
    return _reach_of(face, margins or MaskMargins()).clipped(width, height)


def _reach_of(face: Face, margins: MaskMargins) -> Box:
    return face.box.grown(int(margins.feather * face.width) + 2)


def _kept_clear(margins: MaskMargins) -> list[tuple[tuple[int, ...], float]]:
    rings: list[tuple[tuple[int, ...], float]] = [(ring, margins.eyes) for ring in EYES]
    rings += [(ring, margins.brows) for ring in BROWS]
    return [*rings, (LIPS, margins.lips)]


def _filled(ring: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.uint8]:
    """255 inside the ring. OpenCV's whole numbers are pixel centres; landmarks count from the pixel's corner."""
    plane = np.zeros((size[1], size[0]), np.uint8)
    fixed = np.round((ring - 0.5) * (1 << _FRACTION_BITS)).astype(np.int32)
    cv2.fillPoly(plane, [fixed], 255, shift=_FRACTION_BITS)
    return plane


def _distance_inside(ring: NDArray[np.float32], size: tuple[int, int]) -> Plane:
    """Signed: pixels to the ring, positive inside it."""
    inside = _filled(ring, size)
    return _distance(inside) - _distance(cv2.bitwise_not(inside))


def _distance_outside(ring: NDArray[np.float32], size: tuple[int, int]) -> Plane:
    return _distance(cv2.bitwise_not(_filled(ring, size)))


def _distance(plane: NDArray[np.uint8] | cv2.typing.MatLike) -> Plane:
    if cv2.countNonZero(plane) == plane.size:  # no zero to measure from: cv2 would answer nonsense
        return np.full(plane.shape, np.float32(max(plane.shape) * 2))
    return cast("Plane", cv2.distanceTransform(plane, cv2.DIST_L2, cv2.DIST_MASK_5))


def _ramp(distance: Plane, width: float) -> Plane:
    """Smoothstep from 0 at distance 0 to 1 at ``width``: no kink that the eye would find."""
    t: Plane = np.clip(distance / np.float32(width), 0, 1)
    return t * t * (3 - 2 * t)
