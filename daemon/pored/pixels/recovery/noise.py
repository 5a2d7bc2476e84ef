"""Keeps the original's noise out and its pores in: pores are common to all channels, noise is each channel's own."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np

from pored.pixels.planes.gaussian_blur import gaussian_blur, reach
from pored.pixels.planes.wide_blur import wide_blur
from pored.pixels.recovery.noise_beside import quiet_windows
from pored.pixels.recovery.noise_model import BandNoise, measure_band, ramp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pored.model import Plane
    from pored.pixels.recovery.noise_beside import Beside, QuietWindows

BAND_CUTS = (0.6, 1.0, 1.5, 2.2, 3.3, 5.0)
"""Pixels, whatever the face: noise has the size of pixels."""
LOCAL_REACH = 3.0
LOCAL_LEAST = 2.0
"""Texture is judged around each pixel over this many cuts, plus this many pixels."""
UNSEEN, SEEN = 0.6, 1.5
"""Levels of noise in the lightness of one pixel that nobody sees, and that count in full."""
HARMLESS, HARMFUL = 0.1, 0.3
"""Share of noise in what the export lacks below which nothing is done, and above which all."""
CERTAIN = 0.5
"""Where it is sure, from beside the skin, that it is noise, so much of these four is enough: nothing else is taken out
by mistake then."""
CHANNELS = 3
"""Planes of a band; with noise beside the skin a fourth one, the tone."""
SKIN = 0.5
ENOUGH = 100_000
"""Pixels on which noise is measured, of more in every third row, every fifth and so on. An odd number of rows lies
between them: a sensor has its red and blue sites in every second row and column, and noise is stronger there."""
FEWEST_SKIN = 1024
"""Pixels of skin below which noise cannot be told from pores."""
OVERSUBTRACTED = 0.5
"""Share of a band's noise that is taken off above its own, where the band is nothing but noise: places whose noise is
by chance stronger than the rest would keep it. Less where less is noise, none where half of the band is texture. Of six
portraits with noise of 7 levels it raises the correlation from .74 to .76, in demosaiced noise of 8 levels likewise."""
HALF = 0.5
MOST_NOISE = 0.9
"""Share of a band's power on skin that noise beside it may account for: skin has some texture."""
NOTHING = 1e-6
LEAST_KEPT = 0.4
"""Less than this is not made good: what is left would be noise."""


@dataclass(frozen=True, slots=True, eq=False)
class Denoised:
    """The pair's difference without the original's noise.

    Attributes:
        difference: (H, W) float32, lightness of original less export, levels.
        noise: standard deviation of the original's noise in R, G and B on the skin, levels.
        share: of noise in the power of the difference's detail, 0..1.
        kept: share of the texture's power that is left; noise cannot be taken out without some pores.
    """

    difference: Plane
    noise: tuple[float, float, float]
    share: float
    kept: float


@dataclass(frozen=True, slots=True, eq=False)
class Noise:
    """An original's noise on a face, measured.

    Attributes:
        channels: its standard deviation in R, G and B on the skin, levels.
        share: of noise in the power of the difference's detail, 0..1.
        doubt: how far it is to be taken out, 0..1.
        kept: share of the texture's power that is left then.
        bands: the models of the bands, coarsest first; none where nothing is to be taken out.
    """

    channels: tuple[float, float, float]
    share: float
    doubt: float
    kept: float
    bands: tuple[BandNoise, ...]


NO_NOISE = Noise((0.0, 0.0, 0.0), 0.0, 0.0, 1.0, ())
REACH = reach(BAND_CUTS[-1]) + reach(LOCAL_REACH * BAND_CUTS[-1] + LOCAL_LEAST)
"""Pixels around a place that say what is noise there."""


def keep_noise_out(difference: Plane, colours: Plane, tone: Plane, skin: Plane, beside: Beside) -> Denoised:
    """The difference of a pair without the original's sensor noise.

    In bands from single pixels to pores: noise is measured per channel and tone, the channels are weighted by what
    they tell of the texture, and each place keeps what stands above the noise (Wiener's gain). Noise that a camera has
    made alike in all channels cannot be told from pores in this way: it is known from beside the skin, where the export
    is clean of it; where that still has it, it stays on the skin as well.

    Args:
        difference: (H, W) float32, desaturated original less desaturated export, levels.
        colours: (H, W, 3) float32, original less export in R, G and B.
        tone: (H, W) float32, the export's lightness.
        skin: (H, W) float32 0..1, best from ``treated_skin``.
        beside: what is not skin.

    Returns:
        The difference itself, untouched, where its noise is too little to matter; passes over gradually.
    """
    noise = measure_noise(colours, tone, skin > SKIN, beside)
    return Denoised(without_noise(difference, colours, tone, noise), noise.channels, noise.share, noise.kept)


