"""Pairs made from a portrait, whose truth is known, and what is wanted of each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, cast

import cv2
import numpy as np
from marks import scratches, strand, stray_hairs, with_marks, wrinkles
from noise import with_noise, with_sensor_noise
from portraits import cut, head, skin_and_lips
from storing import Stored
from warping import (
    gaze,
    half_blink,
    larger_eyes,
    lifted_corners,
    moved,
    narrower_nose,
    remapped,
    slimmer_jaw,
    smile,
    turned_head,
    undistorted,
)

from pored.model import Box
from pored.pixels.align.maps import shifting
from pored.pixels.made_up.surface_blur import plastic_skin
from pored.pixels.photoshop.desaturate import desaturate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from marks import Mark
    from numpy.typing import NDArray
    from portraits import Portrait
    from warping import Move

    from pored.model import Plane
    from pored.pixels.align.maps import Matrix

    Pixels = NDArray[np.uint8]

Outcome = Literal["recovered", "nothing missing", "refused", "one left", "failed"]

FRAME_NOISE = 2.0
"""Standard deviation in levels, of every frame its own."""
HAND_HELD = (3.2, -1.7)
"""By how many pixels two frames are apart."""
SENSOR_NOISE = 6.0
GREY_NOISE = 4.0
LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
"""Of R, G and B (Rec. 601), around which saturation is changed."""
GRAIN = 3.0
"""Standard deviation in levels of what a retoucher adds at the end."""
GROUP_FACE = 260.0
"""Pixels of either face's width in a group."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One pair and its truth, all but the original in the export's frame.

    Attributes:
        original: (H, W, 3) uint8, upright.
        export: (H, W, 3) or (H, W) uint8, upright.
        truth: what the export would be, had nothing been smoothed.
        skin: (H, W) uint8, where it was smoothed.
        face_width: in pixels of the export.
        scale: pixels of the export for one of the portrait.
        marks: (H, W) float32 lightness of each mark that the original has.
        kept: whether the export has them as well.
        foreign: part that must not be changed, in a group.
        original_stored: how the original's file holds it.
        export_stored: likewise.
    """

    original: Pixels
    export: Pixels
    truth: Pixels
    skin: Pixels
    face_width: float
    scale: float = 1.0
    marks: tuple[Plane, ...] = ()
    kept: bool = False
    foreign: Box | None = None
    original_stored: Stored = field(default_factory=Stored)
    export_stored: Stored = field(default_factory=Stored)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a variant's figures should be, as means; the worst portrait may be off by a little more.

    Attributes:
        outcome: of the pair.
        energy: lowest and highest.
        correlation: least.
        drift: most, levels.
        share: of marks, most: what came back of those taken out, or what was lost of those kept.
    """

    outcome: Outcome = "recovered"
    energy: tuple[float, float] = (0.95, 1.05)
    correlation: float = 0.91
    drift: float = 0.15
    share: float = 0.1


@dataclass(frozen=True, slots=True)
class Variant:
    """One way in which pairs differ.

    Attributes:
        make: from a portrait, another person's, and a source of chance.
        wanted: of it.
        compared: whether other methods are measured on it too.
    """

    make: Callable[[Portrait, Portrait, np.random.Generator], Case]
    wanted: Wanted = field(default_factory=Wanted)
    compared: bool = False


def plain(portrait: Portrait, _other: Portrait, _rng: np.random.Generator) -> Case:
    """The export is the smoothed portrait."""
    return Case(portrait.pixels, portrait.smooth, portrait.pixels, portrait.skin, portrait.face.width)


def lips_smoothed(portrait: Portrait, other: Portrait, rng: np.random.Generator) -> Case:
    """Lips with all that is around them were taken for skin, and three times over."""
    more, skin = portrait.pixels, skin_and_lips(portrait)
    for _ in range(3):
        more = plastic_skin(more, skin)
    return replace(plain(portrait, other, rng), export=more)


