"""The skin of the faces of a picture, found in the picture itself: up to the hair line, without what covers it."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

import cv2
import numpy as np

from pored.model import Box
from pored.pixels.planes.eight_bit import as_rgb8
from pored.pixels.planes.guided_filter import guided_filter
from pored.pixels.planes.outline import distance, filled, hull, ramp, signed_distance
from pored.pixels.planes.resize import resized
from pored.pixels.skin.clues import logistic
from pored.pixels.skin.colour import skin_colours
from pored.pixels.skin.face_frame import Reach, face_frame, face_reach
from pored.pixels.skin.face_parts import BROWS, EYES, LIPS
from pored.pixels.skin.nostrils import NOSE_BASE, nostrils_clear
from pored.pixels.skin.region import skin_region
from pored.pixels.skin.scope_all import body_box, body_frame, other_skin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pored.model import Face, Plane, Samples
    from pored.pixels.skin.face_frame import FaceFrame
    from pored.pixels.skin.given_mask import GivenMask
    from pored.pixels.skin.region import SkinRegion

    _Rings = tuple[tuple[int, ...], ...]
    _Seeing = tuple[tuple[float, float], tuple[float, float]]
    _Clear = tuple[Plane, _Seeing, _Rings, float]
    """Log odds of a part, from which on it is seen, the outlines that landmarks have, and how far around is clear."""

Scope = Literal["face", "all"]
EDGE_WIDTH = 224
"""Pixels across the face where the mask's edges are drawn; a larger face's mask is enlarged, as its edges are soft."""
REACH: Reach = (0.85, 1.05, 1.15)
"""How far skin is looked for from the middle between the eyes: sideways, up and down, in face widths."""
EDGE_RADIUS = 0.03
EDGE_EPSILON = 0.002
SURE, DOUBTFUL = 0.47, 0.27
OVERLAP = 0.04
"""How far other skin's mask reaches into the face's outline, in face widths, so that no seam shows."""
NOSTRIL_REACH, DARK_BLUR = 0.084, 0.006
EYES_SEEN: _Seeing = ((0.4, 0.75), (-3.0, 1.2))
BROWS_SEEN: _Seeing = ((0.4, 0.75), (-7.0, -1.3))
LIPS_SEEN: _Seeing = ((0.6, 0.9), (-4.0, 0.0))
"""How much the networks and the landmarks agree about where a part lies (the mean share of the landmarks' outline in
which the networks see it), and the log odds from which on a place beyond that outline is the part too. The more they
agree, the less else may be it; behind bangs, frames and hands and in profile they differ, and then all stays clear that
may be one.
"""
ROUNDED = 1.0
"""Pixels of the view, a standard deviation: the parts' outlines run in steps of a pixel, which show once enlarged."""
HOLE = 0.002
"""Share of the face's width squared: a smaller hole is a spot on the skin, and a smaller island is nothing."""


@dataclass(frozen=True, slots=True)
class SkinSettings:
    """Distances in shares of the face's width.

    Attributes:
        feather: width of the ramp from no texture to all of it.
        eyes: kept clear around the lids' line, to where half of the texture shows.
        brows: likewise around the brows, where the picture or the landmarks show them.
        lips: likewise around the lips.
        with_lips: whether lips count as skin.
        with_brows: likewise brows.
        scope: "all" also masks ears, neck, shoulders, arms and hands.
        given: a retoucher's mask; it takes the place of what the picture shows.
        people: the picture's faces: in scope "all", each keeps the others' arms, necks and ears out of itself.
    """

    feather: float = 0.016
    eyes: float = 0.008
    brows: float = 0.008
    lips: float = 0.012
    with_lips: bool = False
    with_brows: bool = False
    scope: Scope = "face"
    given: GivenMask | None = None
    people: tuple[Face, ...] = ()

    def of_the_face(self) -> SkinSettings:
        """The same for the face's own skin, found in the picture."""
        return replace(self, scope="face", given=None)


