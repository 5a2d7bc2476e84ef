"""Clean skin texture in the place of blemishes: what is sound of the original's own, and patches from nearby."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.blemish.graft_quilt import choose_tiles, lay_tiles
from pored.pixels.planes.gaussian_blur import gaussian_blur
from pored.pixels.planes.robust_deviation import robust_deviation
from pored.pixels.planes.wide_blur import wide_blur

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane
    from pored.pixels.blemish.graft_quilt import Tiles

    Values = NDArray[np.floating]

BAND_CUTS = (0.25, 0.5)
"""Where the high band is cut into fine, middle and coarse, in radii."""
BAND_REACH = (0.5, 0.67, 1.0)
"""How far around a pixel each band's energy is taken, in radii."""
NORMAL_REACH = 6.0
"""How far around a pixel clean skin says what is normal, in radii."""
SHRINK = 1.25
"""Power of the Wiener gain: above 1 suppresses what is left of a blemish harder, at the cost of true texture."""
OUTLIER = 4.0
FULL_SKIN = 0.9
TOUCHED = 0.02
"""Weight above which a pixel is no source of clean texture."""
ALIKE_REACH = 1.0
"""How far around a pixel what is grafted is compared with what was taken, in radii."""
DOUBT = 0.3
"""Power of usual texture that counts against a faint blemish."""
MOST_MADE_GOOD = 1.5
INSIDE = 0.5
FAR = 4.0
"""Where no clean pixel is near, the low part is taken from this many radii around."""
FAR_SHARE = 0.02
WHOLLY_SEEN = 0.999
NOTHING = 1e-3
TONE_REACH = 1.5
LEAST_FOREIGN = 0.05
"""Power of what is foreign in an export, in that of what it lacks, up to which it is but rounding and is left alone;
from twice as much on it counts wholly. To leave so much in makes texture rougher by a twentieth, which nobody sees."""


def clean_high_band(difference: Plane, weight: Plane, radius: float) -> Plane:
    """High pass whose low part is seen by clean pixels only, so that a blemish leaves no ring around itself.

    Args:
        difference: (H, W) float32, lightness of original less export, levels.
        weight: (H, W) float32, 1 on blemishes.
        radius: of High Pass, pixels.

    Returns:
        (H, W) float32; High Pass of the difference where no blemish is near. Normalised convolution (Knutsson and
        Westin 1993) with 1 - weight as certainty.
    """
    certainty = 1 - weight
    near = gaussian_blur(difference * certainty, radius)
    seen_near = gaussian_blur(certainty, radius)
    far = wide_blur(difference * certainty, FAR * radius)
    seen_far = wide_blur(certainty, FAR * radius)
    hidden = seen_near < WHOLLY_SEEN
    low = near / np.maximum(seen_near, np.float32(WHOLLY_SEEN))
    low[hidden] = (near[hidden] + FAR_SHARE * far[hidden] / (seen_far[hidden] + NOTHING)) / (
        seen_near[hidden] + FAR_SHARE
    )
    return cast("Plane", difference - low)


