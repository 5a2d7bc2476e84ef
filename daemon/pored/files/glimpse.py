"""A picture in a file, small: for lists, in which thousands are looked at and none for long."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

from pored.files.codecs import read_picture, refuse_by_header
from pored.files.colour import in_srgb
from pored.files.faults import storage_faults
from pored.files.limits import at_most
from pored.files.names import printable
from pored.files.pillow import unloaded
from pored.files.screen import THUMBNAIL, small
from pored.pixels.resize import fitted

if TYPE_CHECKING:
    from pathlib import Path

MOST_MEGAPIXELS = 60
"""A larger one takes seconds to decode, which a list is not worth."""


def glimpse(path: Path, most_megapixels: int) -> bytes:
    """A JPEG in sRGB of what a file shows, upright, as large as a thumbnail.

    Args:
        path: of any kind that ``read_picture`` takes. A JPEG is decoded at an eighth of its size where that will do.
        most_megapixels: a larger one is refused, as is one of more than ``MOST_MEGAPIXELS``.

    Raises:
        PictureError: as ``read_picture`` raises it.
    """
    with at_most(min(most_megapixels, MOST_MEGAPIXELS)):
        refuse_by_header(path)
        with storage_faults("read", printable(path.name)):
            data = path.read_bytes()
        with suppress(ValueError, OSError):  # no JPEG, or a damaged one, of which the other way says what is wrong
            return _reduced(data)
        picture = read_picture(path)
    pixels = fitted(picture.pixels, 2 * THUMBNAIL)
    return small(Image.fromarray(in_srgb(replace(picture, pixels=pixels, alpha=None))))


def _reduced(data: bytes) -> bytes:
    with unloaded(data, "JPEG") as image:
        image.draft(None, (2 * THUMBNAIL, 2 * THUMBNAIL))
        return small(ImageOps.exif_transpose(image), image.info.get("icc_profile"))
