"""Method high-pass: the grey layer that carries the pores of all faces, its mask and its opacity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.compose import LayerStyle, compose
from pored.pixels.face_texture import FaceTexture, HighPassSettings, face_texture
from pored.pixels.levels import EIGHT_BIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pored.model import Face
    from pored.pixels.register_map import Registration


@dataclass(frozen=True, slots=True, eq=False)
class TextureLayer:
    """The layer over the whole picture, as a PSD would hold it.

    Attributes:
        layer: (H, W) uint8 grey, neutral where no face is.
        mask: (H, W) uint8, 0 where no face is; a face that needs less than the layer's opacity has it in its mask.
        style: opacity and Blend If.
        faces: what each face got.
    """

    layer: NDArray[np.uint8]
    mask: NDArray[np.uint8]
    style: LayerStyle
    faces: tuple[FaceTexture, ...]


def texture_layer(
    original: NDArray[np.uint8],
    export: NDArray[np.uint8],
    registration: Registration,
    faces: Sequence[Face],
    settings: HighPassSettings,
) -> TextureLayer:
    """The texture that the export's faces lack.

    Args:
        original: (H, W, 3) or (H, W) uint8, whole.
        export: (H, W, 3) or (H, W) uint8, of any size.
        registration: of the two.
        faces: found in the export; their order does not matter.
        settings: radius, opacity, guard and Blend If.

    Returns:
        The layer of all faces; neutral with an empty mask where nothing is to be changed.
    """
    ordered = sorted(faces, key=lambda face: (face.box.y0, face.box.x0, face.width))
    textures = tuple(face_texture(original, export, registration, face, settings) for face in ordered)
    opacity = max((texture.opacity for texture in textures if texture.lacking), default=0)
    layer = np.full(export.shape[:2], EIGHT_BIT.neutral, np.uint8)
    mask = np.zeros(export.shape[:2], np.uint8)
    for texture in textures:
        if texture.lacking:
            _paint(texture, opacity, layer, mask)
    return TextureLayer(layer, mask, settings.style(opacity), textures)


def compose_texture(export: NDArray[np.uint8], texture: TextureLayer) -> NDArray[np.uint8]:
    """The flat result: the layer over the export; a new array, equal to the export wherever the mask is 0."""
    result = export.copy()
    for face in texture.faces:
        part = face.box.slices
        result[part] = compose(export[part], texture.layer[part], texture.mask[part], texture.style)
    return result


def _paint(texture: FaceTexture, opacity: int, layer: NDArray[np.uint8], mask: NDArray[np.uint8]) -> None:
    """Put one face's texture into the picture's layer; where two faces' masks meet, the stronger one shows."""
    part = texture.box.slices
    strength = texture.opacity / opacity if opacity else 0.0
    own = np.floor(texture.mask * np.float32(strength) + np.float32(0.5)).astype(np.uint8)
    stronger = own > mask[part]
    layer[part][stronger] = texture.layer[stronger]
    mask[part][stronger] = own[stronger]
