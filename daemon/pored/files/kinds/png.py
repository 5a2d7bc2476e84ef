"""PNG: read, and written again chunk by chunk with other pixels."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import imagecodecs

from pored.errors import UnsupportedError
from pored.files import exif
from pored.files.kinds.png_pixels import picture_data, picture_header
from pored.files.kinds.source import Source, cut_short, damaged
from pored.files.metadata import with_history
from pored.files.picture import Encoding, Header, Kind, Picture, split_alpha, with_alpha
from pored.files.thumbnail import renewed, xmp_without_thumbnails

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pored.files.event import Event
    from pored.model import Samples

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_FRAME = 12
"""Bytes of a chunk beside its data: length, type, checksum."""
_PALETTE = 3
_XMP = b"XML:com.adobe.xmp"
_LONGEST_PROFILE = _LONGEST_TEXT = 1 << 25
_INCH = 0.0254
_LEFT_OUT = {b"caBX": "Content Credentials (they sign the export's own pixels)"}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a chunk's data stand in the file."""

    kind: bytes
    at: int
    length: int


@dataclass(frozen=True, slots=True)
class _Chunk:
    kind: bytes
    data: bytes

    @property
    def checksum(self) -> bytes:
        """What stands behind it in the file."""
        return struct.pack(">I", zlib.crc32(self.data, zlib.crc32(self.kind)))

    def parts(self) -> tuple[bytes, ...]:
        """As it stands in the file; in parts, since the picture's is large."""
        return struct.pack(">I", len(self.data)), self.kind, self.data, self.checksum


def probe(source: Source) -> Header:
    """Size and orientation, from the chunks' heads.

    Raises:
        UnsupportedError: another depth than 8 or 16 bits, a palette, a colour key, an animation.
        UnreadableError: the chunks do not end with IEND.
    """
    places = _places(source)
    if places[0].kind != b"IHDR" or not any(place.kind == b"IDAT" for place in places):
        raise damaged(source.name)
    width, height, bits, colour = struct.unpack(">IIBB3x", _load(source, places[0], 13))
    _refuse(source.name, bits, colour, {place.kind for place in places})
    blocks = [_load(source, place) for place in places if place.kind == b"eXIf"]
    return Header(width, height, exif.orientation(blocks[0].removeprefix(exif.PREFIX)) if blocks else 1)


def read(source: Source, header: Header) -> Picture:
    """The stored picture.

    Raises:
        UnreadableError: a checksum does not fit.
        Exception: whatever imagecodecs raises where the data are damaged.
    """
    chunks = _chunks(source)
    bare = _joined(chunk for chunk in chunks if chunk.kind in {b"IHDR", b"IDAT", b"IEND"})
    pixels, alpha = split_alpha(_decoded(bare))
    encoding = Encoding(
        source.name,
        Kind.PNG,
        header.orientation,
        icc=_profile(chunks),
        dpi=_dpi(chunks),
        coding=None,
        carrier=_joined(_hollow(chunks)),
        left_out=tuple(_LEFT_OUT[chunk.kind] for chunk in chunks if chunk.kind in _LEFT_OUT),
    )
    return Picture(pixels, alpha, encoding)


def write(stored: Picture) -> bytes:
    """A file with the picture, its profile and resolution, and no other metadata."""
    head, data = _pictured(stored)
    return _joined([head, *_described(stored.encoding), data, _Chunk(b"IEND", b"")])


def rewrite(stored: Picture) -> bytes:
    """The file that the picture came from, with these pixels."""
    fresh = {chunk.kind: chunk for chunk in _pictured(stored)}
    held = _chunks_of(stored.encoding.carrier)
    return _joined(fresh.get(chunk.kind) or _renewed(chunk, stored.pixels) for chunk in held)


def annotate(carrier: bytes, event: Event) -> bytes:
    """The carrier with one more entry in its XMP's history."""
    chunks = _chunks_of(carrier)
    packet = next(filter(None, map(_xmp_of, chunks)), b"")
    told = _Chunk(b"iTXt", _XMP + bytes(5) + with_history(packet, event))
    others = [chunk for chunk in chunks if not _xmp_of(chunk)]
    return _joined([others[0], told, *others[1:]])


def _xmp_of(chunk: _Chunk) -> bytes:
    """The XMP packet in a chunk; empty where there is none."""
    keyword, _, held = chunk.data.partition(b"\x00")
    if chunk.kind != b"iTXt" or keyword != _XMP or len(held) < 2:  # noqa: PLR2004 - two bytes say how it is packed
        return b""
    text = held[2:].split(b"\x00", 2)[-1]
    return zlib.decompressobj().decompress(text, _LONGEST_TEXT) if held[0] else text


