"""Laying an original over its export: resampling that keeps texture."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from pored.model import Box
from pored.pixels.align.maps import inverse, magnification, resizing, shifting, then
from pored.pixels.align.refine_patch import positions
from pored.pixels.planes.levels import in_levels, sixteen_bit
from pored.pixels.planes.reduced import reduced, strips

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pored.model import Plane, Samples
    from pored.pixels.align.maps import LocalField, Matrix, Registration

Laid = NDArray[np.float32]
"""(H, W, 3) or (H, W), like the samples it was made of."""

AVERAGE_BELOW = 0.75
"""Below this magnification, pixels are averaged over their area first; an export at half size was made so."""
SOFTEN_BELOW = 0.98
"""Below this one, detail finer than the export's pixels is softened first, so that it does not alias."""
TAPS = 5
"""Lanczos' kernel of 8 x 8 reaches this far, rounded up."""
EVERY = 16
"""Pixels, both ways, at whose middle it is asked how far the original is needed."""


def lay_over(
    original: Samples, registration: Registration, box: Box, prepare: Callable[[Samples], Laid] = in_levels
) -> Laid:
    """The part of the original that lies under a box of the export, at the export's size.

    Args:
        original: (H, W, 3) or (H, W), whole.
        registration: of original and export.
        box: in pixels of the export, not empty, within it.
        prepare: makes levels of the part that is needed, pixel by pixel, before it is laid over.

    Returns:
        float32 of the box's size, in 8-bit levels, not rounded. For an identity or a crop the original's own values, to
        the last bit. Beyond the original's edge its mirror image (see ``covered``).
    """
    part = registration.very_part(box, (original.shape[1], original.shape[0]))
    if part is not None:
        return prepare(original[part.slices])
    source, matrix = _without_finer_detail(original, registration.matrix)
    at_x, at_y = _sources(inverse(matrix), registration.fields, box)
    near = _near(at_x, at_y, source, TAPS)
    crop = prepare(source[near.slices])
    at_x, at_y = at_x - np.float32(near.x0), at_y - np.float32(near.y0)
    return cast("Laid", cv2.remap(crop, at_x, at_y, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT))


def lay_over_reduced(original: Samples, registration: Registration, box: Box, factor: int) -> Laid:
    """As ``lay_over``, reduced to the averages of blocks of pixels; for looking at a large face.

    Args:
        original: as there.
        registration: likewise.
        box: likewise.
        factor: side of the blocks, whole; 1: ``lay_over`` itself.

    Returns:
        float32, of the box's size divided by the factor and rounded up.
    """
    if factor == 1:
        return lay_over(original, registration, box)
    part = registration.very_part(box, (original.shape[1], original.shape[0]))
    if part is not None:
        return reduced(original[part.slices], factor)
    at_x, at_y = _reduced_sources(registration, box, factor)
    near = _near(at_x, at_y, original, TAPS * factor)
    crop, scale = original[near.slices], magnification(registration.matrix) / factor
    before = near.width, near.height
    after = (max(1, round(before[0] * scale)), max(1, round(before[1] * scale))) if scale < SOFTEN_BELOW else before
    small = in_levels(cast("Samples", cv2.resize(sixteen_bit(crop), after, interpolation=cv2.INTER_AREA)))
    across, down = resizing(before, after)
    at_x = (at_x - np.float32(near.x0)) * np.float32(across[0]) + np.float32(across[2])
    at_y = (at_y - np.float32(near.y0)) * np.float32(down[1]) + np.float32(down[2])
    return cast("Laid", cv2.remap(small, at_x, at_y, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT))


def source_near(original: Samples, registration: Registration, box: Box) -> tuple[Samples, Registration]:
    """What of the original lies under a box, without detail that the export's pixels cannot hold; and its registration.

    So that parts of the box can be laid over one by one, and what is done to the original is done once.
    """
    if registration.very_part(box, (original.shape[1], original.shape[0])) is not None:
        return original, registration
    at_x, at_y = _reduced_sources(registration, box, EVERY)
    margin = math.ceil(TAPS / min(1.0, magnification(registration.matrix))) + EVERY
    near = _near(at_x, at_y, original, margin)
    moved = then(shifting(near.x0, near.y0), registration.matrix)
    source, matrix = _without_finer_detail(original[near.slices], moved)
    return source, replace(registration, matrix=matrix, kind="affine")


def covers(size: tuple[int, int], registration: Registration, box: Box) -> bool:
    """Whether the original reaches all of a box, as its corners tell; False where only a closer look could."""
    if registration.bends(box):
        return False
    corners = (Box(x, y, x + 1, y + 1) for x in (box.x0, box.x1 - 1) for y in (box.y0, box.y1 - 1))
    return all(bool(covered(size, registration, corner).all()) for corner in corners)


