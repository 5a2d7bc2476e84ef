"""A picture in a file, small: for lists, in which thousands are looked at and none for long."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

from pored.files.codecs import read_picture
from pored.files.colour import in_srgb
from pored.files.faults import storage_faults
from pored.files.kinds.pillow import unloaded
from pored.files.limits import at_most, refuse_too_large
from pored.files.names import printable
from pored.files.screen import THUMBNAIL, small
from pored.pixels.planes.resize import fitted
from pored.regular import open_regular

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
    name = printable(path.name)
    with at_most(min(most_megapixels, MOST_MEGAPIXELS)):
        with storage_faults("read", name), open_regular(path) as file:
            data = file.read()
        with suppress(ValueError, OSError):  # no JPEG, or one that pored does not take, of which the other way says why
            return _reduced(name, data)
        picture = read_picture(path)
    pixels = fitted(picture.pixels, 2 * THUMBNAIL)
    return small(Image.fromarray(in_srgb(replace(picture, pixels=pixels, alpha=None))))


def _reduced(name: str, data: bytes) -> bytes:
    with unloaded(data, "JPEG") as image:
        refuse_too_large(name, *image.size)
        if image.mode not in {"L", "RGB"}:
            raise ValueError(image.mode)
        image.draft(None, (2 * THUMBNAIL, 2 * THUMBNAIL))
        return small(ImageOps.exif_transpose(image), image.info.get("icc_profile"))
