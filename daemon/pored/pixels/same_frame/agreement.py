"""Whether an export's face and the original laid under it come from one and the same frame."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.model import Box
from pored.pixels.align.maps import magnification
from pored.pixels.align.refine_patch import positions
from pored.pixels.align.registration import with_faint_shifts
from pored.pixels.align.spots import correlation, part_of_face, spot_likeness, weighted_quantile
from pored.pixels.align.stiff import growth, stiffened
from pored.pixels.align.structure import band_of_detail, structure
from pored.pixels.align.warp import lay_over
from pored.pixels.photoshop.desaturate import desaturate, lightness
from pored.pixels.photoshop.high_pass import high_band
from pored.pixels.planes.levels import in_levels
from pored.pixels.same_frame.head_turn import head_turn
from pored.pixels.same_frame.held_still import held_still
from pored.pixels.same_frame.moved_head import head_step
from pored.pixels.same_frame.moved_parts import moved_by
from pored.pixels.same_frame.recoloured_lips import within_recoloured_lips
from pored.pixels.same_frame.removed_line import removed_line
from pored.pixels.same_frame.reshaped_face import NOT_RESHAPED, Reshaped, reshaped_face, same_surroundings
from pored.pixels.same_frame.still_ground import step_over_ground
from pored.pixels.skin.face_parts import EYES, IRISES, LIPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pored.model import Face, Plane, Samples
    from pored.pixels.align.maps import Registration

    Region = NDArray[np.bool_]
    Values = NDArray[np.float32]

FACE_WIDTH = 190.0
"""Pixels to which a wider face is reduced: there, noise and lost fine texture no longer hide what agrees. One that was
enlarged is reduced to the original's size at least."""
AROUND = 0.02
"""Eyes and lips are taken with this share of the face's width around them: lids, lashes, corners."""
AROUND_PART = 0.06
"""Each part is laid over with this much around it, likewise."""
SPOT = 0.02
"""Agreement is looked at in spots of this size, as a share of the face's width: an iris is four of them."""
WEAKEST = 0.05
"""The share of the eyes' and lips' structure whose agreement decides: a gaze moves little but the irises' rims."""
SAME_FRAME = 0.8
"""Agreement of the weakest share below which two faces are of different frames ..."""
NOISY_FRAME = 0.65
"""... unless neither eyes nor lips moved: noise and compression take agreement as well, but move nothing. Of 208 pairs
of 16 people with noise, grain and JPEGs, faces 55 to 530 pixels wide, 191 pass without it and all with it; it was
chosen on half of them."""
ONLY_LIPS = 0.4
"""Agreement that is asked where the eyes agree and the head lies exactly where it lay: an AI that takes a beard, a
moustache or the mouth of a face in profile for skin paints over lips as well. Of 22 such pairs of three people
(cropped, turned, graded, with noise, at half and twice the size) there is 0.47 or more."""
FAINT = 0.2
"""Share of the strongest part's detail below which an eye shows nothing but noise: behind dark glasses it has 0.08 to
0.14 of it, of 38 other people's eyes none less than 0.5."""
PARTS = (*zip(EYES, IRISES, strict=True), (LIPS, ()))
"""What is compared: landmarks of each part's outline, and of the iris in it."""
IRIS = 0.85
"""Share of an iris' radius within which retouchers paint catch lights; a look aside shows at its rim."""
BESIDE_LINE = 0.86
"""Agreement that is asked for beside a thin line where nothing moved. Of hairs, scratches and watermarks across an eye,
in PNGs, JPEGs and at half size, there is 0.89 or more but where the line's edge is very soft or little of the eye is
left; of lids that opened wider or looks aside under a line, if it hides that they moved, 0.82 at most."""
STEP = 0.0025
"""Face widths from which a head that moved against its surroundings is another frame's, unless a retoucher is proved,
..."""
FAR_STEP = 0.008
"""... and from which it is so in any case."""
GROWN = 0.008
"""Share by which short shifts must have made both eyes larger, so that they are no look and no lid's: of 16 pairs with
eyes enlarged by 9 to 15 %, faces 90 to 180 pixels wide, the field tells 0.015 at least, of 30 looks aside and lowered
lids 0.003 at most."""
NOTHING = 1e-6


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far a face's eyes and lips agree.

    Attributes:
        weakest: correlation, -1..1, that all but the weakest twentieth of the structure reaches.
        mean: correlation over all of it; tells another person (about 0) from another frame.
        turn: degrees by which the head turned between the two, where that shows.
        reshaped: what speaks for a retoucher's Liquify, where eyes or lips agree too little.
        eyes: by how much irises or lids of both eyes moved, as a share of the face's width; 0 where one eye did not, or
            where it may be noise.
        still: whether neither an eye nor the lips moved by themselves.
        step: how far the head moved against what is around it, in face widths; 0 where it did not.
        recoloured: whether the lips have another colour in the export, and only what lies within them was compared.
        irises: whether only the insides of the irises differ, so that a retoucher must have painted there; the rest was
            compared.
        line: whether the original has a thin line there that the export has not, and only what is beside it was
            compared.
        only_lips: whether only the lips differ, while the head lies exactly where it lay (``held_still``): nobody else
            but a retoucher or an AI can have changed them.
    """

    weakest: float
    mean: float
    turn: float = 0.0
    reshaped: Reshaped = NOT_RESHAPED
    eyes: float = 0.0
    still: bool = False
    step: float = 0.0
    recoloured: bool = False
    irises: bool = False
    line: bool = False
    only_lips: bool = False

    @property
    def same_frame(self) -> bool:
        """Whether the pair may be used."""
        return self.likeness >= SAME_FRAME and not self.turn and not self.eyes and not self.head_moved

    @property
    def head_moved(self) -> bool:
        """Whether the head moved, and not a retoucher a part of it."""
        return self.step > (FAR_STEP if self.reshaped.proved else STEP)

    @property
    def likeness(self) -> float:
        """The figure by which originals are compared: ``weakest``, or at least what is needed where that is proved."""
        unmoved = self.still and self.weakest >= NOISY_FRAME
        proved = self.reshaped.proved or unmoved or self.only_lips
        return max(self.weakest, SAME_FRAME) if proved else self.weakest


def agreement(original: Samples, export: Samples, registration: Registration, face: Face) -> Agreement:
    """Compares the structure of eyes and lips, spot by spot.

    Smoothing leaves them nearly alone, every grading and resizing leaves their structure, and between two frames of
    one person they are what moves: gaze, lids, corners of the mouth. Where the face was reshaped, each part is laid
    over as a whole (``stiffened``), so that another expression is not taken for a retoucher's work; where they then
    agree too little, ``reshaped_face`` looks for proof that it is: corners of a mouth are lifted, too. Eyes that both
    look elsewhere, or blink, are another frame's however much of their structure agrees (``moved_by``), and so is a
    head that moved against what is around it (``head_step``). Where nothing moved and the noise around the face is that
    of the same exposure, a retoucher may have painted catch lights into the irises or made them brighter; and there, or
    where the head was held as still as nobody holds it, have taken out a hair or a scratch that ran across an eye. If
    the eyes agree and the head was held so still, an AI may have painted over lips.

    Of a small face half a pixel takes agreement, and the registration has no field of so short shifts. Where a face
    without one does not agree, they are looked for: those of a head held so still, that undo most of what differs, are
    a retoucher's; eyes that they moved must have grown.

    Args:
        original: (H, W, 3) or (H, W), whole.
        export: likewise, of any size.
        registration: of the two.
        face: of the export.

    Returns:
        The agreement; of nought where the face lies outside the export.
    """
    found = _agreement(original, export, registration, face)
    if found.same_frame or found.mean < SAME_FRAME or registration.bends(face.box):
        return found
    finer = with_faint_shifts(original, export, registration, face)
    if finer is None or (found.eyes and not _larger_eyes(finer, face, export)):
        return found
    again = _agreement(original, export, finer, face)
    return again if again.same_frame and held_still(original, export, registration, face) else found


def _larger_eyes(registration: Registration, face: Face, export: Samples) -> bool:
    """Whether local shifts made both eyes larger, which no look and no lid does."""
    boxes = [_box_around(face, outline, export) for outline in EYES]
    return all(box.width and box.height and growth(registration, box) > GROWN for box in boxes)


def _agreement(original: Samples, export: Samples, registration: Registration, face: Face) -> Agreement:
    seen = _Seen(original, export, registration, face)
    if not seen.parts:
        return Agreement(0.0, 0.0)
    found = _as_they_lie(seen)
    for explained in (_recoloured_lips, _retouched_irises, _removed_lines, _reshaped, _only_lips):
        if _decided(found):
            break
        found = explained(found, seen)
    return found


@dataclass(frozen=True, eq=False)
class _Seen:
    """A face in both pictures, and what is found out about it when it is asked for."""

    original: Samples
    export: Samples
    registration: Registration
    face: Face

    @property
    def pair(self) -> tuple[Samples, Samples, Registration, Face]:
        return self.original, self.export, self.registration, self.face

    @functools.cached_property
    def places(self) -> list[_Place | None]:
        """Of the eyes and the lips."""
        return [_place(*self.pair, part) for part in PARTS]

    @functools.cached_property
    def compared(self) -> tuple[_Part | None, ...]:
        """The parts as they lie; None in the place of one that shows nothing."""
        *eyes, lips = (None if place is None else _compared(place) for place in self.places)
        return (*_telling(eyes, lips), lips)

    @property
    def eyes(self) -> list[_Part]:
        return [part for part in self.compared[:-1] if part is not None]

    @property
    def lips(self) -> list[_Part]:
        return [part for part in self.compared[-1:] if part is not None]

    @property
    def parts(self) -> list[_Part]:
        return [*self.eyes, *self.lips]

    @functools.cached_property
    def same_exposure(self) -> bool:
        return same_surroundings(*self.pair)

    @functools.cached_property
    def held_still(self) -> bool:
        return held_still(*self.pair)


def _as_they_lie(seen: _Seen) -> Agreement:
    weakest, mean = _together(seen.parts)
    found = Agreement(
        weakest,
        mean,
        head_turn(seen.registration, seen.face),
        eyes=min(0.0 if part is None else part.moved for part in seen.compared[:-1]),
        still=not any(part.moved for part in seen.parts),
    )
    if found.turn or found.eyes:
        return found
    return replace(found, step=head_step(*seen.pair) or step_over_ground(*seen.pair))


def _recoloured_lips(found: Agreement, seen: _Seen) -> Agreement:
    lips = seen.places[-1]
    if lips is None or not (within := _within_lips(lips)):
        return found
    weakest, _ = _together([*seen.eyes, within])
    return replace(found, weakest=weakest, recoloured=True)


def _retouched_irises(found: Agreement, seen: _Seen) -> Agreement:
    if not (found.still and seen.same_exposure):
        return found
    beside = [_beside_iris(place) for place, eye in zip(seen.places, seen.compared[:-1], strict=False) if place and eye]
    weakest, _ = _together([*beside, *seen.lips])
    return replace(found, weakest=weakest, irises=True) if weakest >= NOISY_FRAME else found


def _removed_lines(found: Agreement, seen: _Seen) -> Agreement:
    rest = _beside_lines(seen.places, seen.compared) if found.still else []
    if not rest or any(part.moved for part in rest):
        return found
    weakest, _ = _together(rest)
    proved = weakest >= BESIDE_LINE and (seen.same_exposure or seen.held_still)
    return replace(found, weakest=weakest, line=True) if proved else found


def _reshaped(found: Agreement, seen: _Seen) -> Agreement:
    return replace(found, reshaped=reshaped_face(*seen.pair))


def _only_lips(found: Agreement, seen: _Seen) -> Agreement:
    if found.weakest < ONLY_LIPS or not seen.eyes or any(eye.moved for eye in seen.eyes):
        return found
    return replace(found, only_lips=_together(seen.eyes)[0] >= NOISY_FRAME and seen.held_still)


def _decided(found: Agreement) -> bool:
    """Whether it is the same frame, or another, whatever else may be found out."""
    other = bool(found.turn or found.eyes) or found.step > FAR_STEP
    return other or (found.likeness >= SAME_FRAME and not found.head_moved)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """An eye or the lips.

    Attributes:
        pixels: (N,) each: structure of original and export, likeness around each pixel, how much structure is there.
        moved: how far it moved by itself, as a share of the face's width; 0 where it did not.
        detail: standard deviation of its detail in levels, of original or export, whichever has more.
    """

    pixels: tuple[Values, Values, Values, Values]
    moved: float
    detail: float


def _telling(eyes: Sequence[_Part | None], lips: _Part | None) -> list[_Part | None]:
    """The eyes that show something; None in the place of others."""
    strongest = max((part.detail for part in (*eyes, lips) if part is not None), default=0.0)
    return [None if eye is None or eye.detail < FAINT * strongest else eye for eye in eyes]


def _together(parts: Sequence[_Part]) -> tuple[float, float]:
    """Likeness of the weakest share of all parts' structure, and correlation of all of it."""
    ours, theirs, likeness, weight = (
        np.concatenate(values) for values in zip(*(part.pixels for part in parts), strict=True)
    )
    return weighted_quantile(likeness, weight, WEAKEST), correlation(ours, theirs)


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """Where a part of a face is.

    Attributes:
        laid: the original there, laid over the export as a whole; float32 levels.
        own: the export.
        size: width and height to which they are reduced to be compared.
        points: the part's outline in those pixels.
        iris: middle and rim of an eye's iris, likewise; empty for lips.
        width: of the face, in those pixels.
    """

    laid: Plane
    own: Samples
    size: tuple[int, int]
    points: NDArray[np.float32]
    iris: NDArray[np.float32]
    width: float

    def light_and_tone(self) -> tuple[Plane, Plane]:
        """Lightness of the original and of the export, reduced."""
        return _reduced(desaturate(self.laid), self.size), _reduced(lightness(self.own), self.size)


