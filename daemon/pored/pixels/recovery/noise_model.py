"""Tells one band's noise from its texture: a factor model of three channels."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.planes.median import median
from pored.pixels.planes.robust_deviation import MAD_TO_SD

if TYPE_CHECKING:
    from numpy.typing import NDArray

OUTLIER = 4.0
TONES = 4
"""Noise is measured in this many ranges of tone with as many pixels each."""
FEWEST = 512
"""Pixels of a range of tone below which the whole skin's figure serves."""
FLAT = 0.1
"""Of the strongest channel's power: where nothing is known of the channels' proportions, pores are taken to be grey,
but for a channel that has less than this. It lies at white, and shows neither pores nor noise."""
LEAST_NOISE = 1e-2
"""Squared levels; keeps a noiseless channel from taking all the weight."""


@dataclass(frozen=True, slots=True, eq=False)
class BandNoise:
    """What one band consists of.

    Attributes:
        proportions: (3,) of texture in R, G and B, for a lightness of 1.
        weights: (3,) of R, G and B whose sum tells the lightness' texture best.
        channel_power: (3,) variance of noise per channel.
        power: variance of noise in the weighted sum.
        total: variance of the weighted sum.
        texture: variance of lightness' texture, as far as it shows above the noise.
        tones: ascending middles of the ranges of tone, levels.
        powers: variance of noise in the weighted sum at each.
    """

    proportions: NDArray[np.float64]
    weights: NDArray[np.float64]
    channel_power: NDArray[np.float64]
    power: float
    total: float
    texture: float
    tones: NDArray[np.float64]
    powers: NDArray[np.float64]


def measure_band(
    samples: NDArray[np.float32], tones: NDArray[np.float32], proportions: NDArray[np.float64] | None
) -> BandNoise:
    """One band's noise and texture, on skin.

    Texture t is in channel c as a_c t, noise is n_c: the covariance of two channels is a_c a_d var(t), free of noise,
    and three of them give all a_c; what a channel has beyond is noise (Spearman's one-factor model).

    Args:
        samples: (3, N) float32, the band in R, G and B on the skin's pixels.
        tones: (N,) float32, their lightness.
        proportions: of the next coarser band, for where noise hides this one's.
    """
    kept = _without_outliers(samples)
    own, tones = samples[:, kept].astype(np.float64), tones[kept]
    texture, noise = _split(np.cov(own))
    if texture.min() > 0.0:
        proportions = np.sqrt(texture) / _lightness(np.sqrt(texture))
    elif proportions is None:
        proportions = _even(np.diag(np.cov(own)))
    precision = proportions / (noise + LEAST_NOISE)
    weights = precision / float((precision * proportions).sum())
    power, total = float((weights**2 * noise).sum()), float((weights @ own).var())
    middles, powers = _by_tone(own, tones, weights, noise)
    return BandNoise(proportions, weights, noise, power, total, max(0.0, total - power), middles, powers)


def ramp(value: float, start: float, full: float) -> float:
    """How far a value has come from where something begins to where it is whole, 0..1."""
    return min(1.0, max(0.0, (value - start) / (full - start)))


def _split(covariance: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each channel's variance as texture and noise; no texture where the channels have nothing in common."""
    total = np.diag(covariance)
    red_green, red_blue, green_blue = covariance[0, 1], covariance[0, 2], covariance[1, 2]
    if min(red_green, red_blue, green_blue) <= 0.0:
        return np.zeros(3), total.copy()
    texture = np.array(
        [
            red_green * red_blue / green_blue,
            red_green * green_blue / red_blue,
            red_blue * green_blue / red_green,
        ]
    )
    texture = np.minimum(texture, total)
    return texture, total - texture


def _even(total: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of channels with these variances, where nothing else is known of them."""
    shown = np.clip(np.sqrt(total / max(LEAST_NOISE, FLAT * float(total.max()))), LEAST_NOISE, 1.0)
    return shown / _lightness(shown)


def _lightness(amplitudes: NDArray[np.float64]) -> float:
    """Of Desaturate, which on skin takes the middle between red and blue."""
    return float((amplitudes[0] + amplitudes[2]) / 2)


def _by_tone(
    samples: NDArray[np.float64],
    tones: NDArray[np.float32],
    weights: NDArray[np.float64],
    noise: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    edges = np.quantile(tones, np.linspace(0, 1, TONES + 1))
    middles, powers = [], []
    for low, high in pairwise(edges):
        inside = (tones >= low) & (tones <= high)
        here = _split(np.cov(samples[:, inside]))[1] if np.count_nonzero(inside) >= FEWEST else noise
        middles.append((low + high) / 2)
        powers.append(float((weights**2 * here).sum()))
    return np.array(middles), np.array(powers)


def _without_outliers(samples: NDArray[np.float32]) -> NDArray[np.bool_]:
    magnitude = np.abs(samples)
    middles = np.array([[median(channel)] for channel in magnitude], np.float32)
    limits = OUTLIER * MAD_TO_SD * middles + np.float32(LEAST_NOISE)
    return np.asarray((magnitude <= limits).all(axis=0))
