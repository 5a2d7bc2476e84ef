"""Filter > Other > High Pass, and what of it an export still lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pored.pixels.gaussian_blur import gaussian_blur

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


def missing_detail(original: Plane, export: Plane, radius: float) -> Plane:
    """HP(original) - HP(export): the detail that the smoothing took.

    Where the export still has its edges the two high passes cancel, so nothing is sharpened twice (no halo).

    Args:
        original: (H, W) float32 lightness of the original, laid over the export.
        export: likewise of the export.
        radius: in pixels.

    Returns:
        (H, W) float32, signed levels around 0.
    """
    # High Pass is linear: one blur of the difference is the difference of two.
    return high_band(original - export, radius)
