"""WebP: read, and written again lossless or at the quality that it had."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

from pored.errors import UnsupportedError
from pored.files import exif, metadata_box
from pored.files.kinds import vp8
from pored.files.kinds.pillow import encoded, opened
from pored.files.kinds.source import cut_short, damaged
from pored.files.picture import Encoding, Header, Kind, Picture, WebpCoding, split_alpha, with_alpha

if TYPE_CHECKING:
    from pored.files.event import Event
    from pored.files.kinds.source import Source

_HEAD = 12
_EFFORT = 50
"""Of lossless compression, 0..100; a portrait takes six tenths of the time that 75 takes, and no more room."""
_LEFT_OUT = {b"C2PA": "Content Credentials (they sign the export's own pixels)"}


def probe(source: Source) -> Header:
    """Size and orientation, from the chunks' heads.

    Raises:
        UnsupportedError: an animation.
        UnreadableError: the file is shorter than it says.
    """
    places = _places(source)
    if b"ANIM" in places or b"ANMF" in places:
        raise UnsupportedError("animation", f"{source.name} is an animation; export one picture.")
    width, height = _frame_size(source, places)
    block = _load(source, places[b"EXIF"]).removeprefix(exif.PREFIX) if b"EXIF" in places else b""
    return Header(width, height, exif.orientation(block))


def read(source: Source, header: Header) -> Picture:
    """The stored picture.

    Raises:
        Exception: whatever Pillow raises where the data are damaged.
    """
    places = _places(source)
    with opened(source.all_bytes(), "WEBP") as image:
        pixels, alpha = split_alpha(np.asarray(image))
    metadata = {kind: _load(source, places[kind]) for kind in metadata_box.KINDS if kind in places}
    encoding = Encoding(
        source.name,
        Kind.WEBP,
        header.orientation,
        icc=metadata.get(metadata_box.PROFILE),
        dpi=None,
        coding=_coding(source, places),
        carrier=metadata_box.boxed(metadata, header),
        left_out=tuple(words for kind, words in _LEFT_OUT.items() if kind in places),
    )
    return Picture(pixels, alpha, encoding)


def write(stored: Picture) -> bytes:
    """A file with the picture and its profile, and no other metadata."""
    profile = {"icc_profile": stored.encoding.icc} if stored.encoding.icc else {}
    return _write(stored, **profile)


def rewrite(stored: Picture) -> bytes:
    """The file that the picture came from, with these pixels."""
    return _write(stored, **metadata_box.for_result(stored.encoding.carrier, stored.pixels))


def annotate(carrier: bytes, event: Event) -> bytes:
    """The carrier with one more entry in its XMP's history."""
    return metadata_box.annotate(carrier, event)


def _write(stored: Picture, **metadata: bytes) -> bytes:
    coding = stored.encoding.coding if isinstance(stored.encoding.coding, WebpCoding) else WebpCoding()
    options = {"lossless": coding.lossless, "quality": _EFFORT if coding.lossless else coding.quality}
    return encoded(with_alpha(stored.pixels, stored.alpha), "WEBP", exact=True, **options, **metadata)


def _places(source: Source) -> dict[bytes, tuple[int, int]]:
    """Offset and length of the first chunk of each kind."""
    size = source.size
    head = source.take(_HEAD)
    end = 8 + int.from_bytes(head[4:8], "little")
    if end > size:
        raise cut_short(source.name)
    places: dict[bytes, tuple[int, int]] = {}
    while source.stream.tell() + 8 <= end:
        kind, length = struct.unpack("<4sI", source.take(8))
        places.setdefault(kind, (source.stream.tell(), length))
        source.stream.seek(length + length % 2, 1)
    return places


def _load(source: Source, place: tuple[int, int]) -> bytes:
    at, length = place
    source.stream.seek(at)
    return source.take(length)


def _frame_size(source: Source, places: dict[bytes, tuple[int, int]]) -> tuple[int, int]:
    """Width and height; VP8 and VP8L hold 14 bits of each, VP8L less one."""
    if b"VP8 " in places:
        source.stream.seek(places[b"VP8 "][0] + 6)
        width, height = struct.unpack("<HH", source.take(4))
        return width & 0x3FFF, height & 0x3FFF
    if b"VP8L" not in places:
        raise damaged(source.name)
    source.stream.seek(places[b"VP8L"][0] + 1)
    (bits,) = struct.unpack("<I", source.take(4))
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _coding(source: Source, places: dict[bytes, tuple[int, int]]) -> WebpCoding:
    if b"VP8 " not in places:
        return WebpCoding(lossless=True)
    return WebpCoding(lossless=False, quality=vp8.quality(_load(source, places[b"VP8 "])))
