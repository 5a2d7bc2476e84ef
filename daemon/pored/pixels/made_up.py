"""Texture that no original gave: a layer for the whole picture, made face by face, and what became of each face."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from pored.pixels.adaptive_mask import SkinSettings, adaptive_mask, mask_box
from pored.pixels.blend_modes import BLEND, BlendMode
from pored.pixels.compose import LayerStyle, blend_if_weight
from pored.pixels.desaturate import desaturate
from pored.pixels.gaussian_blur import reach
from pored.pixels.high_pass import high_band
from pored.pixels.levels import EIGHT_BIT, to_nearest
from pored.pixels.skin_energy import skin_energy, texture_radius
from pored.pixels.texture import measured_skin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pored.model import Box, Face, Plane

PLENTY = 0.97
"""Skin with this share of the wanted texture energy lacks nothing that could be seen."""


@dataclass(frozen=True, slots=True)
class MadeUpStyle:
    """How a made-up layer shows: its blend mode, and opacity and Blend If."""

    mode: BlendMode
    shows: LayerStyle


@dataclass(frozen=True, slots=True, eq=False)
class MadeUpFace:
    """What one face gets.

    Attributes:
        face: whose.
        outcome: "made_up", or "nothing_missing" where the skin has its texture already; then it is left as it is.
        box: the part of the picture that its mask covers.
        layer: (box.height, box.width) uint8 grey, 128 neutral.
        mask: likewise.
        radius: of the band in which energies are measured, pixels.
        wanted: standard deviation of that band on real skin, levels.
        before, after: the same on this skin.
        strength: of what was made: percent of noise, or how often the wanted texture was added.
    """

    face: Face
    outcome: Literal["made_up", "nothing_missing"]
    box: Box
    layer: NDArray[np.uint8]
    mask: NDArray[np.uint8]
    radius: float
    wanted: float
    before: float
    after: float
    strength: float

    @property
    def lacking(self) -> bool:
        """Whether the face is changed."""
        return self.outcome == "made_up"


@dataclass(frozen=True, slots=True, eq=False)
class MadeUpLayer:
    """The layer over the whole picture, as a PSD would hold it.

    Attributes:
        layer: (H, W) uint8 grey, neutral where no face is.
        mask: (H, W) uint8, 0 where no face is.
        style: blend mode, opacity and Blend If.
        faces: what each face got, from top to bottom.
    """

    layer: NDArray[np.uint8]
    mask: NDArray[np.uint8]
    style: MadeUpStyle
    faces: tuple[MadeUpFace, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Skin:
    """One face's skin, with the reach of the blurs around it; all planes are of ``work``'s size.

    Attributes:
        face: whose.
        box: what the mask covers.
        work: that with a margin.
        below: the export's samples.
        mask: (H, W) uint8.
        radius: of the band in which texture is measured, pixels.
        band: (H, W) float32, the export's lightness in that band.
        where: (H, W) bool, where it is measured.
        wanted: standard deviation that the band should have, levels.
    """

    face: Face
    box: Box
    work: Box
    below: NDArray[np.uint8]
    mask: NDArray[np.uint8]
    radius: float
    band: Plane
    where: NDArray[np.bool_]
    wanted: float

    @property
    def before(self) -> float:
        """The band's standard deviation, levels."""
        return self.energy_of(self.band)

    def energy_of(self, band: Plane) -> float:
        """Standard deviation of a band where texture is measured; 0 where there is too little skin."""
        return float(band[self.where].std()) if self.where.any() else 0.0


def skin_of(
    export: NDArray[np.uint8], face: Face, settings: SkinSettings, margin: float = 0.0, wanted: float | None = None
) -> Skin:
    """A face's skin in an export.

    Args:
        export: (H, W, 3) or (H, W) uint8, whole.
        face: found in it.
        settings: where the texture goes.
        margin: radius of a further blur whose reach is wanted around, pixels.
        wanted: standard deviation that the band should have, levels; None: as usual skin has it.
    """
    height, width = export.shape[:2]
    radius = texture_radius(face.width)
    box = mask_box(face, width, height, settings)
    work = box.grown(reach(max(radius, margin))).clipped(width, height)
    below, mask = export[work.slices], adaptive_mask(export, face, work, settings)
    band = high_band(desaturate(below), radius)
    where = measured_skin(mask, band)
    return Skin(face, box, work, below, mask, radius, band, where, wanted or skin_energy(face.width))


def face_result(
    skin: Skin, layer: NDArray[np.uint8], mask: NDArray[np.uint8], strength: float, style: MadeUpStyle
) -> MadeUpFace:
    """A face with a layer and a mask of the work's size, and the energy that its skin then has."""
    result = desaturate(blend(skin.below, layer, mask, style))
    inner = skin.box.within(skin.work).slices
    return MadeUpFace(
        face=skin.face,
        outcome="made_up" if strength > 0 else "nothing_missing",
        box=skin.box,
        layer=layer[inner],
        mask=mask[inner],
        radius=skin.radius,
        wanted=skin.wanted,
        before=skin.before,
        after=skin.energy_of(high_band(result, skin.radius)),
        strength=strength,
    )


def in_order(faces: Sequence[Face]) -> list[Face]:
    """From top to bottom, so that the order in which they were found does not matter."""
    return sorted(faces, key=lambda face: (face.box.y0, face.box.x0, face.width))


def made_up_layer(export: NDArray[np.uint8], faces: Sequence[MadeUpFace], style: MadeUpStyle) -> MadeUpLayer:
    """The faces' layers and masks in those of the picture; where two masks meet, the stronger one shows."""
    layer = np.full(export.shape[:2], EIGHT_BIT.neutral, np.uint8)
    mask = np.zeros(export.shape[:2], np.uint8)
    for face in faces:
        if face.lacking:
            part = face.box.slices
            stronger = face.mask > mask[part]
            layer[part][stronger] = face.layer[stronger]
            mask[part][stronger] = face.mask[stronger]
    return MadeUpLayer(layer, mask, style, tuple(faces))


def compose_made_up(export: NDArray[np.uint8], made_up: MadeUpLayer) -> NDArray[np.uint8]:
    """The flat result: the layer over the export; a new array, equal to the export wherever the mask is 0."""
    result = export.copy()
    for face in made_up.faces:
        part = face.box.slices
        result[part] = blend(export[part], made_up.layer[part], made_up.mask[part], made_up.style)
    return result


def blend(
    below: NDArray[np.uint8], layer: NDArray[np.uint8], mask: NDArray[np.uint8], style: MadeUpStyle
) -> NDArray[np.uint8]:
    """A grey layer over a picture: mode, then mask, opacity and Blend If, as ``compose`` does in Linear Light.

    Args:
        below: (H, W, 3) or (H, W) uint8.
        layer: (H, W) uint8 grey; 128 changes nothing.
        mask: (H, W) uint8; where it is 0 the result is ``below`` to the last bit.
        style: mode, opacity and Blend If.
    """
    base = below.astype(np.float32)
    shown = np.float32(style.shows.opacity / (255 * 255)) * blend_if_weight(base, layer, style.shows)
    weight, grey = mask.astype(np.float32) * shown, layer.astype(np.float32)
    if base.ndim == 3:  # noqa: PLR2004 - the grey layer is the same in all three channels
        weight, grey = weight[..., None], grey[..., None]
    blended = BLEND[style.mode](base, grey, EIGHT_BIT)
    return to_nearest(base + weight * (blended - base)).astype(np.uint8)
