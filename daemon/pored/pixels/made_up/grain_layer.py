"""Method grain: blurred noise on 50 % grey in Overlay or Soft Light, as the tutorials do it or as much as skin has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from pored.pixels.made_up.layer import PLENTY, face_result, skin_of
from pored.pixels.photoshop.add_noise import noise_on_grey, uniform_noise
from pored.pixels.photoshop.blend_if import BlendIf
from pored.pixels.photoshop.compose import LayerStyle, compose
from pored.pixels.photoshop.desaturate import lightness
from pored.pixels.photoshop.high_pass import high_band
from pored.pixels.planes.levels import levels_of
from pored.pixels.planes.wide_blur import wide_blur
from pored.pixels.recovery.picture_layer import in_order, picture_layer
from pored.pixels.skin.adaptive_mask import SkinSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pored.model import Face, Plane, Samples
    from pored.pixels.made_up.layer import MadeUpFace, MadeUpLayer, Skin

FULL = 255
PROBE = 25.0
"""Percent of noise with which the effect of noise is measured."""
MOST = 50.0
"""Percent; more would clip."""
LOCAL = 0.02
"""How far around a pixel its own grain counts, in face widths."""
SHOWS_MOST = 0.8
"""Of the skin, this share shows less."""
ROUNDING = 1 / 12
"""Variance that rounding the result to whole levels adds to smooth skin, squared levels."""


@dataclass(frozen=True, slots=True)
class GrainSettings:
    """The tutorial's numbers.

    Attributes:
        seed: whatever it is, the same one gives the same grain; best from the export's content.
        percent: Add Noise's amount, 2 to 4 in tutorials; None to give skin the texture energy that real skin has.
        share: of the matched amount (70 % of match: 0.7).
        blur: Gaussian Blur's radius, pixels.
        mode: of the layer.
        opacity: 0..1, of the layer; the matched amount makes up for it.
        this_layer: Blend If on the layer.
        underlying: Blend If on the export.
        skin: where the grain goes.
    """

    seed: int
    percent: float | None = None
    share: float = 1.0
    blur: float = 1.0
    mode: Literal["overlay", "soft light"] = "overlay"
    opacity: float = 1.0
    this_layer: BlendIf = field(default_factory=BlendIf)
    underlying: BlendIf = field(default_factory=BlendIf)
    skin: SkinSettings = field(default_factory=SkinSettings)

    @property
    def style(self) -> LayerStyle:
        """How the layer shows."""
        return LayerStyle(round(FULL * self.opacity), self.this_layer, self.underlying, self.mode)


def grain_layer(export: Samples, faces: Sequence[Face], settings: GrainSettings) -> MadeUpLayer:
    """Grain on the skin of every face.

    Args:
        export: (H, W, 3) or (H, W), 8 or 16 bit.
        faces: found in it; their order does not matter.
        settings: the tutorial's numbers.

    Returns:
        The layer of all faces. With ``match``, a face whose skin has its texture already is left as it is.
    """
    made = [face_grain(export, face, settings) for face in in_order(faces)]
    return picture_layer(export, made, settings.style)


def face_grain(export: Samples, face: Face, settings: GrainSettings) -> MadeUpFace:
    """What one face gets."""
    skin = skin_of(export, face, settings.skin, settings.blur)
    # The place is part of the seed: two faces of one picture do not wear the same grain.
    random = np.random.default_rng([settings.seed, skin.work.x0, skin.work.y0])
    noise = uniform_noise(skin.mask.shape, random)
    percent = _matching_percent(skin, noise, settings) if settings.percent is None else settings.percent
    layer = noise_on_grey(noise, percent, settings.blur, levels_of(export))
    return face_result(skin, layer, skin.mask, percent, settings.style)


def _matching_percent(skin: Skin, noise: Plane, settings: GrainSettings) -> float:
    """The noise with which the skin reaches the energy of real skin where grain shows most; 0 where it has that.

    Overlay and Soft Light show grain in the middle tones and hardly in the lights. Matched on the whole face, the
    shadows of a bright one would look unshaven.
    """
    if skin.before >= PLENTY * skin.wanted:
        return 0.0
    probe = noise_on_grey(noise, PROBE, settings.blur, levels_of(skin.below))
    effect = lightness(compose(skin.below, probe, skin.mask, settings.style)) - lightness(skin.below)
    amplitude = np.sqrt(wide_blur(high_band(effect, skin.radius) ** 2, LOCAL * skin.face.width))
    most = float(np.quantile(amplitude[skin.where], SHOWS_MOST)) if skin.where.any() else 0.0
    lacking = np.sqrt(max(0.0, skin.wanted**2 - ROUNDING - skin.before**2))
    return float(min(MOST, PROBE * settings.share * lacking / most)) if most else 0.0
