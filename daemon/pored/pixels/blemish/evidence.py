"""One scale's evidence of blemishes: how far a difference stands out from what is normal on this skin."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.planes.gaussian_blur import gaussian_blur
from pored.pixels.planes.reduced import enlarged, reduced
from pored.pixels.planes.robust_deviation import robust_deviation
from pored.pixels.planes.wide_blur import wide_blur

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from numpy.typing import NDArray

    from pored.model import Plane

MEAN_TO_SD = 1.25
"""Of a normal distribution: its standard deviation over its mean magnitude."""
AROUND = 0.06
"""Reach of "around each place", in face widths: stubble is normal among stubble."""
OUTLIER = 3.0
"""Magnitudes are cut at this many standard deviations before they count as normal for a place."""
QUIETEST = 0.35
"""Levels; an 8-bit picture's rounding makes about this much difference."""
KEPT_REACH = 1.5
"""In standard deviations of the scale: what the export has this near counts as the same structure."""
REDUCE_TO = 0.75
"""Planes are halved while the scale is more than twice this many of their pixels; hardly anything of it is lost."""
AVERAGED = 1 / 16
"""Variance of the averaging of two pixels to one, in the latter's pixels."""
LEAST_WEIGHT = 1e-3
HALF = 0.5
DARK = 16.0
"""Levels added to each channel before its logarithm is taken, so that rounding in shadows is no tint."""
BRIGHT = 150.0
"""Levels of skin in the light, for which a tint is given in levels too."""


@dataclass(frozen=True, slots=True)
class Test:
    """One scale, and what counts as evidence on it.

    Attributes:
        scale: standard deviation of the spots looked for, pixels.
        surround: of what they are compared with, in scales.
        channels: of ``opponent``: 0 lightness, 1 red against green, 2 yellow against blue.
        certain: deviations above which a place is a blemish.
        reaching: deviations down to which it reaches from there.
        kept: times the export's own structure that a difference must exceed. A softened edge is no blemish.
        pale: share that counts of what is lighter in the original: glints on oily skin are texture.
        margin: of the footprint, in scales.
        is_tint: the colours are ``tints``, the same in shade as in light.
    """

    scale: float
    surround: float
    channels: tuple[int, ...]
    certain: float
    reaching: float
    kept: float
    pale: float
    margin: float
    is_tint: bool = False

    @classmethod
    def of_colour(cls, scale: float) -> Test:
        """Fine rims and lines by their colour alone: in lightness, pores are as fine."""
        return cls(scale, 2.0, (1, 2), certain=8.0, reaching=3.0, kept=1.0, pale=1.0, margin=1.5)

    @classmethod
    def of_darkness(cls, scale: float) -> Test:
        """Blackheads, as fine as pores and far darker.

        Of 39 faces' own skin 30 had nothing so dark that was not found otherwise, the others one or two places (largest
        deviations 5.3 to 10.8). Dots of .006 face widths and 42 levels have 9 to 50, of .004 from 6 on.
        """
        return cls(scale, 2.0, (0,), certain=8.0, reaching=3.0, kept=3.0, pale=0.0, margin=1.5)

    @classmethod
    def of_all(cls, scale: float) -> Test:
        """Spots by lightness and colour together."""
        return cls(scale, 3.0, (0, 1, 2), certain=5.0, reaching=2.5, kept=3.0, pale=0.5, margin=0.5)

    @classmethod
    def of_tint(cls, scale: float) -> Test:
        """Birthmarks and other large marks, by their tint alone.

        What a smoother took off shades, beside the nose and the jaw, is as strong as they are, in lightness and in
        colour; but it has no tint of its own.

        Of birthmarks of 10 to 18 mm painted on faces of 200 to 260 pixels, 20 in 100 had come back by more than half,
        now 6, on the thirty faces it was chosen on, and 28, now 8, on thirty others; all of them have as much of their
        own texture as before.
        """
        return cls(scale, 3.0, (1, 2), certain=5.0, reaching=2.5, kept=1.5, pale=1.0, margin=0.5, is_tint=True)

    def halved(self) -> Test:
        """For planes of half the size, whose averaging is a part of the blur."""
        return replace(self, scale=math.sqrt(self.scale**2 / 4 - AVERAGED))


