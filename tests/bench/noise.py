"""Noise of a camera, as each frame has its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane

DEEP = 257
"""Levels of 16 bits for one of 8."""


def with_noise(pixels: NDArray[np.uint8], deviation: Plane | float, chance: np.random.Generator) -> NDArray[np.uint8]:
    """A copy with normal noise, each channel's own.

    Args:
        pixels: (H, W, 3).
        deviation: standard, in levels; a number, or one for each sample.
        chance: where it comes from.
    """
    noise = chance.normal(0, 1, pixels.shape).astype(np.float32) * deviation
    return np.clip(np.round(pixels + noise), 0, 255).astype(np.uint8)


def with_sensor_noise(
    pixels: NDArray[np.uint8], deviation: Plane | float, chance: np.random.Generator
) -> NDArray[np.uint8]:
    """A copy with the noise of a sensor that has a filter of one colour on each site, demosaiced.

    Args:
        pixels: (H, W, 3) of R, G and B.
        deviation: standard, of each site, in levels; a number, or one for each sample.
        chance: where it comes from.
    """
    clean = pixels.astype(np.float32)
    noisy = clean + chance.normal(0, 1, pixels.shape).astype(np.float32) * deviation
    noise = _demosaiced(noisy) - _demosaiced(clean)
    return np.clip(np.round(pixels + noise), 0, 255).astype(np.uint8)


def _demosaiced(pixels: Plane) -> Plane:
    """From one sample of each pixel: R and G in even rows, G and B in odd ones."""
    sites = pixels[..., 1].copy()
    sites[0::2, 0::2] = pixels[0::2, 0::2, 0]
    sites[1::2, 1::2] = pixels[1::2, 1::2, 2]
    deep = np.clip(np.round(sites * DEEP), 0, 255 * DEEP).astype(np.uint16)
    # OpenCV names a pattern by its second row and column; its "BGR" of that name then is R, G, B.
    return cast("Plane", cv2.demosaicing(deep, cv2.COLOR_BayerBG2RGB_EA).astype(np.float32) / DEEP)
