"""Finds the map that lays an original over its export."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.align.faces import matrices_from_faces
from pored.pixels.align.features import FeatureMaps
from pored.pixels.align.maps import (
    Registration,
    apply,
    identity,
    inverse,
    magnification,
    nearest_similarity,
    resizing,
    same_shape,
    shifting,
)
from pored.pixels.align.refine import Refined, glance, refine
from pored.pixels.align.refine_patch import cut_patch
from pored.pixels.align.reshaped import closer_look, faint_field

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from pored.model import Box, Face, Samples
    from pored.pixels.align.maps import Kind, Matrix
    from pored.pixels.align.refine_patch import Patch

AROUND = 0.35
"""Of a face's box, this share more on every side: hair, ears and collar keep the detail that smoothing takes."""
MOST_FACES = 6
"""The map is one for the picture; the largest faces find it."""
PATCH_WIDTH = 640
"""Pixels of a lone face's patch; several share them. The map is found to a few hundredths of such a pixel."""
NARROWEST = 160
CERTAIN = 0.7
"""Likeness above which no other start is tried."""
EXACT = 0.1
"""A map within this of an exact resize is that resize, in pixels of the coarser picture."""
MEASURED = 0.04
"""Or, if that is more, within so many pixels of the patch on which it was found: it is not known better."""
RIGID = 0.1
"""A map within this of a similarity is called one."""


def register(
    original: Samples,
    export: Samples,
    original_faces: Sequence[Face],
    export_faces: Sequence[Face],
    features: FeatureMaps | None = None,
) -> Registration:
    """The map from an original to its export, to some hundredths of a pixel on the faces.

    Args:
        original: (H, W, 3) or (H, W), any integer depth, upright.
        export: likewise, of any size.
        original_faces: in pixels of the original; may be empty.
        export_faces: in pixels of the export, at least one; the map is found around them.
        features: of the same two, from whoever registers them more than once; None: matched here, if need be.

    Returns:
        The best map found. Whether the two are one picture is not decided here (``agreement``); of strangers the
        confidence is low and the map means nothing.
    """
    boxes = [box_around(face) for face in _largest(export_faces)]
    refined, patches = _resized(original, export, boxes) or _best(
        original,
        export,
        boxes,
        _starts(original, export, original_faces, export_faces, features or FeatureMaps(original, export)),
    )
    exact = _exact(original, export, refined.matrix, boxes, _error(patches))
    matrix = refined.matrix if exact is None else exact
    if len(patches) == len(export_faces) == 1:
        looks = [closer_look(patches[0], export_faces[0], matrix)]
    else:
        cut = (cut_patch(original, export, box_around(face), matrix, PATCH_WIDTH) for face in export_faces)
        looks = [closer_look(patch, face, matrix) for patch, face in zip(cut, export_faces, strict=True)]
    fields = tuple(look.field for look in looks if look.field is not None)
    residual = max((look.residual for look in looks), default=0.0)
    return Registration(matrix, _kind(matrix, exact, boxes), residual, refined.likeness, fields)


def with_faint_shifts(
    original: Samples, export: Samples, registration: Registration, face: Face
) -> Registration | None:
    """The registration with a field of a face's shortest shifts, which ``register`` leaves alone.

    Args:
        original: (H, W, 3) or (H, W), whole.
        export: likewise, of any size.
        registration: of the two, without a field for the face.
        face: of the export.

    Returns:
        None where the face has none.
    """
    patch = cut_patch(original, export, box_around(face), registration.matrix, PATCH_WIDTH)
    field = None if patch is None else faint_field(patch, face, registration.matrix)
    return None if field is None else replace(registration, fields=(*registration.fields, field))


def box_around(face: Face) -> Box:
    """A face with the hair, ears and collar around it; not clipped to the picture."""
    return face.box.grown(int(AROUND * face.width))


def _largest(faces: Sequence[Face]) -> list[Face]:
    return sorted(faces, key=lambda face: -face.width)[:MOST_FACES]


def _resized(original: Samples, export: Samples, boxes: Sequence[Box]) -> tuple[Refined, list[Patch]] | None:
    """The exact resize of whole to whole, where one look shows that it is that, as it mostly is; and its patches."""
    resize = resizing(_size(original), _size(export))
    patches = _patches(original, export, boxes, resize) if same_shape(_size(original), _size(export)) else []
    if not patches:
        return None
    found = glance(patches, resize)
    limit = max(EXACT * max(1.0, magnification(resize)), _error(patches))
    is_that = found.likeness > CERTAIN and _difference(found.matrix, resize, boxes) < limit
    return (found, patches) if is_that else None