@dataclass(frozen=True, eq=False)
class Evidence:
    """A pair, ready to be tested.

    Attributes:
        difference: original less export, in ``opponent``'s three planes.
        export: likewise.
        skin: (H, W) bool, where to look.
        treated: (H, W) bool, the part of it that tells what is normal.
        face_width: in pixels.
    """

    difference: tuple[Plane, Plane, Plane]
    export: tuple[Plane, Plane, Plane]
    skin: NDArray[np.bool_]
    treated: NDArray[np.bool_]
    face_width: float
    _deviations: dict[Hashable, Plane] = field(init=False, default_factory=dict)

    def deviation(self, test: Hashable, measure: Callable[[], Plane]) -> Plane:
        """What a test measured here, which is the same at any strength of the guard.

        Args:
            test: tells it from others.
            measure: makes it, the first time that it is asked for.
        """
        if test not in self._deviations:
            self._deviations[test] = measure()
        return self._deviations[test]

    @functools.cached_property
    def halved(self) -> Evidence:
        """At half the size."""
        difference, export = (
            cast("tuple[Plane, Plane, Plane]", tuple(reduced(plane, 2) for plane in planes))
            for planes in (self.difference, self.export)
        )
        skin, treated = (reduced(plane.astype(np.float32), 2) > HALF for plane in (self.skin, self.treated))
        return Evidence(difference, export, skin, treated, self.face_width / 2)

    @functools.cached_property
    def tinted(self) -> Evidence:
        """By tints in place of colours."""
        original = [lost + left for lost, left in zip(self.difference, self.export, strict=True)]
        own = tints(*self.export)
        red, yellow = (theirs - ours for theirs, ours in zip(tints(*original), own, strict=True))
        return replace(self, difference=(self.difference[0], red, yellow), export=(self.export[0], *own))

    @functools.cached_property
    def sampled(self) -> NDArray[np.bool_]:
        """What is treated of every other row and column, which tell what is normal as well as all of them."""
        return self.treated[::2, ::2]

    @functools.cached_property
    def surrounded(self) -> Plane:
        """How much of what is around each of them is treated."""
        return np.maximum(self.around(self.sampled.astype(np.float32)), LEAST_WEIGHT)

    def around(self, sampled: Plane) -> Plane:
        """The mean around each of them."""
        return wide_blur(sampled, AROUND * self.face_width / 2)


def tints(light: Plane, red: Plane, yellow: Plane) -> tuple[Plane, Plane]:
    """Ratios of the channels, which shade and light leave as they are.

    Args:
        light: (H, W) float32, ``opponent``'s lightness, levels.
        red: (H, W) float32, its red against green.
        yellow: (H, W) float32, its yellow against blue.

    Returns:
        150 log(R / G) and 150 log(sqrt(R G) / B): on skin in the light about as many levels as ``opponent``'s.
    """
    middle = light + yellow / 3
    channels = middle + red / 2, middle - red / 2, middle - yellow
    logs = [np.float32(BRIGHT) * np.log(np.maximum(each, 0) + np.float32(DARK)) for each in channels]
    return cast("tuple[Plane, Plane]", (logs[0] - logs[1], (logs[0] + logs[1]) / 2 - logs[2]))


def footprints(pair: Evidence, tests: Sequence[Test], strength: float) -> NDArray[np.uint8]:
    """Where any of the tests finds a blemish; (H, W) uint8, 1 or 0.

    Args:
        pair: at the size at which the finest test is made.
        tests: in pixels of that size.
        strength: divides the deviations that are asked for.
    """
    height, width = pair.skin.shape
    found = np.zeros((height, width), np.uint8)
    if not pair.treated.any():
        return found
    coarse = [test.halved() for test in tests if test.scale >= 2 * REDUCE_TO]
    for test in tests:
        if test.scale < 2 * REDUCE_TO:
            cv2.max(found, _footprint(pair, test, strength), found)
    if coarse:
        below = footprints(pair.halved, coarse, strength).astype(np.float32)
        whole = enlarged(below, 2, (0, height), width)
        cv2.max(found, (whole > HALF).astype(np.uint8), found)
    return found


def _footprint(pair: Evidence, test: Test, strength: float) -> NDArray[np.uint8]:
    deviation = pair.deviation(test, lambda: _deviation(pair, test))
    places = hysteresis(deviation, test.certain / strength, test.reaching / strength)
    return dilated(places, test.margin * test.scale)


