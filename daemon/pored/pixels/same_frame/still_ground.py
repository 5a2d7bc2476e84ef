"""Whether a head moved over ground that lies as it lay: how a head turns from one frame to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.align.maps import apply, inverse, nearest_similarity, resizing, same_shape, then
from pored.pixels.align.spots import weighted_quantile
from pored.pixels.align.warp import displacements
from pored.pixels.same_frame.ground import Ground, middle_of, vectors_in
from pored.pixels.same_frame.moved_head import head_shifts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Face, Samples
    from pored.pixels.align.maps import Matrix, Registration

    Region = NDArray[np.bool_]
    Values = NDArray[np.float32]
    Vectors = NDArray[np.complex128]

AROUND = 0.7
"""Shoulders and background: so much of the face's width around it is looked at, hair being but a part of that."""
GROUND = 0.45
"""Share of what is around a face that must have followed one shift, turn and growth: that is ground. Of lenses and
perspectives corrected by 2 % or more 0.19 does on average and 0.5 at most (40 pictures of five people, one above 0.42),
around heads that were turned by 2 to 6 degrees 0.39 to 0.83, the less the more of hair and neck turned with them."""
FARTHEST = 0.9
"""The share of the face below which its longest shifts lie."""
EVEN = 0.4
"""Share of the longest shifts that half of the face must reach in one direction. Where Liquify moved any part of a face
by more than noise it is 0.23 at most, where heads turned 0.64 to 0.83."""
LEAST = 0.007
"""Face widths that half of the face must have moved: half a turn of 2 degrees. Of lenses corrected by up to 3 % it is
0.005 at most."""
STEPS = 2
FAR = 1.0
"""Pixels: where the ground turns out to lie farther off than that, it is looked at again."""
NOTHING = 1e-9


def step_over_ground(original: Samples, export: Samples, registration: Registration, face: Face) -> float:
    """How far a head moved over ground that lies as it lay, from one picture to the other.

    The camera may have moved and turned a little, so that the ground follows a similarity. It is sought beginning with
    the map of the pair, and, as that may have followed the head, with the one of the picture's edges as well. What
    bends all of the picture (a lens, a perspective) leaves no such ground, and a retoucher moves parts of a face.

    Args:
        original: (H, W, 3) or (H, W), whole.
        export: likewise, of any size.
        registration: of the two.
        face: of the export.

    Returns:
        How far half of the face moved at least, in face widths, in the direction in which its middle went; 0 where only
        parts of it did, the face needs no local shifts, or there is no such ground.
    """
    if not registration.reshapes(face.box):
        return 0.0
    edges = _of_the_edges(original, export) if registration.kind in {"similarity", "affine"} else None
    held = registration.matrix if registration.kind != "affine" else edges
    if held is not None and not _as_one(registration, held, face):
        return 0.0
    best = _Look(0.0, 0.0, 0.0)
    for start in (edges, _around(registration, face)):
        look = None if start is None else _look(original, export, start, face)
        best = best if look is None or look.ground < best.ground else look
        if best.ground > GROUND:
            break
    return best.moved if best.ground > GROUND and best.even > EVEN and best.moved > LEAST else 0.0


def _of_the_edges(original: Samples, export: Samples) -> Matrix | None:
    """The map that lays edges on edges, where both pictures have the same shape."""
    before, after = ((picture.shape[1], picture.shape[0]) for picture in (original, export))
    return resizing(before, after) if same_shape(before, after) else None


def _around(registration: Registration, face: Face) -> Matrix:
    """The similarity that is nearest to the map of the pair."""
    middle = apply(inverse(registration.matrix), face.points.mean(axis=0, keepdims=True))
    return nearest_similarity(registration.matrix, middle[0])


def _as_one(registration: Registration, held: Matrix, face: Face) -> bool:
    """Whether the face may have moved as one over what that map holds still; it costs little to see that parts did."""
    places, box = np.round(face.points).astype(int), face.box
    shifts = displacements(registration.fields, box)
    local = np.stack([plane[places[:, 1] - box.y0, places[:, 0] - box.x0] for plane in shifts], axis=1)
    x, y = (apply(then(inverse(registration.matrix), held), places + local) - places).T
    moved, even = _together(x + 1j * y, np.ones(len(places), np.float32))
    return moved > LEAST / 2 * face.width and even > EVEN / 2


@dataclass(frozen=True, slots=True)
class _Look:
    """A face over its ground.

    Attributes:
        ground: share of what is around it that followed one similarity.
        moved: how far half of the face moved at least, in face widths.
        even: that in units of its longest shifts.
    """

    ground: float
    moved: float
    even: float


def _look(original: Samples, export: Samples, matrix: Matrix, face: Face) -> _Look | None:
    """None where there is too little of a picture."""
    look = None
    for _ in range(STEPS):
        found = head_shifts(original, export, matrix, face, AROUND)
        if found is None:
            break
        shifts, head, to_export = found.shifts, found.head, found.patch.to_export
        ground = Ground.of(shifts, found.around)
        moved, even = _together(vectors_in(shifts, head) - ground.at(head), shifts.trust[head])
        look = _Look(ground.share, moved / found.width, even)
        if ground.farthest(shifts.trust.shape) < FAR:
            break
        matrix = ground.laid_still(matrix, to_export)
    return look


def _together(vectors: Vectors, weight: Values) -> tuple[float, float]:
    """How far half of the vectors go at least, along the way of their middle; and that in units of the longest."""
    middle = middle_of(vectors, weight)
    along = (vectors * np.conj(middle)).real / max(abs(middle), NOTHING)
    half, most = (weighted_quantile(along.astype(np.float32), weight, share) for share in (0.5, FARTHEST))
    return half, half / max(most, NOTHING)
