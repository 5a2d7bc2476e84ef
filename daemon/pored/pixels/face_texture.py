"""What one face gets back: its texture layer, mask and opacity, or the reason why it is left as it is."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, cast

import cv2
import numpy as np

from pored.model import Box
from pored.pixels.adaptive_mask import SkinSettings, mask_box, skin_masks
from pored.pixels.agreement import Agreement, agreement
from pored.pixels.blemish import Spot
from pored.pixels.blemish_guard import Guarded, Pair, guard_blemishes
from pored.pixels.blend_if import BlendIf
from pored.pixels.compose import LayerStyle, blend_if_weight, compose
from pored.pixels.desaturate import desaturate, lightness
from pored.pixels.gaussian_blur import reach
from pored.pixels.headroom import within_headroom
from pored.pixels.high_pass import high_band
from pored.pixels.layer_rounding import layer_on_grey
from pored.pixels.levels import in_levels, levels_of
from pored.pixels.match import auto_radius, matching_strength, plain_skin, texture_power, widest_radius
from pored.pixels.match_treated import treated_skin
from pored.pixels.noise import Denoised, keep_noise_out
from pored.pixels.register_map import magnification
from pored.pixels.smoothing_evidence import smoothing_evidence
from pored.pixels.texture import MOST_ENERGY, TextureFigures, compare_texture
from pored.pixels.tone import fit_grading, graded
from pored.pixels.warp import covered, lay_over

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Face, Plane, Samples
    from pored.pixels.register_map import Registration

FULL = 255
NOTHING_MISSING = 0.97
"""An export with this share of the original's texture energy lacks nothing that could be seen."""
NO_ORIGINAL = 1.15
"""An "original" whose export has this many times its texture is none ..."""
SAME_TEXTURE = 0.8
"""... unless the textures correlate by so much: then the export was sharpened."""
NEAR_SKIN = 0.08
"""Of what lies around the skin, so much is looked at, in face widths: the largest spot's surroundings."""
NOT_MEASURED = TextureFigures(0.0, 0.0)

Outcome = Literal["recovered", "nothing_missing", "other_frame", "no_texture"]


