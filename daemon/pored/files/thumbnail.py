"""The thumbnails inside a file: renewed, or gone, never of the picture as it was."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from pored.files.exif import thumbnail_room, with_thumbnail
from pored.files.picture import eight_bit

if TYPE_CHECKING:
    from pored.model import Samples

SIDE = 160
"""Pixels on the long side: what Exif 2.32 (4.5.2) gives a thumbnail."""
_QUALITIES = (85, 70, 50, 30)
_XMP_THUMBNAILS = re.compile(rb"<(xmp|xap):Thumbnails\b.*?</\1:Thumbnails>", re.DOTALL)


def renewed(exif: bytes, stored: Samples) -> bytes:
    """An EXIF block whose thumbnail, if it has one, shows ``stored``, the pixels as they lie in the file."""
    return with_thumbnail(exif, _jpeg_within(thumbnail_room(exif), stored))


def xmp_without_thumbnails(packet: bytes) -> bytes:
    """An XMP packet but for its ``xmp:Thumbnails``."""
    return _XMP_THUMBNAILS.sub(b"", packet)


def _jpeg_within(room: int, stored: Samples) -> bytes | None:
    """The best small JPEG of at most ``room`` bytes; None where none is so small."""
    if not room:
        return None
    image = Image.fromarray(eight_bit(stored))
    image.thumbnail((SIDE, SIDE))
    for quality in _QUALITIES:
        buffer = BytesIO()
        image.save(buffer, "JPEG", quality=quality)
        if buffer.tell() <= room:
            return buffer.getvalue()
    return None
