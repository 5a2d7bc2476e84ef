"""Evidence of pimples with a head: a pale middle in a redder ring, each too faint and small to show by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from pored.pixels.blemish.evidence import REDUCE_TO, dilated, doubled, hysteresis, normal_response
from pored.pixels.planes.gaussian_blur import gaussian_blur
from pored.pixels.planes.wide_blur import wide_blur

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane
    from pored.pixels.blemish.evidence import Evidence

RING = 0.003
"""Standard deviation of the ring, in face widths: half a millimetre; wider ones stand out as spots do."""
FINEST = 1.0
"""Pixels; a smaller face shows no finer rings."""
MIDDLE, MIDDLE_WEIGHT = 0.45, 1.6
"""Standard deviation of the pale middle in the ring's, and how much of it is taken off the ring."""
SURROUND = 2.5
"""Standard deviation of what is around, in the ring's, with the weight that makes even skin nought."""
LIGHTNESS, REDNESS = 0, 1
"""Of ``opponent``."""
CERTAIN, REACHING = 7.0, 3.0
"""In deviations of this skin. Nine faces' own skin had up to three places that exceed the first, beside those that are
found as spots; each of 45 made ones of 0.003 to 0.011 face widths did."""
KEPT = 2.8
MARGIN = 3.0
"""In scales: what stands out is the middle, and the ring is around it."""


def ring_footprint(pair: Evidence, strength: float) -> NDArray[np.uint8]:
    """Where the original has a pale middle in a redder ring and the export has not; (H, W) uint8, 1 or 0.

    Args:
        pair: at any size.
        strength: divides the deviations that are asked for.
    """
    if not pair.treated.any():
        return np.zeros(pair.skin.shape, np.uint8)
    scale = max(FINEST, RING * pair.face_width)
    if scale >= 2 * REDUCE_TO:
        return doubled(ring_footprint(pair.halved, strength), pair.skin.shape)
    deviation = pair.deviation("rings", lambda: _deviation(pair, scale))
    return dilated(hysteresis(deviation, CERTAIN / strength, REACHING / strength), MARGIN * scale)


def _deviation(pair: Evidence, scale: float) -> Plane:
    """Standard deviations from normal of both channels together; 0 off the skin."""
    redder, darker = (_standing_out(pair, channel, scale) for channel in (REDNESS, LIGHTNESS))
    together = np.sqrt(np.square(np.maximum(redder, 0)) + np.square(np.minimum(darker, 0)))
    return cast("Plane", np.where(pair.skin, together, np.float32(0)))


def _standing_out(pair: Evidence, channel: int, scale: float) -> Plane:
    """By how many standard deviations the ring has more than its middle."""
    response, own = (_response(planes[channel], scale) for planes in (pair.difference, pair.export))
    return cast("Plane", response / normal_response(response, own, pair, scale, KEPT / CERTAIN))


def _response(plane: Plane, scale: float) -> Plane:
    middle, around = gaussian_blur(plane, MIDDLE * scale), wide_blur(plane, SURROUND * scale)
    weight = np.float32(MIDDLE_WEIGHT)
    ring: Plane = gaussian_blur(plane, scale) - weight * middle + (weight - np.float32(1)) * around
    return ring
