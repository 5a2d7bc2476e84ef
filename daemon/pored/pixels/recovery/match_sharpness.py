"""How much sharper an export is than its original, beside the skin: pores shall be as crisp as hair and brows are."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

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
"""Likewise to be called crisper, which no smoothing does."""
EVENLY = 0.3
"""Most by which the middle half of the factors may differ, as a share of the median."""
ALIKE = 0.17
"""Likewise the factors of red, green and blue: sharpness is theirs in common. In 29 portraits whose originals were
sharper or softer, or whose exports got clarity, they differ by 0.15 at most; where hues were turned or replaced, which
no curve a channel follows, so that hair gets another contrast than skin does, by 0.18 to 0.54."""
FEWEST = 500
"""Pixels below which nothing is said."""
TONES = (2, 98)
"""Percentiles of the skin's tones: darker and brighter places may have got another contrast."""
OFF_SKIN = 0.01
EVIDENT = 0.1
"""Less is left alone."""
LEAST, MOST = 0.6, 1.5


def sharpness(original: Plane, export: Plane, colours: tuple[Plane, Plane], skin: Plane, face_width: float) -> float:
    """By which factor the export's fine detail is stronger where it was not smoothed.

    Another RAW developer, or sharpening as the last step, makes all of a picture crisper; clarity gives it contrast. A
    skin's texture that is brought back has to follow.

    Args:
        original: (H, W) float32 lightness, in the export's tones, levels.
        export: likewise.
        colours: (H, W, 3) float32, both pictures in these tones.
        skin: (H, W) float32 0..1.
        face_width: in pixels.

    Returns:
        0.6 to 1.5; 1 where the two are alike, where there is too little to tell by, or where the export was changed in
        other ways too, such as other colours.
    """
    size, reach = working_size(skin, face_width), around(face_width)
    ours, theirs = (detail_of(resized(plane, size)) for plane in (original, export))
    power, own, shared = (wide_blur(product, reach) for product in (ours * ours, theirs * theirs, ours * theirs))
    tone = wide_blur(resized(export, size), reach)
    detailed = (power > DETAILED) & _beside(resized(skin, size), tone, reach)
    same = detailed & (shared > SAME * np.sqrt(power * own))
    count, most = np.count_nonzero(same), np.count_nonzero(detailed)
    if count < max(FEWEST, SOMEWHERE * most):
        return 1.0
    lower, factor, upper = np.percentile(np.sqrt(own[same] / power[same]), (25, 50, 75))
    everywhere = factor > 1 or count > EVERYWHERE * most
    evident = abs(factor - 1) > EVIDENT and upper - lower < EVENLY * factor
    if not (evident and everywhere) or np.ptp(_of_channels(*colours, same, reach)) > ALIKE * factor:
        return 1.0
    return float(np.clip(factor, LEAST, MOST))


def _of_channels(original: Plane, export: Plane, where: NDArray[np.bool_], reach: float) -> NDArray[np.float64]:
    """The factor of each channel in a region of the working size."""
    factors, size = [], where.shape[::-1]
    for planes in zip(cv2.split(original), cv2.split(export), strict=True):
        ours, theirs = (detail_of(resized(cast("Plane", plane), size)) for plane in planes)
        power, own = (wide_blur(detail * detail, reach)[where] for detail in (ours, theirs))
        factors.append(median(np.sqrt(own / np.maximum(power, np.finfo(np.float32).eps))))
    return np.array(factors)


def _beside(skin: Plane, tone: Plane, reach: float) -> NDArray[np.bool_]:
    """Off the skin by what the blur reaches, in the skin's own tones."""
    full = skin > 1 / 2
    if not full.any():
        return np.zeros(skin.shape, bool)
    wide = 2 * round(2 * reach) + 1
    near = cv2.dilate((skin > OFF_SKIN).astype(np.uint8), np.ones((wide, wide), np.uint8))
    darkest, brightest = np.percentile(tone[full], TONES)
    return cast("NDArray[np.bool_]", (near == 0) & (tone > darkest) & (tone < brightest))
