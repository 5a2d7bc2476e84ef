"""Covers places with overlapping tiles of clean texture from nearby, in the manner of image quilting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.planes.wide_blur import wide_blur

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane

TILE = 6.0
"""A tile's side in radii: several pores wide; the next tile begins half a side on."""
SMALLEST_TILE = 8
DISTANCES = (1.2, 2.0, 3.0, 4.5, 6.5, 9.0)
"""Where a tile may come from, in tiles."""
DIRECTIONS = 12
ENERGY_REACH = 2.0
"""How far around a place clean skin says how strong the texture should be, in tiles."""
DIRTY = 20.0
"""Costs of a candidate: per share of it that is not clean,"""
PER_LEVEL = 0.05
"""per level of tone that it is off, where an e-fold of energy costs 1,"""
PER_TILE = 0.05
"""per tile of distance,"""
VARIETY = 0.3
"""and up to this by chance, so that neighbours take different sources."""
WEAKEST, STRONGEST = 0.7, 1.4
"""How far a patch's contrast is brought to what is normal at its new place."""
GOLDEN, SILVER = 0.6180339887, 0.4142135624
LEAST_WEIGHT = 0.05
NOTHING = 1e-3
TOUCHED = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Tiles:
    """Tops and lefts of targets, and of the sources chosen for them, with the sources' gains, each (N,); their side."""

    top: NDArray[np.intp]
    left: NDArray[np.intp]
    source_top: NDArray[np.intp]
    source_left: NDArray[np.intp]
    gain: NDArray[np.float32]
    side: int


def choose_tiles(high_band: Plane, weight: Plane, clean: NDArray[np.bool_], tone: Plane, radius: float) -> Tiles:
    """Which tiles are to cover the weight, and where their texture comes from.

    Args:
        high_band: (H, W) float32, the texture to copy from.
        weight: (H, W) float32, where to.
        clean: (H, W) bool, what may be copied.
        tone: (H, W) float32, smooth lightness in levels.
        radius: of the high band, pixels.

    Source:
        Efros and Freeman, Image Quilting (2001), with cross-fades in the place of cuts: pores are no edges.
    """
    side = max(SMALLEST_TILE, 2 * round(TILE * radius / 2))
    nowhere = np.empty(0, np.intp)
    if min(high_band.shape) < side:
        return Tiles(nowhere, nowhere, nowhere, nowhere, np.empty(0, np.float32), side)
    top, left = _targets(weight, side)
    return _choose(high_band, weight, clean, tone, (top, left, side))


