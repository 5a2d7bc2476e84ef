"""The boxes of HEIC and AVIF files: which items a file has, what is said of each, and where its bytes stand.

Source: ISO/IEC 14496-12, 4.2 (boxes) and 8.11 (meta, pitm, iloc, iinf, iref); 23008-12, 9.3 (iprp, ipco, ipma).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

XMP_TYPE = b"application/rdf+xml"
"""The media type of an item that is an XMP packet."""
_MOST_BOXES = 1000
_LONGEST = 1 << 24
"""Bytes of a box meta, or of an item of metadata."""
_WIDE_NUMBERS = {b"iinf": 1, b"infe": 3, b"iloc": 2, b"iref": 1, b"pitm": 1, b"ipma": 1}
"""The version of a box from which items' numbers, or their count in ``iinf``, have four bytes and not two."""
_HIGHEST_VERSION = {b"meta": 0, b"iinf": 1, b"iloc": 2, b"iref": 1, b"pitm": 1, b"ipma": 1}
_NAMED_ENTRIES = {2, 3}
"""Versions of ``infe`` that say what kind an item is."""
_IN_FILE, _IN_META = 0, 1
"""Construction methods of ``iloc``: where its offsets count from."""


class Box(NamedTuple):
    """A box's kind, and where its content stands."""

    kind: bytes
    start: int
    stop: int


class Reference(NamedTuple):
    """That an item has to do with others: ``dimg`` is made of, ``thmb`` is a thumbnail of, ``cdsc`` describes ..."""

    kind: bytes
    source: int
    targets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A picture, a part of one, or metadata.

    Attributes:
        number: its own.
        kind: ``av01``, ``hvc1``, ``grid``, ``Exif``, ``mime`` ...
        media_type: of a ``mime`` item.
        places: offset and length in the file of each of its pieces.
        properties: kind and content of each, as they are to be applied.
    """

    number: int
    kind: bytes
    media_type: bytes = b""
    places: list[tuple[int, int]] = field(default_factory=list)
    properties: list[tuple[bytes, bytes]] = field(default_factory=list)

    def said(self, kind: bytes) -> list[bytes]:
        """Its properties of one kind."""
        return [content for each, content in self.properties if each == kind]


@dataclass(frozen=True, slots=True)
class Items:
    """What a box meta says.

    Attributes:
        primary: number of the picture that is shown.
        by_number: every item.
        references: between them.
    """

    primary: int
    by_number: dict[int, Item]
    references: tuple[Reference, ...]

    @property
    def shown(self) -> Item:
        """The picture itself."""
        return self.by_number[self.primary]

    def parts(self) -> list[Item]:
        """What the picture is made of: itself, or the tiles of a grid."""
        made_of = [each for each in self.references if each.kind == b"dimg" and each.source == self.primary]
        return [self.by_number[number] for each in made_of for number in each.targets] or [self.shown]


class Fields:
    """Numbers one after the other in a box's content."""

    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 0

    def number(self, size: int) -> int:
        """The next, of ``size`` bytes.

        Raises:
            ValueError: the content ends before.
        """
        return int.from_bytes(self.take(size), "big")

    def take(self, size: int) -> bytes:
        """The next bytes.

        Raises:
            ValueError: the content ends before.
        """
        taken = self.content[self.at : self.at + max(size, 0)]
        if len(taken) != size:
            raise ValueError("a box ends too early")
        self.at += size
        return taken

    def version(self, kind: bytes) -> int:
        """Version of the box ``kind``, which begins here; its flags are passed over.

        Raises:
            ValueError: a version that nobody knows.
        """
        version = self.number(1)
        if version > _HIGHEST_VERSION.get(kind, version):
            raise ValueError(f"version {version} of {kind!r}")
        self.take(3)
        return version


def boxes(file: BinaryIO, at: int, end: int) -> list[Box]:
    """The boxes in a stretch of a file, up to the first that makes no sense."""
    found: list[Box] = []
    while at + 8 <= end and len(found) < _MOST_BOXES:
        file.seek(at)
        size, kind = struct.unpack(">I4s", file.read(8))
        start = at + 8
        if size == 1:
            size, start = struct.unpack(">Q", file.read(8))[0], at + 16
        stop = end if size == 0 else at + size
        if stop < start or stop > end:
            break
        found.append(Box(kind, start, stop))
        at = stop
    return found


