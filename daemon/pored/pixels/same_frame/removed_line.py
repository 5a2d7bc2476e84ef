"""A thin line across an eye or a mouth that the original has and the export has not: a hair, a scratch, a watermark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from pored.pixels.align.spots import disc, part_of_face
from pored.pixels.planes.gaussian_blur import gaussian_blur
from pored.pixels.planes.median import median

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane

    Region = NDArray[np.bool_]

THIN = 0.03
"""Face widths: a line is no wider, and what differs more widely than that is no line."""
LONG = 0.08
"""Face widths that a line is long at least: over a dark iris a dark one does not show, and falls into pieces."""
BEYOND = 0.04
"""It goes on so far beyond the part's outline: lids, lashes and corners of the mouth do not."""
CLEAR = 4.0
"""A line's difference in usual ones, ..."""
LEAST = 3.0
"""... in levels, ..."""
FAINTEST = 0.2
"""... and in the strongest of them, at least: of these its edges are what is left over."""
EDGE = 0.008
"""Face widths around what differs clearly that are taken for the line's as well."""
MOST = 0.6
"""Share of a part that lines may cover; of more, too little is left to compare."""
ROUNDS = 4
NOTHING = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class RemovedLine:
    """What is left to compare.

    Attributes:
        light: (H, W) float32, the original's lightness, without the line: there, it is the export's.
        line: (H, W), where the line was.
    """

    light: Plane
    line: Region


def removed_line(light: Plane, tone: Plane, points: NDArray[np.float32], width: float) -> RemovedLine | None:
    """Looks for lines that run across a part and go on over the skin beside it.

    Args:
        light: (H, W) float32 lightness of the original, a part of a face with what is around it, laid over the export.
        tone: likewise of the export.
        points: (N, 2), the part's outline in these pixels.
        width: of the face, in these pixels.

    Returns:
        The original without them; None where there are none, or they cover too much.
    """
    gain, offset = _grading(light, tone)
    off = light * gain + offset - tone
    off -= gaussian_blur(off, THIN * width)
    beyond = ~part_of_face(points, BEYOND * width, light.shape)
    off = off if off.max() > -off.min() else -off
    clear = off > max(LEAST, CLEAR * median(np.abs(off)), FAINTEST * float(off.max()))
    count, labels = cv2.connectedComponents(clear.astype(np.uint8), connectivity=8)
    line = np.zeros(light.shape, bool)
    for label in range(1, count):
        if _is_line(piece := labels == label, width) and (piece & beyond).any():
            line |= piece
    if not line.any():
        return None
    line = cv2.dilate(line.astype(np.uint8), disc(EDGE * width)) > 0
    part = part_of_face(points, 0, light.shape)
    if np.count_nonzero(line & part) > MOST * np.count_nonzero(part):
        return None
    return RemovedLine(np.where(line, (tone - offset) / max(gain, NOTHING), light).astype(np.float32), line)


def _grading(light: Plane, tone: Plane) -> tuple[float, float]:
    """Gain and offset that bring the one to the other's tones, where they are alike."""
    gain, offset = 1.0, 0.0
    weight = np.ones_like(light)
    for _ in range(ROUNDS):
        means = [float(np.average(plane, weights=weight)) for plane in (light, tone)]
        ours, theirs = light - np.float32(means[0]), tone - np.float32(means[1])
        gain = float((weight * ours * theirs).sum()) / max(float((weight * ours * ours).sum()), NOTHING)
        offset = means[1] - gain * means[0]
        off = np.abs(light * np.float32(gain) + np.float32(offset) - tone)
        weight = 1 / (1 + (off / np.float32(max(LEAST, median(off)))) ** 2)
    return gain, offset


def _is_line(piece: Region, width: float) -> bool:
    """Whether it is long, and thin on average."""
    rows, columns = np.nonzero(piece)
    length = float(np.hypot(np.ptp(rows), np.ptp(columns)))
    return length > LONG * width and len(rows) < THIN * width * length
