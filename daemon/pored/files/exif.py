"""An EXIF block, read and mended in place: but for what must change, every byte stays, maker notes too.

A block is a small TIFF file: its byte order, then directories (IFD) of 12-byte entries. IFD0 describes the picture,
IFD1 the thumbnail. Source: Exif 2.32, 4.5 and 4.6.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

PREFIX = b"Exif\x00\x00"
"""Stands before the block in a JPEG, and by mistake in some other files."""

_ORDERS = {b"II*\x00": "<", b"MM\x00*": ">"}
_ORIENTATION = 0x0112
_JPEG_OFFSET, _JPEG_LENGTH = 0x0201, 0x0202
_ENTRY = 12
_SHORT, _LONG = 3, 4


@dataclass(frozen=True, slots=True)
class _Directory:
    """Where an IFD's entries stand in the block, by tag, and where it says where the next IFD stands."""

    entries: dict[int, int]
    next_at: int


@dataclass(frozen=True, slots=True)
class _Thumbnail:
    """Where IFD1 is linked to, where its JPEG stands, and where the JPEG's length is written; no room, no JPEG."""

    link_at: int
    at: int = 0
    room: int = 0
    length_entry: int = 0


def orientation(block: bytes) -> int:
    """Tag 274 of IFD0, 1..8; 1 where it is missing or makes no sense."""
    try:
        order = _ORDERS[block[:4]]
        value = _value(block, order, _first(block, order).entries[_ORIENTATION])
    except (KeyError, struct.error):
        return 1
    return value if 1 <= value <= 8 else 1  # noqa: PLR2004 - EXIF knows eight


def turned_upright(block: bytes) -> bytes:
    """The block with an orientation of 1, if it has one."""
    try:
        order = _ORDERS[block[:4]]
        entry = _first(block, order).entries[_ORIENTATION]
        mended = bytearray(block)
        struct.pack_into(f"{order}HIHH", mended, entry + 2, _SHORT, 1, 1, 0)
    except (KeyError, struct.error):
        return block
    return bytes(mended)


def thumbnail_room(block: bytes) -> int:
    """Bytes of the JPEG thumbnail; 0 where there is none."""
    thumbnail = _thumbnail(block)
    return thumbnail.room if thumbnail else 0


def with_thumbnail(block: bytes, jpeg: bytes | None) -> bytes:
    """The block with another thumbnail in the old one's place, or with none.

    Args:
        block: with or without a thumbnail.
        jpeg: no longer than :func:`thumbnail_room`; None unlinks the old thumbnail and wipes its bytes.
    """
    old = _thumbnail(block)
    if old is None:
        return block
    order, mended = _ORDERS[block[:4]], bytearray(block)
    mended[old.at : old.at + old.room] = (jpeg or b"").ljust(old.room, b"\x00")
    if old.room and jpeg:
        struct.pack_into(f"{order}HII", mended, old.length_entry + 2, _LONG, 1, len(jpeg))
    else:
        struct.pack_into(f"{order}I", mended, old.link_at, 0)
    return bytes(mended)


def _thumbnail(block: bytes) -> _Thumbnail | None:
    try:
        order = _ORDERS[block[:4]]
        link_at = _first(block, order).next_at
        second_at = _number(block, order, link_at)
    except (KeyError, struct.error):
        return None
    return _linked_thumbnail(block, order, link_at, second_at) if second_at else None


def _linked_thumbnail(block: bytes, order: str, link_at: int, second_at: int) -> _Thumbnail:
    try:
        entries = _directory(block, order, second_at).entries
        at, room = (_value(block, order, entries[tag]) for tag in (_JPEG_OFFSET, _JPEG_LENGTH))
    except (KeyError, struct.error):
        return _Thumbnail(link_at)
    return _Thumbnail(link_at, at, room, entries[_JPEG_LENGTH]) if at + room <= len(block) else _Thumbnail(link_at)


def _first(block: bytes, order: str) -> _Directory:
    return _directory(block, order, _number(block, order, 4))


def _directory(block: bytes, order: str, at: int) -> _Directory:
    (count,) = struct.unpack_from(f"{order}H", block, at)
    places = range(at + 2, at + 2 + count * _ENTRY, _ENTRY)
    entries = {struct.unpack_from(f"{order}H", block, place)[0]: place for place in places}
    return _Directory(entries, at + 2 + count * _ENTRY)


def _number(block: bytes, order: str, at: int) -> int:
    return int(struct.unpack_from(f"{order}I", block, at)[0])


def _value(block: bytes, order: str, entry: int) -> int:
    """An entry's own value, SHORT or LONG; 0 for any other type."""
    (kind,) = struct.unpack_from(f"{order}H", block, entry + 2)
    form = {_SHORT: "H", _LONG: "I"}.get(kind)
    return int(struct.unpack_from(f"{order}{form}", block, entry + 8)[0]) if form else 0
