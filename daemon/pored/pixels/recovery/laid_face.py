"""A face's part of both pictures, one laid over the other: reduced as a whole, and at full size strip by strip."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.model import Box
from pored.pixels.align.maps import magnification
from pored.pixels.align.warp import lay_over, lay_over_reduced, reach_of, source_near
from pored.pixels.photoshop.desaturate import desaturate, lightness
from pored.pixels.planes.gaussian_blur import reach
from pored.pixels.planes.levels import in_levels
from pored.pixels.planes.reduced import reduced, strips
from pored.pixels.recovery.match import least_radius, widest_radius
from pored.pixels.recovery.tone import fit_grading, graded, lit
from pored.pixels.recovery.tone_curve import WHITE
from pored.pixels.skin.adaptive_mask import FaceSkin, mask_box
from pored.pixels.skin.smoothing_evidence import smoothing_evidence
from pored.pixels.skin.treated import detail_powers, treated_by, treated_skin

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from pored.model import Face, Plane, Samples
    from pored.pixels.align.maps import Registration
    from pored.pixels.align.warp import Laid
    from pored.pixels.planes.reduced import Rows
    from pored.pixels.recovery.high_pass_settings import HighPassSettings
    from pored.pixels.recovery.match_sharpness import Sharpness
    from pored.pixels.recovery.tone import Grading

    Masks = tuple[NDArray[np.uint8], NDArray[np.uint8]]

FULL = 255
NEAR_SKIN = 0.08
"""Of what lies around the skin, so much is looked at, in face widths: the largest spot's surroundings."""
WORKING_WIDTH = 350.0
"""A face is looked at at this width or up to twice as large: what is smaller than its pixels then is no blemish."""
FINEST_RADIUS = 1.0
"""Pixels that a given radius of the high pass has in the reduced planes, at least: its band errs by 3 % there."""
FINEST_AUTO = 0.7
"""Likewise the least radius that "auto" may give, which it seldom does."""


@dataclass(frozen=True, slots=True, eq=False)
class LaidFace:
    """A face's part of both pictures.

    Attributes:
        box: what the mask covers.
        work: that with the reach of the blurs around it.
        below: the export's samples there.
        mask: (work.height, work.width) uint8, where texture goes.
        factor: by which the planes below are reduced; 1 for faces of ordinary size.
        colours: the original, (h, w, 3) float32, toned.
        own: the export, likewise.
        light: lightness of ``colours``.
        tone: of ``own``.
        skin: the mask, 0..1.
        measured: likewise, the face's own skin.
        treated: likewise, the part of it that was smoothed, on which all statistics are made.
        face_width: in pixels of the reduced planes.
        scale: pixels of the export for one of the original.
        source: the original, or the part of it that lies near.
        registration: of ``source``.
        whole: what the grading was measured on; ``work`` is the part of it that is worked on.
        grading: from the original's tones to the export's; None where the original goes in as it is.
        sharpness: likewise of its detail, one filter after the other; ``colours`` and ``light`` have been through them.
    """

    box: Box
    work: Box
    below: Samples
    mask: NDArray[np.uint8]
    factor: int
    colours: Plane
    own: Plane
    light: Plane
    tone: Plane
    skin: Plane
    measured: Plane
    treated: Plane
    face_width: float
    scale: float
    source: Samples
    registration: Registration
    whole: Box
    grading: Grading | None
    sharpness: tuple[Sharpness, ...] = ()

    def as_crisp(self, sharpness: Sharpness) -> LaidFace:
        """With the original through a filter, which is for the full size; itself where that changes nothing."""
        if sharpness.is_none:
            return self
        colours = np.clip(sharpness.enlarged(1 / self.factor).applied(self.colours), 0, WHITE)
        light = desaturate(colours)
        treated = treated_skin(light - self.tone, self.tone, self.measured, self.face_width)
        return replace(self, colours=colours, light=light, treated=treated, sharpness=(*self.sharpness, sharpness))

    @property
    def strips(self) -> list[Rows]:
        """Of the work at full size; all of it where it is not reduced."""
        height, width = self.mask.shape
        return strips(height, width, self.factor) if self.factor > 1 else [(0, height)]

    def original(self, rows: Rows, columns: Rows | None = None) -> Laid:
        """Some rows, and columns, of the original at full size, laid over, toned and crisp; float32 levels."""
        return self._crisp(rows, columns, self._toned)

    def original_lightness(self, rows: Rows) -> Plane:
        """Its lightness alone, which is laid over in a third of the time: on skin, red is highest and blue lowest."""
        return self._crisp(rows, None, self._toned_lightness)

    def _crisp(self, rows: Rows, columns: Rows | None, prepare: Callable[[Samples], Laid]) -> Laid:
        """As crisp as the export, laid over with what the filter looks at around it."""
        left, right = columns or (0, self.work.width)
        part = Box(left, rows[0], right, rows[1])
        margin = max((each.margin for each in self.sharpness), default=0)
        wide = part.grown(margin).clipped(self.work.width, self.work.height)
        x, y = self.work.x0, self.work.y0
        place = Box(x + wide.x0, y + wide.y0, x + wide.x1, y + wide.y1)
        laid = lit(lay_over(self.source, self.registration, place, prepare), self.gain(place))
        for each in self.sharpness:
            laid = np.clip(each.applied(laid), 0, WHITE)
        return laid[part.within(wide).slices]

    def gain(self, place: Box) -> Plane | None:
        """By how much a part of the export was made lighter, at full size; None where the light is as it was."""
        return None if self.grading is None else _gain(self.grading, place, self.whole)

    def _toned(self, source: Samples) -> Laid:
        levels = in_levels(source)
        return levels if self.grading is None else graded(self.grading, levels)

    def _toned_lightness(self, source: Samples) -> Plane:
        if self.grading is None or self.grading.keeps_tones:
            return lightness(source)
        return desaturate(self._toned(source))