@dataclass(frozen=True, slots=True)
class HighPassSettings:
    """The retoucher's numbers.

    Attributes:
        radius: of High Pass in pixels of the export; None for what the pair asks for (``auto_radius``).
        opacity: 0..1; None to match the original's texture energy.
        share: of the matched opacity (70 % of match: 0.7).
        missing_only: take HP(original) - HP(export) of an original brought to the export's tones, its noise kept out;
            else HP(original) as it is.
        guard: strength of the blemish guard, 0 for none, 1 as measured; more guards fainter marks too.
        this_layer: Blend If on the layer.
        underlying: Blend If on the export.
        skin: where the texture goes.
    """

    radius: float | None = None
    opacity: float | None = None
    share: float = 1.0
    missing_only: bool = True
    guard: float = 1.0
    this_layer: BlendIf = field(default_factory=BlendIf)
    underlying: BlendIf = field(default_factory=BlendIf)
    skin: SkinSettings = field(default_factory=SkinSettings)

    def style(self, opacity: int) -> LayerStyle:
        """How the layer shows at an opacity of 0..255."""
        return LayerStyle(opacity, self.this_layer, self.underlying)


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
        layer: (box.height, box.width) grey of the export's depth.
        mask: likewise, uint8, the skin mask.
        opacity: 0..255.
        agreement: of eyes and lips.
        before: the export's texture beside the original's, on plain skin that was smoothed; noughts of another frame.
        after: the result's.
        noise: standard deviation of the original's noise in R, G and B, levels.
        spots: guarded places, in pixels of the picture.
        guarded: (box.height, box.width) bool, where the guard had a say.
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
    spots: tuple[Spot, ...]
    guarded: NDArray[np.bool_]
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
    laid = _lay(original, export, registration, face, settings)
    treated = treated_skin(laid.light - laid.tone, laid.tone, laid.measured, face.width)
    quiet = _without_noise(laid, treated, settings)
    treated = treated_skin(quiet.difference, laid.tone, laid.measured, face.width)
    radius = settings.radius or auto_radius(quiet.difference, treated, face.width, laid.scale)
    guarded = _guarded(laid, quiet, treated, radius, settings)
    detail = guarded.detail if settings.missing_only else guarded.detail + high_band(laid.tone, radius)
    export_band, difference_band = high_band(laid.tone, radius), high_band(quiet.difference, radius)
    unguarded = difference_band if settings.missing_only else difference_band + export_band
    where = plain_skin(difference_band, treated, guarded.blemishes.weight)
    power = texture_power(export_band, difference_band, where, quiet.kept)
    truth = (export_band + difference_band, power, where)
    before = _compared(export_band, truth)
    weight = _weight(laid, detail, settings)
    strength = matching_strength(export_band, high_band(weight * detail, radius), power, where)
    opacity = _opacity(settings, strength)
    gain = None
    if settings.missing_only and opacity:
        detail = within_headroom(detail, weight, 2 * opacity / FULL, laid.own, radius)
        gain = weight * np.float32(2 * opacity / FULL)
    layer = layer_on_grey(detail, levels_of(export), gain)
    outcome = _outcome(before)
    after = before
    if outcome == "recovered":
        result = lightness(compose(laid.below, layer, laid.mask, settings.style(opacity)))
        after = _compared(high_band(result, radius), truth)
    inner = laid.box.within(laid.work).slices
    spots = tuple(Spot(spot.x + laid.work.x0, spot.y + laid.work.y0, spot.radius) for spot in guarded.blemishes.spots)
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
        noise=quiet.noise,
        spots=spots,
        guarded=(guarded.blemishes.weight > 0)[inner],
        unguarded=layer_on_grey(unguarded, levels_of(export))[inner],
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
        spots=(),
        guarded=mask.astype(bool),
        unguarded=layer_on_grey(mask.astype(np.float32), levels_of(export)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Laid:
    """A face's part of both pictures, one over the other.

    Attributes:
        box: what the mask covers.
        work: that with the reach of the blurs around it; all planes are of its size.
        below: the export's samples.
        colours, own: original (toned) and export, (H, W, 3) float32.
        light, tone: their lightness.
        mask: 0..255, where texture goes.
        skin: the same, 0..1.
        measured: likewise, the face's own skin, on which all statistics are made.
        face_width: in pixels of the export.
        scale: pixels of the export for one of the original.
    """

    box: Box
    work: Box
    below: Samples
    colours: Plane
    own: Plane
    light: Plane
    tone: Plane
    mask: NDArray[np.uint8]
    skin: Plane
    measured: Plane
    face_width: float
    scale: float


def _lay(
    original: Samples,
    export: Samples,
    registration: Registration,
    face: Face,
    settings: HighPassSettings,
) -> _Laid:
    height, width = export.shape[:2]
    scale = magnification(registration.matrix)
    box = mask_box(face, width, height, settings.skin)
    margin = reach(settings.radius or widest_radius(face.width, scale))
    work = box.grown(margin).clipped(width, height)
    reached = covered((original.shape[1], original.shape[0]), registration, work)
    mask, measured = (plane * reached for plane in skin_masks(export, face, work, settings.skin))
    below = export[work.slices]
    own = in_levels(below)
    laid = lay_over(original, registration, work)
    if settings.missing_only:
        laid = graded(fit_grading(laid, own, _as_share(measured), face.width), laid)
    light, tone = desaturate(laid), lightness(below)
    if settings.missing_only:
        evidence = smoothing_evidence(light - tone, tone, measured, face.width)
        mask, measured = (plane * reached for plane in skin_masks(export, face, work, settings.skin, evidence))
    near = _around_skin(mask, work, max(margin, round(NEAR_SKIN * face.width)))
    part = near.within(work).slices
    laid, own, light, tone = (np.ascontiguousarray(plane[part]) for plane in (laid, own, light, tone))
    mask, measured = np.ascontiguousarray(mask[part]), np.ascontiguousarray(measured[part])
    return _Laid(
        box=box.clipped_to(near),
        work=near,
        below=export[near.slices],
        colours=_in_three(laid),
        own=_in_three(own),
        light=light,
        tone=tone,
        mask=mask,
        skin=_as_share(mask),
        measured=_as_share(measured),
        face_width=face.width,
        scale=scale,
    )


def _around_skin(mask: NDArray[np.uint8], work: Box, margin: int) -> Box:
    """The part of the work that has skin, and what blurs reach from there: half of it, as a rule."""
    x, y, width, height = cv2.boundingRect(mask)
    if not width:
        return work
    x0, y0 = work.x0 + x, work.y0 + y
    return Box(x0, y0, x0 + width, y0 + height).grown(margin).clipped_to(work)


def _as_share(mask: NDArray[np.uint8]) -> Plane:
    return mask.astype(np.float32) / np.float32(FULL)


def _in_three(planes: Plane) -> Plane:
    """(H, W, 3) of a grey plane too."""
    return cast("Plane", cv2.merge([planes] * 3)) if planes.ndim == 2 else planes  # noqa: PLR2004 - a grey picture


def _without_noise(laid: _Laid, treated: Plane, settings: HighPassSettings) -> Denoised:
    difference = laid.light - laid.tone
    if not settings.missing_only:
        return Denoised(difference, (0.0, 0.0, 0.0), 0.0, 1.0)
    return keep_noise_out(difference, laid.colours - laid.own, laid.tone, treated)


def _guarded(laid: _Laid, quiet: Denoised, treated: Plane, radius: float, settings: HighPassSettings) -> Guarded:
    pair = Pair(laid.colours, laid.own, quiet.difference, laid.tone, treated)
    return guard_blemishes(pair, laid.skin, radius, laid.face_width, settings.guard)


def _compared(band: Plane, truth: tuple[Plane, float, NDArray[np.bool_]]) -> TextureFigures:
    """A band beside the original's, whose power is larger than it shows where noise was kept out of it."""
    original, power, where = truth
    figures = compare_texture(band, original, where)
    if power <= 0.0:
        return figures
    return TextureFigures(min(MOST_ENERGY, float(band[where].std()) / math.sqrt(power)), figures.correlation)


def _outcome(before: TextureFigures) -> Outcome:
    if before.energy > NO_ORIGINAL and before.correlation < SAME_TEXTURE:
        return "no_texture"
    return "recovered" if before.energy < NOTHING_MISSING else "nothing_missing"


def _weight(laid: _Laid, detail: Plane, settings: HighPassSettings) -> Plane:
    """How much of the layer shows at opacity 100 %, 0..1."""
    share = laid.mask.astype(np.float32) / np.float32(FULL)
    levels = levels_of(laid.below)
    grey = layer_on_grey(detail, levels).astype(np.float32) / np.float32(levels.step)
    return share * blend_if_weight(in_levels(laid.below), grey, settings.style(FULL))


def _opacity(settings: HighPassSettings, strength: float) -> int:
    """0..255; Linear Light adds the layer's difference twice at 100 %."""
    wanted = strength / 2 * settings.share if settings.opacity is None else settings.opacity
    return min(FULL, round(FULL * wanted))
