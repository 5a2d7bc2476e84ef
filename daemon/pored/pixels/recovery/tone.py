"""The original in the export's grading: its pores get the contrast that the retoucher's curves would give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.model import Box
from pored.pixels.planes.gaussian_blur import gaussian_blur
from pored.pixels.planes.reduced import reduced
from pored.pixels.recovery.channel_mix import colour_mix, grey_mix
from pored.pixels.recovery.local_light import fit_light
from pored.pixels.recovery.tone_curve import UNCHANGED, WHITE, fit_curve, through

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane
    from pored.pixels.align.warp import Laid
    from pored.pixels.recovery.local_light import LocalLight
    from pored.pixels.recovery.tone_curve import Curve, ToneCurve

FACE_IN_SMALL = 64.0
"""Pixels of a face's width at which tones are compared; pores and spots are averaged away before."""
SOFT = 1.0
"""Blur of the small planes in their pixels, so that a smoothed wrinkle does not count as a tone."""
ELSEWHERE = 0.3
"""Weight of hair, clothes and background beside the skin's 1: they widen the tones' range, but may be graded apart."""
GREY = 0.004
"""An export whose channels differ by less than this share of its range, everywhere, is black and white."""
BRIGHTEST = 253.5
"""Levels above which a sample of the export is at white: nobody knows what it would have been, and the means of such
places would bend the curve long before its end. Beyond the places that tell, it goes straight on, and is clipped."""
CLIPPED = 0.02
"""Share of a place's pixels that may be at white."""
LIGHT_ROUNDS = 2
LEAST_COLOUR = 0.25
"""Share of the saturation that must be left, so that what the channels were can be told. Of nine portraits without
noise, rounding is taken for it in one at 0.22, in most at 0.15; of noisy ones it is known as well as ever at 0.25."""
FEW_TOLD = 0.2
"""Share of all places that must tell."""


@dataclass(frozen=True, slots=True, eq=False)
class Grading:
    """What turned the original's colours into the export's.

    Attributes:
        mix: shares of the original's channels in each of the export's, a row each, sums 1: one row for black and white,
            three where saturation or hue was changed; None where each channel has only itself in it.
        curves: one a channel; a single one for black and white.
        light: what makes places lighter or darker after the curves; None where nothing does.
    """

    mix: Curve | None
    curves: tuple[ToneCurve, ...]
    light: LocalLight | None = None

    @property
    def is_none(self) -> bool:
        """Whether it changes nothing."""
        return self.keeps_tones and self.light is None

    @property
    def keeps_tones(self) -> bool:
        """Whether it changes nothing but the light."""
        return self.mix is None and all(curve is UNCHANGED for curve in self.curves)

    def unmixed(self, colours: Plane) -> Plane:
        """Differences in the export's channels as they were before the mix, each with a noise of its own again.

        Args:
            colours: (H, W, 3) float32, differences of levels.

        Returns:
            Likewise; themselves where nothing was mixed, or so little colour is left that rounding would be made noise.
            As the shares' sums are 1, what is grey, as pores nearly are, stays what it is.
        """
        if self.mix is None or len(self.mix) == 1 or np.linalg.svd(self.mix, compute_uv=False)[-1] < LEAST_COLOUR:
            return colours
        return cast("Plane", cv2.transform(colours, np.linalg.inv(self.mix).astype(np.float32)))


def fit_grading(original: Laid, export: Laid, skin: Plane, face_width: float) -> Grading:
    """The tone curves that the skin, and less so what is around it, went through.

    Args:
        original: (H, W, 3) or (H, W) float32 around a face, laid over the export.
        export: likewise of the export, in its levels.
        skin: (H, W), 1 on skin, 0 elsewhere.
        face_width: in pixels of these planes.

    Returns:
        A curve for each channel, after a channel mix where one is proved; one of each for black and white.
    """
    small = [np.atleast_3d(_small(planes, face_width)) for planes in (original, export)]
    before, after = (_channels(planes) for planes in small)
    height, width = small[0].shape[:2]
    weight = ELSEWHERE + (1 - ELSEWHERE) * _small(skin.astype(np.float32), face_width).ravel().astype(np.float64)
    told = _unclipped(export, face_width)
    mix, light, even = _mix(before, after, weight, told), None, after
    # The mix comes first, since colours lie in places as well; one that was told in the wrong light is told anew.
    for _ in range(LIGHT_ROUNDS):
        tones, values = (each.mean(axis=0).reshape(height, width) for each in (_mixed(mix, before), after))
        found = fit_light(tones, values, weight, np.logical_and.reduce(told))
        if found is None:
            break
        light, even = found, after / found.gain(Box(0, 0, width, height), width, height).ravel()
        mix = _mix(before, even, weight, told)
    mixed = np.broadcast_to(_mixed(mix, before), after.shape)
    count = 1 if _is_grey(after) else len(after)
    triples = list(zip(mixed, even, told, strict=True))[:count]
    return Grading(mix, tuple(fit_curve(x, y, weight, tells) for x, y, tells in triples), light)


def _mix(before: Curve, after: Curve, weight: Curve, told: NDArray[np.bool_]) -> Curve | None:
    """(1, C) of a black-and-white export, (C, C) of colours, None where each channel has only itself in it."""
    if _is_grey(after):
        tells = told[0]
        return grey_mix(before[:, tells], after[0, tells], weight[tells])[None]
    return colour_mix(before, after, weight, told) if before.shape == after.shape else None


def _mixed(mix: Curve | None, channels: Curve) -> Curve:
    return channels if mix is None else mix @ channels


def graded(grading: Grading, original: Laid) -> Laid:
    """The original as the export's grading would have made it.

    Args:
        grading: of ``fit_grading``.
        original: (H, W, 3) or (H, W) float32, as given there or a part of it.

    Returns:
        (H, W, 3), or (H, W) where the original or the export is grey; float32 in the export's levels. What would be
        brighter than white is clipped, as it was in the export. The light is for ``lit``.
    """
    if grading.keeps_tones:
        return np.clip(original, 0, WHITE)
    if grading.mix is not None and original.ndim > 2:  # noqa: PLR2004 - a grey picture has nothing to mix
        original = cast("Laid", cv2.transform(original, grading.mix.astype(np.float32)))
    planes = list(cv2.split(original)) if original.ndim > 2 else [original]  # noqa: PLR2004 - a grey picture
    curves = grading.curves if len(planes) > 1 else grading.curves[len(grading.curves) // 2 :][:1]
    toned = [
        np.clip(through(curve, cast("Plane", plane)), 0, WHITE) for curve, plane in zip(curves, planes, strict=True)
    ]
    return cast("Laid", cv2.merge(toned)) if len(toned) > 1 else toned[0]


def lit(planes: Laid, gain: Plane | None) -> Laid:
    """Levels in the light that was set anew.

    Args:
        planes: (H, W, 3) or (H, W) float32.
        gain: (H, W) float32, of ``LocalLight``; None changes nothing.
    """
    if gain is None:
        return planes
    lighter = planes * (gain if planes.ndim == gain.ndim else gain[..., None])
    return cast("Laid", np.clip(lighter, 0, WHITE, out=lighter))


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


def _is_grey(channels: Curve) -> bool:
    return float(np.ptp(channels, axis=0).max()) <= GREY * float(np.ptp(channels))
