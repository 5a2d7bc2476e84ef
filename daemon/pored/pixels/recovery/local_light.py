"""Light that a retoucher set anew: a vignette, a gradient, a face made brighter on one side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.recovery.off_curve import ENOUGH, off_curve
from pored.pixels.recovery.tone_curve import FEWEST, follows_skin

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Box, Plane
    from pored.pixels.recovery.tone_curve import Curve

DEGREE = 5
"""Of the polynomial in both directions together: a vignette is nearly one of the 2nd, a radial filter of the 5th."""
ROUNDS = 3
RIDGE = 1e-3
EVIDENT = 0.01
"""Share of the brightest tone by which places must be off one curve, on average ..."""
MENDED = 0.45
"""... and that light may leave of it. Of nine portraits with a vignette, a gradient or a radial filter it leaves 0.17
to 0.37, of hue-dependent gradings 0.52 or more, of curves and of dodge and burn by the square inch 0.74 or more."""
DARKEST, BRIGHTEST = 0.4, 2.5
"""Bounds of the gain: where nothing was measured, a polynomial goes anywhere."""


@dataclass(frozen=True, slots=True, eq=False)
class LocalLight:
    """By how much each place was made lighter.

    Attributes:
        terms: (N,) of the polynomial in x and y, both -1..1 from edge to edge of what it was measured on.
    """

    terms: Curve

    def gain(self, part: Box, width: int, height: int) -> Plane:
        """(part.height, part.width) float32, factor of the levels there.

        Args:
            part: of what it was measured on, in pixels of any size.
            width: of what it was measured on, in those.
            height: likewise.
        """
        x = _from_middle(np.arange(part.x0, part.x1), width)[None, :]
        y = _from_middle(np.arange(part.y0, part.y1), height)[:, None]
        gain = np.ones((part.height, part.width), np.float32)
        for term, (across, down) in zip(self.terms, _powers(), strict=True):
            gain += np.float32(term) * (x**across * y**down).astype(np.float32)
        return np.clip(gain, DARKEST, BRIGHTEST, out=gain)


def fit_light(before: Curve, after: Curve, weight: Curve, told: NDArray[np.bool_]) -> LocalLight | None:
    """The light that was set anew, beside a tone curve.

    What is off the curve is explained by the place; then the curve is measured anew.

    Args:
        before: (H, W) levels of the original.
        after: likewise of the export.
        weight: (H * W,) above ``BESIDE`` on skin.
        told: (H * W,) where the export is not at white.

    Returns:
        None where a curve alone does as well, or nearly.
    """
    some = np.flatnonzero(told)[:: max(1, -(-np.count_nonzero(told) // ENOUGH))]
    if some.size < FEWEST:
        return None
    height, width = before.shape
    across, down = (_from_middle(each, size) for each, size in ((some % width, width), (some // width, height)))
    places = np.array([across**a * down**b for a, b in _powers()])
    x, y, weight = before.ravel()[some], after.ravel()[some], weight[some]
    judged = follows_skin(x, y, weight)
    plain = _off(x, y, weight, judged)
    if plain <= EVIDENT * float(x.max()):
        return None
    terms = _terms(x, y, weight, places)
    gain = np.clip(1 + terms @ places, DARKEST, BRIGHTEST)
    return LocalLight(terms) if _off(x, y / gain, weight, judged) <= MENDED * plain else None


def _terms(x: Curve, y: Curve, weight: Curve, places: Curve) -> Curve:
    terms: Curve = np.zeros(len(places))
    for _ in range(ROUNDS):
        found = off_curve(x, y / np.clip(1 + terms @ places, DARKEST, BRIGHTEST), weight)
        if found is None:
            break
        terms = terms + found.explained(found.less_tone(found.values * places[:, found.where]), RIDGE)
    return terms


def _off(x: Curve, y: Curve, weight: Curve, judged: NDArray[np.bool_]) -> float:
    """How far places are off one curve on average, in levels; 0 where no curve can be told."""
    found = off_curve(x, y, weight, judged)
    return 0.0 if found is None else float(np.average(np.abs(found.off), weights=weight[judged]))


def _from_middle(pixels: NDArray[np.intp], size: int) -> Curve:
    return (2 * pixels + 1) / size - 1


def _powers() -> list[tuple[int, int]]:
    return [(a, n - a) for n in range(1, DEGREE + 1) for a in range(n + 1)]
