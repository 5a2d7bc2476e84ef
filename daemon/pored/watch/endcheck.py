"""Is a picture's file all there? Asked of the file's own structure, since its size may lie.

An upload grows; an Explorer copy has its full size at once and is zeros until the data come; and a decoder shows half
a JPEG as a whole picture. So each format is followed to its own end, without decoding a pixel and without reading more
than that takes.
"""

from __future__ import annotations

import re
import struct
from enum import Enum
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from pored.regular import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOCK = 1 << 20
"""Bytes read at a time where a stretch has to be searched."""

TAIL = 4096
"""So many zero bytes at a file's end make it doubtful."""

MOST_DIRECTORIES = 4096
"""A TIFF with more image directories than this goes round in circles."""


class Ending(Enum):
    """What a file's end says about it."""

    COMPLETE = "complete"
    DOUBTFUL = "doubtful"
    """Nothing is known to be missing, but zeros stand where data may still come (or it is just black)."""
    INCOMPLETE = "incomplete"


class _MissingError(Exception):
    """The structure points to where there is nothing, or only zeros."""


class _StrangeError(Exception):
    """The structure is not what the format says, and not for lack of data: a decoder has to judge it."""


def looks_complete(path: Path) -> Ending:
    """What the end of a picture's file says.

    Args:
        path: a regular file of any kind; kinds without a check of their own are only asked for content and end.

    Raises:
        OSError: it is gone or cannot be read.
    """
    with open_regular(path) as file:
        return ending(file)


def ending(file: BinaryIO) -> Ending:
    """Like ``looks_complete``, on a file that is open for reading and can be positioned."""
    data = _Data(file)
    head = data.upto(0, 16)
    if not head.strip(b"\0"):
        return Ending.INCOMPLETE
    try:
        return _ending_of_kind(head, data)
    except _MissingError:
        return Ending.INCOMPLETE
    except _StrangeError:
        return Ending.DOUBTFUL


def _ending_of_kind(head: bytes, data: _Data) -> Ending:
    if head.startswith(b"\xff\xd8"):
        return _follow_jpeg(data)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _follow_png(data)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        _follow_webp(data)
    elif head.startswith(b"8BPS"):
        _follow_psd(data)
    elif head == _RAF:
        _follow_raf(data)
    elif head[4:8] == b"ftyp":
        _follow_boxes(data)
    elif head[:4] in _TIFF_KINDS:
        _follow_tiff(data, _TIFF_KINDS[head[:4]])
    # What follows its structure may still wait for its samples; and of other kinds only the end is known.
    return Ending.COMPLETE if data.upto(max(0, data.size - TAIL), TAIL).strip(b"\0") else Ending.DOUBTFUL


