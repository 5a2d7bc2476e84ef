"""Reading a capture: a few kilobytes of a file, wherever its kind keeps them; nothing is decoded.

Exif 2.32, 4.6.5 (tags); XMP Specification, Part 2 (xmpMM, crs); DNG 1.6 (CameraSerialNumber); CR3 and RAF as LibRaw and
exiv2 read them.
"""

from __future__ import annotations

import calendar
import re
import struct
import time
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple, cast

from pored.capture import UNKNOWN, Capture
from pored.files import exif
from pored.files.image_resources import EXIF, XMP, resource
from pored.files.kinds.isobmff import boxes, exif_and_xmp, read_items

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

_ORDERS = {b"II": "<", b"MM": ">"}
_XMP, _EXIF_DIRECTORY, _CAMERA_SERIAL = 700, 34665, 50735
_TAKEN, _FRACTION, _BODY_SERIAL = 36867, 37521, 42033
_TEXT, _BYTES, _SHORT, _LONG, _UNDEFINED = 2, 1, 3, 4, 7
_MOST_ENTRIES = 1000
_LONGEST_TEXT = 256
_LONGEST_PACKET = 1 << 24
_XMP_SEGMENT = b"http://ns.adobe.com/xap/1.0/\x00"
_SCAN, _EXIF_OR_XMP = 0xDA, 0xE1
_RAF, _RAF_JPEG_AT = b"FUJIFILMCCD-RAW", 84
_COLOURS_AT = 26
"""In a PSD: the length of its colour mode data."""
_CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_DOCUMENTS = ("xmpMM:DocumentID", "xmpMM:OriginalDocumentID", "xmpMM:InstanceID")
_SOURCES = ("stRef:documentID", "stRef:instanceID")
_NAMES = ("crs:RawFileName", "xmpMM:PreservedFileName")
_DERIVED = re.compile(r"<xmpMM:DerivedFrom\b(.*?)(?:/>|</xmpMM:DerivedFrom>)", re.DOTALL)
_FAULTS = (OSError, ValueError, struct.error, LookupError)


class _Found(NamedTuple):
    """EXIF as (a stream, where in it the block begins, whether the first directory is EXIF's own), and XMP."""

    blocks: list[tuple[BinaryIO, int]]
    packet: bytes


def read_capture(path: Path) -> Capture:
    """What a picture's metadata say of where it comes from; nothing where they cannot be read.

    Args:
        path: a JPEG, TIFF, PNG, WebP, HEIC, AVIF or PSD, or a camera's RAW.
    """
    try:
        with path.open("rb") as file:
            return capture_of(file)
    except _FAULTS:
        return UNKNOWN


def capture_of(file: BinaryIO) -> Capture:
    """Like :func:`read_capture`, of an open file.

    Raises:
        OSError, ValueError, struct.error, LookupError: it cannot be read.
    """
    found = _find(file)
    tags: dict[int, bytes] = {}
    for stream, at in found.blocks:
        tags |= _tags(stream, at)
    packet = (found.packet or tags.get(_XMP, b"")).decode("utf-8", "replace")
    derived = "".join(_DERIVED.findall(packet))
    own = set(_values(packet.replace(derived, "") if derived else packet, _DOCUMENTS))
    return Capture(
        taken=_seconds(_text(tags.get(_TAKEN, b""))),
        fraction=_digits(_text(tags.get(_FRACTION, b""))),
        serial=_text(tags.get(_BODY_SERIAL, b"") or tags.get(_CAMERA_SERIAL, b"")).lstrip("0"),
        made_from=tuple(dict.fromkeys(_values(packet, _NAMES))),
        documents=frozenset(own),
        sources=frozenset(_values(derived, _SOURCES)),
    )


def _find(file: BinaryIO) -> _Found:
    head = file.read(16)
    ways: tuple[tuple[int, tuple[bytes, ...], Callable[[BinaryIO], _Found]], ...] = (
        (0, (b"\xff\xd8",), _in_jpeg),
        (0, tuple(_ORDERS), lambda file: _Found([(file, 0)], b"")),
        (0, (_RAF,), lambda file: _in_jpeg(file, _number(file, _RAF_JPEG_AT))),
        (0, (b"\x89PNG",), lambda file: _in_chunks(_png_chunks(file))),
        (0, (b"RIFF",), lambda file: _in_chunks(_riff_chunks(file))),
        (4, (b"ftypcrx ",), _in_canon),
        (4, (b"ftyp",), _in_items),
        (0, (b"8BPS",), _in_document),
    )
    way = next((way for at, magics, way in ways if head.startswith(magics, at)), None)
    return way(file) if way else _Found([], b"")


def _number(file: BinaryIO, at: int) -> int:
    file.seek(at)
    return int.from_bytes(file.read(4), "big")


def _in_jpeg(file: BinaryIO, at: int = 0) -> _Found:
    """From the segments before the first scan."""
    blocks: list[tuple[BinaryIO, int]] = []
    packet = b""
    file.seek(at + 2)
    while len(head := file.read(4)) == 4 and head[0] == 0xFF and head[1] != _SCAN:  # noqa: PLR2004 - marker, length
        payload = file.read(max(0, int.from_bytes(head[2:], "big") - 2))
        if head[1] == _EXIF_OR_XMP and payload.startswith(exif.PREFIX):
            blocks.append((BytesIO(payload.removeprefix(exif.PREFIX)), 0))
        elif head[1] == _EXIF_OR_XMP and payload.startswith(_XMP_SEGMENT):
            packet = payload.removeprefix(_XMP_SEGMENT)
    return _Found(blocks, packet)


