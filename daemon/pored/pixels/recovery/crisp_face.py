"""A face's original as crisp as its export: by what the reduced planes tell, and then by some places at full size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from pored.model import Box
from pored.pixels.planes.levels import in_levels
from pored.pixels.planes.reduced import reduced
from pored.pixels.recovery.laid_face import in_three
from pored.pixels.recovery.match_sharpness import beside_skin, detailed_beside, finer_sharpness, sharpness

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane
    from pored.pixels.recovery.laid_face import LaidFace

TILE = 160
"""Side of a place that is looked at at full size, pixels ..."""
TILES = 4
"""... and how many of them there are: those with most hair and cloth beside the skin."""
EDGE = 12
"""Pixels at a tile's edge that do not count, since tiles lie side by side while they are looked at."""
LEAST = 0.1
"""Share of a tile with such detail below which it tells too little."""
HALF = 0.5


def crisp_face(laid: LaidFace) -> tuple[LaidFace, float]:
    """A face's pair with the original as crisp as the export, and the factor by which it became so; 1 if not at all.

    Args:
        laid: the pair.
    """
    beside = beside_skin(laid.tone, laid.skin, laid.face_width)
    found = sharpness(laid.light, (laid.colours, laid.own), beside)
    laid = laid.as_crisp(found.enlarged(laid.factor))
    if laid.factor == 1:
        return laid, found.factor
    telling = detailed_beside(laid.light, beside)
    tiles = _tiles(telling, laid.factor)
    if not tiles:
        return laid, found.factor
    own = [in_three(laid.original((tile.y0, tile.y1), (tile.x0, tile.x1))) for tile in tiles]
    others = [in_three(in_levels(laid.below[tile.slices])) for tile in tiles]
    where = [_inner(telling, tile, laid.factor) for tile in tiles]
    finer = finer_sharpness(np.hstack(own), np.hstack(others), np.hstack(where))
    return laid.as_crisp(finer), found.factor * finer.factor


def _tiles(telling: Plane, factor: int) -> list[Box]:
    """Those that tell most, in pixels of the full size."""
    side = TILE // factor
    shares = reduced(telling, side)[: telling.shape[0] // side, : telling.shape[1] // side]
    best = np.argsort(-shares, axis=None, kind="stable")[:TILES]
    places = [divmod(int(place), shares.shape[1]) for place in best if shares.flat[place] > LEAST]
    size = side * factor
    return [Box(column * size, row * size, (column + 1) * size, (row + 1) * size) for row, column in places]


def _inner(telling: Plane, tile: Box, factor: int) -> NDArray[np.bool_]:
    """Where a tile tells, but for its edge."""
    small = telling[tile.y0 // factor : tile.y1 // factor, tile.x0 // factor : tile.x1 // factor]
    whole = cv2.resize(small, (tile.width, tile.height), interpolation=cv2.INTER_NEAREST) > HALF
    whole[:EDGE] = whole[-EDGE:] = whole[:, :EDGE] = whole[:, -EDGE:] = False
    return whole
