"""How much sharper an export is than its original, beside the skin: pores shall be as crisp as hair and brows are.

Sharpening is a filter. Unsharp Mask of 120 % and 1.5 px doubles the finest detail and hardly touches that of 6 px; skin
and hair differ in which of it they have, so that one factor would not do for both. Its gain is measured by band, on
what is the same in both pictures, and the original's texture goes through the same filter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.photoshop.desaturate import desaturate
from pored.pixels.planes.gaussian_blur import reach
from pored.pixels.planes.median import median
from pored.pixels.planes.wide_blur import wide_blur
from pored.pixels.skin.treated import around, detail_of, resized, working_size

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane

SAME = 0.9
"""Correlation around a pixel from which it shows the same detail in both pictures."""
DETAILED = 4.0
"""Power of detail that counts, squared levels: sharpness shows in hair, brows and cloth, not in a blurred ground."""
EVERYWHERE = 0.85
"""Share of what is detailed that must be the same for the export to be called softer: of nine portraits whose originals
were sharpened 1 is, of exports that were smoothed all over .70 at most."""
SOMEWHERE = 0.35
"""Likewise to be called crisper, which no smoothing does ..."""
SOMEWHERE_STRONG = 0.5
"""... or such a share of the detail's power: in a JPEG of quality 85 faint hair is not the same, of the nine 0.25 to 1
of what is detailed, with 0.61 to 1 of the power."""
EVENLY = 0.2
"""Most by which the middle half of the factors that are left after the filter may differ, as a share of their median:
of nine portraits by 0.01 to 0.10 where they were sharpened or made softer, up to 0.14 at 200 %."""
ALIKE = 0.17
"""Likewise the factors of red, green and blue: sharpness is theirs in common. In 29 portraits whose originals were
sharper or softer, or whose exports got clarity, they differ by 0.15 at most; where hues were turned or replaced, which
no curve a channel follows, so that hair gets another contrast than skin does, by 0.18 to 0.54."""
FEWEST = 500
"""Pixels below which nothing is said."""
TONES = (2, 98)
"""Percentiles of the skin's tones: darker and brighter places may have got another contrast."""
OFF_SKIN = 0.01
FINE_NEAR = 6.0
"""How far around a pixel its detail counts at full size, in pixels: as far as on a face of working width."""
NOTHING = np.finfo(np.float32).eps
EVIDENT = 0.1
"""Less is left alone ..."""
EVIDENT_ALONE = 0.07
"""... unless nothing else was done: in nine portraits, Unsharp Mask of 60 % and 0.6 px makes 0.044 to 0.14 of it, a
fourfold enlargement 0.063 at most, curves 0.045."""
ALONE = 0.97
"""Correlation of the finest band, likewise, where nothing else was done: 0.976 to 0.99 sharpened, 0.87 at most in JPEGs
of quality 75, 0.95 with grain."""
CUTS = (0.7, 1.2, 2.0, 3.5, 6.0)
"""Pixels at working width between bands: half an octave to the next, as wide as sharpening reaches."""
TOLD = 0.9
"""Correlation of a band below which noise or compression hides its gain; then that of the next coarser one counts."""
ROUNDS = 2
"""Bands overlap: so often their gains are set right by what comes of them."""
LEAST, MOST = 0.3, 4.0
"""Gains of a band; Unsharp Mask of 200 % has 3 for the finest detail."""


@dataclass(frozen=True, slots=True)
class Sharpness:
    """The filter that made an export crisper or softer than its original.

    Attributes:
        factor: by which detail beside the skin is stronger in the export, as a whole.
        gains: of each band, the finest first; none where the two are alike.
        step: pixels for one of those in which the cuts between bands are.
    """

    factor: float = 1.0
    gains: tuple[float, ...] = ()
    step: float = 1.0

    @property
    def is_none(self) -> bool:
        """Whether it changes nothing."""
        return not self.gains

    @property
    def margin(self) -> int:
        """Pixels around a part of a plane that the filter looks at."""
        return reach(self.step * CUTS[-1]) if self.gains else 0

    def enlarged(self, factor: float) -> Sharpness:
        """For planes that are so many times as large."""
        return replace(self, step=self.step * factor)

    def applied(self, plane: Plane) -> Plane:
        """A plane of the original as crisp as the export.

        Args:
            plane: (H, W) or (H, W, 3) float32; not a new one where the filter changes nothing.
        """
        if self.is_none:
            return plane
        filtered = plane * np.float32(self.gains[0])
        for cut, (gain, coarser) in zip(CUTS, pairwise((*self.gains, 1.0)), strict=True):
            soft = wide_blur(plane, cut * self.step)
            cv2.scaleAdd(soft, coarser - gain, filtered, filtered)
        return filtered


