"""Whether an export's face and the original laid under it come from one and the same frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.face_parts import EYES, LIPS
from pored.pixels.gaussian_blur import gaussian_blur
from pored.pixels.high_pass import high_band
from pored.pixels.register_structure import structure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Face, Plane

    Region = NDArray[np.bool_]

FACE_WIDTH = 190.0
"""Pixels to which a wider face is reduced: there, noise and lost fine texture no longer hide what agrees."""
AROUND = 0.02
"""Eyes and lips are taken with this share of the face's width around them: lids, lashes, corners."""
SPOT = 0.02
"""Agreement is looked at in spots of this size, as a share of the face's width: an iris is four of them."""
WEAKEST = 0.05
"""The share of the eyes' and lips' structure whose agreement decides: a gaze moves little but the irises' rims."""
SAME_FRAME = 0.8
"""Agreement of the weakest share below which two faces are of different frames."""
NOTHING = 1e-6


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far a face's eyes and lips agree.

    Attributes:
        weakest: correlation, -1..1, that all but the weakest twentieth of the structure reaches.
        mean: correlation over all of it; tells another person (about 0) from another frame.
    """

    weakest: float
    mean: float

    @property
    def same_frame(self) -> bool:
        """Whether the pair may be used."""
        return self.weakest >= SAME_FRAME


def agreement(original: Plane, export: Plane, face: Face, corner: tuple[int, int] = (0, 0)) -> Agreement:
    """Compares the structure of eyes and lips, spot by spot.

    Smoothing leaves them nearly alone, every grading and resizing leaves their structure, and between two frames of
    one person they are what moves: gaze, lids, corners of the mouth.

    Args:
        original: (H, W) float32 lightness around the face, laid over the export (matrix and field).
        export: likewise of the export.
        face: of the export.
        corner: x, y of the planes' first pixel in the export.

    Returns:
        The agreement; of nought where the face lies outside the planes.
    """
    factor = min(1.0, FACE_WIDTH / face.width)
    ours, theirs = (structure(_reduced(plane, factor)) for plane in (original, export))
    width = face.width * factor
    points = (face.points - np.array(corner) + 0.5) * factor - 0.5
    region = eyes_and_lips(points, width, (theirs.shape[0], theirs.shape[1]))
    if not region.any():
        return Agreement(0.0, 0.0)
    likeness, weight = _likeness(ours, theirs, SPOT * width)
    return Agreement(_quantile(likeness[region], weight[region], WEAKEST), _correlation(ours[region], theirs[region]))


def eyes_and_lips(points: NDArray[np.float32], face_width: float, shape: tuple[int, int]) -> Region:
    """(H, W) boolean: eyes and lips with a little around them.

    Args:
        points: (478, 2) landmarks in pixels of that shape.
        face_width: likewise.
        shape: height and width.
    """
    mask = np.zeros(shape, np.uint8)
    # What moves between two frames, and what no smoothing touches.
    for outline in (*EYES, LIPS):
        hull = cv2.convexHull(np.round(points[list(outline)]).astype(np.int32))
        cv2.fillConvexPoly(mask, hull, 1)
    size = 2 * max(1, round(AROUND * face_width)) + 1
    return cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))) > 0


def texture_ratio(original: Plane, export: Plane, skin: Region, radius: float) -> float:
    """The original's texture on skin in units of the export's: sd of the one's high pass by the other's.

    Args:
        original: (H, W) float32 lightness, laid over the export and in its grading.
        export: likewise of the export.
        skin: (H, W), where to measure.
        radius: of the high pass, in pixels.

    Returns:
        Above 1 where the export lost texture. At 1 or below, that file is no original: it has nothing to give.
    """
    ours, theirs = (_spread(high_band(plane, radius)[skin]) for plane in (original, export))
    return ours / max(theirs, NOTHING)


def texture_correlation(original: Plane, export: Plane, skin: Region, radius: float) -> float:
    """Correlation of both textures on skin, -1..1; near 1 the export has the original's texture already."""
    return _correlation(high_band(original, radius)[skin], high_band(export, radius)[skin])


def _reduced(plane: Plane, factor: float) -> Plane:
    size = max(1, round(plane.shape[1] * factor)), max(1, round(plane.shape[0] * factor))
    return cast("Plane", cv2.resize(plane, size, interpolation=cv2.INTER_AREA))


def _likeness(ours: Plane, theirs: Plane, reach: float) -> tuple[Plane, Plane]:
    """Correlation around each pixel, and the structure there: of the one that has more, so that what is gone counts."""
    power_ours, power_theirs = gaussian_blur(ours * ours, reach), gaussian_blur(theirs * theirs, reach)
    likeness = gaussian_blur(ours * theirs, reach) / np.sqrt(power_ours * power_theirs + NOTHING)
    return cast("Plane", likeness), cast("Plane", np.sqrt(np.maximum(power_ours, power_theirs)))


def _quantile(values: NDArray[np.float32], weights: NDArray[np.float32], share: float) -> float:
    """The value below which that share of the weight lies."""
    order = np.argsort(values)
    below = np.cumsum(weights[order], dtype=np.float64)
    return float(values[order][np.searchsorted(below, share * below[-1])])


def _correlation(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    product = np.vdot(first, second)
    return float(product / np.sqrt(np.vdot(first, first) * np.vdot(second, second) + NOTHING))


def _spread(values: NDArray[np.float32]) -> float:
    return float(values.std()) if values.size else 0.0
