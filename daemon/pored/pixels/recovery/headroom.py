"""Texture where a channel is at its limit: what white or black clips there must not shift the skin's colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from pored.pixels.planes.wide_blur import wide_blur

if TYPE_CHECKING:
    from pored.model import Plane

WHITE = np.float32(255)
REACH = 4.0
"""How far around a pixel means are taken, in radii: a drift is what shows from afar."""
ROUNDS = 3
"""What is lifted is clipped again; a fourth round changes nothing that could be seen."""


def within_headroom(detail: Plane, weight: Plane, strength: float, export: Plane, radius: float) -> Plane:
    """The layer's detail, lifted where white clips it and lowered where black does.

    A grey layer adds the same to all channels. One that is at white can only become darker: its mean would fall, and
    red skin in the light turn colder. Lifted by half of what is lost, no channel drifts by more than two thirds of
    that, one down and the others up, and the texture stays as strong as it is.

    Args:
        detail: (H, W) float32, what the layer holds above neutral grey, levels.
        weight: (H, W) float32 0..1, how much of the layer shows.
        strength: levels of the result for one of the layer where it shows in full.
        export: (H, W, 3) float32 levels.
        radius: of High Pass, pixels.

    Returns:
        (H, W) float32; the detail itself where nothing is clipped near.
    """
    red, green, blue = cv2.split(export)
    above = WHITE - cv2.max(cv2.max(red, green), blue)
    below = cv2.min(cv2.min(red, green), blue)
    shown = weight * np.float32(strength)
    lift: Plane = np.zeros_like(detail)
    for _ in range(ROUNDS):
        added = shown * detail + weight * lift
        lost = np.maximum(added - above, 0) - np.maximum(-added - below, 0)
        if not lost.any():
            return detail
        lift = wide_blur(lost, REACH * radius) * np.float32(0.5)
    return detail + lift / np.float32(strength)
