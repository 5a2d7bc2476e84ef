"""Layer Style > Blending Options > Blend If."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

if TYPE_CHECKING:
    from pored.model import Plane

_HALF_LEVEL = 0.5
"""A hard edge includes its own level; the weighted sum of Gray may miss a whole level by a float's last bit."""


@dataclass(frozen=True, slots=True)
class BlendIf:
    """The two split sliders of one Blend If bar, 0..255 in every bit depth, ascending.

    Attributes:
        black_start: up to here the layer does not show.
        black_full: from here it shows in full.
        white_full: up to here it shows in full.
        white_end: from here it does not show. Sliders that are not split (start equals full) are a hard edge that
            still shows at its own value; (0, 0, 255, 255) lets everything through.
    """

    black_start: int = 0
    black_full: int = 0
    white_full: int = 255
    white_end: int = 255

    @property
    def is_open(self) -> bool:
        """Whether every value passes in full."""
        return self.black_full == 0 and self.white_full == 255  # noqa: PLR2004 - the bar's end

    def weight(self, values: Plane) -> Plane:
        """How much of the layer shows where the bar's picture has these values.

        Args:
            values: (H, W) float32 in 0..255: the layer's own grey for "This Layer", the grey of the picture
                below for "Underlying Layer".

        Returns:
            (H, W) float32 in 0..1; both ramps straight, multiplied.

        Source:
            Photoshop's help for the sliders' meaning; that the ramp is straight is inferred.
        """
        return _rising(values, self.black_start, self.black_full) * _falling(values, self.white_full, self.white_end)


def gray(pixels: Plane) -> Plane:
    """Blend If's "Gray": 0.30 R + 0.59 G + 0.11 B of the encoded values.

    Args:
        pixels: float32 (H, W, 3) RGB, or (H, W) grey which is returned as it is.

    Returns:
        (H, W) float32 in the units of ``pixels``.
    """
    if pixels.ndim == 2:  # noqa: PLR2004 - a grey picture
        return pixels
    return cast("Plane", cv2.transform(pixels, np.array([[0.30, 0.59, 0.11]], np.float32)))


def _rising(values: Plane, start: int, full: int) -> Plane:
    if start == full:
        return (values > full - _HALF_LEVEL).astype(np.float32)
    ramp: Plane = np.clip((values - np.float32(start)) / np.float32(full - start), 0, 1)
    return ramp


def _falling(values: Plane, full: int, end: int) -> Plane:
    if full == end:
        return (values < full + _HALF_LEVEL).astype(np.float32)
    ramp: Plane = np.clip((np.float32(end) - values) / np.float32(end - full), 0, 1)
    return ramp