def covered(size: tuple[int, int], registration: Registration, box: Box) -> NDArray[np.bool_]:
    """Which pixels of a box of the export the original reaches; (H, W).

    Args:
        size: width and height of the original.
        registration: of original and export.
        box: in pixels of the export.
    """
    at_x, at_y = _sources(inverse(registration.matrix), registration.fields, box)
    width, height = size
    inside: NDArray[np.bool_] = (abs(at_x - (width - 1) / 2) < width / 2) & (abs(at_y - (height - 1) / 2) < height / 2)
    return inside


def reach_of(size: tuple[int, int], registration: Registration, box: Box) -> NDArray[np.bool_] | None:
    """As ``covered``, found some rows at a time; None: the original reaches all of the box."""
    if covers(size, registration, box):
        return None
    reached = np.empty((box.height, box.width), bool)
    for start, end in strips(box.height, box.width):
        reached[start:end] = covered(size, registration, Box(box.x0, box.y0 + start, box.x1, box.y0 + end))
    return reached


def _without_finer_detail(original: Samples, matrix: Matrix) -> tuple[Samples, Matrix]:
    """The original without detail that the export's pixels cannot hold, and the map from there."""
    factor = magnification(matrix)
    if factor >= SOFTEN_BELOW:
        return original, matrix
    if factor >= AVERAGE_BELOW:
        return cast("Samples", cv2.GaussianBlur(original, (0, 0), 0.6 * np.sqrt(factor**-2 - 1))), matrix
    before = original.shape[1], original.shape[0]
    after = round(before[0] * factor), round(before[1] * factor)
    small = cast("Samples", cv2.resize(original, after, interpolation=cv2.INTER_AREA))
    return small, then(inverse(resizing(before, after)), matrix)


def displacements(fields: Sequence[LocalField], box: Box) -> tuple[Plane, Plane]:
    """What the fields say in a box of the export: dx and dy, (H, W) float32 in its pixels."""
    touching = [field for field in fields if field.box.touches(box)]
    dx, dy = (np.zeros((box.height, box.width), np.float32) for _ in range(2))
    for field in touching:
        _add(dx, field.dx, field.box, box)
        _add(dy, field.dy, field.box, box)
    if len(touching) > 1:
        weight = np.zeros_like(dx)
        for field in touching:
            _add(weight, field.weight, field.box, box)
        np.maximum(weight, 1, out=weight)
        dx, dy = dx / weight, dy / weight
    return dx, dy


def _sources(back: Matrix, fields: Sequence[LocalField], box: Box) -> tuple[Plane, Plane]:
    """Where in the source each pixel of the box lies: x and y, (H, W) float32."""
    x, y = positions(box.width, box.height)
    dx, dy = displacements(fields, box)
    x, y = dx + (x + np.float32(box.x0)), dy + (y + np.float32(box.y0))
    across, down = back.astype(np.float32)
    return across[0] * x + across[1] * y + across[2], down[0] * x + down[1] * y + down[2]


def _add(plane: Plane, of_field: Plane, there: Box, here: Box) -> None:
    """Adds a field's plane, which covers one box, to a plane that covers another."""
    both = Box(max(there.x0, here.x0), max(there.y0, here.y0), min(there.x1, here.x1), min(there.y1, here.y1))
    whole = cv2.resize(of_field, (there.width, there.height), interpolation=cv2.INTER_CUBIC)
    plane[_within(both, here)] += whole[_within(both, there)]


def _within(part: Box, whole: Box) -> tuple[slice, slice]:
    return Box(part.x0 - whole.x0, part.y0 - whole.y0, part.x1 - whole.x0, part.y1 - whole.y0).slices


def _reduced_sources(registration: Registration, box: Box, factor: int) -> tuple[Plane, Plane]:
    """Where in the original the middle of each block of the box's pixels lies."""
    x, y = positions(-(-box.width // factor), -(-box.height // factor))
    x, y = (at * np.float32(factor) + np.float32((factor - 1) / 2) for at in (x, y))
    if registration.bends(box):
        parts = [
            [reduced(plane, factor) for plane in displacements(registration.fields, Box(box.x0, top, box.x1, bottom))]
            for top, bottom in ((box.y0 + a, box.y0 + b) for a, b in strips(box.height, box.width, factor))
        ]
        dx, dy = (np.concatenate(planes) for planes in zip(*parts, strict=True))
        x, y = dx + x, dy + y
    across, down = inverse(registration.matrix).astype(np.float32)
    x, y = x + np.float32(box.x0), y + np.float32(box.y0)
    return across[0] * x + across[1] * y + across[2], down[0] * x + down[1] * y + down[2]


def _near(at_x: Plane, at_y: Plane, source: Samples, margin: int) -> Box:
    """The part of the source that the positions ask for, with a margin; never empty."""
    height, width = source.shape[:2]
    x0, y0 = (int(np.clip(np.floor(at.min()), 0, end - 1)) for at, end in ((at_x, width), (at_y, height)))
    x1, y1 = (int(np.clip(np.ceil(at.max()), 0, end - 1)) for at, end in ((at_x, width), (at_y, height)))
    return Box(x0, y0, x1 + 1, y1 + 1).grown(margin).clipped(width, height)