def _targets(weight: Plane, side: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Tops and lefts of the tiles of a half-overlapping grid that meet the weight; the last ones end at the edge."""
    tops, lefts = (_starts(length, side) for length in weight.shape)
    touched = cv2.dilate((weight > TOUCHED).astype(np.uint8), np.ones((side, side), np.uint8), anchor=(0, 0))
    rows, columns = np.nonzero(touched[np.ix_(tops, lefts)])
    return tops[rows], lefts[columns]


def _starts(length: int, side: int) -> NDArray[np.intp]:
    return np.unique(np.append(np.arange(0, length - side, side // 2), length - side))


def _choose(
    high_band: Plane,
    weight: Plane,
    clean: NDArray[np.bool_],
    tone: Plane,
    targets: tuple[NDArray[np.intp], NDArray[np.intp], int],
) -> Tiles:
    """For each target the cheapest source: clean, near, of like tone and like energy."""
    top, left, side = targets
    certain = clean.astype(np.float32)
    share = _mean(certain, side)
    energy = _mean(high_band * high_band * certain, side) / np.maximum(share, LEAST_WEIGHT)
    seen = np.maximum(wide_blur(certain, ENERGY_REACH * side), NOTHING)
    normal = wide_blur(high_band * high_band * certain, ENERGY_REACH * side) / seen
    tones = _mean(tone, side)
    middle = side // 2
    own_y, own_x = top + middle, left + middle
    offsets = _offsets(side)
    height, width = high_band.shape
    rows = np.clip(own_y[:, None] + offsets[:, 0], middle, height - side + middle)
    columns = np.clip(own_x[:, None] + offsets[:, 1], middle, width - side + middle)
    wanted = np.maximum(normal[own_y, own_x], NOTHING)[:, None]
    costs = DIRTY * (1 - share[rows, columns] + _mean(weight, side)[rows, columns])
    costs += np.abs(np.log(np.maximum(energy[rows, columns], NOTHING) / wanted))
    costs += PER_LEVEL * np.abs(tones[rows, columns] - tones[own_y, own_x][:, None])
    costs += PER_TILE / side * np.hypot(offsets[:, 0], offsets[:, 1])
    best = np.argmin(costs + VARIETY * _chance(*costs.shape), axis=1)
    chosen = np.arange(len(best)), best
    gain = np.sqrt(wanted[:, 0] / np.maximum(energy[rows[chosen], columns[chosen]], NOTHING))
    return Tiles(
        top,
        left,
        rows[chosen] - middle,
        columns[chosen] - middle,
        np.clip(gain, WEAKEST, STRONGEST).astype(np.float32),
        side,
    )


def _offsets(side: int) -> NDArray[np.intp]:
    """Rows and columns from a target to its candidates, rings of directions, each ring turned a little; (M, 2)."""
    turns = np.arange(DIRECTIONS) / DIRECTIONS
    angles = 2 * np.pi * (turns[None, :] + GOLDEN * np.arange(len(DISTANCES))[:, None])
    reach = side * np.array(DISTANCES)[:, None]
    return np.stack([reach * np.sin(angles), reach * np.cos(angles)], axis=-1).reshape(-1, 2).round().astype(np.intp)


def _chance(targets: int, candidates: int) -> NDArray[np.float64]:
    """0..1, even and without pattern, the same every time: a low-discrepancy sequence in both directions."""
    spread: NDArray[np.float64] = (
        GOLDEN * np.arange(targets)[:, None] + SILVER * np.arange(candidates)[None, :] ** 2
    ) % 1.0
    return spread


def _mean(plane: Plane, side: int) -> Plane:
    """Mean over the tile centred on each pixel, with the tile's middle at ``side // 2`` from its start."""
    return cast("Plane", cv2.blur(plane, (side, side), borderType=cv2.BORDER_REPLICATE))


def lay_tiles(texture: Plane, tiles: Tiles, factor: int = 1, rows: tuple[int, int] | None = None) -> Plane:
    """Texture of clean skin where the tiles lie.

    Tiles overlap by half under a sine window and are summed by power, not by amplitude, so that seams do not show and
    the energy stays even.

    Args:
        texture: (H, W) float32, what they are cut from.
        tiles: as chosen, perhaps on a reduced plane.
        factor: by which that was reduced.
        rows: the first row that is wanted and the one after the last; None: all.

    Returns:
        (rows, W) float32, 0 where no tile lies.
    """
    start, end = rows or (0, len(texture))
    side = tiles.side * factor
    arch = np.sin(np.pi * (np.arange(side, dtype=np.float32) + 0.5) / side)
    window = np.outer(arch, arch).astype(np.float32)
    laid = np.zeros((end - start, texture.shape[1]), np.float32)
    power = np.zeros_like(laid)
    meets = np.flatnonzero((tiles.top * factor < end) & ((tiles.top + tiles.side) * factor > start))
    places = (tiles.top, tiles.left, tiles.source_top, tiles.source_left)
    for top, left, source_top, source_left, gain in zip(
        *(place[meets] * factor for place in places), tiles.gain[meets], strict=True
    ):
        first, last = max(start, top) - top, min(end, top + side, top + len(texture) - source_top) - top
        width = min(side, texture.shape[1] - max(left, source_left))
        part = window[first:last, :width]
        target = slice(top + first - start, top + last - start), slice(left, left + width)
        patch = texture[source_top + first : source_top + last, source_left : source_left + width]
        laid[target] += patch * part * gain
        power[target] += part * part
    return cast("Plane", laid / np.sqrt(np.maximum(power, np.float32(NOTHING))))
