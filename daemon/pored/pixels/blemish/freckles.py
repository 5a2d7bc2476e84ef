"""Freckles among what looks like blemishes: many small brown spots are the skin's own, a few are what was taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.planes.gaussian_blur import gaussian_blur
from pored.pixels.planes.wide_blur import wide_blur

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane
    from pored.pixels.blemish.evidence import Evidence

MANY = 44.0
"""Small brown spots on as much skin as the square of a face's width, about a whole face's, from which they are
freckles; eight portraits had at most 27 there, in whole and cropped, one had 71 to 106."""
FEWEST = 12
"""However little skin there is."""
LARGEST = 0.018
"""Radius of a freckle's footprint, margin and all, in face widths: some two millimetres and a half."""
SURROUNDINGS = 0.02
"""Reach of what a spot is compared with, in face widths."""
FAINTEST = 0.5
"""Levels by which it is darker at least, on the mean of its footprint."""
DARKEST = 1.9
"""Times as dark as the middle freckle, each at its darkest pixel, and it is no freckle but a blackhead or a mole.
One face's own freckles have up to 1.5 of it; dots of .006 face widths and 42 levels on it 2.1, larger ones 2.4."""
SOFTEN = 0.7
"""Pixels; single ones' noise is no darkness."""
REDDEST = 0.9
"""A freckle's loss of green against red is less than this share of its darkness; a pimple's is more than all of it."""


def without_freckles(footprint: NDArray[np.uint8], pair: Evidence) -> NDArray[np.uint8]:
    """The footprint less freckles, where the face has so many of them that they are its own.

    Args:
        footprint: (H, W) uint8, 1 on what may be blemishes.
        pair: original and export, of that size.

    Returns:
        (H, W) uint8; the footprint itself where there are no freckles.
    """
    many = max(FEWEST, MANY * np.count_nonzero(pair.skin) / pair.face_width**2)
    count, found = cv2.connectedComponents(footprint)
    labels = cast("NDArray[np.int32]", found)
    if count <= many:
        return footprint
    areas = np.bincount(labels.ravel()).astype(np.float64)
    around = [wide_blur(plane, SURROUNDINGS * pair.face_width) for plane in pair.difference[:2]]
    lighter, redder = (_means(pair.difference[channel] - around[channel], labels, areas) for channel in (0, 1))
    small = areas < np.pi * (LARGEST * pair.face_width) ** 2
    freckles = small & (lighter < -FAINTEST) & (redder > 0) & (redder < -REDDEST * lighter)
    freckles[0] = False
    if np.count_nonzero(freckles) < many:
        return footprint
    darkest = _darkest(gaussian_blur(pair.difference[0], SOFTEN) - around[0], labels)
    freckles &= darkest < DARKEST * np.median(darkest[freckles])
    return footprint * ~freckles[labels]


def _darkest(local: Plane, labels: NDArray[np.int32]) -> NDArray[np.float64]:
    """By how much each spot is darker than its surroundings, where it is darkest."""
    spots = labels > 0
    depths = np.zeros(int(labels.max()) + 1)
    np.maximum.at(depths, labels[spots], -local[spots])
    return depths


def _means(local: Plane, labels: NDArray[np.int32], areas: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each spot has more than its surroundings."""
    sums = np.bincount(labels.ravel(), weights=local.ravel(), minlength=len(areas))
    means: NDArray[np.float64] = sums / np.maximum(1.0, areas)
    return means
