"""How much fine texture skin has, and how alike two textures are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from pored.pixels.planes.robust_deviation import robust_deviation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane

FULL_SKIN = 128
"""Mask values from here on count as skin when texture is measured."""
STRONG_EDGE = 4.0
"""Detail beyond this many robust standard deviations is an edge (hair, glasses, a nostril), not texture."""
FEWEST_PIXELS = 64
MOST_ENERGY = 99.0


@dataclass(frozen=True, slots=True)
class TextureFigures:
    """A picture's texture beside the original's, on the same skin.

    Attributes:
        energy: standard deviation of its high band, in the original's: 1 is the same; 99 at most, which also
            stands for texture on an original that has none.
        correlation: of the two high bands, -1..1.
    """

    energy: float
    correlation: float


def measured_skin(mask: NDArray[np.uint8], original_band: Plane) -> NDArray[np.bool_]:
    """Where texture can be measured: skin, less strong edges and their surroundings.

    Args:
        mask: (H, W) uint8 skin mask.
        original_band: (H, W) float32 high band of the original's lightness.

    Returns:
        (H, W) bool; all False where the skin is too small to measure.
    """
    skin = mask >= FULL_SKIN
    if np.count_nonzero(skin) < FEWEST_PIXELS:
        return np.zeros_like(skin)
    magnitude = np.abs(original_band)
    strong = magnitude > max(1.0, STRONG_EDGE * robust_deviation(magnitude[skin]))
    around = cv2.dilate(strong.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    clean: NDArray[np.bool_] = skin & ~around
    return clean if np.count_nonzero(clean) >= FEWEST_PIXELS else skin


def compare_texture(band: Plane, original_band: Plane, where: NDArray[np.bool_]) -> TextureFigures:
    """The figures of one high band against the original's.

    Args:
        band: (H, W) float32 high band of the export or the result.
        original_band: the original's, same shape and radius.
        where: (H, W) bool, the skin to measure on.

    Returns:
        Energy 1 and correlation 1 where neither has any texture.
    """
    own, truth = _centred(band[where]), _centred(original_band[where])
    if own.size == 0:
        return TextureFigures(1.0, 1.0)
    own_sd, truth_sd = (math.sqrt(float(values @ values) / values.size) for values in (own, truth))
    if truth_sd == 0.0:
        return TextureFigures(1.0, 1.0) if own_sd == 0.0 else TextureFigures(MOST_ENERGY, 0.0)
    covariance = float(own @ truth) / own.size
    energy = min(MOST_ENERGY, own_sd / truth_sd)
    return TextureFigures(energy, covariance / (own_sd * truth_sd) if own_sd else 0.0)


def _centred(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Less their mean."""
    return values - values.mean(dtype=np.float64).astype(np.float32) if values.size else values