def picture_mask(pixels: Samples, faces: Sequence[Face], settings: SkinSettings | None = None) -> NDArray[np.uint8]:
    """The skin of all faces of a picture, (H, W) uint8; where two meet, the stronger counts.

    Args:
        pixels: (H, W, 3) RGB or (H, W) grey, upright, 8 or 16 bit.
        faces: found in it; their order does not matter.
        settings: how far to stay away from what is not skin.
    """
    height, width = pixels.shape[:2]
    whole = np.zeros((height, width), np.uint8)
    settings = replace(settings or SkinSettings(), people=tuple(faces))
    for face in faces:
        box = mask_box(face, width, height, settings)
        whole[box.slices] = np.maximum(whole[box.slices], adaptive_mask(pixels, face, box, settings))
    return whole


def mask_box(face: Face, width: int, height: int, settings: SkinSettings | None = None) -> Box:
    """The part of a picture of that size outside of which the face's mask is 0."""
    if settings is not None and settings.given is not None:
        return settings.given.box_of(face)
    if settings is not None and settings.scope == "all":
        return body_box(face, width, height)
    return face_reach(face, REACH).clipped(width, height)


def adaptive_mask(
    pixels: Samples, face: Face, box: Box, settings: SkinSettings | None = None, evidence: Plane | None = None
) -> NDArray[np.uint8]:
    """How much of the texture each pixel of a box gets.

    Args:
        pixels: (H, W, 3) RGB or (H, W) grey, 8 or 16 bit: the whole picture, whatever the box.
        face: its landmarks, in the picture's pixels.
        box: the part of the picture to answer for.
        settings: how far to stay away from what is not skin.
        evidence: float32, the box's size or reduced, log odds that speak for the face's skin besides what the picture
            shows; the box then holds all of ``mask_box``.

    Returns:
        (box.height, box.width) uint8: 255 on skin, 0 off the face, on eyes, brows and lips and on what covers the
        skin, soft between.
    """
    return FaceSkin(pixels, face).mask(box, settings or SkinSettings(), evidence)


