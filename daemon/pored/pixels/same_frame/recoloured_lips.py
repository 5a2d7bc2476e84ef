"""Lips that a retoucher gave another colour: their edge is another then, and what lies within is as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.align.spots import disc, weighted_quantile
from pored.pixels.align.structure import COARSEST, FINEST, FLAT
from pored.pixels.photoshop.desaturate import desaturate
from pored.pixels.planes.gaussian_blur import gaussian_blur

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane

    Region = NDArray[np.bool_]
    Values = NDArray[np.float32]

OFF_EDGE = 0.02
"""Face widths from the lips' outline that are left out within, and without."""
SKIN = 0.08
"""Face widths around the lips that are their surroundings."""
FEWEST = 150
"""Pixels within the lips below which nothing can be said of them."""
RECOLOURED = 0.15
"""Natural logarithm of the change of the lips' light over that of the skin around, in the channel that has most ..."""
ALIKE = 0.88
"""... and likeness of all but the weakest twentieth within them. Of 16 people's lips in five new colours 79 of 80 have
both, five of them in no more than traces (0.1 to 0.15); of 277 pairs of frames none has, whose mouths moved or not."""
WEAKEST = 0.05
CONTRAST_REACH = 6.0
"""Pixels: detail is compared as in ``structure``, but in the contrast so far around it, and of the lips alone."""
SHADE = 4.0
"""Levels that are added to all light, so that a shadow's few do not make a ratio."""
NOTHING = 1e-6


def within_recoloured_lips(
    laid: Plane, own: Plane, outline: NDArray[np.float32], spot: float, width: float
) -> tuple[Values, Values, Values, Values] | None:
    """Compares what lies within the lips, by itself, where their colour is a new one and they are the same lips.

    Args:
        laid: (H, W, 3) or (H, W) float32, the original's lips and what is around, laid over the export's.
        own: likewise, the export's.
        outline: (N, 2), of the lips in these pixels, in order.
        spot: what is compared at once, in face widths.
        width: of the face, in these pixels.

    Returns:
        As of a part in ``agreement``: of each pixel within the structure of original and export, likeness around, and
        how much structure is there. None where the lips were not recoloured, or what is within them differs.
    """
    lips = np.zeros(laid.shape[:2], np.uint8)
    cv2.fillPoly(lips, [np.round(outline).astype(np.int32)], 1)
    within = cv2.erode(lips, disc(OFF_EDGE * width)) > 0
    around = (cv2.dilate(lips, disc(SKIN * width)) > 0) & (cv2.dilate(lips, disc(OFF_EDGE * width)) == 0)
    if np.count_nonzero(within) < FEWEST or not around.any():
        return None
    if laid.ndim != own.ndim:
        laid, own = desaturate(laid), desaturate(own)
    if np.abs(_change(laid, own, within) - _change(laid, own, around)).max() < RECOLOURED:
        return None
    blur = _Blur(within)
    ours, theirs = (_structure(desaturate(picture), blur) for picture in (laid, own))
    powers = [blur.of(plane * plane, spot * width) for plane in (ours, theirs)]
    likeness = blur.of(ours * theirs, spot * width) / np.sqrt(powers[0] * powers[1] + NOTHING)
    weight = np.sqrt(np.maximum(*powers))
    if weighted_quantile(likeness[within], weight[within], WEAKEST) < ALIKE:
        return None
    return ours[within], theirs[within], likeness[within], weight[within]


class _Blur:
    """Gaussian blurs of what lies in a region, of which nothing from outside is a part."""

    def __init__(self, region: Region) -> None:
        self.region = region.astype(np.float32)

    def of(self, plane: Plane, radius: float) -> Plane:
        """Blurred by so many pixels; only within the region does it mean anything."""
        share = gaussian_blur(self.region, radius)
        return cast("Plane", gaussian_blur(plane * self.region, radius) / np.maximum(share, np.float32(1e-3)))


def _structure(plane: Plane, blur: _Blur) -> Plane:
    detail = (blur.of(plane, FINEST) - blur.of(plane, COARSEST)) * blur.region
    power = blur.of(detail * detail, CONTRAST_REACH)
    usual = np.vdot(detail, detail) / blur.region.sum()
    return cast("Plane", detail / np.sqrt(power + np.float32(FLAT**2 * usual + NOTHING)))


def _change(before: Plane, after: Plane, region: Region) -> NDArray[np.float32]:
    """Of a region's mean light, by channel: logarithm of the ratio."""
    means = [np.atleast_1d(plane[region].mean(axis=0)) + np.float32(SHADE) for plane in (after, before)]
    return cast("NDArray[np.float32]", np.log(means[0] / means[1]))
