"""The tone curve that one channel of the original went through to become the export's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from pored.pixels.planes.median import median

if TYPE_CHECKING:
    from pored.model import Plane

Curve = NDArray[np.float64]

TONES = 32
"""Places along the original's tones at which a curve is measured."""
WINDOW = 0.1
"""Width of the Gaussian window along the tones, as a share of their range: a grading is smooth."""
RANGES = 40
"""Ranges of tone in the window's width, in which places are counted together."""
BESIDE = 0.335
"""Weight below which a place is not skin, but for a twentieth."""
BELIEVED = 0.08
"""Share of the brightest tone by which a place beside the skin may at least be off the skin's curve and still count:
where a background was replaced or graded apart, it says nothing about the skin."""
ROBUST_ROUNDS = 2
OUTLYING = 4.0
"""A place further off the curve than this many median deviations was retouched, not graded; it does not count."""
LEAST_DEVIATION = 0.01
"""The median deviation counts as at least this share of the tones' range: where nothing but the skin was touched it is
nought, and the skin would be thrown out."""
STEEPEST = 2.5
TABLE = 4096
"""Entries of the table by which a curve is applied; the step is far below a level of 8 bit."""
FEWEST = 50
NARROWEST = 0.02
"""Tones that differ by less than this share of the brightest tell no curve."""
UNTOUCHED = 0.02
"""A curve that nowhere leaves the identity by more than this share of its white is the identity: smoothing lifts tones
a little by itself, and an ungraded original shall stay as it is to the last bit ..."""
EVIDENT = 0.004
"""... unless what is not skin, which nobody smoothed, differs by more than this share, and by half of that after the
curve: then it is a slight grading. Where nothing was graded, it differs by 0.0023 at most in nine portraits' JPEGs of
quality 60, noisy, turned and resized ones."""
WHITE = 255.0
SHORT_OF_WHITE = 2.0
"""Levels by which a curve may miss the places at white: of nine portraits that were made too bright or given contrast
they are missed by 0.1 at most, of those that were lit anew from one side, which is no curve, mostly by 3 to 77."""
NOTHING = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class ToneCurve:
    """One channel of the original to one of the export.

    Attributes:
        tones: (N,) rising levels of the original, evenly spaced.
        values: (N,) the export's levels there, never falling.
        slopes: (N,) by how much contrast grows there; within 1 / 2.5 .. 2.5 of what it grows by overall.
    """

    tones: Curve
    values: Curve
    slopes: Curve


UNCHANGED = ToneCurve(np.array([0.0, 1.0]), np.array([0.0, 1.0]), np.ones(2))
"""The identity."""


def fit_curve(x: Curve, y: Curve, weight: Curve, told: NDArray[np.bool_]) -> ToneCurve:
    """The curve of the places that tell it; of all, where it does not bring the others to white.

    Args:
        x: (N,) levels of the original.
        y: (N,) levels of the export at the same places.
        weight: (N,) above ``BESIDE`` on skin.
        told: (N,) where the export is not at white.
    """
    curve = _fitted(x[told], y[told], weight[told])
    if told.all():
        return curve
    clipped = x[~told]
    brought = np.interp(clipped, curve.tones, curve.values)
    brought += np.maximum(clipped - curve.tones[-1], 0) * curve.slopes[-1]
    short = y[~told] - np.minimum(brought, WHITE)
    return curve if float(short.mean()) < SHORT_OF_WHITE else _fitted(x, y, weight)


def _fitted(x: Curve, y: Curve, weight: Curve) -> ToneCurve:
    believed = follows_skin(x, y, weight)
    x, y, weight = x[believed], y[believed], weight[believed]
    tones = tones_of(x)
    if tones is None:
        return UNCHANGED
    low, high = float(tones[0]), float(tones[-1])
    values, slopes = robust_lines(x, y, weight, tones)
    slight = float(np.abs(values - tones).max()) < UNTOUCHED * high
    if slight and not _shows_elsewhere(x, y, weight, np.interp(x, tones, values), EVIDENT * high):
        return UNCHANGED
    values = np.maximum.accumulate(values)
    overall = (values[-1] - values[0]) / (high - low)
    return ToneCurve(tones, values, np.clip(slopes, overall / STEEPEST, overall * STEEPEST))


