"""Which part of a layer's mask a second layer of the same pixels, on top of it, may take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.photoshop.compose import compose

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Samples
    from pored.pixels.photoshop.compose import LayerStyle

ROUNDED_TWICE = 1
"""Levels of the picture's own depth that two layers may be off, since each is rounded by itself: in 8 bit 7 to 20 % of
the pixels on soft edges of spots are off by one (five pairs). What was off by more, by up to 20, was clamped."""


def parted_mask(
    below: Samples, layer: Samples, mask: NDArray[np.uint8], upper: NDArray[np.uint8], style: LayerStyle
) -> NDArray[np.uint8]:
    """The upper layer's mask, so that two layers show what one shows; the lower one has ``mask`` less it.

    Two weights that add up do what their sum does as long as nothing but they weighs. Where the mode clamps at white or
    black, or the picture below decides by Blend If how much is shown, the lower layer changes what the upper one does;
    a pixel where that shows goes to one of them whole.

    Args:
        below: (H, W, 3) or (H, W), 8 or 16 bit.
        layer: (H, W) grey of the same depth, the pixels of both.
        mask: (H, W) uint8, of the one layer.
        upper: (H, W) uint8, what of it the upper one is to take; nowhere more.
        style: of all three.

    Returns:
        ``upper`` but for such pixels; a new array.
    """
    parted = upper.copy()
    places = np.flatnonzero((upper > 0) & (upper < mask))
    if not places.size:
        return parted
    at = np.unravel_index(places, mask.shape)
    under, grey, whole, part = below[at][:, None], layer[at][:, None], mask[at][:, None], upper[at][:, None]
    one = compose(under, grey, whole, style)
    two = compose(compose(under, grey, whole - part, style), grey, part, style)
    off = np.abs(two.astype(np.int32) - one).reshape(len(places), -1).max(axis=1) > ROUNDED_TWICE
    most, least = whole[:, 0], np.uint8(0)
    mostly_upper = part[:, 0] > most // 2
    parted[at] = np.where(off, np.where(mostly_upper, most, least), part[:, 0])
    return parted
