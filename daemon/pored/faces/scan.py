"""The search: what might be faces, from a look at the whole picture down to small crops."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pored.faces.finds import covers_half, face_from, keep
from pored.model import Box
from pored.pixels.planes.eight_bit import as_rgb8
from pored.pixels.planes.feature_detail import feature_detail

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from pored.faces.copies import Copies
    from pored.faces.view import Looker
    from pored.model import Face

VIEW = 160
"""Pixels on the long side of a crop as it is shown, or up to twice as many; the detector's network looks at 128."""
SMALLEST_CROP = 420
"""Pixels of the picture on a side of the smallest crops: a face of 60 is still found in one."""
SMALLEST_SHARE, SMALLEST_OF_ALL = 8, 160
"""In small pictures smaller crops show smaller faces: down to this part of the long side, and no fewer pixels."""
OVERLAP = 0.3
"""Of neighbouring crops, of their sides. Crops of twice the side show the faces that do not fit into it with hair and
chin. Of 300 faces of 60 to 180 pixels in a crowd, as many were found as with 0.4."""
FEATURELESS = 8
"""Levels. Where detail is fainter everywhere, a crop shows a wall or sky: the faintest of 720 small faces had 18, of
150 others 12."""


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """A picture at the size at which crops of one side are looked at.

    Attributes:
        view: (H, W, 3) uint8.
        side: of the crops, in pixels of the view.
        scale: pixels of the picture for one of the view.
    """

    view: NDArray[np.uint8]
    side: int
    scale: int


def level_of(picture: Copies, side: float) -> Level:
    """A picture at the size at which crops of a side, in its own pixels, are looked at."""
    pixels, scale = picture.of_side(side, VIEW)
    return Level(as_rgb8(pixels), round(side / scale), scale)


def scan(picture: Copies, sides: Sequence[float], looker: Looker, finds: list[Face]) -> None:
    """Add to the finds what looks at crops of a picture show, in the picture's pixels.

    Args:
        picture: with its smaller copies.
        sides: of the crops, from large to small.
        looker: the landmarker.
        finds: known already; no crop is looked at that one of them fills.
    """
    taken = [find.box for find in finds]
    for level in (level_of(picture, side) for side in sides):
        detail = feature_detail(level.view)
        scale = level.scale
        for box in _crops(level.view.shape[1], level.view.shape[0], level.side):
            whole = Box(box.x0 * scale, box.y0 * scale, box.x1 * scale, box.y1 * scale)
            if detail[box.slices].max() < FEATURELESS or any(covers_half(face, whole) for face in taken):
                continue  # nothing to see, or one face fills it, and only its parts would show
            origin = np.array([box.x0, box.y0], np.float32)
            for points in looker.look(np.ascontiguousarray(level.view[box.slices])):
                keep(finds, face_from((points + origin) * np.float32(scale)))
                taken = [find.box for find in finds]


def sides_of(longest: int) -> list[float]:
    """The crops' sides from the whole picture's to the smallest, each about half of the one before."""
    smallest = max(SMALLEST_OF_ALL, min(SMALLEST_CROP, longest // SMALLEST_SHARE))
    steps = max(0, math.ceil(math.log2(longest / smallest)))
    return [longest * (smallest / longest) ** (step / max(1, steps)) for step in range(steps + 1)]


def _crops(width: int, height: int, side: int) -> Iterator[Box]:
    """Squares that overlap."""
    for y in _starts(height, side):
        for x in _starts(width, side):
            yield Box(x, y, x + side, y + side).clipped(width, height)


def _starts(length: int, side: int) -> list[int]:
    """Where crops of that side begin so that they overlap enough and cover the length evenly."""
    if length <= side:
        return [0]
    count = math.ceil((length - side) / (side * (1 - OVERLAP))) + 1
    return [round(i * (length - side) / (count - 1)) for i in range(count)]
