"""What a recovery made, as the layers that a retoucher would have made."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np

from pored.files.psd.layers import Group, Layer
from pored.files.psd.result import new_document, with_layers
from pored.model import Box
from pored.pixels.photoshop.parted_mask import parted_mask
from pored.pixels.planes.changes import bounds
from pored.pixels.planes.levels import levels_of
from pored.pixels.recovery.face_texture import FaceTexture
from pored.pixels.recovery.picture_layer import shown_box

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from pored.files.event import Event
    from pored.files.psd.write import Document
    from pored.model import Samples
    from pored.pipeline import Recovered
    from pored.pixels.align.registered_original import RegisteredOriginal
    from pored.pixels.recovery.picture_layer import FaceLayer, PictureLayer

GROUP, TEXTURE, SPOTS, ORIGINAL = "Pores", "Texture", "Texture on retouched spots", "Original"
GRAFT, GRAIN = "Grafted texture", "Grain"
FULL = 255
_ROWS = 256
"""That are computed at once."""


@contextmanager
def layered_document(recovered: Recovered[FaceLayer], export: Path, event: Event | None = None) -> Iterator[Document]:
    """The export, the hidden original and the texture over it, to be written while the context lasts.

    Args:
        recovered: the export alone where it changed nothing.
        export: its file.
        event: what the history in its XMP says; None: nothing.

    Raises:
        PictureError: it cannot be kept, or is damaged.
        OSError: it cannot be read.
    """
    original = () if recovered.registered is None else (original_layer(recovered.registered),)
    is_changed = any(face.lacking for face in recovered.texture.faces)
    texture = (texture_group(recovered.texture, recovered.picture.pixels),) if is_changed else ()
    stack = (*original, *texture)
    with with_layers(recovered.picture, export, recovered.pixels, stack, event) as made:
        yield made


def texture_document(recovered: Recovered[FaceLayer], event: Event | None = None) -> Document:
    """The texture alone, on a transparent document of the export's size.

    Raises:
        UnsupportedError: the export's metadata cannot be written again.
    """
    group = texture_group(recovered.texture, recovered.picture.pixels)
    shown, alpha = _alone(recovered.texture, shown_box(recovered.texture))
    pixels = recovered.pixels
    flat = shown if pixels.ndim == 2 else np.broadcast_to(shown[..., None], pixels.shape)  # noqa: PLR2004 - grey
    return replace(
        new_document(recovered.picture, cast("Samples", flat), (group,), event), alpha=alpha, alpha_is_merged=True
    )


def texture_group(texture: PictureLayer[FaceLayer], below: Samples) -> Group:
    """The texture layer, and the graft on spots that a retoucher took out as one of its own.

    The two masks add up to the one of the layer that made the flat result, with a soft edge between them; where both
    show, both have that layer's pixels. Under its mask the texture layer has the original's texture on the spots too.

    Args:
        texture: the layer that made the flat result.
        below: (H, W, 3) or (H, W), the picture that it lies on.
    """
    box = shown_box(texture)
    guarded, pixels = _guarded(texture, box)
    part = box.slices
    spots = parted_mask(below[part], texture.layer[part], texture.mask[part], guarded, texture.style)
    layer = Layer(
        _name(texture),
        box,
        pixels,
        mask=texture.mask[part] - spots,
        mode=texture.style.mode,
        opacity=texture.style.opacity,
        this_layer=texture.style.this_layer,
        underlying=texture.style.underlying,
    )
    inner = bounds(spots)
    if inner is None:
        return Group(GROUP, (layer,))
    place = Box(box.x0 + inner.x0, box.y0 + inner.y0, box.x0 + inner.x1, box.y0 + inner.y1)
    graft = replace(layer, name=SPOTS, box=place, pixels=texture.layer[place.slices], mask=spots[inner.slices])
    return Group(GROUP, (layer, graft))


def original_layer(original: RegisteredOriginal) -> Layer:
    """The original where it belongs, switched off."""
    alpha = None
    if original.covered is not None:
        levels = levels_of(original.pixels)
        alpha = cast("Samples", np.where(original.covered, levels.white, 0).astype(levels.dtype))
    return Layer(ORIGINAL, original.box, original.pixels, alpha=alpha, is_visible=False)


def _name(texture: PictureLayer[FaceLayer]) -> str:
    """By where it came from, as a retoucher would call it."""
    if any(isinstance(face, FaceTexture) for face in texture.faces):
        return TEXTURE
    return GRAFT if texture.style.mode == "linear light" else GRAIN


def _guarded(texture: PictureLayer[FaceLayer], box: Box) -> tuple[NDArray[np.uint8], Samples]:
    """The mask of the guarded spots, and the layer as it would be without the guard where no other shows."""
    share = np.zeros((box.height, box.width), np.uint8)
    pixels = texture.layer[box.slices].copy()
    for face in texture.faces:
        if isinstance(face, FaceTexture) and face.lacking and face.box.touches(box):
            both = face.box.clipped_to(box)
            place, own = both.within(box).slices, both.within(face.box).slices
            np.maximum(share[place], face.guarded[own], out=share[place])
            np.copyto(pixels[place], face.unguarded[own], where=face.guarded[own] == FULL)
    for y in range(0, box.height, _ROWS):
        part = slice(y, y + _ROWS)
        product = share[part].astype(np.uint16) * texture.mask[box.slices][part]
        share[part] = (product + FULL // 2) // FULL
    return share, pixels


def _alone(texture: PictureLayer[FaceLayer], box: Box) -> tuple[Samples, Samples]:
    """What the texture shows over nothing: grey (on white, as a merged picture has it) and its transparency."""
    white = levels_of(texture.layer).white
    shown, alpha = np.full_like(texture.layer, white), np.zeros_like(texture.layer)
    for y in range(box.y0, box.y1, _ROWS):
        part = Box(box.x0, y, box.x1, min(y + _ROWS, box.y1)).slices
        weight = texture.mask[part].astype(np.float32) * np.float32(texture.style.opacity / FULL**2)
        shown[part] = np.rint(white + weight * (texture.layer[part].astype(np.float32) - white))
        alpha[part] = np.rint(weight * white)
    return shown, alpha
