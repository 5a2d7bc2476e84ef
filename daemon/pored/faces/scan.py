"""The search: what might be faces, from a look at the whole picture down to small crops."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pored.faces.finds import covers_half, face_from, keep
from pored.model import Box
from pored.pixels.eight_bit import as_rgb8
from pored.pixels.feature_detail import feature_detail

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from pored.faces.copies import Copies
    from pored.faces.view import Looker
    from pored.model import Face

VIEW = 256
"""Pixels on the long side of a crop as it is shown; the detector's network looks at 128."""
SMALLEST_CROP = 420
"""Pixels of the picture on a side of the smallest crops: a face of 60 is still found in one."""
SMALLEST_SHARE, SMALLEST_OF_ALL = 8, 160
"""In small pictures smaller crops show smaller faces: down to this part of the long side, and no fewer pixels."""
OVERLAP = 0.4
"""Of neighbouring crops, of their sides. Crops of twice the side show the faces that do not fit into it with hair and
chin."""
FEATURELESS = 6
"""Levels. Where detail is fainter everywhere, a crop shows a wall or sky: the faintest of 150 small faces had 12."""


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """A picture at the size at which crops of one side are looked at.

    Attributes:
        view: (H, W, 3) uint8.
        side: of the crops, in pixels of the view.
        scale: pixels of the picture for one of the view, along x and y.
    """

    view: NDArray[np.uint8]
    side: int
    scale: tuple[float, float]


def level_of(picture: Copies, side: float) -> Level:
    """A picture at the size at which crops of a side, in its own pixels, are looked at."""
    whole, share = picture.whole, min(1.0, VIEW / side)
    pixels, _, steps = picture.shown(whole, round(max(whole.width, whole.height) * share))
    return Level(as_rgb8(pixels), round(side * share), (float(steps[0]), float(steps[1])))


def scan(picture: Copies, sides: Sequence[float], looker: Looker, finds: list[Face]) -> None:
    """Add to the finds what looks at crops of a picture show, in the picture's pixels.

    Args:
        picture: with its smaller copies.
        sides: of the crops, from large to small.
        looker: the landmarker.
        finds: known already; no crop is looked at that one of them fills.
    """
    for level in (level_of(picture, side) for side in sides):
        detail = feature_detail(level.view)
        scale = np.array(level.scale, np.float32)
        for box in _crops(level.view.shape[1], level.view.shape[0], level.side):
            whole = Box(*(round(float(v)) for v in np.array([box.x0, box.y0, box.x1, box.y1]) * np.tile(scale, 2)))
            if detail[box.slices].max() < FEATURELESS or any(covers_half(find.box, whole) for find in finds):
                continue  # nothing to see, or one face fills it, and only its parts would show
            origin = np.array([box.x0, box.y0], np.float32)
            for points in looker.look(np.ascontiguousarray(level.view[box.slices])):
                keep(finds, face_from((points + origin) * scale))


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