AS_IT_IS = Sharpness()


@dataclass(frozen=True, slots=True, eq=False)
class BesideSkin:
    """An export at working size, and where beside its skin it is looked at.

    Attributes:
        tone: (h, w) float32 lightness, levels.
        where: (h, w), off the skin, in its tones.
        near: how far around a pixel its detail counts, in pixels of these planes.
        size: width and height of the export's own plane.
    """

    tone: Plane
    where: NDArray[np.bool_]
    near: float
    size: tuple[int, int]


def beside_skin(export: Plane, skin: Plane, face_width: float) -> BesideSkin:
    """What of an export tells how crisp it is.

    Args:
        export: (H, W) float32 lightness, levels.
        skin: (H, W) float32 0..1.
        face_width: in pixels.
    """
    size, near = working_size(skin, face_width), around(face_width)
    tone = resized(export, size)
    where = _off_skin(resized(skin, size), wide_blur(tone, near), near)
    return BesideSkin(tone, where, near, (skin.shape[1], skin.shape[0]))


def sharpness(original: Plane, colours: tuple[Plane, Plane], beside: BesideSkin) -> Sharpness:
    """By which filter the export's fine detail is stronger where it was not smoothed.

    Another RAW developer, or sharpening as the last step, makes all of a picture crisper; clarity gives it contrast. A
    skin's texture that is brought back has to follow.

    Args:
        original: (H, W) float32 lightness, in the export's tones, levels.
        colours: (H, W, 3) float32, both pictures in these tones.
        beside: of the export.

    Returns:
        ``AS_IT_IS`` where the two are alike, where there is too little to tell by, or where the export was changed in
        other ways too, such as other colours.
    """
    height, width = beside.tone.shape
    own = resized(original, (width, height))
    return _filter_between((own, beside.tone), colours, beside.where, beside.near, beside.size[0] / width)


def finer_sharpness(original: Plane, export: Plane, where: NDArray[np.bool_]) -> Sharpness:
    """Likewise at full size, where a large face was looked at reduced, which shows no sharpening of its pixels.

    Args:
        original: (H, W, 3) float32, already as crisp as the export as far as the reduced planes tell.
        export: likewise.
        where: (H, W), off the skin, in its tones.
    """
    own, others = desaturate(original), desaturate(export)
    return _filter_between((own, others), (original, export), where, FINE_NEAR, 1.0)


def detailed_beside(original: Plane, beside: BesideSkin) -> Plane:
    """Where beside the skin hair, brows or cloth tell how crisp a picture is; 0 or 1, of the original's size.

    Args:
        original: as for ``sharpness``.
        beside: likewise.
    """
    height, width = beside.tone.shape
    detail = detail_of(resized(original, (width, height)))
    detailed = beside.where & (wide_blur(detail * detail, beside.near) > DETAILED)
    return resized(detailed.astype(np.float32), beside.size)