def lay_face(
    original: Samples, export: Samples, registration: Registration, face: Face, settings: HighPassSettings
) -> LaidFace:
    """Lay a face's part of the original over the export, and find where texture goes.

    Args:
        original: (H, W, 3) or (H, W), 8 or 16 bit, whole.
        export: likewise, of any size and of its own depth.
        registration: of the two.
        face: of the export.
        settings: radius, what goes in, where it goes.
    """
    height, width = export.shape[:2]
    scale = magnification(registration.matrix)
    factor = _factor(face, settings)
    box = mask_box(face, width, height, settings.skin)
    margin = reach(settings.radius or widest_radius(face.width, scale))
    work = box.grown(margin).clipped(width, height)
    reached = reach_of((original.shape[1], original.shape[0]), registration, work)
    skin = FaceSkin(export, face)
    mask, measured = _reached(skin.masks(work, settings.skin), reached)
    laid = lay_over_reduced(original, registration, work, factor)
    tone, share, grading = _lightness(export[work.slices], factor), _as_share(measured, factor), None
    if settings.missing_only:
        grading = fit_grading(laid, reduced(export[work.slices], factor), share, face.width / factor)
        laid = lit(graded(grading, laid), _gain(grading, work, work, factor))
    light = desaturate(laid)
    powers = detail_powers(light - tone, tone, face.width / factor)
    if settings.missing_only:
        evidence = smoothing_evidence(powers, _whole(share))
        mask, measured = _reached(skin.masks(work, settings.skin, evidence), reached)
    near = _around_skin(mask, work, max(margin, round(NEAR_SKIN * face.width)), factor)
    part = near.within(work)
    small = _divided(part, factor).slices
    laid, light, tone = (np.ascontiguousarray(plane[small]) for plane in (laid, light, tone))
    alike = measured is mask
    mask = np.ascontiguousarray(mask[part.slices])
    share = _as_share(mask, factor)
    own_skin = share if alike else _as_share(np.ascontiguousarray(measured[part.slices]), factor)
    source, moved = source_near(original, registration, near) if factor > 1 else (original, registration)
    return LaidFace(
        box=box.clipped_to(near),
        work=near,
        below=export[near.slices],
        mask=mask,
        factor=factor,
        colours=in_three(laid),
        own=in_three(reduced(export[near.slices], factor)),  # not kept from above, so that there is room meanwhile
        light=light,
        tone=tone,
        skin=share,
        measured=own_skin,
        treated=treated_by(powers.within(small), own_skin),
        face_width=face.width / factor,
        scale=scale,
        source=source,
        registration=moved,
        whole=work,
        grading=grading,
    )


def _gain(grading: Grading, place: Box, whole: Box, factor: int = 1) -> Plane | None:
    """Of a place, reduced by a factor."""
    if grading.light is None:
        return None
    size = _divided(whole.within(whole), factor)
    return grading.light.gain(_divided(place.within(whole), factor), size.width, size.height)


def _factor(face: Face, settings: HighPassSettings) -> int:
    """By how much the face is reduced to be looked at."""
    most = settings.radius / FINEST_RADIUS if settings.radius else least_radius(face.width) / FINEST_AUTO
    return max(1, int(min(face.width / WORKING_WIDTH, most)))


def _reached(masks: Masks, reached: NDArray[np.bool_] | None) -> Masks:
    """The masks, less what the original does not reach."""
    if reached is None:
        return masks
    mask, measured = masks
    less = mask * reached
    return less, less if measured is mask else measured * reached


def _lightness(samples: Samples, factor: int) -> Plane:
    """Of the full picture, reduced; not of reduced colours, whose highest and lowest are others."""
    height, width = samples.shape[:2]
    if factor == 1:
        return lightness(samples)
    return np.concatenate([reduced(lightness(samples[a:b]), factor) for a, b in strips(height, width, factor)])


def _around_skin(mask: NDArray[np.uint8], work: Box, margin: int, factor: int) -> Box:
    """The part of the work that has skin, and what blurs reach from there: half of it, as a rule.

    It begins and ends with a whole pixel of the reduced planes, or with the work.
    """
    x, y, width, height = cv2.boundingRect(mask)
    if not width:
        return work
    skin = Box(x, y, x + width, y + height).grown(margin).clipped(work.width, work.height)
    small = _divided(skin, factor)
    near = Box(small.x0 * factor, small.y0 * factor, small.x1 * factor, small.y1 * factor)
    return Box(work.x0 + near.x0, work.y0 + near.y0, work.x0 + near.x1, work.y0 + near.y1).clipped_to(work)


def _divided(box: Box, factor: int) -> Box:
    """In pixels of the reduced planes; whole ones that hold the box."""
    return Box(box.x0 // factor, box.y0 // factor, -(-box.x1 // factor), -(-box.y1 // factor))


def _as_share(mask: NDArray[np.uint8], factor: int) -> Plane:
    return reduced(mask, factor) / np.float32(FULL)


def _whole(share: Plane) -> NDArray[np.uint8]:
    levels = share * np.float32(FULL)
    levels += np.float32(0.5)
    np.floor(levels, out=levels)
    return levels.astype(np.uint8)


def in_three(planes: Plane) -> Plane:
    """(H, W, 3) of a grey plane too."""
    return cast("Plane", cv2.merge([planes] * 3)) if planes.ndim == 2 else planes  # noqa: PLR2004 - a grey picture
