"""Whether it was a retoucher who moved eyes and lips: then they are the same pixels, and so is all around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.pixels.agreement_spots import correlation, part_of_face, spot_likeness, weighted_quantile
from pored.pixels.desaturate import desaturate, lightness
from pored.pixels.face_parts import EYES, FACE_OVAL, LIPS
from pored.pixels.gaussian_blur import gaussian_blur
from pored.pixels.register_structure import structure
from pored.pixels.warp import lay_over

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Box, Face, Plane, Samples
    from pored.pixels.register_map import Registration

FOLLOWED = 0.78
"""Likeness that all but the weakest tenth of each part's structure must reach after the field ..."""
UNTOUCHED = 0.95
"""... and correlation of the fine detail in quiet, untouched places around the face. Both were chosen on half of the
pictures. Of the others' faces whose lips, jaw or cheeks Liquify had moved by 3 % of their width 13 of 20 pass (8
without), and of 56 real pairs of frames half a second to two seconds apart 8, as many as without: in them the person
hardly moved. JPEGs of quality 80 still fail: their noise is their own."""
WEAKEST = 0.1
AROUND = 0.25
"""Hair, ears and collar: this share of the face's width around it is looked at."""
PART_AROUND = 0.02
SPOT = 0.02
"""As in ``agreement``, in face widths."""
FACE_WIDTH = 190.0
"""Pixels to which a wider face is reduced for its structure, as in ``agreement``."""
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
    """

    followed: float
    surroundings: float

    @property
    def proved(self) -> bool:
        """Whether the two are one frame."""
        return self.followed >= FOLLOWED and self.surroundings >= UNTOUCHED


NOT_RESHAPED = Reshaped(0.0, 0.0)


def reshaped_face(original: Samples, export: Samples, registration: Registration, face: Face) -> Reshaped:
    """Looks at a face after its local field; for one whose eyes and lips do not agree without it.

    Args:
        original: (H, W, 3) or (H, W), whole.
        export: likewise, of any size.
        registration: of the two.
        face: of the export.

    Returns:
        Noughts where there is no field, or too little to look at.
    """
    box = face.box.grown(round(AROUND * face.width)).clipped(export.shape[1], export.shape[0])
    if not any(field.box.touches(face.box) for field in registration.fields) or not box.width or not box.height:
        return NOT_RESHAPED
    light, tone = desaturate(lay_over(original, registration, box)), lightness(export[box.slices])
    return Reshaped(_followed(light, tone, face, box), _surroundings(light, tone, face, box))


def _followed(light: Plane, tone: Plane, face: Face, box: Box) -> float:
    light, tone, points, width = _reduced(light, tone, face, box, FACE_WIDTH)
    likeness, weight = spot_likeness(structure(light), structure(tone), SPOT * width)
    found = []
    for outline in (*EYES, LIPS):
        part = part_of_face(points[list(outline)], PART_AROUND * width, tone.shape)
        if not part.any():
            return 0.0
        found.append(weighted_quantile(likeness[part], weight[part], WEAKEST))
    return min(found)


def _surroundings(light: Plane, tone: Plane, face: Face, box: Box) -> float:
    light, tone, points, width = _reduced(light, tone, face, box, FINE_WIDTH)
    outside = ~part_of_face(points[list(FACE_OVAL)], PART_AROUND * width, tone.shape)
    ours, theirs = _band(light, FINE), _band(tone, FINE)
    before, after = (gaussian_blur(band * band, KEPT_REACH) for band in (ours, theirs))
    untouched = outside & (after > np.float32(KEPT**2) * before)
    if np.count_nonzero(untouched) <= FEWEST * np.count_nonzero(outside):
        return 0.0
    strength = gaussian_blur(np.abs(_band(tone, COARSE)), COARSE_REACH)
    quiet = untouched & (strength <= np.median(strength[untouched]))
    return correlation(ours[quiet], theirs[quiet])


def _band(plane: Plane, between: tuple[float, float]) -> Plane:
    return gaussian_blur(plane, between[0]) - gaussian_blur(plane, between[1])


def _reduced(
    light: Plane, tone: Plane, face: Face, box: Box, widest: float
) -> tuple[Plane, Plane, NDArray[np.float32], float]:
    """Both planes, the landmarks in them and the face's width, no wider than that."""
    factor = min(1.0, widest / face.width)
    size = max(1, round(box.width * factor)), max(1, round(box.height * factor))
    scale = np.array([size[0] / box.width, size[1] / box.height], np.float32)
    points = (face.points - np.array([box.x0, box.y0], np.float32) + np.float32(0.5)) * scale - np.float32(0.5)
    small = (cast("Plane", cv2.resize(plane, size, interpolation=cv2.INTER_AREA)) for plane in (light, tone))
    ours, theirs = small
    return ours, theirs, points, face.width * float(scale.mean())
