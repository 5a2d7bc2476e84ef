"""Layers as a Photoshop document holds them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from pored.files.orientation import as_stored, box_as_stored
from pored.pixels.photoshop.blend_if import BlendIf
from pored.pixels.photoshop.blend_modes import BlendMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pored.model import Box, Samples

LayerMode = BlendMode | Literal["normal"]


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One layer, in a rectangle of its own.

    Attributes:
        name: as the Layers panel shows it.
        box: its rectangle, not empty, in pixels of the document.
        pixels: (h, w) grey or (h, w, 3), uint8 or uint16 as the document is.
        alpha: (h, w) of the same depth, or None: opaque.
        mask: (h, w) uint8 layer mask, or None; outside the box it hides.
        mode: blend mode.
        opacity: 0..255.
        this_layer, underlying: Blend If on Gray.
        is_visible: its eye is on.
        is_background: it fills the document, opaque and locked; only the lowest one.
    """

    name: str
    box: Box
    pixels: Samples
    alpha: Samples | None = None
    mask: NDArray[np.uint8] | None = None
    mode: LayerMode = "normal"
    opacity: int = 255
    this_layer: BlendIf = field(default_factory=BlendIf)
    underlying: BlendIf = field(default_factory=BlendIf)
    is_visible: bool = True
    is_background: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """An open group that passes through: its layers blend with what lies below the group.

    Attributes:
        layers: from the bottom up.
    """

    name: str
    layers: tuple[Layer, ...]


Stack = tuple[Layer | Group, ...]
"""From the bottom up."""


def stack_as_stored(stack: Sequence[Layer | Group], size: tuple[int, int], orientation: int) -> Stack:
    """The layers of an upright picture of a size (width, height) as a file of an EXIF orientation stores them."""
    if orientation == 1:
        return tuple(stack)
    return tuple(
        Group(each.name, tuple(_as_stored(layer, size, orientation) for layer in each.layers))
        if isinstance(each, Group)
        else _as_stored(each, size, orientation)
        for each in stack
    )


def _as_stored(layer: Layer, size: tuple[int, int], orientation: int) -> Layer:
    return replace(
        layer,
        box=box_as_stored(layer.box, size, orientation),
        pixels=as_stored(layer.pixels, orientation),
        alpha=None if layer.alpha is None else as_stored(layer.alpha, orientation),
        mask=None if layer.mask is None else as_stored(layer.mask, orientation),
    )