def smoothed_more(portrait: Portrait, other: Portrait, rng: np.random.Generator) -> Case:
    """Three times over."""
    more = portrait.smooth
    for _ in range(2):
        more = plastic_skin(more, portrait.skin)
    return replace(plain(portrait, other, rng), export=more)


def shifted(portrait: Portrait, _other: Portrait, _rng: np.random.Generator) -> Case:
    """By fractions of a pixel, size and all else equal."""
    return _mapped(portrait, shifting(2.4, -1.3))


def cropped(portrait: Portrait, _other: Portrait, _rng: np.random.Generator) -> Case:
    """Another cut at whole pixels, so that nothing is resampled."""
    height, width = portrait.shape
    part = Box(int(0.04 * width), int(0.03 * height), int(0.97 * width), int(0.98 * height)).slices
    export, truth, skin = portrait.smooth[part], portrait.pixels[part], portrait.skin[part]
    return Case(portrait.pixels, export, truth, skin, portrait.face.width)


def turned(portrait: Portrait, _other: Portrait, _rng: np.random.Generator) -> Case:
    """By -1.7 degrees, and reduced by 1.5 %."""
    height, width = portrait.shape
    return _mapped(portrait, cv2.getRotationMatrix2D((width / 2, height / 2), -1.7, 0.985).astype(np.float64))


def lens_corrected(portrait: Portrait, _other: Portrait, _rng: np.random.Generator) -> Case:
    """By a RAW developer: barrel distortion of 3 % at the edge is gone."""
    export, truth, skin = (undistorted(each, 0.03) for each in (portrait.smooth, portrait.pixels, portrait.skin))
    return Case(portrait.pixels, export, truth, skin, portrait.face.width)


def keystoned(portrait: Portrait, _other: Portrait, _rng: np.random.Generator) -> Case:
    """Converging lines were set upright: the upper edge is wider than the lower one by a tenth."""
    height, width = portrait.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    to = np.array([[-0.05, -0.01], [0.05, 0.01], [0, 0], [0, 0]], np.float32) * np.float32(width) + corners
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    back = cv2.getPerspectiveTransform(to, corners)
    place = cv2.perspectiveTransform(np.stack([x, y], axis=-1).reshape(1, -1, 2), back).reshape(height, width, 2)
    across, down = (np.ascontiguousarray(place[..., axis], dtype=np.float32) for axis in range(2))
    export, truth, skin = (remapped(each, across, down) for each in (portrait.smooth, portrait.pixels, portrait.skin))
    return Case(portrait.pixels, export, truth, skin, portrait.face.width)


def stretched(portrait: Portrait, _other: Portrait, _rng: np.random.Generator) -> Case:
    """Made narrower by a twelfth, to fit a format."""
    return _mapped(portrait, np.array([[11 / 12, 0.0, 0.04 * portrait.shape[1]], [0.0, 1.0, 0.0]]))


def close_up(portrait: Portrait, other: Portrait, rng: np.random.Generator) -> Case:
    """Cut through the middle of the face: little of it is left to be found."""
    case, half = plain(portrait, other, rng), int(portrait.face.points[:, 0].mean())
    export, truth, skin = (np.ascontiguousarray(each[:, :half]) for each in (case.export, case.truth, case.skin))
    return replace(case, export=export, truth=truth, skin=skin)


def regraded(portrait: Portrait, other: Portrait, rng: np.random.Generator) -> Case:
    """Darker, warmer, and with more contrast."""
    case = plain(portrait, other, rng)
    return replace(case, export=_graded(case.export), truth=_graded(case.truth))


def saturated(amount: float) -> Callable[[Portrait, Portrait, np.random.Generator], Case]:
    """Every colour so many times as far from its grey, and then made lighter."""

    def make(portrait: Portrait, other: Portrait, rng: np.random.Generator) -> Case:
        case = plain(portrait, other, rng)
        return replace(case, export=_saturated(case.export, amount), truth=_saturated(case.truth, amount))

    return make


