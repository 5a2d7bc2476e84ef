"""The guard itself: hands the missing detail back with clean texture in the places of blemishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pored.pixels.blemish.graft import clean_high_band, clean_skin, graft, tiles_of_clean_skin
from pored.pixels.blemish.graft_colour import lightness_of_colour
from pored.pixels.photoshop.high_pass import high_band

if TYPE_CHECKING:
    from pored.model import Plane
    from pored.pixels.blemish.find import Blemishes
    from pored.pixels.blemish.graft_quilt import Tiles


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Original and export, laid over each other.

    Attributes:
        original: (H, W, 3) float32 RGB levels, tone-matched to the export.
        export: (H, W, 3) float32 RGB levels.
        difference: (H, W) float32, desaturated original less desaturated export, noise kept out.
        tone: (H, W) float32, the desaturated export.
        treated: (H, W) float32 0..1, the skin that was smoothed (``treated_skin``).
    """

    original: Plane
    export: Plane
    difference: Plane
    tone: Plane
    treated: Plane


@dataclass(frozen=True, slots=True, eq=False)
class Guarded:
    """What the guard made.

    Attributes:
        detail: (H, W) float32, the missing detail in signed levels, to be blended in the place of
            HP(original) - HP(export).
        blemishes: what was found.
        tiles: of clean skin, as they lie on the blemishes; None where there is none.
        fine: (H', W') float32, detail finer than these planes' pixels, where they are reduced ones, that patches of it
            are cut from; None where that is the missing detail itself.
        foreign: share of the export's own finest detail that is taken out below patches (``foreign_share``).
    """

    detail: Plane
    blemishes: Blemishes
    tiles: Tiles | None
    fine: Plane | None = None
    foreign: float = 0.0


def guard_blemishes(pair: Pair, blemishes: Blemishes, radius: float) -> Guarded:
    """The detail that the export lacks, without the blemishes that it was meant to lack.

    Args:
        pair: original and export.
        blemishes: what was found in them.
        radius: of High Pass, pixels.

    Returns:
        The detail is plain HP(original) - HP(export) where no blemish is near.
    """
    if not blemishes.spots:
        return Guarded(high_band(pair.difference, radius), blemishes, None)
    weight = blemishes.weight
    band = clean_high_band(pair.difference, weight, radius)
    clean = clean_skin(band, weight, pair.treated)
    coloured = lightness_of_colour(pair.difference, pair.original - pair.export, weight, clean, radius)
    tiles = tiles_of_clean_skin(band - coloured, weight, clean, pair.tone, radius)
    bands = band - coloured, coloured, high_band(pair.tone, radius)
    return Guarded(graft(bands, weight, clean, tiles, radius), blemishes, tiles)
