"""Filter > Noise > Add Noise (uniform, monochromatic) on 50 % grey, then Gaussian Blur."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from pored.pixels.planes.gaussian_blur import gaussian_blur
from pored.pixels.planes.levels import EIGHT_BIT, Levels, to_nearest

if TYPE_CHECKING:
    from numpy.random import Generator

    from pored.model import Plane, Samples


def uniform_noise(shape: tuple[int, int], random: Generator) -> Plane:
    """One value of -1..1 per pixel, all equally likely; (H, W) float32."""
    return random.random(shape, np.float32) * np.float32(2) - np.float32(1)


def noise_on_grey(noise: Plane, percent: float, blur: float, levels: Levels = EIGHT_BIT) -> Samples:
    """A layer of 50 % grey after Add Noise and Gaussian Blur.

    Args:
        noise: (H, W) float32 in -1..1, the same for all channels: Monochromatic.
        percent: Add Noise's amount; uniform noise of N % reaches N % of the scale to both sides.
        blur: Gaussian Blur's radius in pixels; 0 for none.
        levels: the document's scale.

    Returns:
        (H, W) grey around the middle of the scale, 50 % to the letter: as a level 8 bit has 128 there, with which
        Overlay would brighten the skin by up to half a level. Whole levels after each filter, as in a document.

    Source:
        The amount's meaning is inferred from Photoshop's results: standard deviation 255 N / (100 sqrt 3), of which
        a blur of 1 px leaves 0.28.
    """
    grey = to_nearest(levels.white / 2 + np.float32(percent * levels.white / 100) * noise, levels)
    blurred = gaussian_blur(grey, blur) if blur > 0 else grey
    return cast("Samples", to_nearest(blurred, levels).astype(levels.dtype))
