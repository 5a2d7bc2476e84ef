"""Photoshop's image resources (8BIM), as JPEG, TIFF and PSD carry them."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

RESOLUTION, THUMBNAIL, IPTC, PROFILE, VERSION, EXIF, XMP = 1005, 1036, 1028, 1039, 1057, 1058, 1060
LINKED_LAYERS, ENABLED_GROUPS = 1026, 1072
"""Numbers of resources that pored reads or writes."""
_THUMBNAILS = frozenset({1033, THUMBNAIL})
"""Photoshop 4's and Photoshop 5's thumbnail."""
_HEAD = 6
"""Bytes of signature and number."""


def without_thumbnails(resources: bytes) -> bytes:
    """The same resources but for the thumbnails, which would show the picture as it was.

    Bytes that make no sense are kept as they are, from there to the end.
    Source: Adobe Photoshop File Formats Specification, Image Resource Blocks.
    """
    blocks = list(_blocks(resources))
    end = blocks[-1].end if blocks else 0
    kept = [resources[block.at : block.end] for block in blocks if block.number not in _THUMBNAILS]
    return b"".join(kept) + resources[end:]


def resource(resources: bytes, number: int) -> bytes | None:
    """The content of the first resource of a number."""
    found = next((block for block in _blocks(resources) if block.number == number), None)
    return None if found is None else resources[found.data_at : found.data_at + found.size]


def with_resource(resources: bytes, number: int, data: bytes) -> bytes:
    """The same resources with another content of one of them, which is put at the end where it was not there."""
    new = struct.pack(">4sHHI", b"8BIM", number, 0, len(data)) + data + b"\x00" * (len(data) % 2)
    found = next((block for block in _blocks(resources) if block.number == number), None)
    if found is None:
        return resources + new
    return resources[: found.at] + new + resources[found.end :]


class _Block(NamedTuple):
    """Where a resource starts, its number, where its content stands, of what size, and where the next one starts."""

    at: int
    number: int
    data_at: int
    size: int
    end: int


def _blocks(resources: bytes) -> Iterator[_Block]:
    """One resource after the other: signature, number, even Pascal name, size, even data; up to what makes no sense."""
    at = 0
    while at < len(resources):
        try:
            (number,) = struct.unpack_from(">H", resources, at + 4)
            name = resources[at + _HEAD] + 1
            data_at = at + _HEAD + name + name % 2 + 4
            (size,) = struct.unpack_from(">I", resources, data_at - 4)
        except (IndexError, struct.error):
            return
        end = data_at + size + size % 2
        if not resources[at : at + 4].isalnum() or end - size % 2 > len(resources):
            return
        yield _Block(at, number, data_at, size, end)
        at = end
