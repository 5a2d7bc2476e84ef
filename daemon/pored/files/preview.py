"""Small pictures for people: what the skin was, what it is, and where pored worked."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pored.files.picture import eight_bit
from pored.model import Box
from pored.pixels.planes.resize import roughly_fitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pored.model import Samples
    from pored.pixels.blemish.find import Spot

WIDEST = 1600
"""Pixels across a preview, all panels together."""
SURROUNDINGS = 0.35
"""How much of a face's longer side is shown on each side of it."""
_PANELS = 3
_GAP = 8
_CAPTION = 22
_FONT = 13
_LINE = 0.003
"""Width of a ring around a spot, as a share of the panel's."""
_RING = (230, 80, 40)
_PAPER, _INK = 24, 224
"""Grey levels behind the panels and of the captions."""


@dataclass(frozen=True, slots=True, eq=False)
class Where:
    """Where pored worked.

    Attributes:
        mask: (H, W) uint8, 255 where texture comes back in full.
        boxes: the faces; the largest is shown with its surroundings, or the whole picture where there is none.
        spots: guarded blemishes, in pixels of the picture; they are ringed on the mask.
    """

    mask: NDArray[np.uint8]
    boxes: Sequence[Box] = ()
    spots: Sequence[Spot] = ()


def render_preview(before: Samples, after: Samples, where: Where, *, icc: bytes | None = None) -> bytes:
    """A JPEG with before, after and mask side by side.

    Args:
        before: the export, (H, W, 3) RGB or (H, W) grey, 8 or 16 bit.
        after: the result, of the same shape.
        where: mask, faces and guarded spots.
        icc: the export's profile, in whose colours the panels are.
    """
    shown = _shown(where.boxes, before.shape[1], before.shape[0])
    own, result, mask = (_reduced(plane[shown.slices]) for plane in (before, after, where.mask))
    caption = "mask; guarded spots" if where.spots else "mask"
    panels = [("before", own), ("after", result), (caption, _ringed(mask, where.spots, shown))]
    return _encoded(_sheet(panels), "JPEG", icc, quality=90)


def panel_after(sheet: Image.Image) -> Image.Image:
    """The middle panel of a preview."""
    width = (sheet.width - 4 * _GAP) // 3
    return sheet.crop((2 * _GAP + width, _CAPTION, 2 * (_GAP + width), sheet.height - _GAP))


def render_comparison(panels: Sequence[tuple[str, Samples]], *, icc: bytes | None = None) -> bytes:
    """A PNG with captioned pictures side by side, pixel by pixel.

    Args:
        panels: captions and pictures, (H, W, 3) RGB or (H, W) grey, 8 or 16 bit.
        icc: the profile in whose colours they are.
    """
    return _encoded(_sheet(panels), "PNG", icc)


def _reduced(samples: Samples) -> Samples:
    """A panel, made smaller where three of them would be wider than a preview."""
    height, width = samples.shape[:2]
    room = (WIDEST - _GAP * (_PANELS + 1)) // _PANELS
    return samples if width <= room else roughly_fitted(samples, round(max(height, width) * room / width))


def _ringed(mask: Samples, spots: Sequence[Spot], shown: Box) -> Samples:
    """The reduced mask with a ring around each spot; grey where there is none."""
    if not spots:
        return mask
    panel = Image.fromarray(np.ascontiguousarray(mask)).convert("RGB")
    draw, scale = ImageDraw.Draw(panel), mask.shape[1] / shown.width
    line = max(1, round(_LINE * mask.shape[1]))
    for spot in spots:
        x, y, reach = (spot.x - shown.x0) * scale, (spot.y - shown.y0) * scale, spot.radius * scale + 2 * line
        draw.ellipse((x - reach, y - reach, x + reach, y + reach), outline=_RING, width=line)
    return np.asarray(panel)


def _shown(boxes: Sequence[Box], width: int, height: int) -> Box:
    whole = Box(0, 0, width, height)
    faces = [box.clipped(width, height) for box in boxes]
    if not faces:
        return whole
    face = max(faces, key=lambda box: box.width * box.height)
    shown = face.grown(round(SURROUNDINGS * max(face.width, face.height))).clipped(width, height)
    return shown if shown.width and shown.height else whole


def _sheet(panels: Sequence[tuple[str, Samples]]) -> Image.Image:
    """Captioned panels on one canvas, which is grey where all panels are."""
    images = [Image.fromarray(np.ascontiguousarray(eight_bit(samples))) for _, samples in panels]
    mode = "L" if all(image.mode == "L" for image in images) else "RGB"
    width = sum(image.width + _GAP for image in images) + _GAP
    height = max(image.height for image in images) + _CAPTION + _GAP
    sheet = Image.new(mode, (width, height), _ink(mode, _PAPER))
    draw, left = ImageDraw.Draw(sheet), _GAP
    for (caption, _), image in zip(panels, images, strict=True):
        draw.text((left, _GAP // 2), caption, _ink(mode, _INK), ImageFont.load_default(_FONT))
        sheet.paste(image, (left, _CAPTION))
        left += image.width + _GAP
    return sheet


def _ink(mode: str, level: int) -> int | tuple[int, int, int]:
    return level if mode == "L" else (level, level, level)


def _encoded(sheet: Image.Image, form: str, icc: bytes | None, **options: int) -> bytes:
    buffer = BytesIO()
    sheet.save(buffer, form, icc_profile=icc, **options)
    return buffer.getvalue()
