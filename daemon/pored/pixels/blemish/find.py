"""Finds what a retoucher took out: places where original and export differ at the scale of spots, not of pores."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.blemish.evidence import REDUCE_TO, Evidence, Test, doubled, footprints
from pored.pixels.blemish.freckles import without_freckles
from pored.pixels.blemish.lines import line_footprint
from pored.pixels.blemish.rings import ring_footprint
from pored.pixels.planes.gaussian_blur import gaussian_blur
from pored.pixels.planes.reduced import reduced
from pored.pixels.skin.treated import treated_skin

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane

SPOT_SIZES = 6
SMALLEST_SPOT = 0.003
"""Standard deviation of the smallest spot, in face widths: half a millimetre; each size is 1.41 times the last."""
MARK_SIZES = range(4, 7)
"""Of large marks, in the same steps: 1.7 to 3.5 millimetres of standard deviation."""
SMALLEST_RED = 0.0015
"""Colour is smooth on skin, so that finer things stand out in it than in lightness: rims, hairs, scratches."""
RED_SIZES = 2
FINEST = 1.0
FINEST_RED = 0.7
"""Pixels: finer than this a small face shows no spots."""
FEATHER = 1.0
"""Pixels over which a footprint's edge fades."""
SKIN = 0.5
FEWEST_SKIN = 256
"""Pixels of skin below which nothing can be said about what is normal on it."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One guarded place.

    Attributes:
        x: of its centre, pixels.
        y: of its centre, pixels.
        radius: of a disc of the same area, pixels.
    """

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True, eq=False)
class Blemishes:
    """Where the original's texture is not wanted.

    Attributes:
        weight: (H, W) float32, 1 on a blemish, 0 on clean skin, soft between.
        spots: each connected place, top to bottom.
    """

    weight: Plane
    spots: tuple[Spot, ...]


@dataclass(frozen=True, eq=False)
class Sought:
    """A pair in which blemishes are sought: what does not depend on the strength is found out once.

    Attributes:
        original: (H, W, 3) float32 RGB levels, laid over the export and tone-matched to it.
        export: (H, W, 3) float32 RGB levels.
        skin: (H, W) float32 0..1.
        face_width: in pixels.
    """

    original: Plane
    export: Plane
    skin: Plane
    face_width: float

    def find(self, strength: float = 1.0) -> Blemishes:
        """Where the original has spots, lines or hairs that the export has not.

        Compares difference with difference: what skin of this face normally lost is the measure, per channel and scale,
        over the whole face and around each place. What the export kept is in both pictures, and so in no difference.
        Where the spots are many, small and brown, they are freckles and stay.

        Args:
            strength: above 1 guards fainter marks, below 1 only stronger ones; 0 nothing.

        Returns:
            Weight and list, both empty where there is too little skin to judge.
        """
        if strength <= 0.0 or np.count_nonzero(self.skin > SKIN) < FEWEST_SKIN:
            return Blemishes(np.zeros(self.skin.shape, np.float32), ())
        pair, tests, shrink = self._evidence
        found = without_freckles(footprints(pair, tests, strength), pair)
        found |= line_footprint(pair, strength) | ring_footprint(pair, strength)
        if shrink > 1:
            found = doubled(found, self.skin.shape)
        return Blemishes(gaussian_blur(found.astype(np.float32), FEATHER * shrink), _spots(found))

    @functools.cached_property
    def _evidence(self) -> tuple[Evidence, list[Test], int]:
        """The evidence, the tests for spots in its pixels, and how many of the pair's pixels each of them is wide."""
        original, export, skin, shrink, tests = self.original, self.export, self.skin, 1, _tests(self.face_width)
        if min(test.scale for test in tests) >= 2 * REDUCE_TO:
            original, export, skin, shrink = *(reduced(plane, 2) for plane in (original, export, skin)), 2
            tests = [test.halved() for test in tests]
        face_width = self.face_width / shrink
        difference, own = opponent(original - export), opponent(export)
        treated = treated_skin(difference[0], own[0], skin, face_width)
        return Evidence(difference, own, skin > SKIN, treated > SKIN, face_width), tests, shrink


def opponent(pixels: Plane) -> tuple[Plane, Plane, Plane]:
    """Lightness, red against green, yellow against blue: texture is in the first, redness in the second.

    Args:
        pixels: (H, W, 3) float32 RGB, levels or differences of levels.

    Returns:
        (R + G + B) / 3, R - G and (R + G) / 2 - B; each (H, W) float32.
    """
    red, green, blue = (np.ascontiguousarray(pixels[..., channel]) for channel in range(3))
    lightness = cv2.addWeighted(red, 1 / 3, green, 1 / 3, 0) + blue * np.float32(1 / 3)
    yellow = cv2.addWeighted(red, 0.5, green, 0.5, 0) - blue
    return cast("tuple[Plane, Plane, Plane]", (lightness, red - green, yellow))


def _tests(face_width: float) -> list[Test]:
    smallest = max(FINEST, SMALLEST_SPOT * face_width)
    finest = max(FINEST_RED, SMALLEST_RED * face_width)
    reds = [Test.of_colour(finest * 2 ** (step / 2)) for step in range(RED_SIZES)]
    spots = [Test.of_all(smallest * 2 ** (step / 2)) for step in range(SPOT_SIZES)]
    marks = [Test.of_tint(smallest * 2 ** (step / 2)) for step in MARK_SIZES]
    return [*reds, Test.of_darkness(finest), *spots, *marks]


def _spots(found: NDArray[np.uint8]) -> tuple[Spot, ...]:
    _, _, stats, centres = cv2.connectedComponentsWithStats(found)
    areas = cast("NDArray[np.int32]", stats)[1:, cv2.CC_STAT_AREA]
    radii = np.sqrt(areas / np.pi)
    return tuple(Spot(float(x), float(y), float(radius)) for (x, y), radius in zip(centres[1:], radii, strict=True))