class _Data:
    """A file's bytes by position."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, 2)

    def upto(self, at: int, count: int) -> bytes:
        """Up to that many bytes: fewer at the end."""
        self._file.seek(at)
        return self._file.read(count)

    def exactly(self, at: int, count: int) -> bytes:
        """That many bytes.

        Raises:
            _MissingError: the file ends before.
        """
        self.reaches(at + count)
        return self.upto(at, count)

    def reaches(self, end: int) -> None:
        """Make sure that the file has ``end`` bytes at least.

        Raises:
            _MissingError: it has not.
        """
        if end > self.size:
            raise _MissingError


# JPEG: ITU T.81, annex B.

_INTRODUCES_MARKER = 0xFF
_END_OF_IMAGE = 0xD9
_START_OF_SCAN = 0xDA
_WITHOUT_LENGTH = frozenset([0x01, *range(0xD0, 0xD9)])
_MARKER_IN_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _follow_jpeg(data: _Data) -> Ending:
    """From segment to segment up to the end of image; what is appended behind it (previews, HDR maps) is not asked."""
    at = 2
    while True:
        marker, at = _marker(data, at)
        if marker == _END_OF_IMAGE:
            return Ending.COMPLETE
        if marker not in _WITHOUT_LENGTH:
            at += _uint(">H", data.exactly(at, 2))
        if marker == _START_OF_SCAN:
            at = _end_of_scan(data, at)


def _marker(data: _Data, at: int) -> tuple[int, int]:
    """The marker that stands at a place, past its fill bytes, and the place behind it."""
    if (first := data.exactly(at, 1)[0]) != _INTRODUCES_MARKER:
        raise _MissingError if first == 0 else _StrangeError
    while (code := data.exactly(at, 1)[0]) == _INTRODUCES_MARKER:
        at += 1
    if code == 0:
        raise _MissingError
    return code, at + 1


def _end_of_scan(data: _Data, at: int) -> int:
    """Where the entropy-coded data that begin at a place end: at the next marker that is no restart marker."""
    while block := data.upto(at, BLOCK):
        if found := _MARKER_IN_SCAN.search(block):
            return at + found.start()
        # A marker may lie across the border of two blocks.
        at += len(block) - 1 if len(block) > 1 else 1
    raise _MissingError


# PNG: ISO/IEC 15948, chapter 5.


def _follow_png(data: _Data) -> Ending:
    """From chunk to chunk up to IEND."""
    at = 8
    while True:
        header = data.exactly(at, 8)
        kind = header[4:]
        if not kind.isalpha():
            raise _MissingError if not kind.strip(b"\0") else _StrangeError
        at += 12 + _uint(">I", header[:4])
        data.reaches(at)
        if kind == b"IEND":
            return Ending.COMPLETE


# WebP: RFC 9649, section 2.3.


def _follow_webp(data: _Data) -> None:
    """The size that the RIFF header gives counts from behind itself."""
    data.reaches(8 + _uint("<I", data.exactly(4, 4)))


# PSD and PSB: Adobe Photoshop File Formats Specification.

_PSD_HEAD = 26
_PACKED = 1


def _follow_psd(data: _Data) -> None:
    """From section to section up to the merged picture, whose rows' lengths stand before them."""
    version, channels, height, width, depth = struct.unpack(">H6xHIIH", data.exactly(4, 20))
    is_big = version == 2  # noqa: PLR2004 - PSB
    at = _PSD_HEAD
    for word in (">I", ">I", ">Q" if is_big else ">I"):
        size = struct.calcsize(word)
        at += size + _uint(word, data.exactly(at, size))
    compression, rows = _uint(">H", data.exactly(at, 2)), channels * height
    at += 2
    if compression == _PACKED:
        size = 4 if is_big else 2
        table = data.exactly(at, rows * size)
        data.reaches(at + len(table) + sum(number for (number,) in struct.iter_unpack(">I" if is_big else ">H", table)))
    else:
        data.reaches(at + (rows * -(-width * depth // 8) if compression == 0 else 1))


# RAF of Fujifilm: offset and length of its JPEG, of what describes the samples, and of these.

_RAF = b"FUJIFILMCCD-RAW "
_RAF_PLACES = 84


def _follow_raf(data: _Data) -> None:
    """Its three parts lie inside the file."""
    places = struct.unpack(">6I", data.exactly(_RAF_PLACES, 24))
    for start, length in zip(places[::2], places[1::2], strict=True):
        data.reaches(start + length)


# HEIC, AVIF and CR3: ISO/IEC 14496-12, section 4.2.

_TO_THE_END, _LONG_SIZE = 0, 1


def _follow_boxes(data: _Data) -> None:
    """From box to box up to the end; the last one may say that it goes as far as the file."""
    at = 0
    while at < data.size:
        size = _uint(">I", data.exactly(at, 8)[:4])
        if size == _TO_THE_END:
            return
        if size == _LONG_SIZE:
            size = _uint(">Q", data.exactly(at + 8, 8))
        if size < 8:  # noqa: PLR2004 - size and kind alone
            raise _StrangeError
        at += size
        data.reaches(at)


# TIFF 6.0, section 2; BigTIFF as libtiff writes it.


class _Kind(NamedTuple):
    """Byte order, and whether it is BigTIFF."""

    order: str
    big: bool

    @property
    def word(self) -> str:
        """Format of an offset, in the terms of struct."""
        return self.order + ("Q" if self.big else "I")

    @property
    def number(self) -> str:
        """Format of the number of a directory's entries."""
        return self.order + ("Q" if self.big else "H")

    @property
    def word_size(self) -> int:
        """Bytes of an offset, and of the values that an entry holds itself."""
        return struct.calcsize(self.word)


_TIFF_KINDS = {
    b"II*\0": _Kind("<", big=False),
    b"MM\0*": _Kind(">", big=False),
    b"II+\0": _Kind("<", big=True),
    b"MM\0+": _Kind(">", big=True),
    # RAWs that are TIFF with a mark of their own: Olympus, Panasonic.
    b"IIRO": _Kind("<", big=False),
    b"IIRS": _Kind("<", big=False),
    b"MMOR": _Kind(">", big=False),
    b"IIU\0": _Kind("<", big=False),
}
_TYPE_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_INTEGERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
_EXTENTS = {273: 279, 324: 325, 513: 514}
"""Tags that hold offsets of strips, tiles and an old-style JPEG, each with the tag that holds their byte counts."""
_SUB_DIRECTORIES = (330, 34665, 34853)
"""SubIFDs, EXIF and GPS."""


def _follow_tiff(data: _Data, kind: _Kind) -> None:
    """Every directory, and every strip and tile that one names, lies inside the file."""
    waiting = [_uint(kind.word, data.exactly(8 if kind.big else 4, kind.word_size))]
    if waiting == [0]:
        raise _MissingError
    seen: set[int] = set()
    while waiting:
        at = waiting.pop()
        if at == 0 or at in seen:
            continue
        seen.add(at)
        if len(seen) > MOST_DIRECTORIES:
            raise _StrangeError
        waiting += _follow_directory(data, kind, at)


def _follow_directory(data: _Data, kind: _Kind, at: int) -> list[int]:
    """Check one directory; the places of those that it leads to."""
    count_size = struct.calcsize(kind.number)
    count = _uint(kind.number, data.exactly(at, count_size))
    if count == 0:
        raise _MissingError
    entry_size = 4 + 2 * kind.word_size
    end = at + count_size + count * entry_size
    following = _uint(kind.word, data.exactly(end, kind.word_size))
    values = dict(_entries(data, kind, data.exactly(at + count_size, count * entry_size)))
    for offsets, counts in _EXTENTS.items():
        for start, length in zip(values.get(offsets, ()), values.get(counts, ()), strict=False):
            data.reaches(start + length)
    return [following, *(place for tag in _SUB_DIRECTORIES for place in values.get(tag, ()))]


def _entries(data: _Data, kind: _Kind, table: bytes) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Tag and values of each entry of a directory that says where something lies; others are only reached for."""
    for place in range(0, len(table), 4 + 2 * kind.word_size):
        tag, type_ = struct.unpack_from(kind.order + "HH", table, place)
        count = _uint(kind.word, table[place + 4 : place + 4 + kind.word_size])
        size = count * _TYPE_SIZES.get(type_, 0)
        held = table[place + 4 + kind.word_size : place + 4 + 2 * kind.word_size]
        if size > kind.word_size:
            start = _uint(kind.word, held)
            data.reaches(start + size)
        if type_ in _INTEGERS and (tag in _EXTENTS or tag in _EXTENTS.values() or tag in _SUB_DIRECTORIES):
            raw = held[:size] if size <= kind.word_size else data.exactly(start, size)
            yield tag, struct.unpack(f"{kind.order}{count}{_INTEGERS[type_]}", raw)


def _uint(form: str, raw: bytes) -> int:
    return int(struct.unpack(form, raw)[0])
