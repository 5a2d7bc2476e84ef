"""What a pair tells about where skin is: smoothing meant for skin took detail there, and left it elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from pored.pixels.skin.treated import was_smoothed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane
    from pored.pixels.skin.treated import DetailPowers

STRONGEST = 1.5
"""Log odds: what a pixel looks like counts for more where that is clear."""
DOUBT = float(np.log(2.0))
"""Taken off what speaks for skin: smoothing that reached half of the rest as well was not meant for skin."""
DETAILED = 0.5
"""Power of the original's detail, squared levels, from which on its loss or its being there says something."""
SURE = 250


def smoothing_evidence(powers: DetailPowers, mask: NDArray[np.uint8]) -> Plane:
    """How much smoothing speaks for skin at each pixel.

    Args:
        powers: of the detail that was lost, and of the original's.
        mask: (H, W) uint8, skin as far as the export alone shows it.

    Returns:
        (H, W) float32, log odds: above 0 where detail was lost, below where it was not; 0 everywhere where as much was
        lost off the skin as on it.
    """
    treated = was_smoothed(powers)
    detailed = powers.whole > DETAILED
    both = treated & detailed
    on_skin, elsewhere = (_share(both, detailed & where) for where in (mask >= SURE, mask == 0))
    for_skin = np.clip(np.log(on_skin / elsewhere) - DOUBT, 0, STRONGEST)
    against = np.clip(np.log((1 - on_skin) / (1 - elsewhere)), -STRONGEST, 0)
    evidence = np.float32(for_skin) * treated + np.float32(against) * (detailed & ~treated)
    return cast("Plane", evidence)


def _share(of: NDArray[np.bool_], where: NDArray[np.bool_]) -> float:
    """Of a region, 0..1 exclusive: as if one pixel more were in it and one more were not."""
    return (np.count_nonzero(of & where) + 1) / (np.count_nonzero(where) + 2)
