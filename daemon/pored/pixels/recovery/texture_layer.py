"""Method high-pass: the grey layer that carries the pores of all faces, its mask and its opacity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pored.pixels.recovery.face_texture import FaceTexture, face_texture
from pored.pixels.recovery.picture_layer import PictureLayer, in_order, picture_layer, strongest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pored.model import Face, Samples
    from pored.pixels.align.maps import Registration
    from pored.pixels.recovery.high_pass_settings import HighPassSettings

TextureLayer = PictureLayer[FaceTexture]


def texture_layer(
    original: Samples, export: Samples, registration: Registration, faces: Sequence[Face], settings: HighPassSettings
) -> TextureLayer:
    """The texture that the export's faces lack.

    Args:
        original: (H, W, 3) or (H, W), 8 or 16 bit, whole.
        export: likewise, of any size and of its own depth.
        registration: of the two.
        faces: found in the export; their order does not matter.
        settings: radius, opacity, guard and Blend If.

    Returns:
        The layer of all faces; neutral with an empty mask where nothing is to be changed.
    """
    textures = [face_texture(original, export, registration, face, settings) for face in in_order(faces)]
    return picture_layer(export, textures, settings.style(strongest(textures)))
