"""An AVIF as an encoder left it, given what no encoder here writes: profile, colours, turn, EXIF and XMP.

The picture's own bytes stay as they are; the box meta is written anew around them.
Source: ISO/IEC 14496-12, 8.11; 23008-12, 6.5 and 9.3, A.2.1 (Exif items).
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from pored.files.kinds.isobmff import XMP_TYPE, Fields, boxes, inner_boxes, read_items

if TYPE_CHECKING:
    from pored.files.kinds.isobmff import Items

Property = tuple[bytes, bytes]
"""Kind and content."""
_ESSENTIAL = 0x80
_TRANSFORMS = {b"irot", b"imir"}
_COUNT = 2
"""Bytes of a count of items."""


class Extra(NamedTuple):
    """An item of metadata: kind, what an entry of that kind says beyond it, and content."""

    kind: bytes
    said: bytes
    content: bytes


def exif_item(block: bytes) -> Extra:
    """An EXIF block as an item."""
    return Extra(b"Exif", b"", bytes(4) + block)


def xmp_item(packet: bytes) -> Extra:
    """An XMP packet as an item."""
    return Extra(b"mime", XMP_TYPE + b"\x00", packet)


def completed(coded: bytes, properties: list[Property], extras: list[Extra]) -> bytes:
    """The file with more properties of its picture, and more items that describe it.

    Args:
        coded: what libavif writes without metadata: boxes ftyp, meta and mdat.
        properties: in place of those of the same kind; turns hold for the picture's alpha too.
        extras: to be added.
    """
    file = BytesIO(coded)
    outer = {box.kind: box for box in boxes(file, 0, len(coded))}
    items, meta = read_items(file), outer[b"meta"]
    inner = dict(inner_boxes(coded[meta.start + 4 : meta.stop]))
    numbers = range(max(items.by_number) + 1, max(items.by_number) + 1 + len(extras))
    inner[b"iinf"] = _with_entries(inner[b"iinf"], numbers, extras)
    inner[b"iref"] = _with_references(inner.get(b"iref", bytes(4)), numbers, items.primary)
    inner[b"iprp"] = _properties(items, properties)
    start, stop = outer[b"mdat"].start, outer[b"mdat"].stop
    lengths = [len(extra.content) for extra in extras]
    before = coded[: meta.start - 8]
    inner[b"iloc"] = _locations(items, numbers, lengths, stop, 0)
    moved = len(before) + len(_meta(inner)) + 8 - start
    inner[b"iloc"] = _locations(items, numbers, lengths, stop, moved)
    contents = b"".join(extra.content for extra in extras)
    return b"".join([before, _meta(inner), _box(b"mdat", coded[start:stop] + contents)])


def _meta(inner: dict[bytes, bytes]) -> bytes:
    order = (b"hdlr", b"pitm", b"iloc", b"iinf", b"iref", b"iprp")
    return _box(b"meta", bytes(4) + b"".join(_box(kind, inner[kind]) for kind in order if inner[kind] != bytes(4)))


def _with_entries(content: bytes, numbers: range, extras: list[Extra]) -> bytes:
    entries = b"".join(
        _box(b"infe", struct.pack(">BxxxHH4s", 2, number, 0, extra.kind) + b"\x00" + extra.said)
        for number, extra in zip(numbers, extras, strict=True)
    )
    fields = Fields(content)
    head = fields.take(4)
    return head + struct.pack(">H", fields.number(_COUNT) + len(extras)) + content[fields.at :] + entries


def _with_references(content: bytes, numbers: range, primary: int) -> bytes:
    return content + b"".join(_box(b"cdsc", struct.pack(">HHH", number, 1, primary)) for number in numbers)


def _properties(items: Items, properties: list[Property]) -> bytes:
    """Box iprp: every property once, and which of them each item has."""
    held: list[Property] = []
    associations = []
    replaced = {_identity(each) for each in properties}
    for item in items.by_number.values():
        own = item.properties
        if item.number == items.primary:
            own = [each for each in own if _identity(each) not in replaced]
            own += properties
        else:
            own = own + [each for each in properties if each[0] in _TRANSFORMS]
        held += [each for each in own if each not in held]
        indices = bytes(
            (_ESSENTIAL if kind in {*_TRANSFORMS, b"av1C"} else 0) | held.index((kind, said)) + 1 for kind, said in own
        )
        associations.append(struct.pack(">HB", item.number, len(indices)) + indices)
    told = bytes(4) + struct.pack(">I", len(associations)) + b"".join(associations)
    return _box(b"ipco", b"".join(_box(*each) for each in held)) + _box(b"ipma", told)


def _identity(each: Property) -> bytes:
    """What there is one of: a profile and colours by numbers are of one kind, and both may be there."""
    kind, content = each
    return kind + content[:4] if kind == b"colr" else kind


def _locations(items: Items, numbers: range, lengths: list[int], end: int, moved: int) -> bytes:
    """Box iloc; what is added stands where the picture's own bytes end."""
    places = [(item.number, item.places) for item in items.by_number.values()]
    for number, length in zip(numbers, lengths, strict=True):
        places.append((number, [(end, length)]))
        end += length
    told = b"".join(
        struct.pack(">HHH", number, 0, len(pieces))
        + b"".join(struct.pack(">II", start + moved, length) for start, length in pieces)
        for number, pieces in places
    )
    return bytes(4) + struct.pack(">BBH", 0x44, 0, len(places)) + told


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content
