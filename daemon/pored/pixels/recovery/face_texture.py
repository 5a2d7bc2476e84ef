"""What one face gets back: its texture layer, mask and opacity, or the reason why it is left as it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast

import cv2
import numpy as np

from pored.pixels.blemish.find import Blemishes, Sought, Spot
from pored.pixels.blemish.guard import Guarded, Pair, guard_blemishes
from pored.pixels.photoshop.compose import LayerStyle, blend_if_weight, compose
from pored.pixels.photoshop.desaturate import lightness
from pored.pixels.photoshop.layer_rounding import layer_on_grey
from pored.pixels.planes.gaussian_blur import gaussian_blur
from pored.pixels.planes.levels import EIGHT_BIT, in_levels, levels_of
from pored.pixels.planes.reduced import read_for
from pored.pixels.recovery.crisp_face import crisp_face
from pored.pixels.recovery.face_detail import (
    FaceDetail,
    Truth,
    face_detail,
    share_with_noise,
    stacked,
    truth_of,
    with_fine_patches,
)
from pored.pixels.recovery.headroom import within_headroom
from pored.pixels.recovery.lacking import Lacking, lacking_detail
from pored.pixels.recovery.laid_face import LaidFace, lay_face
from pored.pixels.recovery.match import auto_radius, matching_strength
from pored.pixels.recovery.texture import TextureFigures
from pored.pixels.same_frame.agreement import Agreement, agreement
from pored.pixels.skin.adaptive_mask import mask_box
from pored.pixels.skin.treated import treated_skin

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Box, Face, Plane, Samples
    from pored.pixels.align.maps import Registration
    from pored.pixels.planes.reduced import Rows
    from pored.pixels.recovery.high_pass_settings import HighPassSettings

FULL = 255
NOTHING_MISSING = 0.97
"""An export with this share of the original's texture energy lacks nothing that could be seen ..."""
OWN_TEXTURE = 0.5
"""... unless so little of the original's texture itself is in it: then what it has is grain, sharpened edges, marks of
compression, or texture that a network made up."""
NO_ORIGINAL = 1.04
"""An "original" of which there is so many times as much in its export is none: it is the smoother one of the two. Of
smooth copies there is 1.07 to 1.54 times as much in their originals, of portraits in grainy copies 1.00 ..."""
SAME_TEXTURE = 0.8
"""... unless the textures correlate by so much: then the export was sharpened."""
MOST_GUARDED = 0.4
"""Share of the smoothed skin that a guard stronger than 1 takes at most: clean skin has to be left for the places of
marks. On fifteen faces strengths 1, 1.5, 2 and 3 by themselves take up to 6, 38, 81 and 99 % of it."""
HALVINGS = 4
"""Of the strengths between 1 and the one that is asked for, to find the highest that takes no more."""
BRUSH = 0.003
"""Softness of a guarded spot's edge, in face widths."""
HALF = 0.5
NOT_MEASURED = TextureFigures(0.0, 0.0)

Outcome = Literal["recovered", "nothing_missing", "other_frame", "no_texture"]


@dataclass(frozen=True, slots=True, eq=False)
class FaceTexture:
    """What one face gets.

    Attributes:
        face: whose.
        outcome: "recovered"; "nothing_missing" where the export has the texture already; "other_frame" where its eyes
            and lips are not the original's; "no_texture" where the original has less texture than the export. All but
            the first leave the face as it is.
        box: the part of the picture that its mask covers.
        radius: of the high pass, in pixels of the export.
        layer: (box.height, box.width) grey of the export's depth; where the mask is 0 it means nothing.
        mask: likewise, uint8, the skin mask.
        opacity: 0..255.
        agreement: of eyes and lips.
        before: the export's texture beside the original's with that sharpness, on plain skin that was smoothed; noughts
            of another frame.
        after: the result's.
        noise: standard deviation of the original's noise in R, G and B, levels.
        sharpness: by which factor the export is crisper than the original, and its texture is made so.
        spots: guarded places, in pixels of the picture.
        guarded: (box.height, box.width) uint8, how far the guard had a say: 255 on its spots, 0 far from them.
        unguarded: likewise, of the layer's depth: the layer as it would be without the guard.
    """

    face: Face
    outcome: Outcome
    box: Box
    radius: float
    layer: Samples
    mask: NDArray[np.uint8]
    opacity: int
    agreement: Agreement
    before: TextureFigures
    after: TextureFigures
    noise: tuple[float, float, float]
    sharpness: float
    spots: tuple[Spot, ...]
    guarded: NDArray[np.uint8]
    unguarded: Samples

    @property
    def lacking(self) -> bool:
        """Whether the face is changed."""
        return self.outcome == "recovered"