def in_a_vignette(portrait: Portrait, other: Portrait, rng: np.random.Generator) -> Case:
    """Darker towards the corners, and lit from one side, in other tones and colours."""
    case = plain(portrait, other, rng)
    return replace(case, export=_graded(_relit(case.export)), truth=_graded(_relit(case.truth)))


def new_background(portrait: Portrait, other: Portrait, rng: np.random.Generator) -> Case:
    """The head was cut out and set on white."""
    case = plain(portrait, other, rng)
    return replace(case, export=_on_white(portrait, case.export), truth=_on_white(portrait, case.truth))


def finished(
    change: Callable[[Pixels, np.random.Generator], Pixels],
) -> Callable[[Portrait, Portrait, np.random.Generator], Case]:
    """Something was done to the smooth export as a whole."""
    return lambda portrait, other, rng: replace(plain(portrait, other, rng), export=change(portrait.smooth, rng))


def sharpened(
    amount: float, radius: float, scale: float = 1.0
) -> Callable[[Portrait, Portrait, np.random.Generator], Case]:
    """All of the export, as the last step, perhaps after resizing; so would the pores be, had they been there."""

    def make(portrait: Portrait, other: Portrait, rng: np.random.Generator) -> Case:
        case = plain(portrait, other, rng)
        case = case if scale == 1 else _resized(case, scale)
        export, truth = (_sharper(each, amount, radius) for each in (case.export, case.truth))
        return replace(case, export=export, truth=truth)

    return make


def noisy(portrait: Portrait, other: Portrait, rng: np.random.Generator) -> Case:
    """Sensor noise in the original, more of it in bright tones, as photons come."""
    deviation = np.float32(SENSOR_NOISE) * _photons(portrait.pixels)
    return replace(plain(portrait, other, rng), original=with_noise(portrait.pixels, deviation, rng))


def noisy_sensor(portrait: Portrait, other: Portrait, rng: np.random.Generator) -> Case:
    """Likewise, of a sensor with filters of three colours: demosaicing makes its finest noise alike in all channels."""
    deviation = np.float32(SENSOR_NOISE) * _photons(portrait.pixels)
    return replace(plain(portrait, other, rng), original=with_sensor_noise(portrait.pixels, deviation, rng))


def _photons(pixels: Pixels) -> Plane:
    """Standard deviation of their number, 1 in the middle of the tones."""
    return cast("Plane", np.sqrt((pixels.astype(np.float32) + 16) / 144))


def noisy_in_grey(portrait: Portrait, other: Portrait, rng: np.random.Generator) -> Case:
    """What a camera's noise reduction leaves, alike in all channels; the smoothing took it from all of the picture."""
    return replace(plain(portrait, other, rng), original=_with_grey_noise(portrait.pixels, GREY_NOISE, rng))


def enlarged(portrait: Portrait, other: Portrait, rng: np.random.Generator) -> Case:
    """Fourfold, as upscaling exporters do; the head only, to keep it small."""
    return _resized(plain(cut(portrait, head(portrait)), other, rng), 4.0)


def reduced(portrait: Portrait, other: Portrait, rng: np.random.Generator) -> Case:
    """To half of its size."""
    return _resized(plain(portrait, other, rng), 0.5)


def black_and_white(portrait: Portrait, other: Portrait, rng: np.random.Generator) -> Case:
    """A grey file."""
    case = plain(portrait, other, rng)
    export, truth = (cast("Pixels", cv2.cvtColor(each, cv2.COLOR_RGB2GRAY)) for each in (case.export, case.truth))
    return replace(case, export=export, truth=truth)


def toned(portrait: Portrait, other: Portrait, rng: np.random.Generator) -> Case:
    """Black and white in sepia: a curve of its own for each channel."""
    case = plain(portrait, other, rng)
    export, truth = (_sepia(each) for each in (case.export, case.truth))
    return replace(case, export=export, truth=truth)


