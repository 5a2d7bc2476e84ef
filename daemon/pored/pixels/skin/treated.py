"""Where an export was smoothed at all: a mask also covers hair, glasses and skin that the smoothing left alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.planes.wide_blur import wide_blur

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane

WORKING_WIDTH = 500.0
"""A larger face is looked at at this width; what was smoothed shows there too."""
DETAIL = 3.0
"""Radius of the detail that is compared, pixels at working width."""
AROUND = 0.012
"""How far around a pixel its detail counts, in face widths."""
LOST = 0.1
"""Share of the original's detail, as power, that must be gone."""
SMOOTHED = 0.3
"""Share of it, as covariance, that the difference must be made of: the rest is what the export has more of, such as
grain, marks of compression or sharpened edges ..."""
WIDER = 3.0
"""... in so many times that reach, as what is alike by chance is less in more pixels."""
OWN_TEXTURE = 0.58
"""Share of the original's detail that is still in smoothed skin at most: in nine portraits .34 to .48 of it, in copies
of a third of their size .49 to .63; JPEGs of quality 85 alone leave .60 and more."""
ROUNDING = 0.08
"""Power of the detail that rounding to 8 bit makes, squared levels; less is no detail."""


def treated_skin(difference: Plane, tone: Plane, skin: Plane, face_width: float) -> Plane:
    """The part of the skin that tells what smoothing took; all statistics of a pair are made on it.

    Args:
        difference: (H, W) float32, lightness of original less export, levels.
        tone: (H, W) float32, the export's lightness.
        skin: (H, W) float32 0..1.
        face_width: in pixels.

    Returns:
        (H, W) float32: ``skin`` where detail was lost, 0 elsewhere; ``skin`` itself where hardly any was lost.
    """
    return treated_by(detail_powers(difference, tone, face_width), skin)


def treated_by(powers: DetailPowers, skin: Plane) -> Plane:
    """``treated_skin`` where the powers are known."""
    smoothed = skin * was_smoothed(powers)
    if powers.kept(smoothed) < OWN_TEXTURE:
        return smoothed
    found = skin * was_changed(powers)
    return found if found.any() else skin


@dataclass(frozen=True, slots=True, eq=False)
class DetailPowers:
    """Around each pixel, (H, W) float32, squared levels.

    Attributes:
        lost: power of the detail of original less export.
        whole: power of the original's detail.
        shared: covariance of the two, in a wider reach.
        wider: power of the original's detail, in that reach.
    """

    lost: Plane
    whole: Plane
    shared: Plane
    wider: Plane

    def kept(self, where: Plane) -> float:
        """Share of the original's detail that the export still has in a region, as covariance; 1 where there is none.

        Args:
            where: (H, W) float32, weights.
        """
        whole = float(np.vdot(where, self.wider))
        return 1 - float(np.vdot(where, self.shared)) / whole if whole > 0 else 1.0

    def within(self, part: tuple[slice, slice]) -> DetailPowers:
        """Those of some rows and columns."""
        return DetailPowers(self.lost[part], self.whole[part], self.shared[part], self.wider[part])


def was_changed(powers: DetailPowers) -> NDArray[np.bool_]:
    """Where so much of the original's detail became something else."""
    return cast("NDArray[np.bool_]", powers.lost > np.maximum(LOST * powers.whole, ROUNDING))


def was_smoothed(powers: DetailPowers) -> NDArray[np.bool_]:
    """Where so much of the original's detail is gone that it was smoothed away."""
    return was_changed(powers) & (powers.shared > SMOOTHED * powers.wider)


def detail_powers(difference: Plane, tone: Plane, face_width: float) -> DetailPowers:
    """The detail that was lost, and the original's.

    Args:
        difference: (H, W) float32, lightness of original less export, levels.
        tone: (H, W) float32, the export's lightness.
        face_width: in pixels.
    """
    height, width = difference.shape
    size = working_size(difference, face_width)
    lost, whole = (detail_of(resized(plane, size)) for plane in (difference, tone + difference))
    reach = around(face_width)
    pairs = ((lost, lost, 1.0), (whole, whole, 1.0), (lost, whole, WIDER), (whole, whole, WIDER))
    means = (wide_blur(one * other, reach * wider) for one, other, wider in pairs)
    return DetailPowers(*(resized(mean, (width, height)) for mean in means))


def working_size(plane: Plane, face_width: float) -> tuple[int, int]:
    """Width and height at which a large face's plane is looked at."""
    factor = _factor(face_width)
    return max(1, plane.shape[1] // factor), max(1, plane.shape[0] // factor)


def around(face_width: float) -> float:
    """How far around a pixel its detail counts, in pixels at working width."""
    return max(1.0, AROUND * face_width / _factor(face_width))


def detail_of(plane: Plane) -> Plane:
    """The detail of a plane at working width."""
    return plane - wide_blur(plane, DETAIL)


def resized(plane: Plane, size: tuple[int, int]) -> Plane:
    """To a width and height; not a copy where it has them."""
    if plane.shape == size[::-1]:
        return plane
    shrinks = size[0] < plane.shape[1]
    return cast("Plane", cv2.resize(plane, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR))


def _factor(face_width: float) -> int:
    return max(1, int(face_width / WORKING_WIDTH))