def _filter_between(
    pair: tuple[Plane, Plane],
    colours: tuple[Plane, Plane],
    beside: NDArray[np.bool_],
    near: float,
    step: float,
) -> Sharpness:
    """The filter from one plane to another, if it is one, and all that was done."""
    own, others = pair
    power, strength, shared = _powers(detail_of(own), detail_of(others), near)
    detailed = (power > DETAILED) & beside
    same = detailed & (shared > SAME * np.sqrt(power * strength))
    count, most = np.count_nonzero(same), np.count_nonzero(detailed)
    enough = count > SOMEWHERE * most or power[same].sum() > SOMEWHERE_STRONG * power[detailed].sum()
    if count < FEWEST or not enough:
        return AS_IT_IS
    factor = median(np.sqrt(strength[same] / power[same]))
    everywhere = factor > 1 or count > EVERYWHERE * most
    if not everywhere or abs(factor - 1) < EVIDENT_ALONE or _hues_differ(*colours, same, near, factor):
        return AS_IT_IS
    gains, finest = _gains(own, others, same, near)
    if abs(factor - 1) < EVIDENT and finest < ALONE:
        return AS_IT_IS
    filtered = detail_of(Sharpness(factor, gains).applied(own))
    left = np.sqrt(strength[same] / wide_blur(filtered * filtered, near)[same])
    lower, middle, upper = np.percentile(left, (25, 50, 75))
    return Sharpness(factor, gains, step) if upper - lower < EVENLY * middle else AS_IT_IS


def _powers(own: Plane, others: Plane, near: float) -> tuple[Plane, Plane, Plane]:
    """Around each pixel: both planes' power, and what they share."""
    power, strength, shared = (wide_blur(product, near) for product in (own * own, others * others, own * others))
    return power, strength, shared


def _gains(own: Plane, others: Plane, same: NDArray[np.bool_], near: float) -> tuple[tuple[float, ...], float]:
    """Of each band, the finest first; and how well the finest correlates."""
    wanted, correlation = np.ones(len(CUTS)), 0.0
    bands = list(zip(_bands(own), _bands(others), strict=True))
    for place, (one, other) in reversed([*enumerate(bands)]):
        power, strength, shared = (plane[same] for plane in _powers(one, other, near))
        correlation = float(shared.sum() / np.sqrt(power.sum(dtype=np.float64) * strength.sum(dtype=np.float64)))
        told = correlation > TOLD or place == len(CUTS) - 1
        wanted[place] = _ratio(strength, power) if told else wanted[place + 1]
    gains = wanted
    for _ in range(ROUNDS):
        made = Sharpness(1.0, tuple(gains)).applied(own)
        reached = [
            _ratio(*(wide_blur(band * band, near)[same] for band in pair))
            for pair in zip(_bands(made), _bands(own), strict=True)
        ]
        gains = np.clip(gains * wanted / reached, LEAST, MOST)
    return tuple(gains.tolist()), correlation


def _ratio(strength: Plane, power: Plane) -> float:
    """By which amplitude one differs from the other, for most of the places."""
    return median(np.sqrt(strength / np.maximum(power, NOTHING)))


def _bands(plane: Plane) -> list[Plane]:
    """The finest first; what is coarser than all cuts is left out."""
    planes = [plane, *(wide_blur(plane, cut) for cut in CUTS)]
    return [finer - coarser for finer, coarser in pairwise(planes)]


def _hues_differ(original: Plane, export: Plane, where: NDArray[np.bool_], near: float, factor: float) -> bool:
    """Whether one channel's detail is that much stronger than another's, in a region of the working size."""
    factors, size = [], where.shape[::-1]
    for planes in zip(cv2.split(original), cv2.split(export), strict=True):
        ours, theirs = (detail_of(resized(cast("Plane", plane), size)) for plane in planes)
        power, own = (wide_blur(detail * detail, near)[where] for detail in (ours, theirs))
        factors.append(_ratio(own, power))
    return max(factors) - min(factors) > ALIKE * factor


def _off_skin(skin: Plane, tone: Plane, reach: float) -> NDArray[np.bool_]:
    """Off the skin by what the blur reaches, in the skin's own tones."""
    full = skin > 1 / 2
    if not full.any():
        return np.zeros(skin.shape, bool)
    wide = 2 * round(2 * reach) + 1
    near = cv2.dilate((skin > OFF_SKIN).astype(np.uint8), np.ones((wide, wide), np.uint8))
    darkest, brightest = np.percentile(tone[full], TONES)
    return cast("NDArray[np.bool_]", (near == 0) & (tone > darkest) & (tone < brightest))
