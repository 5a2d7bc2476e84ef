"""TIFF's directories: entries moved from one to another without touching what they point to.

Source: TIFF 6.0, section 2; BigTIFF as libtiff writes it.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from io import BytesIO

_BIG = 43
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_LONG, _LONGS_OF_BIG = 4, {16, 18}
_SUB_DIRECTORIES = {34665, 34853, 40965}
"""EXIF, GPS, interoperability."""
_PIXELS = {273, 279, 288, 289, 324, 325, 330, 513, 514}
"""What points to samples, or to directories of other pictures."""
_DEEPEST = 3


class _Form(NamedTuple):
    """How a file writes its numbers: byte order, and struct's letters for counts of entries and for offsets."""

    order: str
    entries: str
    offset: str

    @property
    def word(self) -> int:
        """Bytes of an offset."""
        return struct.calcsize(self.order + self.offset)


class _Entry(NamedTuple):
    tag: int
    type: int
    values: int
    data: bytes


def join(file: BytesIO, kept: frozenset[int]) -> None:
    """Make the first two directories of a classic TIFF one, appended; neither values nor samples are moved.

    Args:
        file: of two directories: the first describes a picture, the second holds one.
        kept: tags that count in the second directory only; of all others the first one's entry wins.
    """
    form = _form(file.getbuffer()[:4])
    first, second_at = _raw_entries(file, form, _offset(file, form, 4))
    second, _ = _raw_entries(file, form, second_at)
    entries = {**second, **{tag: entry for tag, entry in first.items() if tag not in kept}}
    end = file.seek(0, 2)
    file.write(b"\x00" * (end % 2) + struct.pack(f"{form.order}H", len(entries)))
    file.write(b"".join(entries[tag] for tag in sorted(entries)) + bytes(4))
    file.seek(4)
    file.write(struct.pack(f"{form.order}I", end + end % 2))


def classic_metadata(data: bytes) -> bytes:
    """A classic TIFF, without a picture, of the tags of a BigTIFF's first directory.

    Raises:
        struct.error, KeyError: it makes no sense.
    """
    form = _form(data)
    (at,) = struct.unpack_from(f"{form.order}Q", data, 8)
    head = (b"II*\x00" if form.order == "<" else b"MM\x00*") + struct.pack(f"{form.order}I", 8)
    return head + _classic(data, form, at, 8, _DEEPEST)


def _form(data: bytes | memoryview) -> _Form:
    order = "<" if bytes(data[:2]) == b"II" else ">"
    (version,) = struct.unpack_from(f"{order}H", data, 2)
    return _Form(order, "Q", "Q") if version == _BIG else _Form(order, "H", "I")


def _offset(file: BytesIO, form: _Form, at: int) -> int:
    file.seek(at)
    return int(struct.unpack(f"{form.order}I", file.read(4))[0])


def _raw_entries(file: BytesIO, form: _Form, at: int) -> tuple[dict[int, bytes], int]:
    """Entries by tag, as they stand in the file, and where the next directory stands."""
    file.seek(at)
    (count,) = struct.unpack(f"{form.order}H", file.read(2))
    raw = [file.read(12) for _ in range(count)]
    entries = {struct.unpack_from(f"{form.order}H", entry)[0]: entry for entry in raw}
    return entries, _offset(file, form, at + 2 + 12 * count)


def _entries(data: bytes, form: _Form, at: int) -> list[_Entry]:
    (count,) = struct.unpack_from(form.order + form.entries, data, at)
    start, size = at + struct.calcsize(form.order + form.entries), 4 + 2 * form.word
    return [_entry(data, form, place) for place in range(start, min(start + count * size, len(data)), size)]


def _entry(data: bytes, form: _Form, place: int) -> _Entry:
    tag, kind, count = struct.unpack_from(f"{form.order}HH{form.offset}", data, place)
    length, held = _SIZES[kind] * count, place + 4 + form.word
    at = held if length <= form.word else struct.unpack_from(form.order + form.offset, data, held)[0]
    value = data[at : at + length]
    if len(value) < length:
        raise struct.error("truncated")
    return _Entry(tag, kind, count, value)


def _classic(data: bytes, form: _Form, at: int, place: int, deepest: int) -> bytes:
    """A directory, and what it points to, as a classic TIFF has it at ``place``."""
    entries = [entry for entry in _entries(data, form, at) if entry.tag not in _PIXELS]
    if not deepest:
        entries = [entry for entry in entries if entry.tag not in _SUB_DIRECTORIES]
    behind = place + 2 + 12 * len(entries) + 4
    table, values = b"", b""
    for entry in sorted(entries):
        here = behind + len(values)
        kind, value = entry.type, entry.data
        if kind in _LONGS_OF_BIG:
            numbers = struct.unpack(f"{form.order}{entry.values}Q", value)
            kind, value = _LONG, struct.pack(f"{form.order}{entry.values}I", *numbers)
        if entry.tag in _SUB_DIRECTORIES:
            below = int.from_bytes(value, "little" if form.order == "<" else "big")
            values += _classic(data, form, below, here, deepest - 1)
            value = struct.pack(f"{form.order}I", here)
        elif len(value) > 4:  # noqa: PLR2004 - what an entry holds itself
            values += value + b"\x00" * (len(value) % 2)
            value = struct.pack(f"{form.order}I", here)
        table += struct.pack(f"{form.order}HHI", entry.tag, kind, entry.values) + value.ljust(4, b"\x00")
    return struct.pack(f"{form.order}H", len(entries)) + table + bytes(4) + values
