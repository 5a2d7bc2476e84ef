"""The detail that a face gets back, at full size strip by strip, and where it is measured."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.blemish.graft import foreign_share
from pored.pixels.blemish.graft_quilt import lay_tiles
from pored.pixels.photoshop.desaturate import lightness
from pored.pixels.photoshop.high_pass import high_band
from pored.pixels.planes.gaussian_blur import gaussian_blur
from pored.pixels.planes.reduced import enlarged, read_for, telling
from pored.pixels.recovery.match import SKIN, plain_skin, texture_power
from pored.pixels.recovery.texture import MOST_ENERGY, TextureFigures, compare_texture

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from pored.model import Plane
    from pored.pixels.blemish.guard import Guarded
    from pored.pixels.planes.reduced import Rows
    from pored.pixels.recovery.lacking import Lacking
    from pored.pixels.recovery.laid_face import LaidFace

ENOUGH = 220_000
"""Pixels of treated skin on which texture is measured; of more, on some strips of it."""
BLOCK, BETWEEN = 1 / 12, 1 / 6
"""Variances, in reduced pixels, of the blocks' averaging and of reading between them: they blur a little themselves."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceDetail:
    """A face's missing detail.

    Attributes:
        laid: the pair.
        lacking: the difference that it comes from.
        coarse: (h, w) float32, what the layer holds above neutral grey, signed levels, reduced like the pair.
        unguarded: likewise, as it would be without the guard.
        guarded: what the guard found.
        radius: of the high pass, in pixels of the full size.
        missing_only: else the export's own band is in it too.
    """

    laid: LaidFace
    lacking: Lacking
    coarse: Plane
    unguarded: Plane
    guarded: Guarded
    radius: float
    missing_only: bool

    def rows(self, rows: Rows) -> Plane:
        """Some rows at full size."""
        return self._full(self.coarse, rows, self._grafted)

    def unguarded_rows(self, rows: Rows) -> Plane:
        """Likewise without the guard."""
        return self._full(self.unguarded, rows, lambda fine, _: fine)

    def _full(self, coarse: Plane, rows: Rows, grafted: Callable[[Plane, Rows], Plane]) -> Plane:
        start, end = rows
        if self.lacking.fine is None:
            return coarse[start:end]
        plane = self.enlarged(coarse, rows)
        plane += grafted(self.lacking.fine[start:end], rows)
        if not self.missing_only:
            plane += lightness(self.laid.below[start:end]) - self.enlarged(self.laid.tone, rows)
        return plane

    def enlarged(self, coarse: Plane, rows: Rows) -> Plane:
        """Some rows of a reduced plane at full size."""
        return enlarged(coarse, self.laid.factor, rows, self.laid.work.width)

    def low(self, coarse: Plane) -> Plane:
        """What the high pass takes off a plane, reduced."""
        return low_part(coarse, self.radius, self.laid.factor)

    def _grafted(self, fine: Plane, rows: Rows) -> Plane:
        """The finest detail, of clean skin on blemishes."""
        weight = self.guarded.blemishes.weight
        if not weight[read_for(rows, self.laid.factor)].any():
            return fine
        weight = self.enlarged(weight, rows)
        own = 1 - weight
        if self.guarded.tiles is None or self.lacking.fine is None:
            return own * fine
        source, foreign = self.lacking.fine if self.guarded.fine is None else self.guarded.fine, self.guarded.foreign
        patches = lay_tiles(source, self.guarded.tiles, self.laid.factor, rows)
        grafted = own * fine + np.sqrt(1 - own * own) * patches
        if foreign > 0.0:
            grafted -= np.float32(foreign) * weight * _fine_of_export(self.laid, rows)
        return cast("Plane", grafted)


def face_detail(laid: LaidFace, lacking: Lacking, guarded: Guarded, radius: float, *, missing_only: bool) -> FaceDetail:
    """What a face gets: HP(original) - HP(export), guarded; or all of HP(original).

    Args:
        laid: the pair.
        lacking: its difference.
        guarded: made of the coarse difference.
        radius: of the high pass, in pixels of the full size.
        missing_only: whether the export's own band is left out.
    """
    band = lacking.coarse - low_part(lacking.coarse, radius, laid.factor)
    detail = guarded.detail + (band - high_band(lacking.coarse, radius / laid.factor))
    if not missing_only:
        own = laid.tone - low_part(laid.tone, radius, laid.factor)
        detail, band = detail + own, band + own
    return FaceDetail(laid, lacking, detail, band, guarded, radius, missing_only)