def _in_chunks(chunks: Iterator[tuple[bytes, bytes]]) -> _Found:
    held = dict(chunks)
    block = held.get(b"eXIf") or held.get(b"EXIF") or b""
    blocks: list[tuple[BinaryIO, int]] = [(BytesIO(block.removeprefix(exif.PREFIX)), 0)] if block else []
    return _Found(blocks, held.get(b"XMP ", b"") or held.get(b"iTXt", b""))


def _png_chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    file.seek(8)
    while len(head := file.read(8)) == 8 and head[4:] != b"IEND":  # noqa: PLR2004 - length and kind
        length = int.from_bytes(head[:4], "big")
        data = file.read(length) if head[4:] in {b"eXIf", b"iTXt"} and length < _LONGEST_PACKET else b""
        if data and (head[4:] == b"eXIf" or data.startswith(b"XML:com.adobe.xmp")):
            yield head[4:], data
        file.seek(length - len(data) + 4, 1)


def _riff_chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    file.seek(12)
    while len(head := file.read(8)) == 8:  # noqa: PLR2004 - kind and length
        length = int.from_bytes(head[4:], "little")
        data = file.read(length) if head[:4] in {b"EXIF", b"XMP "} and length < _LONGEST_PACKET else b""
        if data:
            yield head[:4], data
        file.seek(length - len(data) + length % 2, 1)


def _in_canon(file: BinaryIO) -> _Found:
    """A CR3: its boxes CMT1 and CMT2 are directories, IFD0 and EXIF, each a TIFF of its own."""
    blocks: list[tuple[BinaryIO, int]] = []
    for kind, at, end in boxes(file, 0, file.seek(0, 2)):
        if kind != b"moov":
            continue
        for inner, start, stop in boxes(file, at, end):
            file.seek(start)
            if inner == b"uuid" and file.read(16) == _CANON:
                parts = boxes(file, start + 16, stop)
                blocks += [(file, place) for part, place, _ in parts if part in {b"CMT1", b"CMT2"}]
    return _Found(blocks, b"")


def _in_items(file: BinaryIO) -> _Found:
    """A HEIC or AVIF: its metadata are items beside the picture's."""
    block, packet = exif_and_xmp(file, read_items(file))
    return _Found([(BytesIO(block.removeprefix(exif.PREFIX)), 0)] if block else [], packet)


def _in_document(file: BinaryIO) -> _Found:
    """A PSD or PSB: among its resources, behind its head and its colour mode data."""
    file.seek(_COLOURS_AT)
    file.seek(int.from_bytes(file.read(4), "big"), 1)
    resources = file.read(min(int.from_bytes(file.read(4), "big"), _LONGEST_PACKET))
    block = resource(resources, EXIF)
    return _Found([(BytesIO(block), 0)] if block else [], resource(resources, XMP) or b"")


def _tags(file: BinaryIO, base: int) -> dict[int, bytes]:
    """The values that matter of a TIFF's first directory and of its EXIF; tag by tag."""
    file.seek(base)
    head = file.read(8)
    order = _ORDERS[head[:2]]
    tags = _directory(file, base, order, struct.unpack(f"{order}I", head[4:])[0])
    if at := tags.get(_EXIF_DIRECTORY):
        tags |= _directory(file, base, order, struct.unpack(f"{order}I", at.ljust(4, b"\x00")[:4])[0])
    return tags


def _directory(file: BinaryIO, base: int, order: str, at: int) -> dict[int, bytes]:
    file.seek(base + at)
    (count,) = struct.unpack(f"{order}H", file.read(2))
    table = file.read(12 * min(count, _MOST_ENTRIES))
    found = {}
    for place in range(0, len(table) - 11, 12):
        tag, kind, length = struct.unpack_from(f"{order}HHI", table, place)
        if tag not in {_XMP, _EXIF_DIRECTORY, _CAMERA_SERIAL, _TAKEN, _FRACTION, _BODY_SERIAL}:
            continue
        length *= {_SHORT: 2, _LONG: 4}.get(kind, 1)
        held = table[place + 8 : place + 12]
        if len(held) < length <= (_LONGEST_PACKET if tag == _XMP else _LONGEST_TEXT):
            file.seek(base + struct.unpack(f"{order}I", held)[0])
            held = file.read(length)
        found[tag] = held
    return found


def _text(value: bytes) -> str:
    return value.partition(b"\x00")[0].decode("ascii", "replace").strip()


def _digits(text: str) -> str:
    return text.rstrip("0") or "0" if text.isdigit() else ""


def _seconds(text: str) -> int | None:
    """Seconds since 1970 of EXIF's ``2024:01:19 14:26:05``."""
    try:
        return calendar.timegm(time.strptime(text[:19], "%Y:%m:%d %H:%M:%S"))
    except ValueError:
        return None


def _values(text: str, names: tuple[str, ...]) -> Iterator[str]:
    """Values of simple XMP properties, written as attributes or as elements."""
    for name in names:
        for attribute, element in re.findall(rf'{name}(?:="([^"]*)"|>([^<]*)<)', text):
            if value := cast("str", attribute or element).strip():
                yield value
