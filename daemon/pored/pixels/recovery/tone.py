"""The original in the export's grading: its pores get the contrast that the retoucher's curves would give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from pored.pixels.planes.gaussian_blur import gaussian_blur
from pored.pixels.planes.median import median
from pored.pixels.planes.reduced import reduced

if TYPE_CHECKING:
    from pored.model import Plane
    from pored.pixels.align.warp import Laid

Curve = NDArray[np.float64]

TONES = 32
"""Places along the original's tones at which a curve is measured."""
WINDOW = 0.1
"""Width of the Gaussian window along the tones, as a share of their range: a grading is smooth."""
RANGES = 40
"""Ranges of tone in the window's width, in which places are counted together."""
FACE_IN_SMALL = 64.0
"""Pixels of a face's width at which tones are compared; pores and spots are averaged away before."""
SOFT = 1.0
"""Blur of the small planes in their pixels, so that a smoothed wrinkle does not count as a tone."""
ELSEWHERE = 0.3
"""Weight of hair, clothes and background beside the skin's 1: they widen the tones' range, but may be graded apart."""
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
GREY = 0.004
"""An export whose channels differ by less than this share of its range, everywhere, is black and white."""
TONED = 0.0125
"""An export each of whose channels is a curve of their mean but for this share of its range, on nine tenths of its
places, is black and white that was toned (sepia, duotone). 21 toned pictures in JPEGs of quality 85 were off by .008 at
most, the same in colour by .045 and more, with two fifths of their colour by .019 and more."""
TONED_SHARE = 0.9
TONED_DEGREE = 5
"""Of the polynomial that is tried as that curve."""
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
BRIGHTEST = 253.5
"""Levels above which a sample of the export is at white: nobody knows what it would have been, and the means of such
places would bend the curve long before its end. Beyond the places that tell, it goes straight on, and is clipped."""
CLIPPED = 0.02
"""Share of a place's pixels that may be at white."""
FEW_TOLD = 0.2
"""Share of all places that must tell."""
SHORT_OF_WHITE = 2.0
"""Levels by which a curve may miss the places at white: of nine portraits that were made too bright or given contrast
they are missed by 0.1 at most, of those that were lit anew from one side, which is no curve, mostly by 3 to 77."""
MIX_ROUNDS = 2
RIDGE = 1e-4
"""Draws the mix towards equal shares where the channels cannot be told apart."""


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


@dataclass(frozen=True, slots=True, eq=False)
class Grading:
    """What turned the original's colours into the export's.

    Attributes:
        mix: weights of the original's channels in a black-and-white export, sum 1; None where it has colours.
        curves: one a channel; a single one for black and white that was not toned.
    """

    mix: Curve | None
    curves: tuple[ToneCurve, ...]

    @property
    def is_none(self) -> bool:
        """Whether it changes nothing."""
        return self.mix is None and all(curve is UNCHANGED for curve in self.curves)


def fit_grading(original: Laid, export: Laid, skin: Plane, face_width: float) -> Grading:
    """The tone curves that the skin, and less so what is around it, went through.

    Args:
        original: (H, W, 3) or (H, W) float32 around a face, laid over the export.
        export: likewise of the export, in its levels.
        skin: (H, W), 1 on skin, 0 elsewhere.
        face_width: in pixels of these planes.

    Returns:
        A curve for each channel; for black and white the channel mix and one curve, or three where it was toned.
    """
    before, after = _small(original, face_width), _small(export, face_width)
    weight = ELSEWHERE + (1 - ELSEWHERE) * _small(skin.astype(np.float32), face_width).ravel().astype(np.float64)
    before, after = np.atleast_3d(before), np.atleast_3d(after)
    told = _unclipped(export, face_width)
    is_grey = _is_grey(after)
    # What has one colour from the start is no black and white: each channel has its own texture and curve.
    if not is_grey and (_is_toned(before) or not _is_toned(after)):
        before = np.broadcast_to(before, after.shape)
        triples = zip(_channels(before), _channels(after), told, strict=True)
        return Grading(None, tuple(_curve(x, y, weight, tells) for x, y, tells in triples))
    channels, grey, tells = _channels(before), _channels(after).mean(axis=0), told.all(axis=0)
    mix = _mix(channels[:, tells], grey[tells], weight[tells])
    pairs = zip(_channels(after)[: 1 if is_grey else None], told, strict=False)
    return Grading(mix, tuple(_curve(mix @ channels, tone, weight, tells) for tone, tells in pairs))


