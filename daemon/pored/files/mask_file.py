"""Masks as files that Photoshop and people can open, and masks that people made there."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import PurePath
from typing import TYPE_CHECKING, cast

import numpy as np
from PIL import Image

from pored.errors import UnsupportedError
from pored.files.codecs import read_picture

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from pored.files.picture import Picture
    from pored.model import Samples

GIVEN = ".mask.png"
"""Behind the export's stem: a mask that a retoucher painted."""


def given_mask_name(export: str) -> str:
    """What a retoucher's mask for an export of that name is called."""
    return f"{PurePath(export).stem}{GIVEN}"


def read_given_mask(path: Path, export: Picture) -> NDArray[np.uint8] | None:
    """A mask that a retoucher painted, (H, W) uint8; of a coloured one the lightest channel counts.

    Where it is transparent nothing was painted, whatever colour lies there: programs put white.

    Args:
        path: where it would be.
        export: whose it is.

    Returns:
        None where there is no such file.

    Raises:
        PictureError: it cannot be read.
        UnsupportedError: it is not of the export's size.
    """
    if not os.path.isfile(path):  # noqa: PTH113 - which takes a name that is too long for none
        return None
    picture = read_picture(path)
    pixels = picture.pixels
    if pixels.shape[:2] != export.pixels.shape[:2]:
        sizes = [f"{each.shape[1]} x {each.shape[0]}" for each in (pixels, export.pixels)]
        raise UnsupportedError(
            "mask-size",
            f"{path.name} is {sizes[0]} pixels and {export.encoding.name} {sizes[1]}: save the mask at the export's "
            "size, or take it away.",
        )
    grey = _bytes(pixels if pixels.ndim == 2 else pixels.max(axis=2))  # noqa: PLR2004 - a grey picture
    if picture.alpha is None:
        return grey
    shown = np.rint(grey.astype(np.float32) * _bytes(picture.alpha) / np.float32(255))
    return cast("NDArray[np.uint8]", shown.astype(np.uint8))


def _bytes(plane: Samples) -> NDArray[np.uint8]:
    return cast("NDArray[np.uint8]", (plane >> 8).astype(np.uint8) if plane.dtype == np.uint16 else plane)


def encode_overlay(picture: NDArray[np.uint8]) -> bytes:
    """A JPEG to look at.

    Args:
        picture: (H, W, 3) uint8 RGB.
    """
    file = BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=88)
    return file.getvalue()


def encode_mask(mask: NDArray[np.uint8]) -> bytes:
    """An 8-bit grey PNG.

    Args:
        mask: (H, W) uint8, 255 where texture comes back in full.
    """
    file = BytesIO()
    Image.fromarray(mask).save(file, "PNG", compress_level=4)
    return file.getvalue()
