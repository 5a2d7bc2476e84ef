"""The two files of a case, as a camera and an exporter would write them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

ORIENTATION_TAG = 0x0112
QUARTERS_OF = {1: 0, 6: 1, 3: 2, 8: 3}
"""EXIF orientation: quarter turns counter-clockwise by which the stored picture differs from the one that is shown."""


@dataclass(frozen=True, slots=True)
class Stored:
    """How a file holds its picture.

    Attributes:
        quality: of a JPEG without colour subsampling; None for PNG.
        orientation: EXIF's number; the stored pixels are turned so that it shows upright.
    """

    quality: int | None = None
    orientation: int = 1


def through_jpeg(pixels: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    """What is left of a picture in a JPEG of that quality, (H, W, 3), with halved colour as most programs store it."""
    encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)


def store(pixels: NDArray[np.uint8], stem: Path, stored: Stored) -> Path:
    """Write a picture; the file's name is the stem with its kind's ending."""
    turned = np.ascontiguousarray(np.rot90(pixels, QUARTERS_OF[stored.orientation]))
    picture, exif = Image.fromarray(turned), Image.Exif()
    exif[ORIENTATION_TAG] = stored.orientation
    if stored.quality is None:
        path = stem.with_name(stem.name + ".png")
        picture.save(path, compress_level=1, exif=exif)
    else:
        path = stem.with_name(stem.name + ".jpg")
        picture.save(path, quality=stored.quality, subsampling=0, exif=exif)
    return path
