"""What a retoucher takes out beside spots: wrinkles, scratches, hairs that lie across the skin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pored.model import Face, Plane

    Line = NDArray[np.float32]

TOP, BROWS = (67, 109, 10, 338, 297), (105, 107, 9, 336, 334)
"""Landmarks from side to side: where the forehead begins and ends."""
BAGS = ((111, 117, 118, 119, 120), (340, 346, 347, 348, 349))
"""Likewise below the eyes."""
CHEEKS, TEMPLES, MIDDLE = (50, 280), (103, 332), (205, 425)
INNER_AND_OUTER = (133, 33)
"""Corners of the right eye."""
FINE_BITS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """One line on the skin, in levels to add.

    Attributes:
        depth: (H, W) float32, 1 in the line's middle, 0 away from it.
        colour: R, G and B levels in the middle.
    """

    depth: Plane
    colour: tuple[float, float, float]


def wrinkles(face: Face, shape: tuple[int, int]) -> list[Mark]:
    """Three across the forehead, one below each eye."""
    top, brows = face.points[list(TOP)], face.points[list(BROWS)]
    lines = [top + share * (brows - top) for share in (0.4, 0.6, 0.8)]
    lines += [face.points[list(bag)] + _offset(0.0, 0.03 * face.width) for bag in BAGS]
    return [Mark(_drawn(line, shape, max(0.8, 0.004 * face.width)), (-18.0, -20.0, -20.0)) for line in lines]


def scratches(face: Face, shape: tuple[int, int], rng: np.random.Generator) -> list[Mark]:
    """Two thin red ones on each cheek."""
    marks = []
    for cheek in (*CHEEKS, *MIDDLE):
        angle = rng.uniform(0, np.pi)
        half = _offset(0.07 * face.width * np.cos(angle), 0.07 * face.width * np.sin(angle))
        line = face.points[cheek] + np.stack([-half, half])
        marks.append(Mark(_drawn(line, shape, max(0.6, 0.0025 * face.width)), (-8.0, -32.0, -28.0)))
    return marks


def stray_hairs(face: Face, shape: tuple[int, int]) -> list[Mark]:
    """One from each temple, bent, over forehead and cheek; dark and thin."""
    marks = []
    for start, end, bend in zip(TEMPLES, MIDDLE, (0.2, -0.2), strict=True):
        ends = face.points[start], face.points[end]
        middle = (ends[0] + ends[1]) / 2 + _offset(bend * face.width, 0.0)
        marks.append(Mark(_drawn(_curve(ends[0], middle, ends[1]), shape, max(0.5, 0.0015 * face.width)), (-45.0,) * 3))
    return marks


def strand(face: Face, shape: tuple[int, int]) -> list[Mark]:
    """One of dark hair from the forehead across an eye to the other cheek; it does not end where skin does."""
    ends = face.points[TEMPLES[0]], face.points[CHEEKS[1]]
    eye = face.points[list(INNER_AND_OUTER)].mean(axis=0)
    control = 2 * eye - (ends[0] + ends[1]) / 2
    return [Mark(_drawn(_curve(ends[0], control, ends[1]), shape, max(0.6, 0.003 * face.width)), (-60.0,) * 3)]


def with_marks(pixels: NDArray[np.uint8], marks: Sequence[Mark], skin: Plane) -> NDArray[np.uint8]:
    """A copy that has them, on the skin (0..1) only."""
    marked = pixels.astype(np.float32)
    for mark in marks:
        marked += (mark.depth * skin)[..., None] * np.array(mark.colour, np.float32)
    return np.clip(np.round(marked), 0, 255).astype(np.uint8)


def _drawn(line: Line, shape: tuple[int, int], sigma: float) -> Plane:
    plane = np.zeros(shape, np.uint8)
    fixed = np.round(line * (1 << FINE_BITS)).astype(np.int32)
    cv2.polylines(plane, [fixed], isClosed=False, color=255, thickness=1, lineType=cv2.LINE_AA, shift=FINE_BITS)
    soft = cast("Plane", cv2.GaussianBlur(plane.astype(np.float32), (0, 0), sigma))
    return cast("Plane", soft / max(1.0, float(soft.max())))


def _offset(x: float, y: float) -> Line:
    return np.array([x, y], np.float32)


def _curve(start: Line, control: Line, end: Line) -> Line:
    """A quadratic Bezier curve as 24 short lines."""
    t = np.linspace(0, 1, 25, dtype=np.float32)[:, None]
    return cast("Line", (1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end)
