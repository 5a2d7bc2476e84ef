"""The blend modes that texture layers use, by Photoshop's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pored.pixels.photoshop.linear_light import linear_light
from pored.pixels.photoshop.overlay import overlay
from pored.pixels.photoshop.soft_light import soft_light

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pored.model import Plane
    from pored.pixels.planes.levels import Levels

BlendMode = Literal["linear light", "overlay", "soft light"]

BLEND: Mapping[BlendMode, Callable[[Plane, Plane, Levels], Plane]] = {
    "linear light": linear_light,
    "overlay": overlay,
    "soft light": soft_light,
}
"""Each takes the picture below, the layer and the scale, and gives the blended levels, not rounded."""
