"""Method high-pass: the grey layer that carries the pores, its mask and its opacity, face by face."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.blend_if import BlendIf
from pored.pixels.compose import LayerStyle, blend_if_weight, compose
from pored.pixels.desaturate import desaturate
from pored.pixels.gaussian_blur import reach
from pored.pixels.high_pass import high_band, missing_detail
from pored.pixels.layer_rounding import round_for_result
from pored.pixels.levels import EIGHT_BIT, to_nearest
from pored.pixels.skin_mask import mask_box, skin_mask
from pored.pixels.texture import TextureFigures, compare_texture, matching_opacity, measured_skin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pored.model import Box, Face, Plane

FULL = 255
NOTHING_MISSING = 0.97
"""An export with this share of the original's texture energy lacks nothing that could be seen."""
AUTO_RADIUS = 3.0
AUTO_FACE_WIDTH = 1500.0
SMALLEST_AUTO_RADIUS = 1.0


@dataclass(frozen=True, slots=True)
class HighPassSettings:
    """The retoucher's numbers.

    Attributes:
        radius: of High Pass in pixels of the export; None for 3 px on a face 1,500 px wide, in proportion.
        opacity: 0..1; None to match the original's texture energy.
        share: of the matched opacity, 0..1 (70 % of match: 0.7).
        missing_only: take HP(original) - HP(export), not HP(original).
        this_layer: Blend If on the layer.
        underlying: Blend If on the export.
    """

    radius: float | None = None
    opacity: float | None = None
    share: float = 1.0
    missing_only: bool = True
    this_layer: BlendIf = field(default_factory=BlendIf)
    underlying: BlendIf = field(default_factory=BlendIf)

    def radius_for(self, face: Face) -> float:
        """In pixels, for a face of that size."""
        if self.radius is not None:
            return self.radius
        return max(SMALLEST_AUTO_RADIUS, AUTO_RADIUS * face.width / AUTO_FACE_WIDTH)


@dataclass(frozen=True, slots=True, eq=False)
class FaceTexture:
    """What one face gets.

    Attributes:
        face: whose.
        box: the part of the picture that its mask covers.
        radius: of the high pass, in pixels.
        layer: (box.height, box.width) uint8 grey, 128 neutral.
        mask: likewise, the skin mask.
        opacity: 0..255.
        before: the export's texture beside the original's.
        after: the result's.
        lacking: False where nothing was missing, and the face is left as it is.
    """

    face: Face
    box: Box
    radius: float
    layer: NDArray[np.uint8]
    mask: NDArray[np.uint8]
    opacity: int
    before: TextureFigures
    after: TextureFigures
    lacking: bool


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
    original: NDArray[np.uint8], export: NDArray[np.uint8], faces: Sequence[Face], settings: HighPassSettings
) -> TextureLayer:
    """The texture that the export's faces lack.

    Args:
        original: (H, W, 3) or (H, W) uint8, laid over the export.
        export: (H, W, 3) or (H, W) uint8.
        faces: found in the export; their order does not matter.
        settings: radius, opacity and Blend If.

    Returns:
        The layer of all faces; neutral with an empty mask where nothing is missing anywhere.
    """
    ordered = sorted(faces, key=lambda face: (face.box.y0, face.box.x0, face.width))
    textures = tuple(_face_texture(original, export, face, settings) for face in ordered)
    opacity = max((texture.opacity for texture in textures if texture.lacking), default=0)
    layer = np.full(export.shape[:2], EIGHT_BIT.neutral, np.uint8)
    mask = np.zeros(export.shape[:2], np.uint8)
    for texture in textures:
        if texture.lacking:
            _paint(texture, opacity, layer, mask)
    return TextureLayer(layer, mask, LayerStyle(opacity, settings.this_layer, settings.underlying), textures)


def compose_texture(export: NDArray[np.uint8], texture: TextureLayer) -> NDArray[np.uint8]:
    """The flat result: the layer over the export; a new array, equal to the export wherever the mask is 0."""
    result = export.copy()
    for face in texture.faces:
        part = face.box.slices
        result[part] = compose(export[part], texture.layer[part], texture.mask[part], texture.style)
    return result


def _face_texture(
    original: NDArray[np.uint8], export: NDArray[np.uint8], face: Face, settings: HighPassSettings
) -> FaceTexture:
    height, width = export.shape[:2]
    box = mask_box(face, width, height)
    radius = settings.radius_for(face)
    work = box.grown(reach(radius)).clipped(width, height)
    mask = skin_mask(face, work)
    below = export[work.slices]
    original_light, export_light = desaturate(original[work.slices]), desaturate(below)
    original_band, export_band = high_band(original_light, radius), high_band(export_light, radius)
    where = measured_skin(mask, original_band)
    before = compare_texture(export_band, original_band, where)
    detail = missing_detail(original_light, export_light, radius) if settings.missing_only else original_band
    layer = _on_grey(detail)
    weight = _weight(below, layer, mask, settings)
    opacity = _opacity(settings, 2 * weight * detail, (export_band, original_band, where), radius)
    if settings.missing_only:
        layer = _on_grey(round_for_result(detail, 2 * weight * np.float32(opacity / FULL)))
    lacking = before.energy < NOTHING_MISSING
    after = before
    if lacking:
        style = LayerStyle(opacity, settings.this_layer, settings.underlying)
        result_light = desaturate(compose(below, layer, mask, style))
        after = compare_texture(high_band(result_light, radius), original_band, where)
    inner = box.within(work).slices
    return FaceTexture(face, box, radius, layer[inner], mask[inner], opacity, before, after, lacking)


def _on_grey(detail: Plane) -> NDArray[np.uint8]:
    return to_nearest(EIGHT_BIT.neutral + detail).astype(np.uint8)


def _weight(
    below: NDArray[np.uint8], layer: NDArray[np.uint8], mask: NDArray[np.uint8], settings: HighPassSettings
) -> Plane:
    """How much of the layer shows at opacity 100 %, 0..1."""
    style = LayerStyle(FULL, settings.this_layer, settings.underlying)
    return mask.astype(np.float32) / np.float32(FULL) * blend_if_weight(below.astype(np.float32), layer, style)


def _opacity(
    settings: HighPassSettings, effect: Plane, bands: tuple[Plane, Plane, NDArray[np.bool_]], radius: float
) -> int:
    if settings.opacity is not None:
        return round(FULL * settings.opacity)
    export_band, original_band, where = bands
    matched = matching_opacity(export_band, high_band(effect, radius), original_band, where)
    return min(FULL, round(FULL * matched * settings.share))


def _paint(texture: FaceTexture, opacity: int, layer: NDArray[np.uint8], mask: NDArray[np.uint8]) -> None:
    """Put one face's texture into the picture's layer; where two faces' masks meet, the stronger one shows."""
    part = texture.box.slices
    strength = texture.opacity / opacity if opacity else 0.0
    own = np.floor(texture.mask * np.float32(strength) + np.float32(0.5)).astype(np.uint8)
    stronger = own > mask[part]
    layer[part][stronger] = texture.layer[stronger]
    mask[part][stronger] = own[stronger]
