"""A layer over a picture, as Photoshop shows it: mode, then mask, opacity and Blend If."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.blend_if import BlendIf, gray
from pored.pixels.blend_modes import BLEND, BlendMode
from pored.pixels.levels import levels_of, to_nearest
from pored.pixels.reduced import strips

if TYPE_CHECKING:
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


def compose(
    below: Samples, layer: Samples, mask: NDArray[np.uint8], style: LayerStyle, out: Samples | None = None
) -> Samples:
    """A grey texture layer over a picture.

    Args:
        below: (H, W, 3) or (H, W), 8 or 16 bit.
        layer: (H, W) grey of the same depth; neutral grey (128 or 32768) changes nothing.
        mask: (H, W) uint8; where it is 0 the result is ``below`` to the last bit.
        style: mode, opacity and Blend If.
        out: where the result is to be put; None: into a new array.

    Returns:
        Of the shape and depth of ``below``: B + w (mode(B, A) - B), to the nearest level, with
        w = mask * opacity * Blend If(this layer) * Blend If(underlying).
    """
    result: Samples = np.empty_like(below) if out is None else out
    for start, end in strips(below.shape[0], below.shape[1]):
        part = slice(start, end)
        result[part] = _composed(below[part], layer[part], mask[part], style)
    return result


def _composed(below: Samples, layer: Samples, mask: NDArray[np.uint8], style: LayerStyle) -> Plane:
    """Some rows, in whole levels."""
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
