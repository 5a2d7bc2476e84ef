"""The layer over a whole picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pored.model import Box, Face
from pored.pixels.photoshop.compose import LayerStyle
from pored.pixels.recovery.picture_layer import picture_layer, shown_box

EXPORT = np.full((60, 80, 3), 100, np.uint8)
BOX = Box(20, 10, 60, 50)
SOMEBODY = Face(np.zeros((478, 2), np.float32), 30.0)


@dataclass(frozen=True)
class Painted:
    """A face whose mask covers a part of its box."""

    mask: np.ndarray
    lacking: bool = True
    box: Box = BOX
    opacity: int = 200
    face: Face = SOMEBODY

    @property
    def layer(self) -> np.ndarray:
        return np.full(self.mask.shape, 140, np.uint8)


def mask(*, columns: slice) -> np.ndarray:
    plane = np.zeros((BOX.height, BOX.width), np.uint8)
    plane[5:12, columns] = 255
    return plane


def test_what_is_shown_is_what_masks_cover() -> None:
    faces = [Painted(mask(columns=slice(3, 9))), Painted(mask(columns=slice(20, 30)), lacking=False)]
    assert shown_box(picture_layer(EXPORT, faces, LayerStyle(200))) == Box(23, 15, 29, 22)


def test_where_masks_cover_nothing_it_is_the_changed_faces_boxes() -> None:
    faces = [Painted(mask(columns=slice(0, 0)))]
    assert shown_box(picture_layer(EXPORT, faces, LayerStyle(200))) == BOX
