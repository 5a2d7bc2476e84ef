"""Filter > Other > High Pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pored.pixels.planes.gaussian_blur import gaussian_blur

if TYPE_CHECKING:
    from pored.model import Plane


def high_band(plane: Plane, radius: float) -> Plane:
    """I - G_r(I): what High Pass keeps, before it is put on neutral grey.

    Args:
        plane: (H, W) float32 levels.
        radius: in pixels, as in Photoshop's dialog.

    Returns:
        (H, W) float32, signed levels around 0. Photoshop shows neutral grey plus this, clamped to the scale.
    """
    return plane - gaussian_blur(plane, radius)
