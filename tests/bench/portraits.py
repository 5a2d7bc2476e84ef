"""The portraits that cases are made from: their faces, their skin, and what an AI smoother makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from pored.errors import PictureError
from pored.faces.find import find_faces
from pored.faces.landmarker import shared_landmarker
from pored.files.codecs import read_picture
from pored.model import Face
from pored.pixels.made_up.surface_blur import plastic_skin
from pored.pixels.skin.face_parts import BROWS, EYES, FACE_OVAL, LIPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pored.model import Box, Plane

COLOUR = 3
FEATHER = 0.012
"""Softness of the smoothed skin's edge, in face widths."""
CLEAR = 0.02
"""What stays sharp around eyes, brows and lips, likewise."""


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """A picture with one face that matters: the largest.

    Attributes:
        name: of the file.
        pixels: (H, W, 3) uint8.
        face: the largest.
        skin: (H, W) uint8, 255 where an AI smooths.
        smooth: ``pixels`` as an AI makes them.
    """

    name: str
    pixels: NDArray[np.uint8]
    face: Face
    skin: NDArray[np.uint8]
    smooth: NDArray[np.uint8]

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        return self.pixels.shape[0], self.pixels.shape[1]


def portraits_in(folder: Path) -> Iterator[Portrait | str]:
    """The folder's portraits by name, and for a picture that is none a sentence that says why."""
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp"}:
            continue
        try:
            picture = read_picture(path)
        except PictureError as error:
            yield error.message
            continue
        found = portrait_from(path.stem, np.asarray(picture.pixels, np.uint8))
        yield found or f"{path.name}: not a colour picture with a face; left out"


def portrait_from(name: str, pixels: NDArray[np.uint8]) -> Portrait | None:
    """A portrait, or None where nobody is to be seen, or no colour."""
    faces = find_faces(pixels, shared_landmarker()) if pixels.ndim == COLOUR else []
    if not faces:
        return None
    face = max(faces, key=lambda each: each.width)
    skin = _smoothed_skin(face, (pixels.shape[0], pixels.shape[1]))
    return Portrait(name, pixels, face, skin, plastic_skin(pixels, skin))


def cut(portrait: Portrait, box: Box, scale: float = 1.0) -> Portrait:
    """A part of a portrait, enlarged or reduced."""
    pixels, skin = portrait.pixels[box.slices], portrait.skin[box.slices]
    size = max(1, round(box.width * scale)), max(1, round(box.height * scale))
    steps = np.array([size[0] / box.width, size[1] / box.height], np.float32)
    points = (portrait.face.points - np.array([box.x0, box.y0], np.float32)) * steps
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    pixels, skin = (cast("NDArray[np.uint8]", cv2.resize(plane, size, interpolation=how)) for plane in (pixels, skin))
    return Portrait(portrait.name, pixels, Face(points, portrait.face.width * scale), skin, plastic_skin(pixels, skin))


def head(portrait: Portrait) -> Box:
    """The head with a little around it."""
    face = portrait.face
    return face.box.grown(round(0.6 * face.width)).clipped(portrait.shape[1], portrait.shape[0])


def skin_and_lips(portrait: Portrait) -> NDArray[np.uint8]:
    """(H, W) uint8, 255 where an AI smooths that takes a mouth in a beard for skin."""
    return _smoothed_skin(portrait.face, portrait.shape, (*EYES, *BROWS))


def _smoothed_skin(
    face: Face, shape: tuple[int, int], clear: Sequence[tuple[int, ...]] = (*EYES, *BROWS, LIPS)
) -> NDArray[np.uint8]:
    """The landmarks' oval without what a smoother leaves alone; not pored's mask, which is a guess as well."""
    skin = _filled(face, FACE_OVAL, shape)
    for ring in clear:
        part = _filled(face, ring, shape)
        around = np.ones((2 * max(1, round(CLEAR * face.width)) + 1,) * 2, np.uint8)
        skin[cv2.dilate(part, around) > 0] = 0
    soft = cv2.GaussianBlur(skin.astype(np.float32), (0, 0), max(0.5, FEATHER * face.width))
    return np.round(cast("Plane", soft)).astype(np.uint8)


def _filled(face: Face, ring: tuple[int, ...], shape: tuple[int, int]) -> NDArray[np.uint8]:
    plane = np.zeros(shape, np.uint8)
    hull = cv2.convexHull(np.round(face.points[list(ring)]).astype(np.int32))
    cv2.fillConvexPoly(plane, hull, 255)
    return plane