def _place(
    original: Samples,
    export: Samples,
    registration: Registration,
    face: Face,
    part: tuple[Sequence[int], Sequence[int]],
) -> _Place | None:
    """One part's; None where it lies outside the export."""
    points, iris = (face.points[list(indices)] for indices in part)
    box = _box_around(face, part[0], export)
    if not box.width or not box.height:
        return None
    laid = lay_over(original, stiffened(registration, box), box)
    factor = min(1.0, FACE_WIDTH / face.width, 1 / magnification(registration.matrix))
    size = max(1, round(box.width * factor)), max(1, round(box.height * factor))
    scale = np.array([size[0] / box.width, size[1] / box.height])
    inside, rim = (((at - np.array([box.x0, box.y0]) + 0.5) * scale - 0.5).astype(np.float32) for at in (points, iris))
    return _Place(laid, export[box.slices], size, inside, rim, face.width * float(scale.mean()))


def _box_around(face: Face, outline: Sequence[int], export: Samples) -> Box:
    """A part with what is around it; empty where it lies outside the export."""
    points = face.points[list(outline)]
    (x0, y0), (x1, y1) = np.floor(points.min(axis=0)).astype(int), np.ceil(points.max(axis=0)).astype(int) + 1
    near = Box(int(x0), int(y0), int(x1), int(y1)).grown(max(1, round(AROUND_PART * face.width)))
    return near.clipped(export.shape[1], export.shape[0])