def mirrored(portrait: Portrait, other: Portrait, rng: np.random.Generator) -> Case:
    """Flipped from left to right."""
    case = plain(portrait, other, rng)
    export, truth, skin = (np.ascontiguousarray(each[:, ::-1]) for each in (case.export, case.truth, case.skin))
    return replace(case, export=export, truth=truth, skin=skin)


def recompressed(quality: int) -> Callable[[Portrait, Portrait, np.random.Generator], Case]:
    """The export is a JPEG."""
    return lambda portrait, other, rng: replace(plain(portrait, other, rng), export_stored=Stored(quality))


def orientation(original: int, export: int) -> Callable[[Portrait, Portrait, np.random.Generator], Case]:
    """Both upright, but stored in different ways."""
    stored = Stored(orientation=original), Stored(orientation=export)
    return lambda portrait, other, rng: replace(
        plain(portrait, other, rng), original_stored=stored[0], export_stored=stored[1]
    )


def tag_lost(portrait: Portrait, other: Portrait, rng: np.random.Generator) -> Case:
    """The export lies on its side."""
    case = plain(portrait, other, rng)
    export, truth, skin = (np.ascontiguousarray(np.rot90(each)) for each in (case.export, case.truth, case.skin))
    return replace(case, export=export, truth=truth, skin=skin)


def liquified(moves: Callable[[Portrait], Sequence[Move]]) -> Callable[[Portrait, Portrait, np.random.Generator], Case]:
    """The retoucher reshaped the export."""
    return lambda portrait, _other, _rng: _reshaped(portrait, moves(portrait))


def sent(portrait: Portrait, other: Portrait, rng: np.random.Generator) -> Case:
    """A mouth whose corners were lifted, half as much again as in "liquify smile", as a small JPEG for mails."""
    corners = [replace(move, by=(1.5 * move.by[0], 1.5 * move.by[1])) for move in lifted_corners(portrait.face)]
    return replace(_resized(liquified(lambda _: corners)(portrait, other, rng), 0.6), export_stored=Stored(85))


def cropped_and_stored(portrait: Portrait, _other: Portrait, _rng: np.random.Generator) -> Case:
    """Lifted corners of the mouth and a slimmer jaw in a picture that was turned, cut and stored, as most are."""
    case = _reshaped(portrait, [*lifted_corners(portrait.face), *slimmer_jaw(portrait.face)])
    height, width = portrait.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 1.3, 1.0)
    part = Box(int(0.05 * width), int(0.04 * height), int(0.95 * width), int(0.97 * height)).slices
    planes = (_warped(each, np.asarray(matrix)) for each in (case.export, case.truth, case.skin))
    export, truth, skin = (np.ascontiguousarray(each[part]) for each in planes)
    return replace(case, export=export, truth=truth, skin=skin, export_stored=Stored(90))


def marked(
    draw: Callable[[Portrait, np.random.Generator], Sequence[Mark]], *, kept: bool = False
) -> Callable[[Portrait, Portrait, np.random.Generator], Case]:
    """The original has marks that the export does not have, or still has."""
    return lambda portrait, _other, rng: _with_marks(portrait, draw(portrait, rng), kept=kept)


def strand_removed(portrait: Portrait, other: Portrait, rng: np.random.Generator) -> Case:
    """A strand of hair lay across an eye, and the retoucher took it out there as well."""
    everywhere = np.ones(portrait.shape, np.float32)
    original = with_marks(portrait.pixels, strand(portrait.face, portrait.shape), everywhere)
    return replace(plain(portrait, other, rng), original=original, export_stored=Stored(92))


def next_frame(
    change: Callable[[Portrait, Pixels], Pixels],
) -> Callable[[Portrait, Portrait, np.random.Generator], Case]:
    """The original is the frame before or after: expression, noise and hand differ."""
    return lambda portrait, _other, rng: _other_frame(portrait, change, rng)