class FaceSkin:
    """A face's skin. What the picture shows of the face is looked at once, whatever settings and evidence are tried.

    Args:
        pixels: as for ``adaptive_mask``.
        face: likewise.
    """

    def __init__(self, pixels: Samples, face: Face) -> None:
        self._pixels = pixels
        self._face = face
        self._cleared: dict[SkinSettings, Plane] = {}

    def mask(self, box: Box, settings: SkinSettings, evidence: Plane | None = None) -> NDArray[np.uint8]:
        """As ``adaptive_mask``."""
        if settings.given is not None:
            return settings.given.part_of(self._face, box)
        height, width = self._pixels.shape[:2]
        own = mask_box(self._face, width, height, settings)
        mask = np.zeros((max(0, box.height), max(0, box.width)), np.uint8)
        shared = own.clipped_to(box)
        if shared.width > 0 and shared.height > 0:
            besides = None if evidence is None else _part(evidence, mask_box(self._face, width, height), box)
            mask[shared.within(box).slices] = self._own_mask(own, settings, besides)[shared.within(own).slices]
        return mask

    def masks(
        self, box: Box, settings: SkinSettings, evidence: Plane | None = None
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Where texture goes, and the part of it that statistics are made on; arguments as for ``adaptive_mask``.

        Returns:
            The mask, and as much of it as is the face's own skin, or all of it if none is; (box.height, box.width)
            uint8.
        """
        mask = self.mask(box, settings, evidence)
        if settings.scope == "face" and settings.given is None:
            return mask, mask
        shared = np.minimum(mask, self.mask(box, settings.of_the_face(), evidence))
        return mask, shared if shared.any() else mask

    @functools.cached_property
    def _seen(self) -> _Seen | None:
        """None where nothing of the face is in the picture."""
        box = mask_box(self._face, self._pixels.shape[1], self._pixels.shape[0])
        if not _holds_pixels(box):
            return None
        frame = face_frame(self._face, box, EDGE_WIDTH)
        view = as_rgb8(resized(self._pixels[box.slices], frame.size))
        return _Seen(box, frame, view, skin_region(view, frame))

    def _clear(self, seen: _Seen, settings: SkinSettings) -> Plane:
        """What ``_clear_of_parts`` says, which is the same with any evidence."""
        wanted = replace(settings.of_the_face(), people=())
        if wanted not in self._cleared:
            self._cleared[wanted] = _clear_of_parts(seen.view, seen.region, seen.frame, wanted)
        return self._cleared[wanted]

    def _own_mask(self, own: Box, settings: SkinSettings, besides: Plane | None) -> NDArray[np.uint8]:
        if self._seen is None:
            return np.zeros((own.height, own.width), np.uint8)
        box, frame, view, region = self._seen
        evidence = (
            None if besides is None else cast("Plane", cv2.resize(besides, frame.size, interpolation=cv2.INTER_AREA))
        )
        share = region.share(evidence)
        face = _feathered(_edges(view, share, frame), frame, settings)
        mask = _enlarged(cast("Plane", face * self._clear(self._seen, settings)), box)
        if settings.scope == "face":
            return mask
        whole = _enlarged(_other_mask(self._pixels, self._face, own, (share, box), settings), own)
        part = whole[box.within(own).slices]
        np.maximum(part, mask, out=part)
        return whole


class _Seen(NamedTuple):
    """What a picture shows of a face: where, how it lies there, the view of it, and its parts in the view."""

    box: Box
    frame: FaceFrame
    view: NDArray[np.uint8]
    region: SkinRegion


def _part(plane: Plane, part: Box, box: Box) -> Plane:
    """What of a box's plane, perhaps reduced, belongs to a part of the box."""
    across, down = plane.shape[1] / box.width, plane.shape[0] / box.height
    inner = part.within(box)
    columns = slice(int(inner.x0 * across), math.ceil(inner.x1 * across))
    rows = slice(int(inner.y0 * down), math.ceil(inner.y1 * down))
    return plane[rows, columns]


def _other_mask(pixels: Samples, face: Face, own: Box, known: tuple[Plane, Box], settings: SkinSettings) -> Plane:
    """Skin beyond the face's outline; inside of it the face's own mask has the say."""
    frame = body_frame(face, own)
    view = as_rgb8(resized(pixels[own.slices], frame.size))
    face_share, box = known
    steps = (frame.size[0] / own.width, frame.size[1] / own.height)
    place = box.within(own)
    low = (min(frame.size[0] - 1, round(place.x0 * steps[0])), min(frame.size[1] - 1, round(place.y0 * steps[1])))
    size = (max(1, round(place.x1 * steps[0]) - low[0]), max(1, round(place.y1 * steps[1]) - low[1]))
    share = np.zeros((frame.size[1], frame.size[0]), np.float32)
    share[low[1] : low[1] + size[1], low[0] : low[0] + size[0]] = cv2.resize(face_share, size)
    outside = -signed_distance([hull(frame.points)], frame.size) / np.float32(frame.unit)
    mask = other_skin(view, face, own, share) * ramp(outside + np.float32(OVERLAP), OVERLAP / 2)
    for other in settings.people:
        if other.points is not face.points:
            points = (other.points - np.array([own.x0, own.y0], np.float32)) * np.array(steps, np.float32)
            mask[filled(hull(points), frame.size) > 0] = 0
    return _feathered(mask, frame, settings)


def _feathered(mask: Plane, frame: FaceFrame, settings: SkinSettings) -> Plane:
    return cast("Plane", cv2.GaussianBlur(mask, (0, 0), max(0.3, settings.feather * frame.unit / 4)))


def _enlarged(mask: Plane, box: Box) -> NDArray[np.uint8]:
    small = np.floor(mask * 255 + np.float32(0.5)).astype(np.uint8)
    return cast("NDArray[np.uint8]", cv2.resize(small, (box.width, box.height), interpolation=cv2.INTER_LINEAR))


def _edges(view: NDArray[np.uint8], share: Plane, frame: FaceFrame) -> Plane:
    """The region with its edges where the picture has them, 0..1; spots on the skin filled, islands left out."""
    light = cv2.cvtColor(view, cv2.COLOR_RGB2GRAY).astype(np.float32) / np.float32(255)
    radius = max(1, round(EDGE_RADIUS * frame.unit))
    sharp = guided_filter(light, share, radius, EDGE_EPSILON)
    mask = ramp(sharp - np.float32(DOUBTFUL), SURE - DOUBTFUL)
    return _without_specks(mask, HOLE * frame.unit**2)


def _without_specks(mask: Plane, area: float) -> Plane:
    holes = _small_pieces((mask < 0.5).astype(np.uint8), area)  # noqa: PLR2004 - half of the texture
    islands = _other_pieces((mask > 0).astype(np.uint8))
    return np.where(islands, np.float32(0), np.where(holes, np.float32(1), mask))


def _small_pieces(plane: NDArray[np.uint8], area: float) -> NDArray[np.bool_]:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(plane, connectivity=4)
    small = stats[:, cv2.CC_STAT_AREA] < area
    small[0] = False
    return cast("NDArray[np.bool_]", np.take(small, np.asarray(labels, np.int32)))


def _other_pieces(plane: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """All but pieces at least a tenth as large as the largest: glasses and hair may cut a face in two."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(plane, connectivity=4)
    areas = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    areas[0] = 0
    other = areas < areas.max() / 10
    return cast("NDArray[np.bool_]", np.take(other, np.asarray(labels, np.int32)))


def _clear_of_parts(view: NDArray[np.uint8], region: SkinRegion, frame: FaceFrame, settings: SkinSettings) -> Plane:
    """0 on eyes, brows, lips and nostrils, 1 away from them."""
    parts: list[_Clear] = [(region.eyes, EYES_SEEN, EYES, settings.eyes)]
    if not settings.with_brows:
        parts.append((region.brows, BROWS_SEEN, BROWS, settings.brows))
    if not settings.with_lips:
        parts.append((region.lips, LIPS_SEEN, (LIPS,), settings.lips))
    width, clear = settings.feather * frame.unit, np.ones(region.face.shape, np.float32)
    for odds, seen, rings, margin in parts:
        away = cv2.GaussianBlur(distance(1 - _part_of_face(odds, seen, rings, frame)), (0, 0), ROUNDED)
        clear *= ramp(away - np.float32(margin * frame.unit - width / 2), width)
    _clear_nostrils(clear, view, region, frame)
    return clear


def _part_of_face(odds: Plane, seen: _Seeing, rings: _Rings, frame: FaceFrame) -> NDArray[np.uint8]:
    """(H, W), 1 where the landmarks or the network have a part."""
    marked = np.zeros(odds.shape, np.uint8)
    for ring in rings:
        marked |= filled(frame.points[list(ring)], frame.size)
    inside = odds[marked > 0]
    agreed = float(logistic(inside).mean()) if inside.size else 0.0
    return ((odds > np.interp(agreed, *seen)) | (marked > 0)).astype(np.uint8)


def _clear_nostrils(mask: Plane, view: NDArray[np.uint8], region: SkinRegion, frame: FaceFrame) -> None:
    points, box = _around(NOSE_BASE, frame, NOSTRIL_REACH)
    if _holds_pixels(box):
        away = -signed_distance([points], (box.width, box.height))
        mask[box.slices] *= nostrils_clear(_darker_than_skin(view, region, frame, box), away)


def _darker_than_skin(view: NDArray[np.uint8], region: SkinRegion, frame: FaceFrame, box: Box) -> Plane:
    """In the skin's own deviations, at each pixel of a box of the frame."""
    light = skin_colours(np.ascontiguousarray(view[box.slices]))[..., 0]
    blurred = cv2.GaussianBlur(light, (0, 0), max(0.3, DARK_BLUR * frame.unit))
    return cast("Plane", (region.light[box.slices] - blurred) / np.float32(region.deviation))


def _around(ring: tuple[int, ...], frame: FaceFrame, margin: float) -> tuple[NDArray[np.float32], Box]:
    """A ring of landmarks as counted from the box that holds it with a margin, and that box in the frame."""
    points = frame.points[list(ring)]
    low, high = np.floor(points.min(axis=0)), np.ceil(points.max(axis=0))
    box = Box(int(low[0]), int(low[1]), int(high[0]), int(high[1])).grown(int(margin * frame.unit) + 2)
    inside = box.clipped(*frame.size)
    return points - np.array([inside.x0, inside.y0], np.float32), inside


def _holds_pixels(box: Box) -> bool:
    """Whether any of it lies in the picture."""
    return box.width > 0 and box.height > 0
