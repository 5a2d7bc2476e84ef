"""Filter > Noise > Add Noise (uniform, monochromatic) on 50 % grey, then Gaussian Blur."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.gaussian_blur import gaussian_blur
from pored.pixels.levels import EIGHT_BIT, to_nearest

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from pored.model import Plane


MIDDLE = EIGHT_BIT.white / 2
"""50 % to the letter. As a level it is 128, with which Overlay would brighten the skin by up to half a level."""


def uniform_noise(shape: tuple[int, int], random: Generator) -> Plane:
    """One value of -1..1 per pixel, all equally likely; (H, W) float32."""
    return random.random(shape, np.float32) * np.float32(2) - np.float32(1)


def noise_on_grey(noise: Plane, percent: float, blur: float) -> NDArray[np.uint8]:
    """A layer of 50 % grey after Add Noise and Gaussian Blur.

    Args:
        noise: (H, W) float32 in -1..1, the same for all channels: Monochromatic.
        percent: Add Noise's amount; uniform noise of N % reaches N % of 255 levels to both sides.
        blur: Gaussian Blur's radius in pixels; 0 for none.

    Returns:
        (H, W) uint8 around the middle of the scale. Whole levels after each filter, as in an 8-bit document.

    Source:
        The amount's meaning is inferred from Photoshop's results: standard deviation 255 N / (100 sqrt 3), of which
        a blur of 1 px leaves 0.28.
    """
    grey = to_nearest(MIDDLE + np.float32(percent * EIGHT_BIT.white / 100) * noise)
    return to_nearest(gaussian_blur(grey, blur) if blur > 0 else grey).astype(np.uint8)
