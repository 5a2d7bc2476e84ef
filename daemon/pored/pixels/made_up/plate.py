"""Plates of skin texture: from a picture of real skin, or from a studio."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from pored.pixels.blemish.graft import clean_skin
from pored.pixels.made_up.skin_energy import texture_radius
from pored.pixels.photoshop.desaturate import lightness
from pored.pixels.photoshop.high_pass import high_band
from pored.pixels.planes.median import median
from pored.pixels.planes.reduced import enlarged, reduced
from pored.pixels.planes.robust_deviation import robust_deviation
from pored.pixels.planes.wide_blur import wide_blur
from pored.pixels.skin.adaptive_mask import adaptive_mask, mask_box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Face, Plane, Samples

SEPARATION = 0.008
"""Radius of the frequency separation of a plate, in face widths."""
OWN_SEPARATION, LEAST_SEPARATION = 0.004, 2.0
"""Of a face in a picture, in face widths and pixels: coarser detail there is freckles, hairs and folds."""
OUTLIER = 3.0
"""Detail beyond this many robust standard deviations is flattened to it."""
INNER = 0.03
"""This far from the skin's edge, in face widths, there are no hairs and no lashes."""
SURROUNDINGS = 0.02
"""How far around a pixel the texture must be even, in face widths."""
LEAST_SURROUNDINGS = 8.0
"""Pixels; of larger surroundings the power is looked at reduced, down to so many."""
EVEN = (0.3, 1.4)
"""Its power there, in the middle one: less is out of focus or blown out, more is hair, freckles or lines."""
FEWEST = 4096
"""Pixels of clean skin below which a picture gives no plate."""


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """A piece of skin's high layer.

    Attributes:
        high: (H, W) float32, signed.
        clean: (H, W) bool, what of it may be used.
        face_width: of the face that it fits without being resized, pixels.
        energy: standard deviation that its band has on skin, levels, where that is this person's; None: usual skin's.
    """

    high: Plane
    clean: NDArray[np.bool_]
    face_width: float
    energy: float | None = None


def skin_plate(pixels: Samples, face: Face) -> Plate | None:
    """The skin of a face in an original.

    Args:
        pixels: (H, W, 3) or (H, W), 8 or 16 bit.
        face: found in it.

    Returns:
        None where the face has too little clean skin.
    """
    height, width = pixels.shape[:2]
    box = mask_box(face, width, height)
    light = lightness(pixels[box.slices])
    inner = np.ones((2 * round(INNER * face.width) + 1,) * 2, np.uint8)
    skin = cv2.erode(adaptive_mask(pixels, face, box), inner).astype(np.float32) / np.float32(255)
    high = light - wide_blur(light, max(LEAST_SEPARATION, OWN_SEPARATION * face.width))
    clean = clean_skin(high, np.zeros_like(high), skin)
    clean &= _even(high, clean, SURROUNDINGS * face.width)
    if np.count_nonzero(clean) < FEWEST:
        return None
    band = light - wide_blur(light, texture_radius(face.width))
    return Plate(_without_outliers(high, clean), clean, face.width, float(band[clean].std()))


def plate_of_skin(light: Plane, face_width: float) -> Plate:
    """A picture that shows skin alone: what is not even on it (moles, hairs, what somebody wrote) is not used.

    Args:
        light: (H, W) float32, its lightness in levels.
        face_width: that the whole face would have on it, pixels.
    """
    whole = plate_from(light - light.mean(), face_width)
    skin = np.ones_like(whole.high)
    clean = clean_skin(whole.high, np.zeros_like(whole.high), skin)
    clean &= _even(whole.high, clean, SURROUNDINGS * face_width)
    return replace(whole, high=_without_outliers(whole.high, clean), clean=clean) if clean.sum() >= FEWEST else whole


def _without_outliers(high: Plane, clean: NDArray[np.bool_]) -> Plane:
    limit = np.float32(OUTLIER * robust_deviation(np.abs(high[clean])))
    return np.clip(high, -limit, limit)


def _even(high: Plane, clean: NDArray[np.bool_], surroundings: float) -> NDArray[np.bool_]:
    """Where the texture around, strong detail and all, is about as strong as on most of the skin."""
    factor, (height, width) = max(1, int(surroundings / LEAST_SURROUNDINGS)), high.shape
    power = wide_blur(reduced(high * high, factor), max(1.0, surroundings / factor))
    power = enlarged(power, factor, (0, height), width)
    middle = median(power[clean]) if clean.any() else 0.0
    low, above = EVEN
    return np.asarray((power >= low * middle) & (power <= above * middle))


def plate_from(high: Plane, face_width: float) -> Plate:
    """A plate that a studio has: texture around 0 all over, in any unit.

    Args:
        high: (H, W) float32, grey of the plate less its neutral grey.
        face_width: of the face that it fits, pixels.
    """
    return Plate(high_band(high, SEPARATION * face_width), np.ones(high.shape, bool), face_width)
