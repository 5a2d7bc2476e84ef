"""A part of a face as it would look with another strength, radius or guard, fast enough for a slider.

By the functions of ``face_texture``, on the rows that are looked at. Only the texture on guarded spots is that of the
pair's own radius, whatever radius is tried.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.photoshop.compose import compose
from pored.pixels.photoshop.high_pass import high_band
from pored.pixels.recovery.face_detail import FaceDetail, face_detail, truth_of
from pored.pixels.recovery.face_texture import (
    ReadyFace,
    found_on_face,
    guard_face,
    in_headroom,
    layer_part,
    matched_strength,
    opacity_of,
    seek_on_face,
    shown_weight,
)

if TYPE_CHECKING:
    from pored.model import Box, Plane, Samples
    from pored.pixels.blemish.find import Sought
    from pored.pixels.blemish.guard import Guarded
    from pored.pixels.recovery.high_pass_settings import HighPassSettings

KEPT = 12
"""Radii and guards whose figures are remembered."""


@dataclass(slots=True, eq=False)
class QuickFace:
    """One face, and what is known of it already.

    Attributes:
        face: ready to have its texture taken.
        strength: how much of it the face is to get, 0..1.
        radius: of the pair itself, in pixels of the export.
    """

    face: ReadyFace
    strength: float = 1.0
    radius: float = field(init=False)
    _sought: Sought = field(init=False)
    _guards: dict[float, tuple[Guarded, Plane]] = field(init=False, default_factory=dict)
    _strengths: dict[tuple[float, float], float] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.radius = self.face.auto_radius
        self._sought = seek_on_face(self.face)

    def result(self, settings: HighPassSettings, part: Box) -> tuple[Samples, Box]:
        """The export's part with its texture.

        Args:
            settings: the numbers; what they say of the mask is that of ``face``.
            part: of the picture, in pixels; what lies outside of the face is left away.

        Returns:
            Pixels of the export's shape and depth, and the part that they are of.
        """
        laid = self.face.laid
        shown = part.clipped_to(laid.work)
        here = shown.within(laid.work).slices
        below, mask = laid.below[here], np.ascontiguousarray(laid.mask[here])
        if not mask.any():
            return below.copy(), shown
        detail, weight, strength = self.ready_for(settings)
        opacity = opacity_of(settings, strength)
        rows = (here[0].start // laid.factor * laid.factor, here[0].stop)
        layer = layer_part(in_headroom(detail, weight, opacity), weight, opacity, settings, (rows, here[1]))
        cut: Samples = layer[here[0].start - rows[0] :]
        if self.strength < 1:
            mask = np.rint(mask * np.float32(self.strength)).astype(np.uint8)
        return compose(below, cut, mask, settings.style(opacity)), shown

    def ready_for(self, settings: HighPassSettings) -> tuple[FaceDetail, Plane, float]:
        """What is the same for all parts; remembered as far as it takes long.

        Returns:
            The face's detail, its weight, and the strength that meets the original's texture.
        """
        detail = self._detail(settings)
        weight = shown_weight(self.face.laid.skin, self.face.laid.own, detail.coarse, settings)
        return detail, weight, self._strength(detail, weight, settings)

    def _detail(self, settings: HighPassSettings) -> FaceDetail:
        laid, lacking = self.face.laid, self.face.lacking
        radius = settings.radius or self.radius
        guarded, change = self._guard(settings)
        detail = high_band(lacking.coarse, radius / laid.factor) + change
        with_radius = replace(guarded, detail=detail)
        return face_detail(laid, lacking, with_radius, radius, missing_only=settings.missing_only)

    def _guard(self, settings: HighPassSettings) -> tuple[Guarded, Plane]:
        """What the guard of that strength found, and what it changes in the coarse high band."""
        if settings.guard not in self._guards:
            laid = self.face.laid
            guarded = guard_face(self.face, found_on_face(self.face, self._sought, settings.guard), self.radius)
            change = guarded.detail - high_band(self.face.lacking.coarse, self.radius / laid.factor)
            self._guards[settings.guard] = (guarded, change)
        return self._guards[settings.guard]

    def _strength(self, detail: FaceDetail, weight: Plane, settings: HighPassSettings) -> float:
        """By which the texture meets the original's, measured on the whole face."""
        key = (detail.radius, settings.guard)
        if key not in self._strengths:
            if len(self._strengths) >= KEPT:
                self._strengths.clear()
            truth = truth_of(detail, self.face.treated)
            self._strengths[key] = matched_strength(detail, weight, truth, settings)
        return self._strengths[key]