def _deviation(pair: Evidence, test: Test) -> Plane:
    """Standard deviations from normal, all channels together; 0 off the skin."""
    total = np.zeros(pair.skin.shape, np.float32)
    pair = pair.tinted if test.is_tint else pair
    for channel in test.channels:
        pale = test.pale if channel == 0 else 1.0
        deviation = standing_out(pair, channel, (test.scale, test.surround), pale, test.kept / test.certain)
        total += np.multiply(deviation, deviation, out=deviation)
    return cast("Plane", np.sqrt(total, out=total) * pair.skin)


def standing_out(pair: Evidence, channel: int, sizes: tuple[float, float], pale: float, kept: float) -> Plane:
    """By how many standard deviations of normal skin each place differs; below 0 where the original has less.

    Args:
        pair: original and export.
        channel: of ``opponent``.
        sizes: standard deviation of what is looked for, pixels, and of its surroundings in those.
        pale: share that counts of what the original has more.
        kept: share of the export's own structure that counts as normal.
    """
    scale, surround = sizes
    response = _response(pair.difference[channel], scale, surround)
    own = _response(pair.export[channel], scale, surround)
    normal = normal_response(response, own, pair, scale, kept)
    if pale != 1.0:
        response -= np.float32(1 - pale) * np.maximum(response, 0)
    return np.divide(response, normal, out=response)


def normal_response(response: Plane, own: Plane, pair: Evidence, scale: float, kept: float) -> Plane:
    """What counts as one standard deviation at each place, in levels.

    Args:
        response: (H, W) float32, of a filter to the difference of original and export.
        own: likewise, to the export.
        pair: the two.
        scale: of the filter, pixels.
        kept: share of the export's own structure that counts as normal.
    """
    normal = _normal(response, pair)
    normal += np.float32(kept) * _smooth(np.abs(own), KEPT_REACH * scale)
    return normal


def _response(plane: Plane, scale: float, surround: float) -> Plane:
    """Difference of Gaussians: what a place has more than its surroundings."""
    return gaussian_blur(plane, scale) - wide_blur(plane, surround * scale)


def _smooth(plane: Plane, radius: float) -> Plane:
    """A mean around each pixel: a blur on half the size does."""
    height, width = plane.shape
    return enlarged(wide_blur(reduced(plane, 2), radius / 2), 2, (0, height), width)


def _normal(response: Plane, pair: Evidence) -> Plane:
    """The standard deviation of normal skin: the face's own, or the surroundings' where they have more."""
    magnitude, treated = np.abs(response[::2, ::2]), pair.sampled
    face = max(QUIETEST, robust_deviation(magnitude[treated]) if treated.any() else 0.0)
    around = pair.around(np.minimum(magnitude, OUTLIER * face) * treated) / pair.surrounded
    normal = np.maximum(np.float32(face), np.float32(MEAN_TO_SD) * around)
    return cast("Plane", cv2.resize(normal, response.shape[::-1], interpolation=cv2.INTER_LINEAR))


def hysteresis(deviation: Plane, certain: float, reaching: float) -> NDArray[np.uint8]:
    """Connected places above ``reaching`` that somewhere exceed ``certain``."""
    seeds = np.nonzero(deviation > certain)
    if not len(seeds[0]):
        return np.zeros(deviation.shape, np.uint8)
    count, labels = cv2.connectedComponents((deviation > reaching).astype(np.uint8))
    kept = np.zeros(count, np.uint8)
    kept[labels[seeds]] = 1
    return np.take(kept, np.asarray(labels, np.int32))


def doubled(footprint: NDArray[np.uint8], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """A footprint found on planes of half the size, on those of this height and width."""
    size = 2 * footprint.shape[1], 2 * footprint.shape[0]
    whole = cv2.resize(footprint, size, interpolation=cv2.INTER_NEAREST)
    return np.ascontiguousarray(cast("NDArray[np.uint8]", whole)[: shape[0], : shape[1]])


def dilated(footprint: NDArray[np.uint8], radius: float) -> NDArray[np.uint8]:
    """A footprint that is wider by so many pixels."""
    size = 2 * round(radius) + 1
    return cast(
        "NDArray[np.uint8]",
        cv2.dilate(footprint, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))),
    )
