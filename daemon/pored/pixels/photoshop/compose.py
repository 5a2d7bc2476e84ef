"""A layer over a picture, as Photoshop shows it: mode, then mask, opacity and Blend If."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.photoshop.blend_if import BlendIf, gray
from pored.pixels.photoshop.blend_modes import BLEND, BlendMode
from pored.pixels.planes.levels import EIGHT_BIT, levels_of, to_nearest
from pored.pixels.planes.reduced import strips

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pored.model import Plane, Samples


@dataclass(frozen=True, slots=True)
class LayerStyle:
    """How a texture layer shows.

    Attributes:
        opacity: 0..255, the byte that a PSD holds; 255 is 100 %.
        this_layer: Blend If on the layer's own grey.
        underlying: Blend If on the grey of the picture below.
        mode: the blend mode.
    """

    opacity: int = 255
    this_layer: BlendIf = field(default_factory=BlendIf)
    underlying: BlendIf = field(default_factory=BlendIf)
    mode: BlendMode = "linear light"

    @property
    def is_open(self) -> bool:
        """Whether neither bar of Blend If keeps anything out."""
        return self.this_layer.is_open and self.underlying.is_open


def compose(below: Samples, layer: Samples, mask: NDArray[np.uint8], style: LayerStyle) -> Samples:
    """A grey texture layer over a picture.

    Args:
        below: (H, W, 3) or (H, W), 8 or 16 bit.
        layer: (H, W) grey of the same depth; neutral grey (128 or 32768) changes nothing.
        mask: (H, W) uint8; where it is 0 the result is ``below`` to the last bit.
        style: mode, opacity and Blend If.

    Returns:
        Of the shape and depth of ``below``: B + w (mode(B, A) - B), to the nearest level, with
        w = mask * opacity * Blend If(this layer) * Blend If(underlying).
    """
    result: Samples = below.copy()
    compose_into(result, below, layer, mask, style)
    return result


def compose_into(result: Samples, below: Samples, layer: Samples, mask: NDArray[np.uint8], style: LayerStyle) -> None:
    """``compose`` into an array that holds ``below`` already; only what the mask shows is written."""
    for start, end in strips(below.shape[0], below.shape[1]):
        x, y, width, height = cv2.boundingRect(mask[start:end])
        part = slice(start + y, start + y + height), slice(x, x + width)
        if width:
            result[part] = _composed(below[part], layer[part], mask[part], style)


def _composed(below: Samples, layer: Samples, mask: NDArray[np.uint8], style: LayerStyle) -> Samples | Plane:
    """Some rows, in whole levels."""
    if levels_of(below) == EIGHT_BIT and style.mode == "linear light" and style.is_open:
        return _added(below, layer, mask, style)
    return _weighed(below, layer, mask, style)


def _added(below: Samples, layer: Samples, mask: NDArray[np.uint8], style: LayerStyle) -> Samples:
    """Linear Light where nothing but mask and opacity weighs: all channels get the same number, in whole levels."""
    lifted = np.maximum(layer, EIGHT_BIT.neutral) - np.uint8(EIGHT_BIT.neutral)
    lowered = np.uint8(EIGHT_BIT.neutral) - np.minimum(layer, EIGHT_BIT.neutral)
    more, less = (cv2.multiply(mask, half, scale=2 * style.opacity / (255 * 255)) for half in (lifted, lowered))
    planes = cast("Sequence[NDArray[np.uint8]]", cv2.split(below))
    result = cv2.merge([cv2.subtract(cv2.add(plane, more), less) for plane in planes])
    highest, lowest = (functools.reduce(choose, planes) for choose in (np.maximum, np.minimum))
    beyond = (lifted > ~highest >> 1) | (lowered > lowest >> 1)  # twice as much is more than there is room for
    if beyond.any():  # the mode clamps before mask and opacity weigh
        at = np.unravel_index(np.flatnonzero(beyond), beyond.shape)
        result[at] = _weighed(below[at][:, None], layer[at][:, None], mask[at][:, None], style)[:, 0]
    return cast("Samples", result)


def _weighed(below: Samples, layer: Samples, mask: NDArray[np.uint8], style: LayerStyle) -> Plane:
    """Likewise, whatever weighs."""
    levels = levels_of(below)
    base, grey = below.astype(np.float32), layer.astype(np.float32)
    weight = mask.astype(np.float32) * np.float32(style.opacity / (255 * 255)) * _shown(base, grey, style, levels.step)
    if base.ndim == 3:  # noqa: PLR2004 - the grey layer is the same in all three channels
        weight, grey = weight[..., None], grey[..., None]
    blended = BLEND[style.mode](base, grey, levels)
    blended -= base
    blended *= weight
    blended += base
    return to_nearest(blended, levels)


def blend_if_weight(below: Plane, layer: Plane, style: LayerStyle) -> Plane | np.float32:
    """Both Blend If bars multiplied, (H, W) float32 in 0..1; the number 1 where both are open.

    Args:
        below: (H, W, 3) or (H, W) float32, 0..255.
        layer: (H, W) float32, 0..255.
        style: with the bars.
    """
    weight: Plane | np.float32 = np.float32(1)
    if not style.this_layer.is_open:
        weight = weight * style.this_layer.weight(layer)
    if not style.underlying.is_open:
        weight = weight * style.underlying.weight(gray(below))
    return weight


def _shown(below: Plane, layer: Plane, style: LayerStyle, step: float) -> Plane | np.float32:
    """The weight by Blend If, whose bars are 0..255 in every depth."""
    if step == 1:
        return blend_if_weight(below, layer, style)
    return blend_if_weight(below / np.float32(step), layer / np.float32(step), style)