def _compared(place: _Place) -> _Part | None:
    """One part; None where nothing of it lies in the export."""
    light, tone = place.light_and_tone()
    ours, theirs = structure(light), structure(tone)
    part = part_of_face(place.points, AROUND * place.width, theirs.shape)
    if not part.any():
        return None
    moved = moved_by(light, tone, part, place.width) / place.width
    pixels = _pixels(ours, theirs, part, place.width)
    return _Part(pixels, moved, max(float(band_of_detail(plane)[part].std()) for plane in (light, tone)))


def _beside_iris(place: _Place) -> _Part:
    """An eye but for the inside of its iris."""
    light, tone = place.light_and_tone()
    middle, rim = place.iris[0], place.iris[1:]
    radius = IRIS * float(np.hypot(*(rim - middle).T).mean())
    x, y = positions(place.size[0], place.size[1])
    beside = (x - middle[0]) ** 2 + (y - middle[1]) ** 2 > radius**2
    ours, theirs = structure(light) * beside, structure(tone) * beside
    part = part_of_face(place.points, AROUND * place.width, theirs.shape) & beside
    return _Part(_pixels(ours, theirs, part, place.width), 0.0, 0.0)


def _beside_lines(places: Sequence[_Place | None], parts: Sequence[_Part | None]) -> list[_Part]:
    """The parts but for thin lines that the original alone has; none of them where it has no such line."""
    rest, found = [], False
    for place, part in zip(places, parts, strict=True):
        if place is not None and part is not None:
            beside = _beside_line(place)
            found |= beside is not None
            rest.append(beside or part)
    return rest if found else []