def _error(patches: Sequence[Patch]) -> float:
    """Of a map found on them, in pixels of the export."""
    return MEASURED * max((patch.pixel for patch in patches), default=0.0)


def _starts(
    original: Samples,
    export: Samples,
    original_faces: Sequence[Face],
    export_faces: Sequence[Face],
    features: FeatureMaps,
) -> Iterator[Matrix]:
    """Rough maps, the cheapest and likeliest first; the costly ones are only computed when they are asked for."""
    if same_shape(_size(original), _size(export)):
        yield resizing(_size(original), _size(export))
    yield from matrices_from_faces(original_faces, export_faces)
    yield from features


def rough_maps(original: Samples, export: Samples, features: FeatureMaps) -> Iterator[Matrix]:
    """Starts for a pair of which no faces are known, the likeliest first; each is computed when it is asked for."""
    return _starts(original, export, (), (), features)


def _best(
    original: Samples, export: Samples, boxes: Sequence[Box], starts: Iterator[Matrix]
) -> tuple[Refined, list[Patch]]:
    """The start on which the coarse structures agree best, refined; later starts only count if earlier ones fail.

    Returns:
        The map, and the patches that it was found on; none where it was not found.
    """
    best: Refined | None = None
    on: list[Patch] = []
    for start in starts:
        patches = _patches(original, export, boxes, start)
        found = refine(patches, start, only_coarse=True) if patches else None
        if found is not None and (best is None or found.likeness > best.likeness):
            best, on = found, patches
        if best is not None and best.likeness > CERTAIN:
            break
    if best is None:
        return Refined(resizing(_size(original), _size(export)), 0.0), on
    return refine(on, best.matrix), on


def _patches(original: Samples, export: Samples, boxes: Sequence[Box], matrix: Matrix) -> list[Patch]:
    width = max(NARROWEST, int(PATCH_WIDTH / np.sqrt(len(boxes))))
    cut = (cut_patch(original, export, box, matrix, width) for box in boxes)
    return [patch for patch in cut if patch is not None]


def _exact(original: Samples, export: Samples, matrix: Matrix, boxes: Sequence[Box], error: float) -> Matrix | None:
    """The exact resize of whole to whole, or shift by whole pixels, if the map is that but for the measurement's error.

    Exporters crop at pixels' edges: what looks like a shift by a twentieth of a pixel more is the measurement's.
    """
    resize = resizing(_size(original), _size(export))
    shift = _nearest_shift(matrix, boxes)
    limit = max(EXACT * max(1.0, magnification(resize)), error)
    return next((exact for exact in (resize, shift) if _difference(matrix, exact, boxes) < limit), None)


def _nearest_shift(matrix: Matrix, boxes: Sequence[Box]) -> Matrix:
    """By whole pixels."""
    corners = _corners(boxes)
    x, y = (corners - apply(inverse(matrix), corners)).mean(axis=0).round()
    return shifting(float(x), float(y))


def _kind(matrix: Matrix, exact: Matrix | None, boxes: Sequence[Box]) -> Kind:
    if exact is not None:
        is_shift = np.array_equal(exact[:, :2], identity()[:, :2])
        return "resize" if not is_shift else "crop" if exact[:, 2].any() else "identity"
    return "similarity" if _difference(matrix, nearest_similarity(matrix, np.zeros(2)), boxes) < RIGID else "affine"


def _difference(first: Matrix, second: Matrix, boxes: Sequence[Box]) -> float:
    """How far two maps to the export are apart around the faces at most, in its pixels."""
    corners = _corners(boxes)
    there = apply(inverse(second), corners)
    return float(np.hypot(*(apply(first, there) - corners).T).max())


def _corners(boxes: Sequence[Box]) -> NDArray[np.float64]:
    return np.array([[x, y] for box in boxes for x in (box.x0, box.x1) for y in (box.y0, box.y1)], np.float64)


def _size(samples: Samples) -> tuple[int, int]:
    return samples.shape[1], samples.shape[0]
