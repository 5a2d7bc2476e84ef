"""What an export lacks of its original: the difference in lightness without noise, in two sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.model import Box
from pored.pixels.photoshop.desaturate import desaturate, lightness
from pored.pixels.planes.levels import in_levels
from pored.pixels.planes.reduced import enlarged, reduced
from pored.pixels.recovery.noise import NO_NOISE, REACH, SKIN, Noise, keep_noise_out, measure_noise, without_noise
from pored.pixels.recovery.noise_beside import Beside
from pored.pixels.recovery.tone import raised_contrast

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane
    from pored.pixels.align.warp import Laid
    from pored.pixels.planes.reduced import Rows
    from pored.pixels.recovery.laid_face import LaidFace

FULL_SKIN = 0.9
HIGH = 3
"""Height of a strip in margins, where each strip needs two of them around it."""
OFF_SKIN = 10
"""Pixels from the skin to where its noise is looked for."""
MEASURED_PARTS = 4
MEASURED_ROWS = 64
"""A large face's noise is measured on so many parts of so many rows, evenly over its skin from top to bottom."""


@dataclass(frozen=True, slots=True, eq=False)
class Lacking:
    """The difference of a face's pair, as a pyramid of one step (Burt and Adelson 1983).

    Attributes:
        coarse: (h, w) float32, lightness of original less export, levels; averages of blocks of pixels.
        fine: (H, W) float32, what the blocks' averages do not tell; None where the face is not reduced.
        noise: standard deviation of the original's noise in R, G and B on the skin, levels.
        kept: share of the texture's power that was left when noise was kept out.
        denoised: whether noise was kept out at all.
    """

    coarse: Plane
    fine: Plane | None
    noise: tuple[float, float, float]
    kept: float
    denoised: bool

    def rows(self, coarse: Plane, rows: Rows, factor: int) -> Plane:
        """Some rows at full size: a coarse plane with the fine one's detail. Not a new array where nothing is fine."""
        if self.fine is None:
            return coarse[rows[0] : rows[1]]
        return enlarged(coarse, factor, rows, self.fine.shape[1]) + self.fine[rows[0] : rows[1]]

    def unseen(self, skin: Plane) -> float:
        """Power of the fine detail on full skin, squared levels, on one pixel of each block; ``skin`` is reduced."""
        if self.fine is None:
            return 0.0
        step = -(-self.fine.shape[0] // skin.shape[0])
        some = self.fine[::step, ::step]
        here = some[skin[: some.shape[0], : some.shape[1]] > FULL_SKIN]
        return float(here.var()) if here.size else 0.0


def lacking_detail(laid: LaidFace, *, missing_only: bool) -> Lacking:
    """The difference of a pair; without noise where only what is missing goes in.

    Args:
        laid: the pair.
        missing_only: else noise is left alone.
    """
    if laid.factor == 1:
        difference = laid.light - laid.tone
        if not missing_only:
            return Lacking(difference, None, NO_NOISE.channels, NO_NOISE.kept, denoised=False)
        beside = Beside(_off_skin(laid) > SKIN, _contrast(laid, (0, laid.work.height), laid.own))
        colours = _unmixed(laid, laid.colours - laid.own)
        quiet = keep_noise_out(difference, colours, laid.tone, laid.treated, beside)
        return Lacking(quiet.difference, None, quiet.noise, quiet.kept, quiet.difference is not difference)
    noise = _measured(laid) if missing_only else NO_NOISE
    whole = np.empty((laid.work.height, laid.work.width), np.float32)
    for start, end in _parts(laid, noise):
        whole[start:end] = _difference(laid, (start, end), noise)
    coarse = reduced(whole, laid.factor)
    for start, end in laid.strips:
        part = whole[start:end]
        cv2.subtract(part, enlarged(coarse, laid.factor, (start, end), laid.work.width), dst=part)
    return Lacking(coarse, whole, noise.channels, noise.kept, noise.doubt > 0.0)


def _parts(laid: LaidFace, noise: Noise) -> list[Rows]:
    """Strips; where noise is kept out, high ones, since each is worked on with what lies ``REACH`` around it."""
    if noise.doubt == 0.0:
        return laid.strips
    height, rows = laid.work.height, HIGH * REACH
    return [(start, min(start + rows, height)) for start in range(0, height, rows)]


def _difference(laid: LaidFace, rows: Rows, noise: Noise) -> Plane:
    if noise.doubt == 0.0:
        difference = laid.original_lightness(rows)
        difference -= lightness(laid.below[rows[0] : rows[1]])
        return difference
    start, end = max(0, rows[0] - REACH), min(laid.work.height, rows[1] + REACH)
    original, colours, tone = _planes(laid, (start, end))
    return without_noise(desaturate(original) - tone, colours, tone, noise)[rows[0] - start : rows[1] - start]


def _planes(laid: LaidFace, rows: Rows) -> tuple[Plane, Plane, Plane]:
    """Original, difference in colours before they were mixed, and the export's lightness."""
    original, below = laid.original(rows), laid.below[rows[0] : rows[1]]
    colours = np.atleast_3d(original) - np.atleast_3d(in_levels(below))
    three = cast("Plane", cv2.merge([colours] * 3)) if colours.shape[2] == 1 else colours
    return original, _unmixed(laid, three), lightness(below)


def _unmixed(laid: LaidFace, colours: Plane) -> Plane:
    """Differences of colours as noise made them, in channels that were not mixed as yet."""
    return colours if laid.grading is None else laid.grading.unmixed(colours)


def _measured(laid: LaidFace) -> Noise:
    """The noise at full size, on parts of the face."""
    height, treated, off = laid.work.height, laid.treated, _off_skin(laid)
    parts, contrasts = [], []
    for middle in _middles(treated > SKIN):
        start = laid.factor * max(0, middle - MEASURED_ROWS // (2 * laid.factor))
        rows = (start, min(height, start + MEASURED_ROWS))
        _, colours, tone = _planes(laid, rows)
        places = (_inner(enlarged(plane, laid.factor, rows, laid.work.width) > SKIN) for plane in (treated, off))
        parts.append((colours, tone, *places))
        contrasts.append(_contrast(laid, rows, in_levels(laid.below[rows[0] : rows[1]])))
    colours, tone, where, beside = (np.concatenate(planes) for planes in zip(*parts, strict=True))
    raised = [contrast for contrast in contrasts if contrast is not None]
    contrast = np.concatenate(raised) if raised else None
    return measure_noise(colours, tone, where, Beside(beside, contrast))


def _contrast(laid: LaidFace, rows: Rows, levels: Laid) -> Plane | None:
    """By how much the export's grading raised it in some rows; None where nothing was graded."""
    if laid.grading is None or laid.grading.is_none:
        return None
    raised = raised_contrast(laid.grading, levels)
    gain = laid.gain(Box(laid.work.x0, laid.work.y0 + rows[0], laid.work.x1, laid.work.y0 + rows[1]))
    return raised if gain is None else raised * gain


def _off_skin(laid: LaidFace) -> Plane:
    """1 where there is no skin, not even near by, else 0; reduced."""
    wide = 2 * -(-OFF_SKIN // laid.factor) + 1
    near = cv2.dilate((laid.skin > 0).astype(np.float32), np.ones((wide, wide), np.uint8))
    return cast("Plane", 1 - near)


def _middles(where: NDArray[np.bool_]) -> list[int]:
    """Rows between which equal shares of it lie, of all rows where there is none of it."""
    below = np.cumsum(where.sum(axis=1) if where.any() else np.ones(len(where), int))
    shares = (np.arange(MEASURED_PARTS) + 0.5) / MEASURED_PARTS
    return [int(row) for row in np.searchsorted(below, shares * below[-1])]


def _inner(where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without the rows next to other parts, which a blur mixes up."""
    edge = MEASURED_ROWS // 4
    inner = where.copy()
    inner[:edge] = inner[-edge:] = False
    return inner