def measure_noise(colours: Plane, tone: Plane, where: NDArray[np.bool_], beside: Beside) -> Noise:
    """The noise of a pair's original; arguments as for ``keep_noise_out``.

    Args:
        colours: as there.
        tone: likewise.
        where: (H, W), the skin to measure on.
        beside: as there.
    """
    if np.count_nonzero(where) < FEWEST_SKIN:
        return NO_NOISE
    light = cast("Plane", (colours[..., 0] + colours[..., 2]) / 2)
    quiet = quiet_windows(light, tone, where, beside)
    planes = [*_channels(colours), tone] if quiet.certainty else _channels(colours)
    whole = _measure([plane - wide_blur(plane, BAND_CUTS[-1]) for plane in planes], tone, where, None, quiet)
    red, green, blue = (float(power) for power in np.sqrt(whole.channel_power))
    share = whole.power / max(NOTHING, whole.total)
    enough = 1 - (1 - CERTAIN) * quiet.certainty
    doubt = ramp(math.sqrt(whole.power) / enough, UNSEEN, SEEN) * ramp(share / enough, HARMLESS, HARMFUL)
    if doubt == 0.0:
        return Noise((red, green, blue), share, 0.0, 1.0, ())
    bands, kept = _measured_bands(planes, tone, where, quiet)
    return Noise((red, green, blue), share, doubt, 1 + doubt * (kept - 1), bands)


def without_noise(difference: Plane, colours: Plane, tone: Plane, noise: Noise) -> Plane:
    """A difference, or a part of it with ``REACH`` pixels around, without the noise that was measured."""
    if noise.doubt == 0.0:
        return difference
    clean = gaussian_blur(difference, BAND_CUTS[-1])
    for band, cut, model in zip(_bands(_channels(colours)), reversed(BAND_CUTS), noise.bands, strict=True):
        clean += _without_noise(band, model, tone, cut)
    return cast("Plane", difference + np.float32(noise.doubt) * (clean - difference))


def _channels(colours: Plane) -> list[Plane]:
    return [np.ascontiguousarray(colours[..., channel]) for channel in range(CHANNELS)]


def _measured_bands(
    planes: list[Plane], tone: Plane, where: NDArray[np.bool_], quiet: QuietWindows
) -> tuple[tuple[BandNoise, ...], float]:
    """The models of the bands, and the share of the texture's power that is left without noise.

    Coarse to fine: where noise drowns the finest pores, the next coarser ones tell the channels' proportions.
    """
    models: list[BandNoise] = []
    left = texture = 0.0
    for band, cut in zip(_bands(planes), reversed(BAND_CUTS), strict=True):
        model = _measure(band, tone, where, models[-1].proportions if models else None, quiet)
        models.append(model)
        left += float((_without_noise(band[:CHANNELS], model, tone, cut)[where] ** 2).mean())
        texture += model.texture
    return tuple(models), min(1.0, max(LEAST_KEPT, left / max(NOTHING, texture)))


def _bands(planes: list[Plane]) -> Iterator[list[Plane]]:
    """By band, coarsest first, the planes."""
    coarse = [gaussian_blur(plane, BAND_CUTS[-1]) for plane in planes]
    for cut in reversed(BAND_CUTS[:-1]):
        finer = [gaussian_blur(plane, cut) for plane in planes]
        yield [one - other for one, other in zip(finer, coarse, strict=True)]
        coarse = finer
    yield [one - other for one, other in zip(planes, coarse, strict=True)]


def _measure(
    band: list[Plane],
    tone: Plane,
    where: NDArray[np.bool_],
    proportions: NDArray[np.float64] | None,
    quiet: QuietWindows,
) -> BandNoise:
    some = slice(None, None, math.ceil(np.count_nonzero(where) / ENOUGH) | 1)
    channels = band[:CHANNELS]
    samples = np.stack([plane[some][where[some]] for plane in channels])
    model = measure_band(samples, tone[some][where[some]], proportions)
    return _as_noisy_as_beside(model, channels, band[CHANNELS], quiet) if quiet.certainty else model


def _as_noisy_as_beside(model: BandNoise, band: list[Plane], tone: Plane, quiet: QuietWindows) -> BandNoise:
    """With what is common to the channels in quiet places: noise too, of which the model knows nothing."""
    known = min(quiet.power(_weighted(band, model), tone), MOST_NOISE * model.total)
    power = max(model.power, known)
    return replace(
        model,
        channel_power=np.maximum(model.channel_power, [quiet.power(plane, tone) for plane in band]),
        power=power,
        texture=max(0.0, model.total - power),
        powers=np.maximum(model.powers, known * quiet.by_tone(model.tones)),
    )


def _weighted(band: list[Plane], model: BandNoise) -> Plane:
    texture = np.zeros_like(band[0])
    for plane, weight in zip(band, model.weights, strict=True):
        texture += np.float32(weight) * plane
    return texture


def _without_noise(band: list[Plane], model: BandNoise, tone: Plane, cut: float) -> Plane:
    """Wiener's gain, with more taken off than there is (Berouti, Schwartz and Makhoul 1979)."""
    texture = _weighted(band, model)
    over = 1 + OVERSUBTRACTED * ramp(model.power / max(NOTHING, model.total), HALF, 1.0)
    noise = np.interp(tone, model.tones, over * model.powers).astype(np.float32)
    found = wide_blur(texture * texture, LOCAL_REACH * cut + LOCAL_LEAST)
    return cast("Plane", texture * np.maximum(found - noise, 0) / np.maximum(found, np.float32(NOTHING)))