def face_texture(
    original: Samples,
    export: Samples,
    registration: Registration,
    face: Face,
    settings: HighPassSettings,
) -> FaceTexture:
    """The texture that one face lacks.

    Args:
        original: (H, W, 3) or (H, W), 8 or 16 bit, whole.
        export: likewise, of any size and of its own depth.
        registration: of the two.
        face: of the export.
        settings: the numbers.
    """
    agreed = agreement(original, export, registration, face)
    if not agreed.same_frame:
        return _left_alone(export, face, agreed, settings)
    ready = ready_face(original, export, registration, face, settings)
    laid, lacking = ready.laid, ready.lacking
    radius = settings.radius or ready.auto_radius
    guarded = guard_face(ready, found_on_face(ready, seek_on_face(ready), settings.guard), radius)
    detail = face_detail(laid, lacking, guarded, radius, missing_only=settings.missing_only)
    truth = truth_of(detail, ready.treated)
    before = truth.compared(truth.export_band)
    weight = shown_weight(laid.skin, laid.own, detail.coarse, settings)
    opacity = opacity_of(settings, matched_strength(detail, weight, truth, settings))
    detail = in_headroom(detail, weight, opacity)
    layer = _layer(detail, weight, opacity, settings)
    outcome = _outcome(before, before.energy * before.correlation)
    if outcome != "recovered" and lacking.denoised:
        outcome = _outcome(before, min(before.energy * before.correlation, share_with_noise(detail, truth)))
    shown = settings.style(round(opacity * face.strength))
    after = _after(detail, weight, layer, truth, shown) if outcome == "recovered" else before
    inner, share = laid.box.within(laid.work).slices, _guarded_share(detail)
    return FaceTexture(
        face=face,
        outcome=outcome,
        box=laid.box,
        radius=radius,
        layer=layer[inner],
        mask=laid.mask[inner],
        opacity=opacity,
        agreement=agreed,
        before=before,
        after=after,
        noise=lacking.noise,
        sharpness=ready.sharpness,
        spots=tuple(_of_the_picture(spot, laid) for spot in guarded.blemishes.spots),
        guarded=share[inner],
        unguarded=_unguarded(detail, layer, share)[inner],
    )


