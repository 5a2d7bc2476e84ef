"""Pictures for a browser: sRGB, 8 bits, in pieces that are read from the disk as they are looked at."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Literal, cast

import numpy as np
from PIL import Image, ImageCms

from pored.files.preview import panel_after
from pored.pixels.planes.resize import fitted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

    from numpy.typing import NDArray

TILE = 512
"""Pixels of a tile's side, at 100 %."""
OVERVIEW = 1600
"""Pixels on the long side of the whole picture made small."""
THUMBNAIL = 240
_QUALITY = 95
"""Of tiles, without chroma subsampling: what is left of the coding is finer than pores."""
_SMALL_QUALITY = 88


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a picture for a browser lies.

    Attributes:
        pixels: NumPy's file of (H, W, 3) or (H, W) uint8.
        overview: a JPEG of the whole.
    """

    pixels: Path
    overview: Path

    @classmethod
    def at(cls, folder: Path, name: str) -> Shown:
        """Its files in a folder."""
        return cls(folder / f"{name}.npy", folder / f"{name}.jpg")

    def is_there(self) -> bool:
        """Whether it was made, and is kept still; it counts as used now."""
        with suppress(OSError):
            for path in (self.pixels, self.overview):
                os.utime(path)
            return True
        return False

    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self._open().shape[:2]
        return width, height

    def tile(self, column: int, row: int) -> bytes | None:
        """A JPEG of one tile; None where there is none."""
        pixels = self._open()
        piece = pixels[row * TILE : (row + 1) * TILE, column * TILE : (column + 1) * TILE]
        return jpeg(np.ascontiguousarray(piece)) if min(column, row) >= 0 and piece.size else None

    def whole(self) -> NDArray[np.uint8]:
        """All of its pixels."""
        return np.array(self._open())

    def _open(self) -> NDArray[np.uint8]:
        return cast("NDArray[np.uint8]", np.load(self.pixels, mmap_mode="r"))


def store(pixels: NDArray[np.uint8], shown: Shown) -> None:
    """Lay a picture down, whole or not at all."""
    picture = jpeg(cast("NDArray[np.uint8]", fitted(pixels, OVERVIEW)))
    keep(shown.pixels, lambda file: np.save(file, pixels))
    keep(shown.overview, lambda file: file.write(picture))


def keep(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file, whole or not at all, for nobody else's eyes."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temp = path.with_name(f".{path.name}.{os.getpid()}")
    with temp.open("wb") as file:
        write(file)
    temp.replace(path)


def jpeg(pixels: NDArray[np.uint8]) -> bytes:
    """A JPEG of pixels in sRGB."""
    return _encoded(Image.fromarray(pixels), "JPEG")


def png(pixels: NDArray[np.uint8]) -> bytes:
    """A PNG, without loss."""
    return _encoded(Image.fromarray(pixels), "PNG")


def _encoded(image: Image.Image, form: Literal["JPEG", "PNG"]) -> bytes:
    buffer = BytesIO()
    options = {"quality": _QUALITY, "subsampling": 0} if form == "JPEG" else {}
    image.save(buffer, form, **options)
    return buffer.getvalue()


def thumbnail_of_preview(data: bytes) -> bytes:
    """A small JPEG in sRGB of a preview's middle panel: the face with its pores.

    Raises:
        OSError: that is no preview.
    """
    with Image.open(BytesIO(data)) as sheet:
        return small(panel_after(sheet), sheet.info.get("icc_profile"))


def small(image: Image.Image, icc: bytes | None = None) -> bytes:
    """A thumbnail as a JPEG in sRGB.

    Args:
        image: any size.
        icc: its profile; None: sRGB.
    """
    image.thumbnail((THUMBNAIL, THUMBNAIL))
    if icc:
        with suppress(ImageCms.PyCMSError, OSError):
            profile = ImageCms.ImageCmsProfile(BytesIO(icc))
            turned = ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
            image = turned or image
    buffer = BytesIO()
    image.convert("RGB").save(buffer, "JPEG", quality=_SMALL_QUALITY)
    return buffer.getvalue()