def _decoded(data: bytes) -> Samples:
    return cast("Samples", imagecodecs.png_decode(data))


def _pictured(stored: Picture) -> tuple[_Chunk, _Chunk]:
    """The chunks that hold the picture."""
    samples = with_alpha(stored.pixels, stored.alpha)
    return _Chunk(b"IHDR", picture_header(samples)), _Chunk(b"IDAT", picture_data(samples))


def _described(encoding: Encoding) -> list[_Chunk]:
    """Chunks for a profile and a resolution."""
    chunks = []
    if encoding.icc:
        chunks.append(_Chunk(b"iCCP", b"ICC Profile\x00\x00" + zlib.compress(encoding.icc)))
    if encoding.dpi:
        chunks.append(_Chunk(b"pHYs", struct.pack(">IIB", *(round(each / _INCH) for each in encoding.dpi), 1)))
    return chunks


def _places(source: Source) -> list[_Place]:
    size = source.size
    source.take(len(_SIGNATURE))
    places: list[_Place] = []
    while not places or places[-1].kind != b"IEND":
        length, kind = struct.unpack(">I4s", source.take(8))
        places.append(_Place(kind, source.stream.tell(), length))
        if source.stream.tell() + length + 4 > size:
            raise cut_short(source.name)
        source.stream.seek(length + 4, 1)
    return places


def _load(source: Source, place: _Place, least: int = 0) -> bytes:
    if place.length < least:
        raise damaged(source.name)
    source.stream.seek(place.at)
    return source.take(place.length)


def _chunks(source: Source) -> list[_Chunk]:
    """Every chunk, its checksum proved."""
    chunks = []
    for place in _places(source):
        chunk = _Chunk(place.kind, _load(source, place))
        if source.take(4) != chunk.checksum:
            raise damaged(source.name)
        chunks.append(chunk)
    return chunks


def _chunks_of(data: bytes) -> list[_Chunk]:
    """The chunks of a file that pored wrote itself."""
    chunks, at = [], len(_SIGNATURE)
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        chunks.append(_Chunk(data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += _FRAME + length
    return chunks


def _refuse(name: str, bits: int, colour: int, kinds: set[bytes]) -> None:
    if colour == _PALETTE:
        raise UnsupportedError("palette", f"{name} has a palette of colours; export it as PNG-24 (RGB).")
    if bits not in {8, 16}:
        raise UnsupportedError("bit-depth", f"{name} has {bits} bits a channel; export it with 8 or 16 bits.")
    if b"tRNS" in kinds:
        raise UnsupportedError("colour-key", f"{name} marks one colour as transparent; export it without transparency.")
    if b"acTL" in kinds:
        raise UnsupportedError("animation", f"{name} is an animation; export one picture.")


def _hollow(chunks: list[_Chunk]) -> list[_Chunk]:
    """All chunks with one empty IDAT in place of the pixels."""
    kept = [chunk for chunk in chunks if chunk.kind not in _LEFT_OUT]
    first = [chunk.kind for chunk in kept].index(b"IDAT")
    after = [chunk for chunk in kept[first:] if chunk.kind != b"IDAT"]
    return [*kept[:first], _Chunk(b"IDAT", b""), *after]


def _profile(chunks: Iterable[_Chunk]) -> bytes | None:
    held = next((chunk.data for chunk in chunks if chunk.kind == b"iCCP"), None)
    if held is None:
        return None
    packed = held.partition(b"\x00")[2][1:]
    return zlib.decompressobj().decompress(packed, _LONGEST_PROFILE)


def _dpi(chunks: Iterable[_Chunk]) -> tuple[float, float] | None:
    held = next((chunk.data for chunk in chunks if chunk.kind == b"pHYs"), b"")
    if len(held) != 9 or held[8] != 1:  # noqa: PLR2004 - two numbers and the unit, 1 for metres
        return None
    across, down = struct.unpack_from(">II", held)
    return across * _INCH, down * _INCH


def _renewed(chunk: _Chunk, stored: Samples) -> _Chunk:
    """A chunk without a trace of what the picture looked like before."""
    if chunk.kind == b"eXIf":
        return _Chunk(chunk.kind, renewed(chunk.data.removeprefix(exif.PREFIX), stored))
    if packet := _xmp_of(chunk):
        return _Chunk(chunk.kind, _XMP + bytes(5) + xmp_without_thumbnails(packet))
    return chunk


def _joined(chunks: Iterable[_Chunk]) -> bytes:
    return b"".join([_SIGNATURE, *(part for chunk in chunks for part in chunk.parts())])