def follows_skin(x: Curve, y: Curve, weight: Curve) -> NDArray[np.bool_]:
    """(N,) the skin, and what beside it can have gone through the same rising curve; arguments as of ``fit_curve``."""
    skin = weight >= BESIDE
    tones = tones_of(x[skin])
    if tones is None:
        return np.ones_like(skin)
    values, _ = robust_lines(x[skin], y[skin], weight[skin], tones)
    off = y - np.interp(x, tones, values)
    reach = max(OUTLYING * median(np.abs(off[skin])), BELIEVED * float(x.max()))
    # Darker than all skin, a place may have become as much darker still as it likes; brighter, brighter.
    too_bright = (off > reach) & (x <= tones[-1])
    too_dark = (off < -reach) & (x >= tones[0])
    return cast("NDArray[np.bool_]", skin | ~(too_bright | too_dark))


def tones_of(x: Curve) -> Curve | None:
    """(TONES,) where a curve is measured, evenly along nearly all of these; None where they tell none."""
    if x.size < FEWEST:
        return None
    low, high = (float(edge) for edge in np.percentile(x, (0.5, 99.5)))
    return np.linspace(low, high, TONES) if high - low > NARROWEST * high else None


def _shows_elsewhere(x: Curve, y: Curve, weight: Curve, toned: Curve, evident: float) -> bool:
    """Whether a slight grading is to be seen beside the skin, and the toned places are much nearer to it."""
    beside = weight < BESIDE
    if np.count_nonzero(beside) < FEWEST:
        return False
    before, after = (median(np.abs(y - each)[beside]) for each in (x, toned))
    return before > evident and after < before / 2


def robust_lines(x: Curve, y: Curve, weight: Curve, tones: Curve) -> tuple[Curve, Curve]:
    """A curve and its slopes, not rising as yet: a line in a window around each tone (Cleveland 1979).

    Places far off the curve lose their weight (Tukey's).
    """
    values, slopes = lines(x, y, weight, tones)
    for _ in range(ROBUST_ROUNDS):
        kept = weight * near_curve(y - np.interp(x, tones, values), tones)
        values, slopes = lines(x, y, kept, tones)
    return values, slopes


def near_curve(off: Curve, tones: Curve) -> Curve:
    """(N,) 0..1, Tukey's weight of places that are so many levels off their curve."""
    reach = OUTLYING * max(median(np.abs(off)), LEAST_DEVIATION * float(tones[-1] - tones[0]))
    return np.clip(1 - (off / reach) ** 2, 0, 1) ** 2


def lines(x: Curve, y: Curve, weight: Curve, tones: Curve) -> tuple[Curve, Curve]:
    """(TONES,) each: values and slopes of the weighted lines around each tone."""
    window = WINDOW * (tones[-1] - tones[0])
    # Moments around the middle of all tones, so that their differences keep their digits; summed up in ranges of tone
    # that are far narrower than the window.
    x, tones = x - tones[TONES // 2], tones - tones[TONES // 2]
    step = window / RANGES
    place = np.round((x - x.min()) / step).astype(np.intp)
    sums = (np.bincount(place, weights=weight * values) for values in (np.ones_like(x), x, y, x * y, x * x))
    middles = x.min() + step * np.arange(place.max() + 1)
    near = np.exp(-(((middles - tones[:, None]) / window) ** 2) / 2)
    total, sum_x, sum_y, sum_xy, sum_xx = (near @ values for values in sums)
    total += np.finfo(np.float64).tiny
    middle_x, middle_y = sum_x / total, sum_y / total
    shared, power = sum_xy - total * middle_x * middle_y, sum_xx - total * middle_x**2
    slopes = shared / np.maximum(power, NOTHING)
    return middle_y + slopes * (tones - middle_x), slopes


def through(curve: ToneCurve, plane: Plane) -> Plane:
    """The curve applied to (H, W) float32 levels; beyond the measured tones it goes on along its ends' slopes."""
    if curve is UNCHANGED:
        return plane
    low, high = float(curve.tones[0]), float(curve.tones[-1])
    places = np.linspace(low, high, TABLE)
    table = np.interp(places, curve.tones, curve.values).astype(np.float32)[None, :]
    at = (plane - np.float32(low)) * np.float32((TABLE - 1) / (high - low))
    # A remap of a one-line picture is a table look-up between entries, many times faster than np.interp.
    inside = cv2.remap(table, at, np.zeros_like(at), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    below = np.minimum(plane - np.float32(low), 0) * np.float32(curve.slopes[0])
    above = np.maximum(plane - np.float32(high), 0) * np.float32(curve.slopes[-1])
    return cast("Plane", inside + below + above)
