"""Noise beside the skin: where an export is clean and lost nothing else, all that its original has more is noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from pored.pixels.planes.gaussian_blur import gaussian_blur
from pored.pixels.planes.median import median
from pored.pixels.planes.reduced import reduced
from pored.pixels.recovery.noise_model import ramp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane

BANDS = (0.6, 1.0)
"""Upper cuts in pixels: noise is finer than what else may have been lost. A JPEG has lost the finest of it here and
there, and so has what was turned or resized; the next band then still shows that it is even."""
WINDOW = 16
"""Pixels: side of the windows in which power is measured."""
FEWEST = 40
"""Windows below which nothing is said."""
EVEN = 1.6
"""Noise is the same everywhere, texture is not: it is what as many windows as possible have up to so many times ..."""
SHARES = ((0.56, 0.68), (0.5, 0.62))
"""... if they are so large a share of all, by band. In the first: .71 to .97 in nine portraits with noise (.45 to .95
where all of it had been smoothed), .23 to .55 in those that were smoothed all over and had none that could be seen. In
the second, of originals that are JPEGs of quality 90 with coarse colours: .39 to .74 with noise of 3 levels, .57 to .89
with 5; of six portraits that were smoothed all over .12 to .58, but .71 of one with a grain of its own."""
LEVELS = ((0.35, 0.5), (0.2, 0.3))
"""Levels by band: the rounding of two 8-bit files makes .3 and .15 of it, and what so little goes with in coarser bands
is no noise."""
WORTH = 0.3
"""Share and, of the last band, level below which a coarser band is not looked at: it would show less still."""
NEAR_TONES = 40.0
"""Levels beyond the skin's tones in which noise is taken to be as on skin."""
FLAT = 0.1
"""Least contrast that counts: where a grading took nearly all of it, what is left is rounding."""
SAME_TONE = 10.0
"""Levels: skin of about this tone is asked by how much its noise was raised."""
TELLING = 0.3
"""Share of a window's power that its busy tone may have made by chance (hair, cloth): of a window in which it may have
made more, nothing is known. With that, noise in JPEGs of quality 90 is seen with a certainty of .93 in the mean of 25
portraits, not .83; in 125 pairs that were smoothed all over, by five means, with .02 as before."""
HALF = 0.5
NOTHING = 1e-2
"""Squared levels: rounding's."""


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """What lies beside the skin.

    Attributes:
        where: (H, W), where there is no skin.
        contrast: (H, W) float32, by how much the export's grading raised contrast, as of ``raised_contrast``: noise
            that was even in the original is as uneven as that in the export's colours. None where nothing was graded.
    """

    where: NDArray[np.bool_]
    contrast: Plane | None = None


@dataclass(frozen=True, slots=True, eq=False)
class QuietWindows:
    """Windows that show noise and nothing else.

    Attributes:
        where: (h, w), one for each window of ``WINDOW`` by ``WINDOW`` pixels.
        certainty: 0..1, that it is noise what they show.
        gain: (h, w) float32, by how much the grading raised the power of noise in each window.
        skin_tones: (N,) float32, of the windows that show skin.
        skin_gains: likewise their gain.
    """

    where: NDArray[np.bool_]
    certainty: float
    gain: Plane
    skin_tones: NDArray[np.float32]
    skin_gains: NDArray[np.float32]

    def power(self, band: Plane, tone: Plane) -> float:
        """Variance of the noise in a band of the difference, given that band of the tone; 0 where none was seen.

        On skin of the tones that it has.
        """
        if not self.certainty:
            return 0.0
        mean = float(self.skin_gains.mean()) if self.skin_gains.size else 1.0
        return mean * self.certainty * max(0.0, median((_lost(band, tone) / self.gain)[self.where]))

    def by_tone(self, tones: NDArray[np.float64]) -> NDArray[np.float64]:
        """The variance at each of some tones of skin, for a mean of 1."""
        if not self.skin_gains.size:
            return np.ones_like(tones)
        near = np.exp(-(((self.skin_tones - tones[:, None]) / SAME_TONE) ** 2) / 2) + NOTHING
        gains = near @ (self.skin_gains / self.skin_gains.mean()) / near.sum(axis=1)
        return cast("NDArray[np.float64]", gains)


def quiet_windows(difference: Plane, tone: Plane, skin: NDArray[np.bool_], beside: Beside) -> QuietWindows:
    """Where beside the skin a pair's difference is the original's noise.

    Args:
        difference: (H, W) float32, original less export, levels.
        tone: (H, W) float32, the export's lightness.
        skin: (H, W), whose tones count.
        beside: what is not skin.
    """
    low, high = np.percentile(tone[skin], (2, 98))
    tones = reduced(tone, WINDOW)
    gain = np.ones_like(tones) if beside.contrast is None else np.maximum(reduced(beside.contrast, WINDOW), FLAT) ** 2
    whole = reduced(beside.where.astype(np.float32), WINDOW) == 1
    asked = whole & (tones > low - NEAR_TONES) & (tones < high + NEAR_TONES)
    quiet, certainty = (
        _even_in_a_band(difference, tone, gain, asked) if np.count_nonzero(asked) >= FEWEST else (asked, 0)
    )
    on_skin = reduced(skin.astype(np.float32), WINDOW) > HALF if certainty else np.zeros_like(asked)
    return QuietWindows(quiet, certainty, gain, tones[on_skin], gain[on_skin])


def _even_in_a_band(
    difference: Plane, tone: Plane, gain: Plane, asked: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], float]:
    """Which windows have the same power, but for their gain, and how sure it is that it is noise."""
    quiet, certainty = asked, 0.0
    for cut, shares, levels in zip(BANDS, SHARES, LEVELS, strict=True):
        coarser = gaussian_blur(difference, cut), gaussian_blur(tone, cut)
        bands = difference - coarser[0], tone - coarser[1]
        powers = _lost(*bands)
        difference, tone = coarser
        own = powers / gain
        told = asked & _tells(powers, *bands)
        if np.count_nonzero(told) < FEWEST:
            continue
        least, count = _densest(np.sort(own[told]))
        here = told & (own >= least) & (own <= EVEN * least)
        share, level = count / np.count_nonzero(told), math.sqrt(least * float(gain[here].mean())) if count else 0.0
        sure = ramp(share, *shares) * ramp(level, *levels)
        if sure > certainty:
            quiet, certainty = here, sure
        if certainty == 1.0 or share < WORTH or level < LEVELS[-1][0]:
            break
    return quiet, certainty


def _tells(powers: Plane, difference: Plane, tone: Plane) -> NDArray[np.bool_]:
    """Windows in which a difference that has nothing to do with the tone would go along with it by little only."""
    chance = np.sqrt(reduced(difference * difference, WINDOW) * reduced(tone * tone, WINDOW)) / WINDOW
    return np.asarray(chance <= TELLING * np.abs(powers))


def _densest(powers: NDArray[np.float32]) -> tuple[float, int]:
    """Of ascending powers, the one that has most others within ``EVEN`` times itself, and how many it has."""
    some = powers[powers > NOTHING]
    if not some.size:
        return NOTHING, 0
    counts = np.searchsorted(some, EVEN * some, side="right") - np.arange(some.size)
    place = int(counts.argmax())
    return float(some[place]), int(counts[place])


def _lost(difference: Plane, tone: Plane) -> Plane:
    """By window, the original's power that the export has not: what that has of its own is not the original's."""
    return reduced(difference * (difference + tone), WINDOW)
