"""Parts of both pictures around a face, cut and reduced to one scale, on which a map is refined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.model import Box
from pored.pixels.align.maps import apply, inverse, magnification, scaling, shifting, then
from pored.pixels.photoshop.desaturate import desaturate
from pored.pixels.planes.resize import halvings, resized

if TYPE_CHECKING:
    from pored.model import Plane, Samples
    from pored.pixels.align.maps import Matrix

SMALLEST = 16
"""A patch of fewer pixels a side shows nothing."""
MARGIN = 0.1
"""Of the original, this share more than the rough map asks for is cut."""
TAPS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A part of the export and what of the original lies near it, both at the coarser one's scale.

    Attributes:
        export: (H, W) float32 lightness.
        original: (h, w) float32 lightness, not yet laid over.
        to_export: pixels of the patch to pixels of the whole export.
        from_original: pixels of the whole original to pixels of ``original``.
    """

    export: Plane
    original: Plane
    to_export: Matrix
    from_original: Matrix

    @property
    def pixel(self) -> float:
        """A pixel of the patch in pixels of the export."""
        return magnification(self.to_export)

    def source(self, back: Matrix) -> Matrix:
        """Where in ``original`` a pixel of the patch lies, given the map from export to original."""
        return then(then(self.to_export, back), self.from_original)

    def part(self, box: Box) -> Patch:
        """What shows a box of its pixels."""
        to_export = then(shifting(box.x0, box.y0), self.to_export)
        return Patch(np.ascontiguousarray(self.export[box.slices]), self.original, to_export, self.from_original)


def cut_patch(original: Samples, export: Samples, box: Box, matrix: Matrix, width: int) -> Patch | None:
    """The patch of a box of the export.

    Args:
        original: (H, W, 3) or (H, W).
        export: likewise.
        box: in pixels of the export; what lies outside the picture is left out.
        matrix: rough map, original to export.
        width: most pixels that the patch may be wide.

    Returns:
        The patch, or None where too little of one picture is there.
    """
    box = box.clipped(export.shape[1], export.shape[0])
    source = _source(box, matrix).clipped(original.shape[1], original.shape[0])
    factor = magnification(matrix)
    scale = min(1.0, width / max(box.width, 1), 1 / factor)
    if min(box.width * scale, box.height * scale, source.width, source.height) < SMALLEST:
        return None
    small_export, to_patch = _reduced(export, box, scale)
    small_original, from_original = _reduced(original, source, min(1.0, scale * factor))
    return Patch(small_export, small_original, inverse(to_patch), from_original)


def halved(patch: Patch, times: int) -> Patch:
    """The patch at half its size, so many times over; the patch itself for none."""
    if not times:
        return patch
    export, shrink_export = _shrunk(patch.export, 2**times)
    original, shrink_original = _shrunk(patch.original, 2**times)
    to_export = then(inverse(shrink_export), patch.to_export)
    return Patch(export, original, to_export, then(patch.from_original, shrink_original))


def overlaid(patch: Patch, back: Matrix) -> tuple[Plane, Plane]:
    """The original in the patch's frame, and 1 where there is an original, 0 elsewhere; both float32."""
    source = patch.source(back)
    height, width = patch.export.shape
    how = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    laid = cv2.warpAffine(patch.original, source, (width, height), flags=how, borderMode=cv2.BORDER_REPLICATE)
    last_y, last_x = patch.original.shape[0] - 1, patch.original.shape[1] - 1
    ends = apply(source, np.array([(x, y) for x in (0, width - 1) for y in (0, height - 1)], np.float64))
    if (ends >= 0).all() and (ends <= (last_x, last_y)).all():
        return cast("Plane", laid), np.ones((height, width), np.float32)
    x, y = positions(width, height)
    at_x = source[0, 0] * x + source[0, 1] * y + source[0, 2]
    at_y = source[1, 0] * x + source[1, 1] * y + source[1, 2]
    there = (at_x >= 0) & (at_x <= last_x) & (at_y >= 0) & (at_y <= last_y)
    return cast("Plane", laid), there.astype(np.float32)


def positions(width: int, height: int) -> tuple[Plane, Plane]:
    """x as (1, W) and y as (H, 1), float32."""
    return np.arange(width, dtype=np.float32)[None, :], np.arange(height, dtype=np.float32)[:, None]


def _source(box: Box, matrix: Matrix) -> Box:
    corners = np.array([[x, y] for x in (box.x0, box.x1 - 1) for y in (box.y0, box.y1 - 1)], np.float64)
    there = apply(inverse(matrix), corners)
    margin = int(MARGIN * np.ptp(there, axis=0).max()) + TAPS
    (x0, y0), (x1, y1) = np.floor(there.min(axis=0)), np.ceil(there.max(axis=0)) + 1
    return Box(int(x0), int(y0), int(x1), int(y1)).grown(margin)


def _reduced(samples: Samples, box: Box, scale: float) -> tuple[Plane, Matrix]:
    size = max(1, round(box.width * scale)), max(1, round(box.height * scale))
    # What halves without a rest is reduced by halving, which is quick, and the map stays exact.
    whole = 2 ** halvings((box.width, box.height), size)
    box = Box(box.x0, box.y0, box.x1 - box.width % whole, box.y1 - box.height % whole)
    reduce = scaling(size[0] / box.width, size[1] / box.height)
    return desaturate(resized(samples[box.slices], size)), then(shifting(-box.x0, -box.y0), reduce)


def _shrunk(plane: Plane, factor: int) -> tuple[Plane, Matrix]:
    height, width = plane.shape
    size = max(1, round(width / factor)), max(1, round(height / factor))
    small = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    return cast("Plane", small), scaling(size[0] / width, size[1] / height)
