"""Whether a face comes from an original's frame, looked at by itself: before, and without, its recovery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pored.pixels.align.warp import lay_over
from pored.pixels.photoshop.desaturate import desaturate, lightness
from pored.pixels.same_frame.agreement import Agreement, agreement, texture_ratio
from pored.pixels.skin.adaptive_mask import adaptive_mask, mask_box

if TYPE_CHECKING:
    from pored.model import Face, Samples
    from pored.pixels.align.maps import Registration

PORES = 0.004
"""Radius of the texture that is compared, as a share of the face's width; 3 px on a face of 750."""
HALF = 128


@dataclass(frozen=True, slots=True)
class FaceLikeness:
    """One face of an export beside what lies under it in an original.

    Attributes:
        agreement: of eyes and lips.
        texture: the original's on the skin, in units of the export's.
    """

    agreement: Agreement
    texture: float


def face_likeness(original: Samples, export: Samples, registration: Registration, face: Face) -> FaceLikeness:
    """Compares eyes and lips, and roughly the skin's texture.

    Args:
        original: (H, W, 3) or (H, W), 8 or 16 bit, whole.
        export: likewise, of any size.
        registration: of the two.
        face: of the export.
    """
    box = mask_box(face, export.shape[1], export.shape[0])
    light = desaturate(lay_over(original, registration, box))
    tone = lightness(export[box.slices])
    skin = adaptive_mask(export, face, box) >= HALF
    texture = texture_ratio(light, tone, skin, max(1.0, PORES * face.width))
    return FaceLikeness(agreement(original, export, registration, face), texture)