def _left_alone(export: Samples, face: Face, agreed: Agreement, settings: HighPassSettings) -> FaceTexture:
    """For a face of another frame, with which nothing is worth comparing."""
    box = mask_box(face, export.shape[1], export.shape[0], settings.skin)
    mask = np.zeros((box.height, box.width), np.uint8)
    return FaceTexture(
        face=face,
        outcome="other_frame",
        box=box,
        radius=0.0,
        layer=layer_on_grey(mask.astype(np.float32), levels_of(export)),
        mask=mask,
        opacity=0,
        agreement=agreed,
        before=NOT_MEASURED,
        after=NOT_MEASURED,
        noise=(0.0, 0.0, 0.0),
        sharpness=1.0,
        spots=(),
        guarded=mask,
        unguarded=layer_on_grey(mask.astype(np.float32), levels_of(export)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class ReadyFace:
    """A face ready to have its texture taken: what no strength, radius or guard changes.

    Attributes:
        laid: its part of both pictures.
        lacking: their difference.
        treated: (h, w) float32 0..1, the skin that was smoothed, reduced like the pair.
        sharpness: by which factor the export is crisper beside the skin; the pair's original has been made so.
    """

    laid: LaidFace
    lacking: Lacking
    treated: Plane
    sharpness: float

    @property
    def auto_radius(self) -> float:
        """Of the High Pass that this pair asks for, in pixels of the export."""
        laid, lacking = self.laid, self.lacking
        fine = (laid.factor, lacking.unseen(self.treated))
        return auto_radius(lacking.coarse, self.treated, laid.face_width * laid.factor, laid.scale, fine)


def ready_face(
    original: Samples, export: Samples, registration: Registration, face: Face, settings: HighPassSettings
) -> ReadyFace:
    """The first and longer part of ``face_texture``, whose arguments it has."""
    laid, crisper = lay_face(original, export, registration, face, settings), 1.0
    if settings.missing_only:
        laid, crisper = crisp_face(laid)
    lacking = lacking_detail(laid, missing_only=settings.missing_only)
    treated = laid.treated
    if lacking.denoised:
        treated = treated_skin(lacking.coarse, laid.tone, laid.measured, laid.face_width)
    return ReadyFace(laid, lacking, treated, crisper)


def seek_on_face(ready: ReadyFace) -> Sought:
    """Its blemishes, to be found at any strength of the guard."""
    laid = ready.laid
    return Sought(laid.colours, laid.own, laid.skin, laid.face_width)


def found_on_face(ready: ReadyFace, sought: Sought, strength: float) -> Blemishes:
    """Its blemishes at a strength of the guard; one above 1 is lowered, to 1 if need be, where it takes too much."""
    found = sought.find(strength)
    low, high = 1.0, strength
    if strength <= low or _share_of(found, ready.treated) <= MOST_GUARDED:
        return found
    found = sought.find(low)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        more = sought.find(middle)
        if _share_of(more, ready.treated) <= MOST_GUARDED:
            found, low = more, middle
        else:
            high = middle
    return found


def _share_of(found: Blemishes, skin: Plane) -> float:
    whole = float(skin.sum())
    return float(np.vdot(found.weight, skin)) / whole if whole > 0 else 0.0


def guard_face(ready: ReadyFace, blemishes: Blemishes, radius: float) -> Guarded:
    """Its missing detail without blemishes; radius in pixels of the export."""
    laid = ready.laid
    pair = Pair(laid.colours, laid.own, ready.lacking.coarse, laid.tone, ready.treated)
    guarded = guard_blemishes(pair, blemishes, radius / laid.factor)
    return with_fine_patches(guarded, laid, ready.lacking)


def _of_the_picture(spot: Spot, laid: LaidFace) -> Spot:
    """In its pixels; a reduced one's middle is that of a block."""
    x, y = (laid.factor * (at + HALF) - HALF for at in (spot.x, spot.y))
    return Spot(x + laid.work.x0, y + laid.work.y0, spot.radius * laid.factor)


def matched_strength(detail: FaceDetail, weight: Plane, truth: Truth, settings: HighPassSettings) -> float:
    """By which the layer's detail meets the original's texture."""
    low = detail.low(weight * detail.coarse)

    def band(rows: Rows) -> Plane:
        plane = detail.rows(rows)
        shown = _weight_of_part(detail, weight, plane, (rows, slice(None)), settings)
        return shown * plane - detail.enlarged(low, rows)

    return matching_strength(truth.export_band, stacked(truth.parts, band), truth.power, truth.where)


def in_headroom(detail: FaceDetail, weight: Plane, opacity: int) -> FaceDetail:
    """The detail as the picture has room for it at an opacity of 0..255; all of HP(original) goes in as it is."""
    if not (detail.missing_only and opacity):
        return detail
    laid = detail.laid
    strength, radius = 2 * opacity / FULL, detail.radius / laid.factor
    return replace(detail, coarse=within_headroom(detail.coarse, weight, strength, laid.own, radius))


def _layer(detail: FaceDetail, weight: Plane, opacity: int, settings: HighPassSettings) -> Samples:
    """Whole levels of the export's depth."""
    laid = detail.laid
    levels = levels_of(laid.below)
    layer = cast("Samples", np.full(laid.mask.shape, levels.neutral, levels.dtype))
    for start, end in laid.strips:
        x, _, width, _ = cv2.boundingRect(laid.mask[start:end])
        if width:
            columns = slice(x, x + width)
            layer[start:end, columns] = layer_part(detail, weight, opacity, settings, ((start, end), columns))
    return layer


def layer_part(
    detail: FaceDetail, weight: Plane, opacity: int, settings: HighPassSettings, part: tuple[Rows, slice]
) -> Samples:
    """Some rows and columns of the layer, in whole levels of the export's depth."""
    rows, columns = part
    levels = levels_of(detail.laid.below)
    plane, gain = detail.rows(rows)[:, columns], None
    if settings.missing_only and opacity and levels == EIGHT_BIT:
        shown = _weight_of_part(detail, weight, plane, part, settings)
        gain = shown * np.float32(2 * opacity / FULL)
    return layer_on_grey(plane, levels, gain)


def _unguarded(detail: FaceDetail, layer: Samples, guarded: NDArray[np.uint8]) -> Samples:
    """The layer as it would be without the guard; where that has no say, it is as it is."""
    if not detail.guarded.blemishes.spots:
        return layer
    levels, without = levels_of(layer), layer.copy()
    for start, end in detail.laid.strips:
        said = guarded[start:end] > 0
        if said.any():
            np.copyto(without[start:end], layer_on_grey(detail.unguarded_rows((start, end)), levels), where=said)
    return without


def _guarded_share(detail: FaceDetail) -> NDArray[np.uint8]:
    """How far each pixel is the guard's, with the soft edge of a retoucher's brush, 0..255."""
    laid, blemishes = detail.laid, detail.guarded.blemishes
    share = np.zeros(laid.mask.shape, np.uint8)
    if blemishes.spots:
        soft = np.minimum(1, 2 * gaussian_blur(blemishes.weight, BRUSH * laid.face_width))
        for start, end in laid.strips:
            if soft[read_for((start, end), laid.factor)].any():
                share[start:end] = detail.enlarged(soft, (start, end)) * FULL + HALF
    return share


def _after(detail: FaceDetail, weight: Plane, layer: Samples, truth: Truth, style: LayerStyle) -> TextureFigures:
    """The result's texture."""
    laid = detail.laid

    def result(rows: Rows) -> Plane:
        part = slice(*rows)
        return lightness(compose(laid.below[part], layer[part], laid.mask[part], style))

    made = stacked(truth.parts, result)
    coarse = made if laid.factor == 1 else laid.tone + np.float32(2 * style.opacity / FULL) * weight * detail.coarse
    low = detail.low(coarse)
    return truth.compared(made - stacked(truth.parts, lambda rows: detail.enlarged(low, rows)))


def _outcome(before: TextureFigures, own: float) -> Outcome:
    """Of a face whose export has these figures, and so much of the original's texture itself."""
    if before.energy < NOTHING_MISSING or own < OWN_TEXTURE:
        return "recovered"
    return "no_texture" if own > NO_ORIGINAL and before.correlation < SAME_TEXTURE else "nothing_missing"


def _weight_of_part(
    detail: FaceDetail, weight: Plane, plane: Plane, part: tuple[Rows, slice], settings: HighPassSettings
) -> Plane:
    """The weight of some rows and columns at full size; ``weight``'s own where that is full size."""
    laid, (rows, columns) = detail.laid, part
    here = slice(*rows), columns
    if laid.factor == 1:
        return weight[here]
    share = laid.mask[here].astype(np.float32) * np.float32(1 / FULL)
    if settings.style(FULL).is_open:
        return share
    return shown_weight(share, in_levels(laid.below[here]), plane, settings)


def shown_weight(share: Plane, below: Plane, detail: Plane, settings: HighPassSettings) -> Plane:
    """How much of the layer shows at opacity 100 %, 0..1."""
    style = settings.style(FULL)
    if style.is_open:
        return share
    grey = layer_on_grey(detail, EIGHT_BIT).astype(np.float32)
    return cast("Plane", share * blend_if_weight(below, grey, style))


def opacity_of(settings: HighPassSettings, strength: float) -> int:
    """0..255; Linear Light adds the layer's difference twice at 100 %."""
    wanted = strength / 2 * settings.share if settings.opacity is None else settings.opacity
    return min(FULL, round(FULL * wanted))