def with_fine_patches(guarded: Guarded, laid: LaidFace, lacking: Lacking) -> Guarded:
    """What the guard made, for the finest detail of a large face too: what its patches are to be cut from.

    Args:
        guarded: made of the coarse difference.
        laid: the pair.
        lacking: its difference.
    """
    fine, weight = lacking.fine, guarded.blemishes.weight
    if fine is None or guarded.tiles is None:
        return guarded
    foreign = _foreign_in_fine(laid, fine, weight)
    if foreign == 0.0:
        return guarded
    patches = np.empty_like(fine)
    for start, end in laid.strips:
        cv2.scaleAdd(_fine_of_export(laid, (start, end)), foreign, fine[start:end], patches[start:end])
    return replace(guarded, fine=patches, foreign=foreign)


def _foreign_in_fine(laid: LaidFace, fine: Plane, weight: Plane) -> float:
    """``foreign_share`` of the finest detail, on clean skin as a whole; 0 where there is too little of it."""
    parts = telling(laid.treated > SKIN, laid.strips, laid.factor, ENOUGH)
    missing = stacked(parts, lambda rows: fine[rows[0] : rows[1]])
    clean = laid.treated * (weight < SKIN)
    where = plain_skin(missing, stacked(parts, lambda rows: enlarged(clean, laid.factor, rows, laid.work.width)))
    if not where.any():
        return 0.0
    missing, own = missing[where], stacked(parts, lambda rows: _fine_of_export(laid, rows))[where]
    products = missing * missing, missing * own, own * own
    return float(foreign_share(*(np.mean(product, keepdims=True) for product in products))[0])


def _fine_of_export(laid: LaidFace, rows: Rows) -> Plane:
    """Some rows of what the export itself has and its blocks' averages do not tell."""
    below = lightness(laid.below[rows[0] : rows[1]])
    return below - enlarged(laid.tone, laid.factor, rows, laid.work.width)


def low_part(coarse: Plane, radius: float, factor: int) -> Plane:
    """A reduced plane that, enlarged, is the Gaussian blur of the full one; radius in pixels of the full size."""
    besides = BLOCK * (1 - factor**-2) + BETWEEN if factor > 1 else 0.0
    return gaussian_blur(coarse, math.sqrt((radius / factor) ** 2 - besides))


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """The original's texture, where it is measured.

    Attributes:
        parts: the strips of the face that are measured, put together in the planes.
        export_band: (N, W) float32, high band of the export.
        original_band: likewise of the original, without its noise.
        power: variance that the skin's texture should have, as crisp as the export.
        where: (N, W) bool.
    """

    parts: Sequence[Rows]
    export_band: Plane
    original_band: Plane
    power: float
    where: NDArray[np.bool_]

    def compared(self, band: Plane) -> TextureFigures:
        """A band beside the original's, whose power is larger than it shows where noise was kept out of it."""
        figures = compare_texture(band, self.original_band, self.where)
        if self.power <= 0.0:
            return figures
        energy = min(MOST_ENERGY, float(band[self.where].std()) / math.sqrt(self.power))
        return TextureFigures(energy, figures.correlation)


def truth_of(detail: FaceDetail, treated: Plane) -> Truth:
    """What the texture is to be measured by.

    Args:
        detail: what the face lacks.
        treated: (h, w) float32 0..1, the skin that was smoothed, reduced like the pair.
    """
    laid, lacking = detail.laid, detail.lacking
    parts = telling(treated > SKIN, laid.strips, laid.factor, ENOUGH) if laid.factor > 1 else laid.strips
    low_tone, low_difference = detail.low(laid.tone), detail.low(lacking.coarse)
    weight = detail.guarded.blemishes.weight
    export_band = stacked(
        parts, lambda rows: lightness(laid.below[rows[0] : rows[1]]) - detail.enlarged(low_tone, rows)
    )
    difference_band = stacked(parts, lambda rows: lacking.rows(lacking.coarse - low_difference, rows, laid.factor))
    where = plain_skin(
        difference_band,
        stacked(parts, lambda rows: detail.enlarged(treated, rows)),
        stacked(parts, lambda rows: detail.enlarged(weight, rows)),
    )
    power = texture_power(export_band, difference_band, where, lacking.kept)
    return Truth(parts, export_band, export_band + difference_band, power, where)


def share_with_noise(detail: FaceDetail, truth: Truth) -> float:
    """How much of the original's texture is in the export itself: their covariance, in the power of that texture.

    What ``truth`` has of the original had its noise taken out of the difference, and so has the export's own grain in
    it. The original as it is has none of that, and its noise is in no smoothed export.
    """
    laid, low = detail.laid, detail.low(detail.laid.light)
    band = stacked(truth.parts, lambda rows: laid.original_lightness(rows) - detail.enlarged(low, rows))
    ours, theirs = (values[truth.where].astype(np.float64) for values in (truth.export_band, band))
    return float(((ours - ours.mean()) * (theirs - theirs.mean())).mean()) / truth.power


def stacked(parts: Sequence[Rows], plane: Callable[[Rows], Plane]) -> Plane:
    """Strips of a plane, one below the other."""
    planes = [plane(rows) for rows in parts]
    return planes[0] if len(planes) == 1 else np.concatenate(planes)