def _beside_line(place: _Place) -> _Part | None:
    """A part but for thin lines; None where there are none."""
    light, tone = place.light_and_tone()
    removed = removed_line(light, tone, place.points, place.width)
    if removed is None:
        return None
    part = part_of_face(place.points, AROUND * place.width, tone.shape)
    moved = moved_by(removed.light, tone, part, place.width) / place.width
    pixels = _pixels(structure(removed.light), structure(tone), part & ~removed.line, place.width)
    return _Part(pixels, moved, 0.0)


def _pixels(ours: Plane, theirs: Plane, part: Region, width: float) -> tuple[Values, Values, Values, Values]:
    """What is compared in a part of two structures; the face's width in their pixels."""
    likeness, weight = spot_likeness(ours, theirs, SPOT * width)
    return ours[part], theirs[part], likeness[part], weight[part]


def _within_lips(place: _Place) -> _Part | None:
    """What lies within the lips, where a retoucher gave them another colour."""
    laid, own = (_reduced(plane, place.size) for plane in (place.laid, in_levels(place.own)))
    pixels = within_recoloured_lips(laid, own, place.points, SPOT, place.width)
    return None if pixels is None else _Part(pixels, 0.0, 0.0)


def texture_ratio(original: Plane, export: Plane, skin: Region, radius: float) -> float:
    """The original's texture on skin in units of the export's: sd of the one's high pass by the other's.

    Args:
        original: (H, W) float32 lightness, laid over the export and in its grading.
        export: likewise of the export.
        skin: (H, W), where to measure.
        radius: of the high pass, in pixels.

    Returns:
        Above 1 where the export lost texture. At 1 or below, that file is no original: it has nothing to give.
    """
    ours, theirs = (_spread(high_band(plane, radius)[skin]) for plane in (original, export))
    return ours / max(theirs, NOTHING)


def _reduced(plane: Plane, size: tuple[int, ...]) -> Plane:
    return cast("Plane", cv2.resize(plane, size, interpolation=cv2.INTER_AREA))


def _spread(values: NDArray[np.float32]) -> float:
    return float(values.std()) if values.size else 0.0
