"""Noise beside the skin: where an export is clean and lost nothing else, all that its original has more is noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.planes.gaussian_blur import gaussian_blur
from pored.pixels.planes.median import median
from pored.pixels.planes.reduced import reduced
from pored.pixels.recovery.noise_model import ramp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane

FINEST = 0.6
"""Pixels: noise is finer than what else may have been lost."""
WINDOW = 16
"""Pixels: side of the windows in which power is measured."""
FEWEST = 40
"""Windows below which nothing is said."""
EVEN = 1.6
"""Noise is the same everywhere, texture is not: it is what as many windows as possible have up to so many times ..."""
SEEN, SURE = 0.56, 0.68
"""... if they are so large a share of all: .71 to .97 in nine portraits with noise (.45 to .95 where all of it had been
smoothed), .23 to .55 in those that were smoothed all over and had none that could be seen."""
FAINT, PLAIN = 0.35, 0.5
"""Levels: the rounding of two 8-bit files makes .3 of it, and what so little goes with in coarser bands is no noise."""
NEAR_TONES = 40.0
"""Levels beyond the skin's tones in which noise is taken to be as on skin."""
NOTHING = 1e-2
"""Squared levels: rounding's."""


@dataclass(frozen=True, slots=True, eq=False)
class QuietWindows:
    """Windows that show noise and nothing else.

    Attributes:
        where: (h, w), one for each window of ``WINDOW`` by ``WINDOW`` pixels.
        certainty: 0..1, that it is noise what they show.
    """

    where: NDArray[np.bool_]
    certainty: float

    def power(self, band: Plane, tone: Plane) -> float:
        """Variance of the noise in a band of the difference, given that band of the tone; 0 where none was seen."""
        return self.certainty * max(0.0, median(_lost(band, tone)[self.where])) if self.certainty else 0.0


def quiet_windows(difference: Plane, tone: Plane, skin: NDArray[np.bool_], beside: NDArray[np.bool_]) -> QuietWindows:
    """Where beside the skin a pair's difference is the original's noise.

    Args:
        difference: (H, W) float32, original less export, levels.
        tone: (H, W) float32, the export's lightness.
        skin: (H, W), whose tones count.
        beside: (H, W), where there is no skin.
    """
    low, high = np.percentile(tone[skin], (2, 98))
    tones = reduced(tone, WINDOW)
    whole = reduced(beside.astype(np.float32), WINDOW) == 1
    asked = whole & (tones > low - NEAR_TONES) & (tones < high + NEAR_TONES)
    if np.count_nonzero(asked) < FEWEST:
        return QuietWindows(asked, 0.0)
    powers = _lost(*(plane - gaussian_blur(plane, FINEST) for plane in (difference, tone)))
    least, count = _densest(np.sort(powers[asked]))
    share = count / np.count_nonzero(asked)
    quiet = asked & (powers >= least) & (powers <= EVEN * least)
    return QuietWindows(quiet, ramp(share, SEEN, SURE) * ramp(math.sqrt(least), FAINT, PLAIN))


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
