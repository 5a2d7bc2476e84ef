"""Texture that no original gave: a layer for the whole picture, made face by face, and what became of each face."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from pored.pixels.made_up.skin_energy import skin_energy, texture_radius
from pored.pixels.photoshop.compose import LayerStyle, compose
from pored.pixels.photoshop.desaturate import lightness
from pored.pixels.planes.gaussian_blur import reach
from pored.pixels.planes.reduced import strips, telling
from pored.pixels.planes.wide_blur import wide_blur
from pored.pixels.recovery.picture_layer import PictureLayer
from pored.pixels.recovery.texture import measured_skin
from pored.pixels.skin.adaptive_mask import FaceSkin, SkinSettings, mask_box

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from pored.model import Box, Face, Plane, Samples
    from pored.pixels.planes.reduced import Rows

ENOUGH = 450_000
"""Pixels of skin on which texture is measured."""
PLENTY = 0.97
"""Skin with this share of the wanted texture energy lacks nothing that could be seen."""


@dataclass(frozen=True, slots=True, eq=False)
class MadeUpFace:
    """What one face gets.

    Attributes:
        face: whose.
        outcome: "made_up", or "nothing_missing" where the skin has its texture already; then it is left as it is.
        box: the part of the picture that its mask covers.
        layer: (box.height, box.width) grey of the export's depth.
        mask: likewise, uint8.
        opacity: 0..255.
        radius: of the band in which energies are measured, pixels.
        wanted: standard deviation of that band on real skin, levels.
        before, after: the same on this skin.
        strength: of what was made: percent of noise, or how often the wanted texture was added.
    """

    face: Face
    outcome: Literal["made_up", "nothing_missing"]
    box: Box
    layer: Samples
    mask: NDArray[np.uint8]
    opacity: int
    radius: float
    wanted: float
    before: float
    after: float
    strength: float

    @property
    def lacking(self) -> bool:
        """Whether the face is changed."""
        return self.outcome == "made_up"


MadeUpLayer = PictureLayer[MadeUpFace]


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
    below: Samples
    mask: NDArray[np.uint8]
    radius: float
    band: Plane
    where: NDArray[np.bool_]
    wanted: float

    @property
    def before(self) -> float:
        """The band's standard deviation, levels."""
        return energy_of(self.measured(self.band))

    @property
    def parts(self) -> Sequence[Rows]:
        """The strips on which texture is measured: all that have skin, or some of a large face's."""
        return telling(self.where, strips(*self.mask.shape), 1, ENOUGH)

    def measured(self, band: Plane) -> NDArray[np.float32]:
        """The values of a band where texture is measured, (N,)."""
        return np.concatenate([band[start:end][self.where[start:end]] for start, end in self.parts])

    def measured_band(self, plane: Callable[[Rows], Plane]) -> NDArray[np.float32]:
        """Likewise of the band of a plane, some rows of which are asked for at a time."""
        height, margin, values = len(self.mask), reach(self.radius), []
        for start, end in self.parts:
            first = max(0, start - margin)
            band = high_part(plane((first, min(height, end + margin))), self.radius)[start - first : end - first]
            values.append(band[self.where[start:end]])
        return np.concatenate(values)


def high_part(plane: Plane, radius: float) -> Plane:
    """The high band in which energies are measured: that of High Pass, but for the quicker blur's error."""
    return plane - wide_blur(plane, radius)


def energy_of(values: NDArray[np.float32]) -> float:
    """Standard deviation of what was measured; 0 where there is too little skin."""
    return float(values.std()) if values.size else 0.0


def skin_of(
    export: Samples, face: Face, settings: SkinSettings, margin: float = 0.0, wanted: float | None = None
) -> Skin:
    """A face's skin in an export.

    Args:
        export: (H, W, 3) or (H, W), 8 or 16 bit, whole.
        face: found in it.
        settings: where the texture goes.
        margin: radius of a further blur whose reach is wanted around, pixels.
        wanted: standard deviation that the band should have, levels; None: as usual skin has it.
    """
    height, width = export.shape[:2]
    radius = texture_radius(face.width)
    box = mask_box(face, width, height, settings)
    work = box.grown(reach(max(radius, margin))).clipped(width, height)
    below = export[work.slices]
    mask, measured = FaceSkin(export, face).masks(work, settings)
    band = high_part(lightness(below), radius)
    where = measured_skin(measured, band)
    return Skin(face, box, work, below, mask, radius, band, where, wanted or skin_energy(face.width))


def face_result(skin: Skin, layer: Samples, mask: NDArray[np.uint8], strength: float, style: LayerStyle) -> MadeUpFace:
    """A face with a layer and a mask of the work's size, and the energy that its skin then has."""
    shown = replace(style, opacity=round(style.opacity * skin.face.strength))

    def result(rows: Rows) -> Plane:
        part = slice(*rows)
        return lightness(compose(skin.below[part], layer[part], mask[part], shown))

    inner = skin.box.within(skin.work).slices
    return MadeUpFace(
        face=skin.face,
        outcome="made_up" if strength > 0 else "nothing_missing",
        box=skin.box,
        layer=layer[inner],
        mask=mask[inner],
        opacity=style.opacity,
        radius=skin.radius,
        wanted=skin.wanted,
        before=skin.before,
        after=energy_of(skin.measured_band(result)),
        strength=strength,
    )
