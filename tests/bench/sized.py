"""Pairs of any size for measuring speed: a real portrait enlarged, with pores and noise, and a smoothed copy of it.

Enlarged pixels have no texture of their own, and files of them would be read in no time: both are made, in proportion
to the face.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import cv2
import numpy as np
import tifffile
from PIL import Image

from pored.files.codecs import read_picture
from pored.model import Box
from pored.pixels.skin.adaptive_mask import picture_mask
from pored.registering import faces_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

Scene = Literal["third", "full"]
Kind = Literal["jpeg", "tiff16"]
SCENES: dict[Scene, str] = {"third": "a face fills a third of the frame", "full": "a full-length picture"}
PHOTO = Path(__file__).parents[1] / "photos" / "older_man.jpg"
SIDES = (2, 3)
"""Width to height."""
SHARE = 1 / 3
"""Of the frame's area that the face's landmarks' box fills."""
PORE, PORES = 1 / 900, 7.0
"""Sigma of the pores in face widths, and their standard deviation in levels."""
NOISE = 2.0
"""Levels: a sensor's at a low ISO."""
SMOOTHING = 1 / 220
"""Sigma of what takes them, in face widths."""
COARSE = 4
"""The blur is made at this part of the size."""
TILE = 1024
QUALITY = 95


@dataclass(frozen=True, slots=True)
class Pair:
    """Two files.

    Attributes:
        export: the smoothed one.
        face: width of the face in pixels.
        size: width and height in pixels.
    """

    export: Path
    original: Path
    face: float
    size: tuple[int, int]


def make_pair(folder: Path, scene: Scene, megapixels: float, kind: Kind) -> Pair:
    """Write a pair of files into a folder.

    Args:
        folder: exists.
        scene: what is to be seen.
        megapixels: of both.
        kind: 8-bit JPEG, or uncompressed TIFF of 16 bits.
    """
    photo = read_picture(PHOTO)
    [face] = faces_of(photo)
    frame = _framing(face.box, photo.size) if scene == "third" else Box(0, 0, *photo.size)
    mask = picture_mask(photo.pixels, [face])
    height = round((megapixels * 1e6 * SIDES[1] / SIDES[0]) ** 0.5)
    size = round(height * SIDES[0] / SIDES[1]), height
    wide = min(size[0], round(height * frame.width / frame.height))
    width = face.width * height / frame.height

    def grown(plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
        part = cv2.resize(plane[frame.slices], (wide, height), interpolation=cv2.INTER_CUBIC)
        left = (size[0] - wide) // 2
        return cast(
            "NDArray[np.uint8]", cv2.copyMakeBorder(part, 0, 0, left, size[0] - wide - left, cv2.BORDER_REFLECT)
        )

    original = _textured(grown(np.asarray(photo.pixels, np.uint8)), width)
    share = grown(mask)[..., None] * np.float32(1 / 255)
    small = cv2.resize(original, None, fx=1 / COARSE, fy=1 / COARSE, interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(small, (0, 0), width * SMOOTHING / COARSE)
    smooth = cv2.resize(blurred, size, interpolation=cv2.INTER_LINEAR)
    export = original + share * (smooth - original)
    pair = Pair(folder / f"a{_ENDINGS[kind]}", folder / f"original{_ENDINGS[kind]}", width, size)
    _write(pair.original, original, kind)
    _write(pair.export, export, kind)
    return pair


_ENDINGS: dict[Kind, str] = {"jpeg": ".jpg", "tiff16": ".tif"}


def _framing(face: Box, size: tuple[int, int]) -> Box:
    """A part of the photo of which the face fills its share."""
    height = round((face.width * face.height / SHARE * SIDES[1] / SIDES[0]) ** 0.5)
    width = round(height * SIDES[0] / SIDES[1])
    x, y = (face.x0 + face.x1 - width) // 2, (face.y0 + face.y1 - height) // 2
    x, y = (
        max(0, min(place, room - length)) for place, room, length in zip((x, y), size, (width, height), strict=True)
    )
    return Box(x, y, x + width, y + height)


def _textured(pixels: NDArray[np.uint8], face: float) -> NDArray[np.float32]:
    """With pores, the same in all channels, and noise, each channel's own; levels of 8 bits with fractions."""
    random = np.random.default_rng(1)
    sigma = max(0.7, PORE * face)
    reach = round(8 * sigma)
    pores = np.pad(random.standard_normal((TILE, TILE)).astype(np.float32), reach, mode="wrap")  # tiles without seams
    fine = cv2.GaussianBlur(pores, (0, 0), sigma)
    band = (fine - cv2.GaussianBlur(fine, (0, 0), 2 * sigma))[reach:-reach, reach:-reach]
    noise = random.standard_normal((TILE, TILE, 3)).astype(np.float32) * np.float32(NOISE)
    tile = noise + (band * np.float32(PORES / band.std()))[..., None]
    height, width = pixels.shape[:2]
    result = pixels.astype(np.float32)
    for y in range(0, height, TILE):
        for x in range(0, width, TILE):
            part = result[y : y + TILE, x : x + TILE]
            part += tile[: part.shape[0], : part.shape[1]]
    return np.clip(result, 0, 255)


def _write(path: Path, levels: NDArray[np.float32], kind: Kind) -> None:
    if kind == "jpeg":
        Image.fromarray(np.rint(levels).astype(np.uint8)).save(path, quality=QUALITY)
    else:
        deep = np.rint(levels * np.float32(257)).astype(np.uint16)
        tifffile.imwrite(path, deep, photometric="rgb", metadata=None)
