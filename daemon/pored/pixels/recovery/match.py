"""The settings "auto" and "match": radius and opacity that the pair itself asks for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from pored.pixels.planes.robust_deviation import robust_deviation
from pored.pixels.planes.wide_blur import wide_blur

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane

WIDEST = 0.004
"""Radius of the detail that counts as texture at all, in face widths: twice the retoucher's."""
WIDEST_LEAST = 4.0
"""Pixels of the original: a smoother's own kernel reaches this far on the smallest face."""
NARROWEST = 0.002
"""Least radius in face widths: the retoucher's 3 px on a face 1,500 px wide."""
NARROWEST_LEAST = 1.0
HELD = 0.95
"""Share of the lost texture's power that the radius must hold."""
LADDER = 5
"""Radii that are tried, evenly in their logarithm; between them the power is interpolated."""
OUTLIER = 4.0
SKIN = 0.9
CLEAN = 0.02
"""Blemish weight from which a pixel is left out."""
FEWEST = 256
"""Pixels below which nothing can be measured."""
NOTHING = 1e-6
MOST = 2.0
"""High Pass in Linear Light adds its band twice at 100 %, and not more."""


def plain_skin(difference_band: Plane, skin: Plane, weight: Plane | None = None) -> NDArray[np.bool_]:
    """Where a pair's texture is measured: full skin, off blemishes, without strong detail.

    Args:
        difference_band: (H, W) float32, high band of original less export.
        skin: (H, W) float32 0..1, best from ``treated_skin``.
        weight: (H, W) float32, 1 on blemishes.

    Returns:
        (H, W) bool; all False where too little is left.
    """
    where = skin > SKIN if weight is None else (skin > SKIN) & (weight < CLEAN)
    if np.count_nonzero(where) < FEWEST:
        return np.zeros_like(where)
    magnitude = np.abs(difference_band)
    limit = max(NOTHING, OUTLIER * robust_deviation(magnitude[where]))
    around = cv2.dilate((magnitude > limit).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    plain: NDArray[np.bool_] = where & ~around
    return plain if np.count_nonzero(plain) >= FEWEST else np.zeros_like(plain)


def widest_radius(face_width: float, scale: float = 1.0) -> float:
    """The largest radius that ``auto_radius`` gives, for a blur's margin."""
    return max(WIDEST_LEAST * max(1.0, scale), WIDEST * face_width)


def least_radius(face_width: float) -> float:
    """The smallest radius that ``auto_radius`` gives."""
    return max(NARROWEST_LEAST, NARROWEST * face_width)


def auto_radius(
    difference: Plane, skin: Plane, face_width: float, scale: float = 1.0, fine: tuple[int, float] = (1, 0.0)
) -> float:
    """The smallest High Pass radius that holds nearly all the fine detail that the smoothing took.

    Smoothing takes what its own kernel covers, whatever the face's size: too small a radius brings back the finest
    part only, and matched opacity makes that too strong; a larger one than needed brings back unevenness.

    Args:
        difference: (H, W) float32, lightness of original less export, noise kept out, levels.
        skin: (H, W) float32 0..1, best from ``treated_skin``.
        face_width: in pixels of the full size.
        scale: pixels of the export for one of the original; texture is as much larger.
        fine: by how much the planes are reduced, and the lost power that they do not show, squared levels.

    Returns:
        Pixels of the full size, between 0.002 face widths (at least 1 px) and 0.004 (at least 4 px of the original).
    """
    factor, unseen = fine
    least, most = least_radius(face_width), widest_radius(face_width, scale)
    widest_band = difference - wide_blur(difference, most / factor)
    where = plain_skin(widest_band, skin)
    if not where.any():
        return least
    radii = np.geomspace(least, most, LADDER)
    powers = [float((difference - wide_blur(difference, radius / factor))[where].var()) for radius in radii[:-1]]
    held = np.maximum.accumulate([*powers, float(widest_band[where].var())]) + unseen
    if held[-1] <= 0.0:
        return least
    return float(np.exp(np.interp(HELD * held[-1], held, np.log(radii))))


def matching_strength(export_band: Plane, detail_band: Plane, wanted_power: float, where: NDArray[np.bool_]) -> float:
    """How often the detail must be added for the skin to reach a texture energy.

    Solves var(E + k D) = wanted for k. Opacity in Linear Light is k / 2.

    Args:
        export_band: (H, W) float32, high band of the export; or (N,), some of its values.
        detail_band: likewise, high band of the detail that is added (under its mask).
        wanted_power: variance of the original's texture without its noise, see ``texture_power``.
        where: likewise, bool.

    Returns:
        0..2; 0 where the export has that energy already and the detail would only add to it, or there is no detail.
    """
    if not where.any():
        return 0.0
    own, detail = export_band[where].astype(np.float64), detail_band[where].astype(np.float64)
    lacking, power = wanted_power - float(own.var()), float(detail.var())
    if power == 0.0:
        return 0.0
    shared = float(((own - own.mean()) * (detail - detail.mean())).mean())
    # Detail takes the export's own band (its grain, or its compression) off it as well where that is the stronger one.
    square = shared * shared + power * lacking
    if lacking <= 0.0 and (shared >= 0.0 or square < 0.0):
        return 0.0
    return min(MOST, (math.sqrt(square) - shared) / power)


def texture_power(export_band: Plane, difference_band: Plane, where: NDArray[np.bool_], kept: float = 1.0) -> float:
    """The variance that the skin's texture should have: the original's, without its noise.

    Args:
        export_band: (H, W) float32, high band of the export.
        difference_band: (H, W) float32, high band of original less export, noise kept out; together with the
            export's it is the original's.
        where: (H, W) bool.
        kept: share of the texture's power that was left when noise was kept out; the rest is made good.

    Returns:
        Squared levels.
    """
    if not where.any():
        return 0.0
    difference = difference_band[where].astype(np.float64)
    whole = float((export_band[where].astype(np.float64) + difference).var())
    return whole + float(difference.var()) * (1 / kept - 1)
