"""The layer over a whole picture that holds all of its faces' textures, as a PSD would hold it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, cast

import cv2
import numpy as np

from pored.model import Box
from pored.pixels.photoshop.compose import LayerStyle, compose_into
from pored.pixels.planes.changes import bounds
from pored.pixels.planes.levels import levels_of
from pored.pixels.planes.reduced import strips

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pored.model import Face, Samples


class FaceLayer(Protocol):
    """What one face gets."""

    @property
    def face(self) -> Face:
        """Whose."""

    @property
    def box(self) -> Box:
        """The part of the picture that its mask covers."""

    @property
    def layer(self) -> Samples:
        """(box.height, box.width) grey of the picture's depth."""

    @property
    def mask(self) -> NDArray[np.uint8]:
        """(box.height, box.width)."""

    @property
    def opacity(self) -> int:
        """0..255, with which its layer is meant to show."""

    @property
    def lacking(self) -> bool:
        """Whether the face is changed."""


FaceT = TypeVar("FaceT", bound=FaceLayer, covariant=True)  # noqa: PLC0105 - called after what it stands for


@dataclass(frozen=True, slots=True, eq=False)
class PictureLayer(Generic[FaceT]):
    """The layer over the whole picture.

    Attributes:
        layer: (H, W) grey of the picture's depth, neutral where no face is.
        mask: (H, W) uint8, 0 where no face is; a face that needs less than the layer's opacity, or is to get less, has
            it in its mask.
        style: mode, opacity and Blend If.
        faces: what each face got, from top to bottom.
    """

    layer: Samples
    mask: NDArray[np.uint8]
    style: LayerStyle
    faces: tuple[FaceT, ...]


def in_order(faces: Sequence[Face]) -> list[Face]:
    """From top to bottom, so that the order in which they were found does not matter."""
    return sorted(faces, key=lambda face: (face.box.y0, face.box.x0, face.width))


def strongest(faces: Sequence[FaceLayer]) -> int:
    """The opacity of the picture's layer: the highest that a changed face asks for; 0 where none is changed."""
    return max((face.opacity for face in faces if face.lacking), default=0)


def shown_box(over: PictureLayer[FaceLayer]) -> Box:
    """What the mask shows; where that is nothing, the boxes of the changed faces, one at least."""
    shown = bounds(over.mask)
    return shown or functools.reduce(Box.union, (face.box for face in over.faces if face.lacking))


def picture_layer(export: Samples, faces: Sequence[FaceT], style: LayerStyle) -> PictureLayer[FaceT]:
    """The faces' layers and masks in those of the picture; where two masks meet, the stronger one shows.

    Args:
        export: (H, W, 3) or (H, W); only its size and depth count.
        faces: in order.
        style: of the picture's layer; no face's opacity is above its own.
    """
    levels = levels_of(export)
    layer = cast("Samples", np.full(export.shape[:2], levels.neutral, levels.dtype))
    mask = np.zeros(export.shape[:2], np.uint8)
    for face in faces:
        if face.lacking:
            _paint(face, style.opacity, layer, mask)
    return PictureLayer(layer, mask, style, tuple(faces))


def compose_texture(export: Samples, over: PictureLayer[FaceLayer]) -> Samples:
    """The flat result: the layer over the export; a new array, equal to the export wherever the mask is 0."""
    result: Samples = export.copy()
    for face in over.faces:
        part = face.box.slices
        compose_into(result[part], export[part], over.layer[part], over.mask[part], over.style)
    return result


def _paint(face: FaceLayer, opacity: int, layer: Samples, mask: NDArray[np.uint8]) -> None:
    place = face.box.slices
    strength = face.face.strength * face.opacity / opacity if opacity else 0.0
    table = np.floor(np.arange(256) * np.float32(strength) + np.float32(0.5)).astype(np.uint8)
    for rows in (slice(start, end) for start, end in strips(face.box.height, face.box.width)):
        own = face.mask[rows] if strength == 1 else cv2.LUT(face.mask[rows], table)
        stronger = cv2.compare(own, mask[place][rows], cv2.CMP_GT)
        cv2.copyTo(face.layer[rows], stronger, layer[place][rows])
        cv2.max(own, mask[place][rows], mask[place][rows])
