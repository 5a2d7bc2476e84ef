"""The standard deviation that most values have, whatever a few that stand out may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pored.pixels.planes.median import median

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAD_TO_SD = 1.4826
"""Of a normal distribution around 0: its standard deviation over its median magnitude, which is 0.6745 of it (Rousseeuw
and Croux, Alternatives to the median absolute deviation, Journal of the American Statistical Association 88, 1993)."""


def robust_deviation(magnitudes: NDArray[np.floating]) -> float:
    """The standard deviation of values around 0, as their median magnitude tells it.

    Args:
        magnitudes: the values without their signs, of any shape, in any unit, one at least, none of them NaN.

    Returns:
        In the values' unit; fewer than half of them, however large, bring it no farther than the others reach.
    """
    return MAD_TO_SD * median(magnitudes)
