"""Whether a face is filled with flat colour, as in drawings and logos; skin never is, however smooth it was painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.planes.eight_bit import as_rgb8
from pored.pixels.planes.outline import filled, hull

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.faces.copies import Copies
    from pored.model import Face

VIEW = 128
"""Pixels on the face's long side at which it is looked at."""
COLOURS = 32
"""Colours as far apart as this part of the face's range of light are one: a dark or a pale face has fewer levels."""
ONE_COLOUR, LEVEL = 0.3, 0.35
"""Shares of the face that have its commonest colour, and whose neighbours have the very same light. In nine drawn faces
both were above 0.38 and 0.59; in 150 photographed ones, at their own exposure, below 0.16 and 0.18."""
BLACK, WHITE = 12, 250
"""What is clipped has one colour in a photograph too, and is left out."""


def is_flat(face: Face, picture: Copies) -> bool:
    """Whether one flat colour fills much of a face.

    Args:
        face: found in the picture, in its pixels.
        picture: that it was found in.
    """
    box = face.box.clipped_to(picture.whole)
    if box.width < 2 or box.height < 2:  # noqa: PLR2004 - a pixel has no neighbours
        return False
    pixels, corner, steps = picture.shown(box, VIEW)
    view = as_rgb8(pixels)
    light = view.sum(axis=2, dtype=np.int16)
    within = filled(hull((face.points - corner) / steps), (view.shape[1], view.shape[0])) > 0
    kept = within & (view.min(axis=2) < WHITE) & (view.max(axis=2) > BLACK)
    if not kept.any():
        return False
    low, high = np.percentile(light[kept], (2, 98))
    step = max(1, round(float(high - low) / view.shape[2] / COLOURS))
    return _commonest(view[kept], step) > ONE_COLOUR * within.sum() and _level(light, kept) > LEVEL


def _commonest(colours: NDArray[np.uint8], step: int) -> int:
    """How many of the colours, (N, 3), are alike; counted twice, as one colour may lie on a border between two."""
    places = (colours.astype(np.int64) + offset for offset in (0, step // 2))
    keys = ((place // step) @ np.array([1, 1 << 9, 1 << 18]) for place in places)
    return max(int(np.unique(key, return_counts=True)[1].max()) for key in keys)


def _level(light: NDArray[np.int16], kept: NDArray[np.bool_]) -> float:
    """Share of the kept pixels whose neighbours to the right and below have the same light."""
    level = (light[:-1, :-1] == light[:-1, 1:]) & (light[:-1, :-1] == light[1:, :-1])
    known = kept[:-1, :-1]
    return float(level[known].mean()) if known.any() else 0.0
