"""The zones of a face that a retoucher paints texture on, each with a weight of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.planes.wide_blur import wide_blur

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Box, Face, Plane

FOREHEAD = (54, 103, 67, 109, 10, 338, 297, 332, 284, 300, 293, 334, 296, 336, 9, 107, 66, 105, 63, 70)
RAISED = 9
"""So many of the forehead's points lie on the landmarks' oval, which ends below the hair line; they are raised."""
RAISE = 0.3
"""By how much, in face widths."""
CHEEKS = (
    (116, 117, 118, 119, 100, 142, 203, 206, 216, 214, 192, 213, 147, 123),
    (345, 346, 347, 348, 329, 371, 423, 426, 436, 434, 416, 433, 376, 352),
)
UNDER_EYES = (
    (33, 7, 163, 144, 145, 153, 154, 155, 133, 233, 232, 231, 230, 229, 228, 31),
    (263, 249, 390, 373, 374, 380, 381, 382, 362, 453, 452, 451, 450, 449, 448, 261),
)
NOSE = (168, 193, 188, 174, 217, 126, 129, 64, 98, 97, 2, 326, 327, 294, 358, 355, 437, 399, 412, 417)
UPPER_LIP = (206, 203, 98, 97, 2, 326, 327, 423, 426, 410, 322, 391, 393, 164, 167, 165, 92, 186)
CHIN = (106, 182, 83, 18, 313, 406, 335, 262, 400, 377, 152, 148, 176, 32)

WORKING_WIDTH = 200.0
"""A larger face's zones are drawn at this width and enlarged: they are soft."""
SOFTNESS = 0.03
"""How softly one zone goes over into the next, in face widths."""
SUBPIXEL_BITS = 4


@dataclass(frozen=True, slots=True)
class ZoneWeights:
    """How much of the texture each zone gets, 0..1; 1 is what real skin has.

    Attributes:
        cheeks, forehead, chin: where the soft white brush goes first.
        nose, upper_lip, under_eyes: skin that lies thinner or is seen less.
        elsewhere: temples, jaw and what else is skin.
    """

    cheeks: float = 1.0
    forehead: float = 1.0
    chin: float = 1.0
    nose: float = 0.8
    upper_lip: float = 0.7
    under_eyes: float = 0.6
    elsewhere: float = 0.8


def zone_weights(face: Face, box: Box, weights: ZoneWeights) -> Plane:
    """The weight at each pixel of a box, (box.height, box.width) float32, soft from zone to zone."""
    scale = min(1.0, WORKING_WIDTH / face.width)
    size = max(1, round(box.width * scale)), max(1, round(box.height * scale))
    points = (face.points - np.array([box.x0, box.y0], np.float32)) * np.float32(scale)
    plane = np.full(size[::-1], np.float32(weights.elsewhere))
    for ring, weight in _zones(points, face.width * scale, weights):
        cv2.fillPoly(plane, [np.round(ring * (1 << SUBPIXEL_BITS)).astype(np.int32)], weight, shift=SUBPIXEL_BITS)
    soft = wide_blur(plane, max(1.0, SOFTNESS * face.width * scale))
    return cast("Plane", cv2.resize(soft, (box.width, box.height), interpolation=cv2.INTER_LINEAR))


def _zones(points: NDArray[np.float32], width: float, weights: ZoneWeights) -> list[tuple[NDArray[np.float32], float]]:
    """Each zone's ring of points and its weight; a later one lies over an earlier one."""
    forehead = points[list(FOREHEAD)]
    up = points[FOREHEAD[RAISED // 2]] - points[CHIN[-4]]
    forehead[:RAISED] += up / max(1e-6, float(np.hypot(*up))) * np.float32(RAISE * width)
    rings = [(forehead, weights.forehead), (points[list(CHIN)], weights.chin)]
    rings += [(points[list(ring)], weights.cheeks) for ring in CHEEKS]
    rings += [(points[list(UPPER_LIP)], weights.upper_lip), (points[list(NOSE)], weights.nose)]
    return rings + [(points[list(ring)], weights.under_eyes) for ring in UNDER_EYES]
