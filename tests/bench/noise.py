"""Noise of a camera, as each frame has its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane


def with_noise(pixels: NDArray[np.uint8], deviation: Plane | float, chance: np.random.Generator) -> NDArray[np.uint8]:
    """A copy with normal noise, each channel's own.

    Args:
        pixels: (H, W, 3).
        deviation: standard, in levels; a number, or one for each sample.
        chance: where it comes from.
    """
    noise = chance.normal(0, 1, pixels.shape).astype(np.float32) * deviation
    return np.clip(np.round(pixels + noise), 0, 255).astype(np.uint8)
