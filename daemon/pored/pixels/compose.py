"""A layer over a picture, as Photoshop shows it: mode, then mask, opacity and Blend If."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.blend_if import BlendIf, gray
from pored.pixels.levels import EIGHT_BIT, to_nearest
from pored.pixels.linear_light import linear_light

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane


@dataclass(frozen=True, slots=True)
class LayerStyle:
    """How a texture layer shows.

    Attributes:
        opacity: 0..255, the byte that a PSD holds; 255 is 100 %.
        this_layer: Blend If on the layer's own grey.
        underlying: Blend If on the grey of the picture below.
    """

    opacity: int = 255
    this_layer: BlendIf = field(default_factory=BlendIf)
    underlying: BlendIf = field(default_factory=BlendIf)


def compose(
    below: NDArray[np.uint8], layer: NDArray[np.uint8], mask: NDArray[np.uint8], style: LayerStyle
) -> NDArray[np.uint8]:
    """A grey texture layer over a picture in Linear Light.

    Args:
        below: (H, W, 3) or (H, W) uint8.
        layer: (H, W) uint8 grey; 128 changes nothing.
        mask: (H, W) uint8; where it is 0 the result is ``below`` to the last bit.
        style: opacity and Blend If.

    Returns:
        uint8, the shape of ``below``: B + w (LinearLight(B, A) - B), to the nearest level, with
        w = mask * opacity * Blend If(this layer) * Blend If(underlying).
    """
    base = below.astype(np.float32)
    weight = mask.astype(np.float32) * np.float32(style.opacity / (255 * 255)) * blend_if_weight(base, layer, style)
    grey = layer.astype(np.float32)
    if base.ndim == 3:  # noqa: PLR2004 - the grey layer is the same in all three channels
        weight, grey = weight[..., None], grey[..., None]
    blended = linear_light(base, grey, EIGHT_BIT)
    return to_nearest(base + weight * (blended - base)).astype(np.uint8)


def blend_if_weight(below: Plane, layer: NDArray[np.uint8], style: LayerStyle) -> Plane | np.float32:
    """Both Blend If bars multiplied, (H, W) float32 in 0..1; the number 1 where both are open."""
    weight: Plane | np.float32 = np.float32(1)
    if not style.this_layer.is_open:
        weight = weight * style.this_layer.weight(layer.astype(np.float32))
    if not style.underlying.is_open:
        weight = weight * style.underlying.weight(gray(below))
    return weight
