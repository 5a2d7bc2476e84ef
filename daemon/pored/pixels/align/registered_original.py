"""The original as it lies under the export, for a retoucher to work from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pored.model import Box
from pored.pixels.align.warp import lay_over, reach_of, source_near
from pored.pixels.photoshop.desaturate import desaturate
from pored.pixels.planes.levels import levels_of, to_nearest
from pored.pixels.planes.reduced import strips

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Samples
    from pored.pixels.align.maps import Registration

MARGIN = 64
"""Pixels around the faces: what blurs of a retoucher's own reach for."""


@dataclass(frozen=True, slots=True, eq=False)
class RegisteredOriginal:
    """A part of the original in the export's place and size.

    Attributes:
        box: of the export.
        pixels: (h, w, 3) or (h, w) as the export is, of its depth; the original's own tones.
        covered: (h, w) bool, where the original reaches; None: everywhere.
    """

    box: Box
    pixels: Samples
    covered: NDArray[np.bool_] | None


def registered_original(
    original: Samples, export: Samples, registration: Registration, shown: Box
) -> RegisteredOriginal:
    """The original under a part of the export.

    Args:
        original: (H, W, 3) or (H, W), 8 or 16 bit, whole.
        export: likewise, of any size and of its own depth.
        registration: of the two.
        shown: the part; it gets a margin.
    """
    height, width = export.shape[:2]
    box = shown.grown(MARGIN).clipped(width, height)
    part = registration.very_part(box, (original.shape[1], original.shape[0]))
    if part is not None and original.dtype == export.dtype and original.shape[2:] == export.shape[2:]:
        return RegisteredOriginal(box, original[part.slices].copy(), None)  # so that the rest need not be kept
    levels = levels_of(export)
    pixels: Samples = np.empty_like(export[box.slices])
    reached = reach_of((original.shape[1], original.shape[0]), registration, box)
    source, near = source_near(original, registration, box)
    for start, end in strips(box.height, box.width):
        strip = Box(box.x0, box.y0 + start, box.x1, box.y0 + end)
        laid = lay_over(source, near, strip)
        if export.ndim == 2 and laid.ndim == 3:  # noqa: PLR2004 - (H, W) is grey
            laid = desaturate(laid)
        elif export.ndim == 3 and laid.ndim == 2:  # noqa: PLR2004 - grey in colour
            laid = np.broadcast_to(laid[..., None], (*laid.shape, 3))
        pixels[start:end] = to_nearest(laid * np.float32(levels.step), levels)
    return RegisteredOriginal(box, pixels, None if reached is None or reached.all() else reached)
