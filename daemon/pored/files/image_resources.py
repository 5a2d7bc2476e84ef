"""Photoshop's image resources (8BIM), as JPEG and TIFF carry them."""

from __future__ import annotations

import struct

_THUMBNAILS = frozenset({1033, 1036})
"""Photoshop 4's and Photoshop 5's thumbnail."""
_HEAD = 6
"""Bytes of signature and number."""


def without_thumbnails(resources: bytes) -> bytes:
    """The same resources but for the thumbnails, which would show the picture as it was.

    Bytes that make no sense are kept as they are, from there to the end.
    Source: Adobe Photoshop File Formats Specification, Image Resource Blocks.
    """
    kept, at = [], 0
    while at < len(resources):
        end = _end(resources, at)
        if end is None:
            kept.append(resources[at:])
            break
        (number,) = struct.unpack_from(">H", resources, at + 4)
        if number not in _THUMBNAILS:
            kept.append(resources[at:end])
        at = end
    return b"".join(kept)


def _end(resources: bytes, at: int) -> int | None:
    """Where the resource that starts at ``at`` ends: signature, number, even Pascal name, size, even data."""
    try:
        name = resources[at + _HEAD] + 1
        data = at + _HEAD + name + name % 2
        (size,) = struct.unpack_from(">I", resources, data)
    except (IndexError, struct.error):
        return None
    end = data + 4 + size + size % 2
    return end if resources[at : at + 4].isalnum() and end - size % 2 <= len(resources) else None
