"""Photoshop documents that carry metadata and nothing else, and the resources that pored makes itself."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from pored.files.image_resources import (
    ENABLED_GROUPS,
    LINKED_LAYERS,
    PROFILE,
    RESOLUTION,
    THUMBNAIL,
    VERSION,
    resource,
    with_resource,
)
from pored.files.psd.layout import GREY, HEAD, SIGNATURE
from pored.files.thumbnail import SIDE
from pored.pixels.planes.eight_bit import as_rgb8

if TYPE_CHECKING:
    from pored.model import Samples

MERGED_AT = 4
"""Where the version info says whether there is a merged picture."""
_SIDE = 16
"""Pixels; files of less than 100 bytes are no documents to exiv2."""
_FIXED = 1 << 16
"""Resolutions are fixed-point numbers with 16 bits behind the point."""
_PER_INCH, _INCHES = 1, 1
_THUMBNAIL_QUALITY = 85
_JPEG, _BITS, _PLANES = 1, 24, 1


def carrier(resources: bytes) -> bytes:
    """A small grey document with these resources."""
    head = struct.pack(">4sH6xHIIHH", SIGNATURE, 1, 1, _SIDE, _SIDE, 8, GREY)
    return head + struct.pack(">II", 0, len(resources)) + resources + struct.pack(">IH", 0, 0) + bytes(_SIDE * _SIDE)


def resources_of(document: bytes) -> bytes:
    """The resources of a :func:`carrier`, whatever has been written into it since."""
    (length,) = struct.unpack_from(">I", document, HEAD + 4)
    return document[HEAD + 8 : HEAD + 8 + length]


def first_resources(icc: bytes | None, dpi: tuple[float, float] | None) -> bytes:
    """Resources of a new document: who wrote it, its resolution and its colour profile."""
    resources = with_resource(b"", VERSION, _version())
    if dpi:
        resources = with_resource(resources, RESOLUTION, _resolution(dpi))
    return with_resource(resources, PROFILE, icc) if icc else resources


def with_thumbnail(resources: bytes, stored: Samples) -> bytes:
    """The resources with a thumbnail of the picture, which Finder, Explorer and Bridge show."""
    step = max(1, max(stored.shape[:2]) // (4 * SIDE))
    image = Image.fromarray(as_rgb8(stored[::step, ::step]))
    image.thumbnail((SIDE, SIDE))
    file = BytesIO()
    image.save(file, "JPEG", quality=_THUMBNAIL_QUALITY)
    row = (image.width * _BITS + 31) // 32 * 4
    sizes = (image.width, image.height, row, row * image.height, len(file.getvalue()))
    head = struct.pack(">IIIIIIHH", _JPEG, *sizes, _BITS, _PLANES)
    return with_resource(resources, THUMBNAIL, head + file.getvalue())


def with_merged(resources: bytes) -> bytes:
    """The resources saying that there is a merged picture, as there is in all that pored writes."""
    version = resource(resources, VERSION)
    if version is None or len(version) <= MERGED_AT:
        return resources
    return with_resource(resources, VERSION, version[:MERGED_AT] + b"\x01" + version[MERGED_AT + 1 :])


def with_more_layers(resources: bytes, count: int) -> bytes:
    """The resources that hold an entry for each layer, with entries of those put on top: linked with none, enabled."""
    for number, entry in ((LINKED_LAYERS, b"\x00\x00"), (ENABLED_GROUPS, b"\x01")):
        held = resource(resources, number)
        if held is not None:
            resources = with_resource(resources, number, held + entry * count)
    return resources


def dpi_of(info: bytes | None) -> tuple[float, float] | None:
    """Pixels per inch across and down, from the resolution resource (which counts by the inch, whatever it shows)."""
    if info is None or len(info) < 16:  # noqa: PLR2004 - two numbers, each with its units
        return None
    across, down = struct.unpack_from(">I4xI", info)
    return (across / _FIXED, down / _FIXED) if across and down else None


def _resolution(dpi: tuple[float, float]) -> bytes:
    across, down = (min(round(value * _FIXED), (1 << 32) - 1) for value in dpi)
    return struct.pack(">IHHIHH", across, _PER_INCH, _INCHES, down, _PER_INCH, _INCHES)


def _version() -> bytes:
    """Version info: version 1, there is a merged picture, who writes and who reads it, file version 1."""
    return struct.pack(">IB", 1, 1) + _text("pored") + _text("Adobe Photoshop") + struct.pack(">I", 1)


def _text(text: str) -> bytes:
    return struct.pack(">I", len(text)) + text.encode("utf-16-be")