def clean_skin(high_band: Plane, weight: Plane, skin: Plane) -> NDArray[np.bool_]:
    """Where texture is fit to be copied: on full skin, off blemishes, without strong detail; (H, W) bool."""
    full = skin > FULL_SKIN
    if not full.any():
        return full
    magnitude = np.abs(high_band)
    limit = OUTLIER * robust_deviation(magnitude[full])
    strong = cv2.dilate((magnitude > limit).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    clean: NDArray[np.bool_] = full & (weight < TOUCHED) & ~strong
    return clean


def tiles_of_clean_skin(
    high_band: Plane, weight: Plane, clean: NDArray[np.bool_], tone: Plane, radius: float
) -> Tiles | None:
    """Where the clean texture for blemishes comes from; None where there are no blemishes, or no clean skin.

    Args:
        high_band: as for ``graft``.
        weight: likewise.
        clean: likewise.
        tone: (H, W) float32 lightness of the export; patches come from skin of similar tone.
        radius: as for ``graft``.
    """
    if not (weight > TOUCHED).any() or not clean.any():
        return None
    return choose_tiles(high_band, weight, clean, wide_blur(tone, TONE_REACH * radius), radius)


def graft(
    bands: tuple[Plane, Plane, Plane], weight: Plane, clean: NDArray[np.bool_], tiles: Tiles | None, radius: float
) -> Plane:
    """The high band with clean texture where the weight is set; elsewhere its own values.

    Band by band, as much of the place's own texture stays as is likely texture: by Wiener's gain n / e, with e the
    energy found there and n what clean skin around has. The rest of n comes from patches of clean skin nearby, so that
    the energy is whole: neither ring nor hole. Grain and pores of the export's own (``foreign_share``) go out of the
    place and out of the patches, else those of both would add up there: a place 1.7 times as rough as the skin around
    it. What of it still looks like the blemish is taken out.

    Args:
        bands: three of (H, W) float32 signed levels: the high band, best from ``clean_high_band``; what was taken off
            it with the blemish's colour (``lightness_of_colour``); the export's own high band.
        weight: (H, W) float32, 1 on blemishes, soft edges.
        clean: (H, W) bool, see ``clean_skin``.
        tiles: of ``tiles_of_clean_skin``.
        radius: of High Pass, pixels.

    Returns:
        (H, W) float32. Without clean skin the weighted part is left out rather than made up.
    """
    high_band, coloured, export = bands
    if not (weight > TOUCHED).any():
        return high_band
    if tiles is None:
        return high_band * (1 - weight)
    touched = np.nonzero(weight > TOUCHED)
    mixed = np.zeros(len(touched[0]), np.float32)
    taken, usual = coloured.copy(), np.zeros_like(high_band)
    certain = clean.astype(np.float32)
    seen = np.maximum(wide_blur(certain, NORMAL_REACH * radius)[touched], NOTHING)
    split = (
        _bands(plane, radius)
        for plane in (high_band, export, *(lay_tiles(each, tiles) for each in (high_band, export)))
    )
    for own, below, patch, patch_below, reach in zip(*split, BAND_REACH, strict=True):
        power = own * own
        normal, shared, kept = (
            wide_blur(plane * certain, NORMAL_REACH * radius)[touched] / seen
            for plane in (power, own * below, below * below)
        )
        found = gaussian_blur(power, max(1.0, reach * radius))[touched]
        likely = np.minimum(1, normal / np.maximum(found, NOTHING)) ** SHRINK
        gain = 1 - weight[touched] * (1 - likely)
        taken[touched] += own[touched] * (1 - gain)
        usual[touched] += normal
        grafted, foreign = np.maximum(0, 1 - gain), foreign_share(normal, shared, kept)
        mixed += own[touched] * gain - below[touched] * grafted * foreign
        mixed += (patch[touched] + patch_below[touched] * foreign) * np.sqrt(grafted)
    result = high_band.copy()
    result[touched] = mixed
    return _without_dots(_unlike(result, taken, usual, weight, radius), weight)


def foreign_share(missing: Values, shared: Values, kept: Values) -> Values:
    """How much of the export's own texture is none of the original's: grain, or pores that a network made up.

    It is in the missing detail as well, with the other sign, and so cancels where that is laid over it. Regression of
    the one on the other tells its share.

    Args:
        missing: (N,) mean power of the missing detail on clean skin, squared levels.
        shared: (N,) mean of its product with the export's own detail.
        kept: (N,) that one's mean power.

    Returns:
        (N,), 0 to 1.
    """
    certain = np.clip(-shared / np.maximum(LEAST_FOREIGN * missing, NOTHING) - 1, 0, 1)
    share: Values = certain * np.clip(-shared / np.maximum(kept, NOTHING), 0, 1)
    return share


def _bands(plane: Plane, radius: float) -> tuple[Plane, Plane, Plane]:
    fine, middle = (gaussian_blur(plane, cut * radius) for cut in BAND_CUTS)
    return plane - fine, fine - middle, middle


def _unlike(grafted: Plane, taken: Plane, usual: Plane, weight: Plane, radius: float) -> Plane:
    """What was grafted, without what in it looks like the blemish that was taken out, and as strong as before.

    A rim may be left, and a patch may by chance lie as the blemish lay. Around each place what was grafted is regressed
    on what was taken; that is left out, and the rest made as much stronger.

    Args:
        grafted: (H, W) float32 signed levels.
        taken: likewise, the blemish: what the original's own high band lost.
        usual: (H, W) float32, power of clean texture around: what is no stronger may have been texture.
        weight: (H, W) float32, 1 on blemishes.
        radius: of High Pass, pixels.
    """
    reach = ALIKE_REACH * radius
    shared = gaussian_blur(taken * grafted * weight, reach)
    strength = gaussian_blur((taken * taken + np.float32(DOUBT) * usual) * weight, reach)
    rest = grafted - weight * taken * shared / (strength + np.float32(NOTHING))
    before, after = (gaussian_blur(plane * plane * weight, reach) for plane in (grafted, rest))
    gain = np.sqrt((before + np.float32(NOTHING)) / (after + np.float32(NOTHING)))
    return cast("Plane", rest * (1 + weight * (np.minimum(gain, MOST_MADE_GOOD) - 1)))


def _without_dots(high_band: Plane, weight: Plane) -> Plane:
    """No place as a whole darker or lighter than the export made it: each place's mean is taken out."""
    inside = weight > INSIDE
    count, found = cv2.connectedComponents(inside.astype(np.uint8))
    labels = cast("NDArray[np.int32]", found)[inside]
    sums = np.bincount(labels, weights=high_band[inside], minlength=count)
    means = (sums / np.maximum(1, np.bincount(labels, minlength=count))).astype(np.float32)
    even = high_band.copy()
    even[inside] -= means[labels]
    return even