def inner_boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of the boxes that fill a box.

    Raises:
        ValueError: one is longer than what holds it.
    """
    fields = Fields(content)
    while fields.at + 8 <= len(content):
        size, kind = fields.number(4), fields.take(4)
        yield kind, fields.take(size - 8 if size else len(content) - fields.at)


def read_items(file: BinaryIO) -> Items:
    """What the box meta of a file says; only its head is read.

    Raises:
        OSError: it cannot be read.
        ValueError, LookupError: it makes no sense.
    """
    outer = next((box for box in boxes(file, 0, file.seek(0, 2)) if box.kind == b"meta"), None)
    if outer is None or outer.stop - outer.start > _LONGEST:
        raise ValueError("there is no box meta")
    file.seek(outer.start)
    Fields(file.read(4)).version(b"meta")
    inner = {box.kind: box for box in boxes(file, outer.start + 4, outer.stop)}
    held = {kind: _content(file, box) for kind, box in inner.items()}
    by_number = {item.number: item for item in _entries(held[b"iinf"])}
    _put_places(by_number, held[b"iloc"], inner[b"idat"].start if b"idat" in inner else 0)
    _put_properties(by_number, dict(inner_boxes(held.get(b"iprp", b""))))
    return Items(_primary(held.get(b"pitm")), by_number, tuple(_references(held.get(b"iref"))))


def item_bytes(file: BinaryIO, item: Item, most: int = _LONGEST) -> bytes:
    """An item's content, or its first bytes.

    Raises:
        OSError: it cannot be read.
    """
    content = b""
    for start, length in item.places:
        file.seek(start)
        content += file.read(min(length, most - len(content)))
    return content


def exif_and_xmp(file: BinaryIO, items: Items) -> tuple[bytes, bytes]:
    """The EXIF block and the XMP packet in a file; empty where there is none.

    Raises:
        OSError: it cannot be read.
    """
    blocks = (item for item in items.by_number.values() if item.kind == b"Exif")
    packets = (item for item in items.by_number.values() if item.media_type == XMP_TYPE)
    block, packet = (next((item_bytes(file, item) for item in found), b"") for found in (blocks, packets))
    # Four bytes say how many more stand before the block.
    return block[4 + int.from_bytes(block[:4], "big") :], packet


def _content(file: BinaryIO, box: Box) -> bytes:
    file.seek(box.start)
    return file.read(box.stop - box.start)


def _primary(content: bytes | None) -> int:
    if content is None:  # a file of metadata alone
        return 0
    fields = Fields(content)
    return fields.number(_width(b"pitm", fields.version(b"pitm")))


def _entries(content: bytes) -> Iterator[Item]:
    fields = Fields(content)
    fields.take(_width(b"iinf", fields.version(b"iinf")))
    for kind, entry in inner_boxes(content[fields.at :]):
        if kind != b"infe":
            continue
        inner = Fields(entry)
        version = inner.version(kind)
        if version not in _NAMED_ENTRIES:
            raise ValueError(f"version {version} of infe")
        number = inner.number(_width(kind, version))
        inner.take(2)
        kind_of_item = inner.take(4)
        _, _, said = entry[inner.at :].partition(b"\x00")
        yield Item(number, kind_of_item, said.partition(b"\x00")[0])


def _put_places(by_number: dict[int, Item], content: bytes, inside: int) -> None:
    fields = Fields(content)
    version = fields.version(b"iloc")
    lengths, bases = fields.number(1), fields.number(1)
    wide = _width(b"iloc", version)
    for _ in range(fields.number(wide)):
        number = fields.number(wide)
        method = fields.number(2) & 15 if version else _IN_FILE
        fields.take(2)
        base = fields.number(bases >> 4)
        for _ in range(fields.number(2)):
            fields.take(bases & 15 if version else 0)
            offset, length = base + fields.number(lengths >> 4), fields.number(lengths & 15)
            if number in by_number and method in {_IN_FILE, _IN_META}:
                by_number[number].places.append((offset + (inside if method == _IN_META else 0), length))


def _put_properties(by_number: dict[int, Item], boxes_of: dict[bytes, bytes]) -> None:
    held = list(inner_boxes(boxes_of.get(b"ipco", b"")))
    if b"ipma" not in boxes_of:
        return
    fields = Fields(boxes_of[b"ipma"])
    size = 2 if boxes_of[b"ipma"][3:4] == b"\x01" else 1
    wide = _width(b"ipma", fields.version(b"ipma"))
    for _ in range(fields.number(4)):
        number = fields.number(wide)
        for _ in range(fields.number(1)):
            index = fields.number(size) & (0x7FFF if size == 2 else 0x7F)  # noqa: PLR2004 - the highest bit: essential
            if index and number in by_number:
                by_number[number].properties.append(held[index - 1])


def _references(content: bytes | None) -> Iterator[Reference]:
    if content is None:
        return
    fields = Fields(content)
    wide = _width(b"iref", fields.version(b"iref"))
    for kind, entry in inner_boxes(content[4:]):
        inner = Fields(entry)
        source = inner.number(wide)
        yield Reference(kind, source, tuple(inner.number(wide) for _ in range(inner.number(2))))


def _width(kind: bytes, version: int) -> int:
    return 4 if version >= _WIDE_NUMBERS[kind] else 2
