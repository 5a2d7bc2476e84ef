"""Whether it was a retoucher who moved eyes and lips: then they are the same pixels, and so is all around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.align.spots import correlation, part_of_face, spot_likeness, weighted_quantile
from pored.pixels.align.structure import structure
from pored.pixels.align.warp import lay_over_reduced
from pored.pixels.photoshop.desaturate import desaturate
from pored.pixels.planes.gaussian_blur import gaussian_blur
from pored.pixels.planes.median import median
from pored.pixels.planes.reduced import reduced
from pored.pixels.same_frame.held_still import held_still
from pored.pixels.skin.face_parts import EYES, FACE_OVAL, LIPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pored.model import Face, Plane, Samples
    from pored.pixels.align.maps import Registration

FOLLOWED = 0.78
"""Likeness that all but the weakest tenth of each part's structure must reach after the field ..."""
UNTOUCHED = 0.95
"""... and correlation of the fine detail in quiet, untouched places around the face. Both were chosen on half of the
pictures. Noise that differs does not speak against a pair: between real frames it correlates by 0.04 to 0.46, in JPEGs
of quality 70 of the very frames by 0.31 to 0.45."""
WEAKEST = 0.1
AROUND = 0.25
"""Hair, ears and collar: this share of the face's width around it is looked at."""
PART_AROUND = 0.02
SPOT = 0.02
"""As in ``agreement``, in face widths."""
FACE_WIDTH = 190.0
"""Pixels to which a wider face is reduced for its structure, as in ``agreement``; around a narrower one, what is finest
is no noise, and so no frame's own."""
FINE_WIDTH = 500.0
"""Likewise for its fine detail, finer than which is noise that compression takes."""
FINE = (0.6, 1.5)
"""Pixels: the Gaussians between which that detail lies."""
COARSE, COARSE_REACH = (0.8, 3.0), 2.0
"""Likewise for what may not be strong in a quiet place, and how far around it; edges are alike in every frame."""
KEPT, KEPT_REACH = 0.75, 4.0
"""Share of the original's fine detail that an untouched place still has, and how far around it that is looked at."""
FEWEST = 0.02
"""Share of what is around the face that must be untouched; less proves nothing."""


@dataclass(frozen=True, slots=True)
class Reshaped:
    """What speaks for a retoucher.

    Attributes:
        followed: likeness of eyes and lips after all local shifts, of the part that is least alike; -1..1. A warp is
            undone by the field; a smile folds the skin, bares teeth, shades otherwise.
        surroundings: correlation of the finest detail around the face, -1..1, where there is little else: a retoucher
            of faces has no business there, and the noise, grain and cloth of another frame are others.
        still: whether the head lies exactly where it lay (``held_still``): that tells as much where a JPEG or a
            smaller size left no noise to compare.
    """

    followed: float
    surroundings: float
    still: bool = False

    @property
    def proved(self) -> bool:
        """Whether the two are one frame."""
        return self.followed >= FOLLOWED and (self.surroundings >= UNTOUCHED or self.still)


NOT_RESHAPED = Reshaped(0.0, 0.0)


def reshaped_face(original: Samples, export: Samples, registration: Registration, face: Face) -> Reshaped:
    """Looks at a face after its local field; for one whose eyes and lips do not agree without it.

    Args:
        original: (H, W, 3) or (H, W), whole.
        export: likewise, of any size.
        registration: of the two.
        face: of the export.

    Returns:
        Noughts where there is no field, or nothing to look at.
    """
    look = _look_at(original, export, registration, face) if registration.bends(face.box) else None
    if look is None:
        return NOT_RESHAPED
    followed, surroundings = _followed(look.narrowed(FACE_WIDTH)), _surroundings(look)
    asked = followed >= FOLLOWED and surroundings < UNTOUCHED
    return Reshaped(followed, surroundings, asked and held_still(original, export, registration, face))


def same_surroundings(original: Samples, export: Samples, registration: Registration, face: Face) -> bool:
    """Whether the finest detail around a face is that of one and the same exposure; arguments as above."""
    look = _look_at(original, export, registration, face)
    return look is not None and _surroundings(look) >= UNTOUCHED


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """A face with what is around it: lightness of original and export, the landmarks in them, the face's width."""

    light: Plane
    tone: Plane
    points: NDArray[np.float32]
    width: float

    def narrowed(self, widest: float) -> _Look:
        """Reduced, where the face is wider than that."""
        factor = min(1.0, widest / self.width)
        height, width = self.tone.shape
        size = max(1, round(width * factor)), max(1, round(height * factor))
        scale = np.array([size[0] / width, size[1] / height], np.float32)
        light, tone = (cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in (self.light, self.tone))
        points = (self.points + np.float32(0.5)) * scale - np.float32(0.5)
        return _Look(cast("Plane", light), cast("Plane", tone), points, self.width * float(scale.mean()))

    def part(self, outline: Sequence[int]) -> NDArray[np.bool_]:
        """(H, W): what an outline of landmarks holds, and a little around it."""
        return part_of_face(self.points[list(outline)], PART_AROUND * self.width, self.tone.shape)


def _look_at(original: Samples, export: Samples, registration: Registration, face: Face) -> _Look | None:
    """None where the face lies outside the export."""
    box = face.box.grown(round(AROUND * face.width)).clipped(export.shape[1], export.shape[0])
    if not box.width or not box.height:
        return None
    factor = max(1, int(face.width / FINE_WIDTH))
    light = desaturate(lay_over_reduced(original, registration, box, factor))
    tone = desaturate(reduced(export[box.slices], factor))
    points = (face.points - np.array([box.x0, box.y0], np.float32) + np.float32(0.5)) / np.float32(factor)
    return _Look(light, tone, points - np.float32(0.5), face.width / factor)


def _followed(look: _Look) -> float:
    likeness, weight = spot_likeness(structure(look.light), structure(look.tone), SPOT * look.width)
    parts = [look.part(outline) for outline in (*EYES, LIPS)]
    if not all(part.any() for part in parts):
        return 0.0
    return min(weighted_quantile(likeness[part], weight[part], WEAKEST) for part in parts)


def _surroundings(look: _Look) -> float:
    """Correlation of noise; 0 where there is none, or too little to look at."""
    if look.width < FACE_WIDTH:
        return 0.0
    look = look.narrowed(FINE_WIDTH)
    outside = ~look.part(FACE_OVAL)
    ours, theirs = _band(look.light, FINE), _band(look.tone, FINE)
    before, after = (gaussian_blur(band * band, KEPT_REACH) for band in (ours, theirs))
    untouched = outside & (after > np.float32(KEPT**2) * before)
    if np.count_nonzero(untouched) <= FEWEST * np.count_nonzero(outside):
        return 0.0
    strength = gaussian_blur(np.abs(_band(look.tone, COARSE)), COARSE_REACH)
    quiet = untouched & (strength <= median(strength[untouched]))
    return correlation(ours[quiet], theirs[quiet])


def _band(plane: Plane, between: tuple[float, float]) -> Plane:
    return gaussian_blur(plane, between[0]) - gaussian_blur(plane, between[1])
