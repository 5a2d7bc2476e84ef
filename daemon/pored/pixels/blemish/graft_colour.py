"""Takes out of a blemish's lightness what goes with its colour: redness is no pore, whatever lies on it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from pored.pixels.planes.gaussian_blur import gaussian_blur
from pored.pixels.planes.reduced import enlarged, reduced
from pored.pixels.planes.robust_deviation import robust_deviation
from pored.pixels.planes.wide_blur import wide_blur

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane

PLACE = 1.3
"""How far around a pixel a blemish counts as one of one colour, in radii."""
WIDER = 2.0
"""Radii of the high pass in which colour and lightness are compared: a spot is wider than its rim."""
SOFTEN = 0.5
"""Pixels; colour's own noise is kept out."""
DOUBT = 4.0
"""Variance of colour's noise counts this often against a weak colour."""
NOTHING = 1e-3
LEAST_RADIUS = 2.5
"""Colour is looked at reduced while the radius is at least this many of the smaller pixels; it has no finer detail."""


def lightness_of_colour(
    difference: Plane, colours: Plane, weight: Plane, clean: NDArray[np.bool_], radius: float
) -> Plane:
    """How much of the difference in lightness goes with the difference in colour, on blemishes.

    Pores change all channels in one proportion, which clean skin shows. What is left of the channels without it is
    the blemish's own colour; around each place the lightness is regressed on that.

    Args:
        difference: (H, W) float32, lightness of original less export, levels.
        colours: (H, W, 3) float32, the same in R, G and B.
        weight: (H, W) float32, 1 on blemishes.
        clean: (H, W) bool, skin to learn the proportion of pores from.
        radius: of High Pass, pixels.

    Returns:
        (H, W) float32, to be taken off the difference; 0 off blemishes and where nothing can be learnt.
    """
    if not clean.any():
        return np.zeros_like(difference)
    factor = int(radius / LEAST_RADIUS)
    if factor > 1:
        height, width = difference.shape
        small, small_colours, small_weight = (reduced(plane, factor) for plane in (difference, colours, weight))
        small_clean = reduced(clean.astype(np.float32), factor) > 0.5  # noqa: PLR2004 - mostly clean
        taken = lightness_of_colour(small, small_colours, small_weight, small_clean, radius / factor)
        return enlarged(taken, factor, (0, height), width) * (weight > 0)
    certainty = 1 - weight
    seen = np.maximum(wide_blur(certainty, WIDER * radius), np.float32(NOTHING))
    planes = [difference, *(np.ascontiguousarray(colours[..., channel]) for channel in range(3))]
    light, *channels = [cast("Plane", plane - wide_blur(plane * certainty, WIDER * radius) / seen) for plane in planes]
    own = _without_pores(channels, light, clean)
    colour = gaussian_blur(_along_its_direction(own, weight, PLACE * radius), SOFTEN)
    noise = robust_deviation(np.abs(colour[clean]))
    shared = wide_blur(colour * light * weight, PLACE * radius)
    strength = wide_blur((colour * colour + np.float32(DOUBT * noise**2)) * weight, PLACE * radius)
    return cast("Plane", weight * colour * shared / (strength + np.float32(NOTHING)))


def _without_pores(channels: list[Plane], light: Plane, clean: NDArray[np.bool_]) -> list[Plane]:
    """The channels' differences less what they have in proportion to lightness on clean skin."""
    pores = light[clean]
    power = max(NOTHING, float(pores @ pores))
    return [channel - np.float32(float(channel[clean] @ pores) / power) * light for channel in channels]


def _along_its_direction(own: list[Plane], weight: Plane, reach: float) -> Plane:
    """The three channels as one number: along the colour that each place has on the whole."""
    direction = [wide_blur(plane * weight, reach) for plane in own]
    length, product = np.full_like(own[0], NOTHING**2), np.zeros_like(own[0])
    for plane, towards in zip(own, direction, strict=True):
        length += towards * towards
        product += plane * towards
    return cast("Plane", product / np.sqrt(length))