def graded(grading: Grading, original: Laid) -> Laid:
    """The original as the export's grading would have made it.

    Args:
        grading: of ``fit_grading``.
        original: (H, W, 3) or (H, W) float32, as given there or a part of it.

    Returns:
        (H, W, 3), or (H, W) where the original or the export is grey; float32 in the export's levels. What would be
        brighter than white is clipped, as it was in the export.
    """
    if grading.is_none:
        return np.clip(original, 0, WHITE)
    planes = list(cv2.split(original)) if original.ndim > 2 else [original]  # noqa: PLR2004 - a grey picture
    if grading.mix is not None and len(planes) > 1:
        mixed = sum(np.float32(share) * plane for share, plane in zip(grading.mix, planes, strict=True))
        planes = [cast("Plane", mixed)] * len(grading.curves)
    curves = grading.curves if len(planes) > 1 else grading.curves[len(grading.curves) // 2 :][:1]
    toned = [
        np.clip(_through(curve, cast("Plane", plane)), 0, WHITE) for curve, plane in zip(curves, planes, strict=True)
    ]
    return cast("Laid", cv2.merge(toned)) if len(toned) > 1 else toned[0]


def raised_contrast(grading: Grading, export: Laid) -> Plane:
    """By how much a grading raised the contrast of lightness, which on skin is the middle between red and blue.

    Args:
        grading: of ``fit_grading``.
        export: (H, W, 3) or (H, W) float32 in its levels.

    Returns:
        (H, W) float32; 1 where the grading changed nothing.
    """
    planes = list(cv2.split(export)) if export.ndim > 2 else [export]  # noqa: PLR2004 - a grey picture
    ends = [(curve, plane) for curve, plane in ((grading.curves[0], planes[0]), (grading.curves[-1], planes[-1]))]
    slopes = [_slopes(curve)[plane.astype(np.uint8)] for curve, plane in ends[: len(grading.curves)]]
    return cast("Plane", sum(slopes) / np.float32(len(slopes)))


def _slopes(curve: ToneCurve) -> NDArray[np.float32]:
    """Of a curve at every level of the export."""
    slopes = np.interp(np.arange(WHITE + 1), curve.values, curve.slopes)
    return cast("NDArray[np.float32]", slopes.astype(np.float32))


def _small(planes: Laid, face_width: float) -> Laid:
    return gaussian_blur(reduced(planes, max(1, round(face_width / FACE_IN_SMALL))), SOFT)


def _unclipped(export: Laid, face_width: float) -> NDArray[np.bool_]:
    """(C, N), the places that tell a channel's curve: where it is not at white; all of them if those are few."""
    clipped = _small((export > BRIGHTEST).astype(np.float32), face_width)
    told = _channels(np.atleast_3d(clipped)) < CLIPPED
    few = np.count_nonzero(told, axis=1, keepdims=True) < FEW_TOLD * told.shape[1]
    return cast("NDArray[np.bool_]", told | few)


def _channels(planes: Laid) -> Curve:
    """(C, N) float64."""
    return planes.reshape(-1, planes.shape[2]).T.astype(np.float64)


def _is_grey(export: Laid) -> bool:
    return float(np.ptp(export, axis=2).max()) <= GREY * float(np.ptp(export))


def _is_toned(planes: Laid) -> bool:
    """Whether all channels follow their mean, each on a curve of its own."""
    channels = _channels(planes)
    mean = channels.mean(axis=0)
    tone = (mean - mean.mean()) / max(float(mean.std()), RIDGE)
    terms = np.vander(tone, TONED_DEGREE + 1)
    curves, *_ = np.linalg.lstsq(terms, channels.T)
    off = np.abs(channels.T - terms @ curves).max(axis=1)
    return float(np.quantile(off, TONED_SHARE)) <= TONED * float(np.ptp(planes))


def _mix(channels: Curve, grey: Curve, weight: Curve) -> Curve:
    """The shares of the channels whose sum follows the grey best; none negative."""
    count = len(channels)
    if count == 1:
        return np.ones(1)
    shares = np.full(count, 1 / count)
    for _ in range(MIX_ROUNDS):
        believed = _follows_skin(shares @ channels, grey, weight)
        shares = _shares(channels[:, believed], grey[believed], weight[believed])
    return shares


def _shares(channels: Curve, grey: Curve, weight: Curve) -> Curve:
    count = len(channels)
    centred = channels - (channels @ weight / weight.sum())[:, None]
    ridge = RIDGE * np.einsum("cn,cn,n->", centred, centred, weight) * np.eye(count)
    normal = (centred * weight) @ centred.T + ridge
    shares = np.linalg.solve(normal, (centred * weight) @ (grey - grey.mean()) + ridge @ np.full(count, 1 / count))
    shares = np.maximum(shares, 0)
    return shares / shares.sum() if shares.any() else np.full(count, 1 / count)


def _curve(x: Curve, y: Curve, weight: Curve, told: NDArray[np.bool_]) -> ToneCurve:
    """The curve of the places that tell it; of all, where it does not bring the others to white."""
    curve = _fitted(x[told], y[told], weight[told])
    if told.all():
        return curve
    clipped = x[~told]
    brought = np.interp(clipped, curve.tones, curve.values)
    brought += np.maximum(clipped - curve.tones[-1], 0) * curve.slopes[-1]
    short = y[~told] - np.minimum(brought, WHITE)
    return curve if float(short.mean()) < SHORT_OF_WHITE else _fitted(x, y, weight)


def _fitted(x: Curve, y: Curve, weight: Curve) -> ToneCurve:
    believed = _follows_skin(x, y, weight)
    x, y, weight = x[believed], y[believed], weight[believed]
    tones = _tones_of(x)
    if tones is None:
        return UNCHANGED
    low, high = float(tones[0]), float(tones[-1])
    values, slopes = _robust_lines(x, y, weight, tones)
    slight = float(np.abs(values - tones).max()) < UNTOUCHED * high
    if slight and not _shows_elsewhere(x, y, weight, np.interp(x, tones, values), EVIDENT * high):
        return UNCHANGED
    values = np.maximum.accumulate(values)
    overall = (values[-1] - values[0]) / (high - low)
    return ToneCurve(tones, values, np.clip(slopes, overall / STEEPEST, overall * STEEPEST))


def _follows_skin(x: Curve, y: Curve, weight: Curve) -> NDArray[np.bool_]:
    """The skin, and what beside it can have gone through the same rising curve."""
    skin = weight >= BESIDE
    tones = _tones_of(x[skin])
    if tones is None:
        return np.ones_like(skin)
    values, _ = _robust_lines(x[skin], y[skin], weight[skin], tones)
    off = y - np.interp(x, tones, values)
    reach = max(OUTLYING * median(np.abs(off[skin])), BELIEVED * float(x.max()))
    # Darker than all skin, a place may have become as much darker still as it likes; brighter, brighter.
    too_bright = (off > reach) & (x <= tones[-1])
    too_dark = (off < -reach) & (x >= tones[0])
    return cast("NDArray[np.bool_]", skin | ~(too_bright | too_dark))


def _tones_of(x: Curve) -> Curve | None:
    """Where a curve is measured, evenly along nearly all of its tones; None where they tell none."""
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


def _robust_lines(x: Curve, y: Curve, weight: Curve, tones: Curve) -> tuple[Curve, Curve]:
    """Cleveland 1979: a line in a window around each tone; places far off the curve lose their weight (Tukey)."""
    window = WINDOW * (tones[-1] - tones[0])
    values, slopes = _lines(x, y, weight, tones, window)
    for _ in range(ROBUST_ROUNDS):
        off = y - np.interp(x, tones, values)
        reach = OUTLYING * max(median(np.abs(off)), LEAST_DEVIATION * float(tones[-1] - tones[0]))
        kept = weight * np.clip(1 - (off / reach) ** 2, 0, 1) ** 2
        values, slopes = _lines(x, y, kept, tones, window)
    return values, slopes


def _lines(x: Curve, y: Curve, weight: Curve, tones: Curve, window: float) -> tuple[Curve, Curve]:
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
    slopes = shared / np.maximum(power, RIDGE)
    return middle_y + slopes * (tones - middle_x), slopes


def _through(curve: ToneCurve, plane: Plane) -> Plane:
    """The curve applied; beyond the measured tones it goes on along its ends' slopes."""
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
