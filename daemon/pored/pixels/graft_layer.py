"""Method graft: skin texture of a plate on what is plastic, laid over the face as frequency separation does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.adaptive_mask import SkinSettings
from pored.pixels.blend_if import BlendIf
from pored.pixels.compose import LayerStyle
from pored.pixels.desaturate import lightness
from pored.pixels.face_surface import skin_positions
from pored.pixels.face_zones import ZoneWeights, zone_weights
from pored.pixels.frequency_separation import once
from pored.pixels.high_pass import high_band
from pored.pixels.layer_rounding import layer_on_grey
from pored.pixels.levels import levels_of, to_nearest
from pored.pixels.made_up import PLENTY, face_result, skin_of
from pored.pixels.match import matching_strength
from pored.pixels.picture_layer import in_order, picture_layer
from pored.pixels.plate_quilt import cover
from pored.pixels.register_structure import wide_blur

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator

    from pored.model import Face, Plane, Samples
    from pored.pixels.made_up import MadeUpFace, MadeUpLayer, Skin
    from pored.pixels.texture_plate import Plate

FULL = 255
TILE = 0.08
"""Side of a tile in face widths."""
MARGIN = 4
"""Pixels of texture around what is asked for, for the resampling's kernel."""
PLASTIC_REACH = 0.03
"""How far around a pixel its own texture counts, in face widths."""
SEEN = 0.3
"""Where a smaller share of what is around can be measured, there is detail enough: hair, lashes, or pores."""
LIGHT_REACH = 0.04
SHADOW, HIGHLIGHT = 0.6, 1.15
"""Relief is seen by its light and shade, so texture follows the skin's own light: this far down and up."""
ROUNDING = 1 / 12
"""Variance that rounding the result to whole levels adds to smooth skin, squared levels."""
NOTHING = 1e-3


@dataclass(frozen=True, slots=True)
class GraftSettings:
    """The retoucher's numbers.

    Attributes:
        seed: the same one gives the same texture; best from the export's content.
        strength: how often the wanted texture is added; None so that the skin reaches its energy.
        share: of the matched strength (70 % of match: 0.7).
        zones: how much each zone gets.
        opacity: 0..1, of the layer, which is made for it: at 1 it is frequency separation's to the letter, at 0.5 it
            looks the same but holds twice the levels.
        this_layer: Blend If on the layer.
        underlying: Blend If on the export.
        skin: where the texture goes.
    """

    seed: int
    strength: float | None = None
    share: float = 1.0
    zones: ZoneWeights = field(default_factory=ZoneWeights)
    opacity: float = 0.5
    this_layer: BlendIf = field(default_factory=BlendIf)
    underlying: BlendIf = field(default_factory=BlendIf)
    skin: SkinSettings = field(default_factory=SkinSettings)

    @property
    def style(self) -> LayerStyle:
        """How the layer shows."""
        return LayerStyle(round(FULL * self.opacity), self.this_layer, self.underlying)


def graft_layer(export: Samples, faces: Sequence[Face], plate: Plate, settings: GraftSettings) -> MadeUpLayer:
    """A plate's texture on the plastic skin of every face.

    Args:
        export: (H, W, 3) or (H, W), 8 or 16 bit.
        faces: found in it; their order does not matter.
        plate: of the original's clean skin (``skin_plate``), a studio's, or made up (``make_plate``).
        settings: the retoucher's numbers.

    Returns:
        The layer of all faces; one whose skin has its texture already is left as it is.
    """
    made = [face_graft(export, face, plate, settings) for face in in_order(faces)]
    return picture_layer(export, made, settings.style)


def face_graft(export: Samples, face: Face, plate: Plate, settings: GraftSettings) -> MadeUpFace:
    """What one face gets."""
    skin = skin_of(export, face, settings.skin, wanted=plate.energy)
    # The place is part of the seed: two faces of one picture do not wear the same skin.
    random = np.random.default_rng([settings.seed, skin.work.x0, skin.work.y0])
    texture = _as_wanted(face_plate(plate, skin, random) * _light(skin), skin) * _gap(skin)
    strength = settings.share * _matching(skin, texture) if settings.strength is None else settings.strength
    mask = to_nearest(skin.mask * zone_weights(face, skin.work, settings.zones)).astype(np.uint8)
    detail = once(np.float32(strength) * texture, settings.style.opacity / FULL)
    gain = mask.astype(np.float32) * np.float32(2 * settings.style.opacity / FULL**2)
    layer = layer_on_grey(detail, levels_of(export), gain)
    return face_result(skin, layer, mask, strength, settings.style)


def face_plate(plate: Plate, skin: Skin, random: Generator) -> Plane:
    """A plate's texture over a face, at its size, turned and bent with it, where the mask shows; (H, W) float32."""
    seen = skin.mask > 0
    if not seen.any():
        return np.zeros(skin.mask.shape, np.float32)
    scale = skin.face.width / plate.face_width
    size = tuple(max(1, round(length * scale)) for length in plate.high.shape[::-1])
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    source = cast("Plane", cv2.resize(plate.high, size, interpolation=way))
    clean = cv2.resize(plate.clean.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) > 0.5  # noqa: PLR2004
    places = [
        plane - np.floor(plane[seen].min()) + np.float32(MARGIN) for plane in skin_positions(skin.face, skin.work)
    ]
    area = tuple(int(plane[seen].max()) + 1 + MARGIN for plane in places)
    sheet = cover(source, clean, (area[0], area[1]), round(TILE * skin.face.width), random)
    return cast("Plane", cv2.remap(sheet, places[0], places[1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT))


def _gap(skin: Skin) -> Plane:
    """The share of the wanted amplitude that each place lacks: 1 where it is plastic, 0 where it has its texture."""
    certain = skin.where.astype(np.float32)
    reach = max(skin.radius, PLASTIC_REACH * skin.face.width)
    seen = wide_blur(certain, reach)
    power = wide_blur(skin.band * skin.band * certain, reach) / np.maximum(seen, np.float32(NOTHING))
    lacking = np.sqrt(np.clip(1 - power / np.float32(skin.wanted**2), 0, 1))
    return cast("Plane", lacking * np.clip(seen / np.float32(SEEN), 0, 1))


def _light(skin: Skin) -> Plane:
    """How the skin's light lets texture show, 1 on average."""
    light = wide_blur(lightness(skin.below), LIGHT_REACH * skin.face.width)
    middle = float(np.median(light[skin.where])) if skin.where.any() else float(light.mean())
    return cast("Plane", np.clip(light / np.float32(max(1.0, middle)), SHADOW, HIGHLIGHT))


def _as_wanted(texture: Plane, skin: Skin) -> Plane:
    """Texture with the energy that real skin has."""
    energy = skin.energy_of(high_band(texture, skin.radius))
    return texture * np.float32(skin.wanted / energy if energy else 0.0)


def _matching(skin: Skin, texture: Plane) -> float:
    """How often the texture must be added; 0 where the skin has its energy already."""
    if skin.before >= PLENTY * skin.wanted:
        return 0.0
    band = high_band(skin.mask.astype(np.float32) / np.float32(FULL) * texture, skin.radius)
    return matching_strength(skin.band, band, skin.wanted**2 - ROUNDING, skin.where)