def stranger(portrait: Portrait, other: Portrait, rng: np.random.Generator) -> Case:
    """Another person, the face about in the same place."""
    height, width = portrait.shape
    box = head(other)
    theirs = cast("Pixels", cv2.resize(other.pixels[box.slices], (width, height), interpolation=cv2.INTER_AREA))
    return replace(plain(portrait, other, rng), original=theirs)


def equal(portrait: Portrait, other: Portrait, rng: np.random.Generator) -> Case:
    """Nothing was smoothed."""
    return replace(plain(portrait, other, rng), export=portrait.pixels)


def swapped(portrait: Portrait, other: Portrait, rng: np.random.Generator) -> Case:
    """The smooth copy lies among the originals."""
    return replace(plain(portrait, other, rng), original=portrait.smooth, export=portrait.pixels)


def group(portrait: Portrait, other: Portrait, _rng: np.random.Generator) -> Case:
    """Two side by side; the right one's face in the export is from another frame."""
    left, right = (cut(each, head(each), GROUP_FACE / each.face.width) for each in (portrait, other))
    later = moved(right.pixels, [*gaze(right.face, 0.02), *half_blink(right.face), *smile(right.face)])
    smooth = plastic_skin(later, right.skin)
    height = max(left.shape[0], right.shape[0])
    one, two, three = (_filled_up(each, height) for each in (left.pixels, left.smooth, left.skin))
    original, export = (
        np.hstack([one, _filled_up(right.pixels, height)]),
        np.hstack([two, _filled_up(smooth, height)]),
    )
    skin = np.hstack([three, np.zeros((height, right.shape[1]), np.uint8)])
    foreign = Box(left.shape[1], 0, export.shape[1], height)
    return Case(original, export, original, skin, GROUP_FACE, foreign=foreign)


def _filled_up(pixels: Pixels, height: int) -> Pixels:
    return cast("Pixels", cv2.copyMakeBorder(pixels, 0, height - pixels.shape[0], 0, 0, cv2.BORDER_REPLICATE))


def _mapped(portrait: Portrait, matrix: Matrix) -> Case:
    export, truth, skin = (_warped(each, matrix) for each in (portrait.smooth, portrait.pixels, portrait.skin))
    return Case(portrait.pixels, export, truth, skin, portrait.face.width)


def _warped(pixels: Pixels, matrix: Matrix) -> Pixels:
    size = pixels.shape[1], pixels.shape[0]
    warped = cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT)
    return cast("Pixels", warped)


def _resized(case: Case, scale: float) -> Case:
    size = round(case.export.shape[1] * scale), round(case.export.shape[0] * scale)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    export, truth, skin = (
        cast("Pixels", cv2.resize(each, size, interpolation=how)) for each in (case.export, case.truth, case.skin)
    )
    return replace(case, export=export, truth=truth, skin=skin, face_width=case.face_width * scale, scale=scale)


def _relit(pixels: Pixels) -> Pixels:
    y, x = (np.linspace(-1, 1, size, dtype=np.float32) for size in pixels.shape[:2])
    gain = (1.05 + 0.1 * x - 0.25 * x * x) * (1 - 0.25 * y * y)[:, None]
    return cast("Pixels", np.clip(np.round(pixels * gain[..., None]), 0, 255).astype(np.uint8))


def _saturated(pixels: Pixels, amount: float) -> Pixels:
    share = pixels.astype(np.float32) / np.float32(255)
    grey = (share @ LUMINANCE)[..., None]
    lighter = np.clip(grey + np.float32(amount) * (share - grey), 0, 1) ** np.float32(0.9)
    return cast("Pixels", np.round(255 * lighter).astype(np.uint8))


def _graded(pixels: Pixels) -> Pixels:
    warm = np.clip(pixels.astype(np.float32) / 255 * np.array([1.04, 1.0, 0.93], np.float32), 0, 1)
    darker = warm ** np.float32(1.15)
    contrast = darker + np.float32(0.08) * np.sin(np.float32(2 * np.pi) * (darker - np.float32(0.5)))
    return np.round(255 * np.clip(contrast, 0, 1)).astype(np.uint8)


