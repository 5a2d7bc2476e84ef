"""What places are off one tone curve, and what explains it: a partially linear model (Robinson 1988)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from pored.pixels.recovery.tone_curve import follows_skin, lines, near_curve, robust_lines, tones_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.pixels.recovery.tone_curve import Curve

ENOUGH = 6000
"""Places that tell what explains it, of more every second, third and so on."""
NOTHING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class OffCurve:
    """Places that may have gone through one curve, and how they lie to it.

    Attributes:
        where: (P,) which of the places that were given; the N of them are described below.
        x: (N,) levels of the original.
        tones: where the curve is measured.
        values: (N,) levels of the curve.
        slopes: (N,) its slopes.
        off: (N,) levels by which the export is off it.
        weight: (N,) less of places that are far off.
    """

    where: NDArray[np.bool_]
    x: Curve
    tones: Curve
    values: Curve
    slopes: Curve
    off: Curve
    weight: Curve

    def less_tone(self, planes: Curve) -> Curve:
        """(K, N) what of some values does not go with the tones."""
        along = (np.interp(self.x, self.tones, lines(self.x, plane, self.weight, self.tones)[0]) for plane in planes)
        return np.array([plane - values for plane, values in zip(planes, along, strict=True)])

    def explained(self, towards: Curve, ridge: float) -> Curve:
        """(K,) how much of each explanation is in what is off, by least squares.

        Args:
            towards: (K, N) the explanations, less what goes with the tone.
            ridge: share of their mean power that draws towards nothing, where they cannot be told apart.
        """
        normal: Curve = (towards * self.weight) @ towards.T
        normal += (ridge * float(np.trace(normal)) / len(normal) + NOTHING) * np.eye(len(normal))
        return cast("Curve", np.linalg.solve(normal, (towards * self.weight) @ self.off))


def off_curve(x: Curve, y: Curve, weight: Curve, where: NDArray[np.bool_] | None = None) -> OffCurve | None:
    """How places lie to their curve.

    Args:
        x: (P,) levels of the original.
        y: (P,) levels of the export.
        weight: (P,) above ``BESIDE`` on skin.
        where: (P,) the places that count; those that follow the skin (``follows_skin``) if it is not given.

    Returns:
        None where no curve can be told.
    """
    where = follows_skin(x, y, weight) if where is None else where
    x, y, weight = x[where], y[where], weight[where]
    tones = tones_of(x)
    if tones is None:
        return None
    curve, slopes = robust_lines(x, y, weight, tones)
    values: Curve = np.interp(x, tones, curve)
    off: Curve = y - values
    return OffCurve(where, x, tones, values, np.interp(x, tones, slopes), off, weight * near_curve(off, tones))
