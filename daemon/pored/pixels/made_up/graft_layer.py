"""Method graft: skin texture of a plate on what is plastic, laid over the face as frequency separation does."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import cv2
import numpy as np

from pored.pixels.made_up.face_surface import skin_positions
from pored.pixels.made_up.face_zones import ZoneWeights, zone_weights
from pored.pixels.made_up.layer import PLENTY, energy_of, face_result, skin_of
from pored.pixels.made_up.plate_quilt import cover
from pored.pixels.photoshop.blend_if import BlendIf
from pored.pixels.photoshop.compose import LayerStyle
from pored.pixels.photoshop.desaturate import lightness
from pored.pixels.photoshop.frequency_separation import once
from pored.pixels.photoshop.layer_rounding import layer_on_grey
from pored.pixels.planes.levels import levels_of, to_nearest
from pored.pixels.planes.median import median
from pored.pixels.planes.reduced import enlarged, reduced, strips
from pored.pixels.planes.wide_blur import wide_blur
from pored.pixels.recovery.match import matching_strength
from pored.pixels.recovery.picture_layer import in_order, picture_layer
from pored.pixels.skin.adaptive_mask import SkinSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from pored.model import Face, Plane, Samples
    from pored.pixels.made_up.layer import MadeUpFace, MadeUpLayer, Skin
    from pored.pixels.made_up.plate import Plate
    from pored.pixels.planes.reduced import Rows

FULL = 255
TILE = 0.08
"""Side of a tile in face widths."""
MARGIN = 10
"""Pixels of texture around what every third pixel asks for: for the ones between, and the resampling's kernel."""
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
WORKING_WIDTH = 350.0
"""How plastic and how light a larger face's skin is, is found out at this width or up to twice as large."""


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
    mask = _weighed(skin.mask, zone_weights(face, skin.work, settings.zones))
    return face_result(skin, _layer(skin, texture, mask, strength, settings.style), mask, strength, settings.style)


def _weighed(mask: NDArray[np.uint8], weight: Plane) -> NDArray[np.uint8]:
    weighed = np.empty_like(mask)
    for rows in (slice(*strip) for strip in strips(*mask.shape)):
        weighed[rows] = to_nearest(mask[rows] * weight[rows])
    return weighed


def _layer(skin: Skin, texture: Plane, mask: NDArray[np.uint8], strength: float, style: LayerStyle) -> Samples:
    """Whole levels of the export's depth."""
    levels = levels_of(skin.below)
    layer = np.full(mask.shape, levels.neutral, levels.dtype)
    for start, end in strips(*mask.shape):
        x, y, width, height = cv2.boundingRect(mask[start:end])
        part = slice(start + y, start + y + height), slice(x, x + width)
        if width:
            detail = once(np.float32(strength) * texture[part], style.opacity / FULL)
            gain = mask[part].astype(np.float32) * np.float32(2 * style.opacity / FULL**2)
            layer[part] = layer_on_grey(detail, levels, gain)
    return cast("Samples", layer)


def face_plate(plate: Plate, skin: Skin, random: Generator) -> Plane:
    """A plate's texture over a face, at its size, turned and bent with it, where the mask shows; (H, W) float32."""
    if not _some(skin.mask).any():
        return np.zeros(skin.mask.shape, np.float32)
    scale = skin.face.width / plate.face_width
    size = tuple(max(1, round(length * scale)) for length in plate.high.shape[::-1])
    source, clean = plate.high, plate.clean
    if size != plate.high.shape[::-1]:
        source = cast("Plane", cv2.resize(source, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC))
        clean = cv2.resize(clean.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) > 0.5  # noqa: PLR2004 - half
    x, y = skin_positions(skin.face, skin.work)
    (x, width), (y, height) = (_from_margin(plane, skin.mask) for plane in (x, y))
    sheet = cover(source, clean, (width, height), round(TILE * skin.face.width), random)
    return cast("Plane", cv2.remap(sheet, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT))


def _from_margin(places: Plane, mask: NDArray[np.uint8]) -> tuple[Plane, int]:
    """Positions, moved in place, along one axis of a sheet that holds what the mask shows; and the sheet's length."""
    seen = _some(places)[_some(mask) > 0]
    shift = MARGIN - math.floor(seen.min())
    places += np.float32(shift)
    return places, int(seen.max() + shift) + 1 + MARGIN


def _some(plane: NDArray[Any]) -> NDArray[Any]:
    """Every third pixel across and down: the skin's positions change slowly."""
    return plane[::3, ::3]


def _gap(skin: Skin) -> Plane:
    """The share of the wanted amplitude that each place lacks: 1 where it is plastic, 0 where it has its texture."""
    certain, factor = skin.where.astype(np.float32), _factor(skin)
    reach = max(skin.radius, PLASTIC_REACH * skin.face.width) / factor
    seen, power = (wide_blur(reduced(plane, factor), reach) for plane in (certain, skin.band * skin.band * certain))
    power /= np.maximum(seen, np.float32(NOTHING))
    lacking = np.sqrt(np.clip(1 - power / np.float32(skin.wanted**2), 0, 1))
    return _enlarged(cast("Plane", lacking * np.clip(seen / np.float32(SEEN), 0, 1)), skin)


def _light(skin: Skin) -> Plane:
    """How the skin's light lets texture show, 1 on average."""
    factor = _factor(skin)
    light = wide_blur(reduced(lightness(skin.below), factor), LIGHT_REACH * skin.face.width / factor)
    where = reduced(skin.where.astype(np.float32), factor) > 0.5  # noqa: PLR2004 - mostly
    middle = median(light[where]) if where.any() else float(light.mean())
    return _enlarged(cast("Plane", np.clip(light / np.float32(max(1.0, middle)), SHADOW, HIGHLIGHT)), skin)


def _factor(skin: Skin) -> int:
    """By how much planes are reduced that change slowly over the face."""
    return max(1, int(skin.face.width / WORKING_WIDTH))


def _enlarged(plane: Plane, skin: Skin) -> Plane:
    height, width = skin.mask.shape
    return enlarged(plane, _factor(skin), (0, height), width)


def _as_wanted(texture: Plane, skin: Skin) -> Plane:
    """Texture with the energy that real skin has."""
    energy = energy_of(skin.measured_band(lambda rows: texture[rows[0] : rows[1]]))
    return texture * np.float32(skin.wanted / energy if energy else 0.0)


def _matching(skin: Skin, texture: Plane) -> float:
    """How often the texture must be added; 0 where the skin has its energy already."""
    if skin.before >= PLENTY * skin.wanted:
        return 0.0

    def shown(rows: Rows) -> Plane:
        part = slice(*rows)
        return cast("Plane", skin.mask[part] * np.float32(1 / FULL) * texture[part])

    own, band = skin.measured(skin.band), skin.measured_band(shown)
    return matching_strength(own, band, skin.wanted**2 - ROUNDING, np.ones(own.shape, bool))