def _sepia(pixels: Pixels) -> Pixels:
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)[..., None] / np.float32(255)
    tones = grey ** np.array([0.85, 1.0, 1.2], np.float32) * np.array([1.0, 0.95, 0.85], np.float32)
    return np.round(255 * tones).astype(np.uint8)


def _on_white(portrait: Portrait, pixels: Pixels) -> Pixels:
    height, width = portrait.shape
    middle = portrait.face.points.mean(axis=0)
    across, down = 0.85 * portrait.face.width, 1.15 * portrait.face.width
    ground = np.zeros((height, width), np.uint8)
    centre, axes = (round(float(middle[0])), round(float(middle[1]))), (round(across), round(down))
    cv2.ellipse(ground, centre, axes, 0, 0, 360, 255, cv2.FILLED)
    share = cv2.GaussianBlur(ground, (0, 0), 2.0)[..., None] / np.float32(255)
    return np.asarray(np.round(pixels * share + 250 * (1 - share)), np.uint8)


def _grained(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    return _with_grey_noise(pixels, GRAIN, rng)


def _with_grey_noise(pixels: Pixels, deviation: float, rng: np.random.Generator) -> Pixels:
    """Add Noise, monochromatic."""
    noise = rng.normal(0, deviation, (*pixels.shape[:2], 1)).astype(np.float32)
    return np.clip(np.round(pixels + noise), 0, 255).astype(np.uint8)


def _sharper(pixels: Pixels, amount: float, radius: float) -> Pixels:
    """Unsharp Mask; an amount of 1 is 100 %."""
    soft = cv2.GaussianBlur(pixels, (0, 0), radius).astype(np.float32)
    return np.clip(np.round(pixels + np.float32(amount) * (pixels - soft)), 0, 255).astype(np.uint8)


def _reshaped(portrait: Portrait, moves: Sequence[Move]) -> Case:
    export, truth, skin = (moved(each, moves) for each in (portrait.smooth, portrait.pixels, portrait.skin))
    return Case(portrait.pixels, export, truth, skin, portrait.face.width)


def _with_marks(portrait: Portrait, marks: Sequence[Mark], *, kept: bool) -> Case:
    share = (portrait.skin / 255).astype(np.float32)
    original, export = (with_marks(each, marks, share) for each in (portrait.pixels, portrait.smooth))
    each_alone = tuple(desaturate(with_marks(portrait.pixels, [mark], share)) for mark in marks)
    bare = desaturate(portrait.pixels)
    case = Case(original, portrait.smooth, portrait.pixels, portrait.skin, portrait.face.width, kept=kept)
    case = replace(case, marks=tuple(alone - bare for alone in each_alone))
    return replace(case, export=export, truth=original) if kept else case


def _other_frame(portrait: Portrait, change: Callable[[Portrait, Pixels], Pixels], rng: np.random.Generator) -> Case:
    later = moved(change(portrait, portrait.pixels), [], HAND_HELD)
    skin = moved(change(portrait, portrait.skin), [], HAND_HELD)
    later = with_noise(later, FRAME_NOISE, rng)
    original = with_noise(portrait.pixels, FRAME_NOISE, rng)
    return Case(original, plastic_skin(later, skin), later, skin, portrait.face.width)


def _turn(portrait: Portrait, pixels: Pixels) -> Pixels:
    """The head turns by about 3 degrees, the eyes stay on the camera."""
    width = portrait.face.width
    return turned_head(moved(pixels, gaze(portrait.face, -0.006)), portrait.face, 0.03 * width)


FRAME = Wanted("refused")
RESHAPED = Wanted(energy=(0.9, 1.1), correlation=0.88)
MARKED = Wanted(correlation=0.9)
SHARPENED = Wanted(energy=(0.9, 1.15), correlation=0.88)

VARIANTS = {
    "plain": Variant(plain, Wanted(correlation=0.94), compared=True),
    "smoothed more": Variant(smoothed_more),
    "shifted": Variant(shifted),
    "cropped": Variant(cropped),
    "turned": Variant(turned, compared=True),
    "lens corrected": Variant(lens_corrected),
    "perspective corrected": Variant(keystoned),
    "stretched": Variant(stretched),
    "close-up": Variant(close_up),
    "regraded": Variant(regraded, compared=True),
    "less colour": Variant(saturated(0.5)),
    "more colour": Variant(saturated(1.3)),
    "vignette": Variant(in_a_vignette),
    "noisy": Variant(noisy, Wanted(energy=(0.6, 1.25), correlation=0.65), compared=True),
    "noisy sensor": Variant(noisy_sensor, Wanted(energy=(0.6, 1.25), correlation=0.65), compared=True),
    "noisy in grey": Variant(noisy_in_grey, Wanted(energy=(0.6, 1.25), correlation=0.65), compared=True),
    "reduced": Variant(reduced, Wanted(energy=(0.9, 1.15))),
    "enlarged 4x": Variant(enlarged),
    "black and white": Variant(black_and_white),
    "black and white toned": Variant(toned),
    "mirrored": Variant(mirrored),
    "new background": Variant(new_background),
    "grain added": Variant(finished(_grained)),
    "sharpened": Variant(sharpened(1.2, 1.5), SHARPENED),
    "sharpened finely": Variant(sharpened(1.5, 1.0), SHARPENED),
    "sharpened small": Variant(sharpened(0.6, 0.6, 0.5), SHARPENED),
    "jpeg 90": Variant(recompressed(90)),
    "jpeg 75": Variant(recompressed(75)),
    "jpeg 55": Variant(recompressed(55)),
    "exif 6": Variant(orientation(6, 1)),
    "exif 3": Variant(orientation(3, 1)),
    "exif 8": Variant(orientation(8, 1)),
    "exif export 6": Variant(orientation(1, 6)),
    "on its side": Variant(tag_lost),
    "liquify jaw": Variant(liquified(lambda one: slimmer_jaw(one.face)), RESHAPED),
    "liquify nose": Variant(liquified(lambda one: narrower_nose(one.face)), RESHAPED),
    "liquify eyes": Variant(liquified(lambda one: larger_eyes(one.face)), RESHAPED),
    "liquify smile": Variant(liquified(lambda one: lifted_corners(one.face)), RESHAPED),
    "liquify sent": Variant(sent, Wanted(energy=(0.9, 1.15), correlation=0.85)),
    "liquify cropped": Variant(cropped_and_stored, Wanted(energy=(0.9, 1.15), correlation=0.82)),
    "wrinkles": Variant(marked(lambda one, _: wrinkles(one.face, one.shape)), MARKED),
    "scratches": Variant(marked(lambda one, rng: scratches(one.face, one.shape, rng)), MARKED),
    "stray hairs": Variant(marked(lambda one, _: stray_hairs(one.face, one.shape)), MARKED),
    "lips smoothed": Variant(lips_smoothed, Wanted(energy=(0.9, 1.1), correlation=0.88)),
    "strand over the eyes": Variant(strand_removed, Wanted(energy=(0.9, 1.1), correlation=0.85)),
    "wrinkles kept": Variant(marked(lambda one, _: wrinkles(one.face, one.shape), kept=True), MARKED),
    "frame gaze": Variant(next_frame(lambda one, pixels: moved(pixels, gaze(one.face, 0.02))), FRAME),
    "frame blink": Variant(next_frame(lambda one, pixels: moved(pixels, half_blink(one.face))), FRAME),
    "frame mouth": Variant(next_frame(lambda one, pixels: moved(pixels, smile(one.face))), FRAME),
    "frame turn": Variant(next_frame(_turn), FRAME),
    "stranger": Variant(stranger, FRAME),
    "group": Variant(group, Wanted("one left")),
    "equal": Variant(equal, Wanted("nothing missing")),
    "swapped": Variant(swapped, Wanted("refused")),
}
