"""A face's own colours: what its skin would look like in this light at each place, and what surrounds it.

Colours are (H, W, 3): logarithm of the light, so that a shadow shifts it evenly, and CIE a*, b*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane

LIGHT_GAIN, LIGHT_FLOOR = 25.0, 8.0
"""25 ln(L* + 8): a step of one is about one L* in the middle tones; black's noise is not blown up."""
FLOOR_VARIANCE = (4.0, 1.0, 1.0)
"""Skin is never believed to be more even than this."""
FAR_SHARE = 0.02
"""Weight of the whole region's mean, which takes over where no skin is near."""
BINS = (16, 32, 32)


@dataclass(frozen=True, slots=True, eq=False)
class ColourModel:
    """Colours of a region.

    Attributes:
        expected: (H, W, 3) float32, the region's colour as the light near each pixel shows it.
        inverse: (3, 3) inverse covariance of the region around it.
    """

    expected: NDArray[np.float32]
    inverse: NDArray[np.float32]

    def offset(self, colours: NDArray[np.float32]) -> NDArray[np.float32]:
        """(H, W, 3) float32: colours less what was expected."""
        return colours - self.expected


def skin_colours(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(H, W, 3) float32 from (H, W, 3) uint8: log light, a*, b*."""
    lab = cast("NDArray[np.float32]", cv2.cvtColor(rgb.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2Lab))
    lab[..., 0] = np.float32(LIGHT_GAIN) * np.log(lab[..., 0] + np.float32(LIGHT_FLOOR))
    return lab


def colour_model(colours: NDArray[np.float32], weight: Plane, spread: float) -> ColourModel:
    """The colours of a weighted region, allowing for light that falls off across it.

    Args:
        colours: (H, W, 3).
        weight: (H, W) 0..1, how surely a pixel belongs to the region.
        spread: standard deviation in pixels of the window in which light counts as even.
    """
    expected = expected_colours(colours, weight, spread)
    total = float(weight.sum()) + 1e-6
    offset = (colours - expected).reshape(-1, 3)
    covariance = (offset * weight.reshape(-1, 1)).T @ offset / total + np.diag(FLOOR_VARIANCE)
    return ColourModel(expected, np.linalg.inv(covariance).astype(np.float32))


def expected_colours(colours: NDArray[np.float32], weight: Plane, spread: float) -> NDArray[np.float32]:
    """The weighted mean around each pixel, (H, W, 3) float32; the whole region's mean far from it."""
    planes = np.dstack([colours * weight[..., None], weight])
    sums = planes.sum(axis=(0, 1))
    mean = sums[:3] / (sums[3] + np.float32(1e-6))
    near = _wide_blur(planes, spread)
    expected: NDArray[np.float32] = near[..., :3] + np.float32(FAR_SHARE) * mean
    return expected / (near[..., 3:] + np.float32(FAR_SHARE))


def distances(offset: NDArray[np.float32], inverse: NDArray[np.float32]) -> Plane:
    """Mahalanobis distance of each offset, (H, W) float32."""
    square = ((offset.reshape(-1, 3) @ inverse) * offset.reshape(-1, 3)).sum(axis=1)
    return cast("Plane", np.sqrt(np.maximum(square, 0)).reshape(offset.shape[:2]).astype(np.float32))


def colour_bins(colours: NDArray[np.float32]) -> NDArray[np.int64]:
    """Which cell of the colour histogram each pixel falls in, flat."""
    light = np.exp(colours[..., 0] / np.float32(LIGHT_GAIN)) - np.float32(LIGHT_FLOOR)
    scaled = (light * 0.16, (colours[..., 1] + 64) * 0.25, (colours[..., 2] + 64) * 0.25)
    cells = [np.clip(plane, 0, count - 1).astype(np.int64) for plane, count in zip(scaled, BINS, strict=True)]
    flat: NDArray[np.int64] = (cells[0] * BINS[1] + cells[1]) * BINS[2] + cells[2]
    return flat.ravel()


def likelihood_ratio(bins: NDArray[np.int64], skin: Plane, rest: Plane) -> Plane:
    """Logarithm of how much likelier each pixel's colour is in one region than in the other, (H, W) float32."""
    ratio = np.log(_histogram(bins, skin) / _histogram(bins, rest))
    return cast("Plane", ratio[bins].reshape(skin.shape).astype(np.float32))


def _histogram(bins: NDArray[np.int64], weight: Plane) -> NDArray[np.float64]:
    counts: NDArray[np.float64] = np.bincount(bins, weight.ravel(), int(np.prod(BINS))).astype(np.float64)
    counts = counts.reshape(BINS)
    for axis in range(3):
        counts = _binomial(counts, axis)
    smoothed = counts.ravel()
    return cast("NDArray[np.float64]", smoothed / (smoothed.sum() + 1e-6) + 1e-5)


def _binomial(counts: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    ahead = np.moveaxis(np.pad(counts, [(1, 1) if i == axis else (0, 0) for i in range(3)]), axis, 0)
    mixed = 0.5 * ahead[1:-1] + 0.25 * (ahead[2:] + ahead[:-2])
    return np.moveaxis(mixed, 0, axis)


def _wide_blur(planes: NDArray[np.float32], spread: float) -> NDArray[np.float32]:
    """A Gaussian of a wide spread, at a fraction of the size: nothing fine is left in it anyway."""
    height, width = planes.shape[:2]
    step = max(1, int(spread / 3))
    small = cv2.resize(planes, (max(1, width // step), max(1, height // step)), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), spread / step, borderType=cv2.BORDER_CONSTANT)
    return cast("NDArray[np.float32]", cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR))
