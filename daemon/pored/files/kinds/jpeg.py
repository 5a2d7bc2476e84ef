"""JPEG: read, and written again with its own quantisation tables, chroma subsampling and metadata."""

from __future__ import annotations

import itertools
import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import imagecodecs

from pored.errors import UnsupportedError
from pored.files import exif
from pored.files.image_resources import without_thumbnails
from pored.files.kinds.jpeg_blocks import Piece, changed_blocks, with_own_blocks
from pored.files.kinds.pillow import encoded, unloaded
from pored.files.kinds.source import cut_short, damaged
from pored.files.metadata import MetadataError, with_history
from pored.files.picture import ENCODED_AGAIN, Encoding, Header, JpegCoding, Kind, Picture
from pored.files.thumbnail import renewed, xmp_without_thumbnails
from pored.model import Box
from pored.pixels.planes.changes import changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from PIL.JpegImagePlugin import JpegImageFile

    from pored.files.event import Event
    from pored.files.kinds.source import Source
    from pored.model import Samples

_START, _END = b"\xff\xd8", b"\xff\xd9"
_SCAN = 0xDA
_COMMENT = 0xFE
_APP = range(0xE0, 0xF0)
_JFIF, _EXIF_OR_XMP, _PROFILE, _SIGNED, _PHOTOSHOP, _ADOBE = 0xE0, 0xE1, 0xE2, 0xEB, 0xED, 0xEE
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = 0xC2
_READABLE_FRAMES = frozenset({0xC0, 0xC1, _PROGRESSIVE})
"""Baseline, extended and progressive, all Huffman-coded."""
_XMP = b"http://ns.adobe.com/xap/1.0/\x00"
_RESOURCES = b"Photoshop 3.0\x00"
_GAIN_MAP_MARKS = (b"http://ns.adobe.com/hdr-gain-map/1.0/", b"urn:iso:std:iso:ts:21496:-1")
_SAMPLINGS = {0x11: "4:4:4", 0x21: "4:2:2", 0x22: "4:2:0"}
"""By the luma's factors, across and down, where the chroma's are 1 and 1."""
_COMPONENTS = 6
"""Where a frame lists its components: name, factors and table of each."""
_LONGEST = 65533
"""Bytes of payload that a segment can hold."""
_UNIT = 16
"""Pixels along what holds whole blocks of every component, in each of the samplings."""
_PIECE = 32 * _UNIT
"""Rows that are encoded at once: Pillow copies what it encodes, and needs four bytes a pixel besides."""

_CONVERTED: dict[str, object] = {"quality": 96, "subsampling": "4:4:4"}
"""For pictures that were no JPEG before: full chroma, and no step that an eye could find."""


@dataclass(frozen=True, slots=True)
class _Segment:
    """One of the parts before the compressed data."""

    marker: int
    payload: bytes

    def to_bytes(self) -> bytes:
        """As it stands in the file."""
        return struct.pack(">BBH", 0xFF, self.marker, len(self.payload) + 2) + self.payload


def probe(source: Source) -> Header:
    """Size and orientation, from the segments before the first scan.

    Raises:
        UnsupportedError: CMYK, more than 8 bits, or a process other than baseline or progressive.
        UnreadableError: there is no end to the segments.
    """
    parts = _segments(source)
    frames = [part for part in parts if part.marker in _FRAMES]
    if not frames:
        raise damaged(source.name)
    height, width = _frame_size(frames[0], source.name)
    return Header(width, height, exif.orientation(_exif_block(parts)))


def read(source: Source, header: Header) -> Picture:
    """The stored picture.

    Raises:
        UnreadableError: it ends before its picture does.
        Exception: whatever Pillow and imagecodecs raise where the data are damaged.
    """
    parts = _segments(source)
    scan = source.stream.tell()
    kept = [part for part in parts if _is_metadata(part) and not _reason_to_leave(part)]
    data = source.all_bytes()
    with unloaded(data, "JPEG") as image:
        facts, tables = image.info, cast("JpegImageFile", image).quantization
    if data.rfind(_END, scan) < 0:  # from the end, where it is as a rule
        raise cut_short(source.name)  # the decoder would make up what is missing
    pixels = imagecodecs.jpeg8_decode(data)  # twice as fast as Pillow, to the same samples
    encoding = Encoding(
        source.name,
        Kind.JPEG,
        header.orientation,
        icc=facts.get("icc_profile"),
        dpi=facts.get("dpi"),
        coding=_coding(tables, parts, data, pixels),
        carrier=_START + _joined(kept) + _END,
        left_out=_left_out(parts),
    )
    return Picture(pixels, None, encoding)


def write(stored: Picture) -> bytes:
    """A file with the picture, its profile and resolution, and no other metadata."""
    encoding = stored.encoding
    options = _options(encoding.coding) if isinstance(encoding.coding, JpegCoding) else _CONVERTED
    profile = {"icc_profile": encoding.icc} if encoding.icc else {}
    dpi = {"dpi": encoding.dpi} if encoding.dpi else {}
    return encoded(stored.pixels, "JPEG", **options, **profile, **dpi)


def rewrite(stored: Picture, not_kept: list[str] | None = None) -> bytes:
    """The file that the picture came from, with these pixels; blocks without a changed one keep their coefficients.

    Args:
        stored: the picture as stored.
        not_kept: told where the blocks could not be kept, and everything was encoded again.

    Raises:
        UnsupportedError: it carries a gain map, which would no longer fit.
    """
    encoding = stored.encoding
    if any(mark in encoding.carrier for mark in _GAIN_MAP_MARKS):
        raise UnsupportedError(
            "gain-map",
            f"{encoding.name} carries an HDR gain map, which pored cannot renew yet; export it without HDR.",
        )
    bare = replace(stored, encoding=replace(encoding, icc=None, dpi=None))
    fresh = _with_own_blocks(bare, encoding.coding) if isinstance(encoding.coding, JpegCoding) else None
    if fresh is None:
        if isinstance(encoding.coding, JpegCoding) and not_kept is not None:
            not_kept.append(ENCODED_AGAIN)
        fresh = write(bare)
    parts = _whole_resources(_metadata_of(encoding.carrier))
    return _START + _joined(_renewed(part, stored.pixels) for part in parts) + _after_metadata(fresh)


def _with_own_blocks(bare: Picture, coding: JpegCoding) -> bytes | None:
    """The file with new blocks where the picture was changed; None where it cannot be made of the old one's."""
    return with_own_blocks(coding.data, _pieces(bare, coding.pixels))


def _pieces(bare: Picture, before: Samples) -> list[Piece]:
    """What was changed, encoded."""
    part, changed = _changed_part(before, bare.pixels)
    pieces = []
    for start, end in itertools.pairwise([*range(part.y0, part.y1, _PIECE), part.y1]):
        box = Box(part.x0, start, part.x1, end)
        data = write(replace(bare, pixels=bare.pixels[box.slices]))
        pieces.append(Piece(data, box, changed_blocks(changed[start - part.y0 : end - part.y0])))
    return pieces


def _changed_part(before: Samples, after: Samples) -> tuple[Box, NDArray[np.bool_]]:
    """A part that holds every changed pixel, and which of its pixels those are."""
    found = changes(before, after)
    part = _around(found.box, *after.shape[:2])
    return part, found.within(part)


def _around(changed: Box | None, height: int, width: int) -> Box:
    """What holds every changed pixel, in whole blocks of all components; the first blocks where there is none."""
    box = changed or Box(0, 0, 1, 1)
    x0, y0 = (start // _UNIT * _UNIT for start in (box.x0, box.y0))
    x1, y1 = (-(-end // _UNIT) * _UNIT for end in (box.x1, box.y1))
    return Box(x0, y0, x1, y1).clipped(width, height)


def annotate(carrier: bytes, event: Event) -> bytes:
    """The carrier with one more entry in its XMP's history.

    Raises:
        MetadataError: the packet cannot be read, or would be too long for a JPEG.
    """
    parts = _metadata_of(carrier)
    held = next((place for place, part in enumerate(parts) if _is_xmp(part)), None)
    packet = b"" if held is None else parts[held].payload.removeprefix(_XMP)
    payload = _XMP + with_history(packet, event)
    if len(payload) > _LONGEST:
        raise MetadataError("no room in the XMP segment")
    if held is None:
        held = sum(part.marker in {_JFIF, _EXIF_OR_XMP} for part in parts)
        parts.insert(held, _Segment(_EXIF_OR_XMP, payload))
    parts[held] = _Segment(_EXIF_OR_XMP, payload)
    return _START + _joined(parts) + _after_metadata(carrier)


def _is_xmp(part: _Segment) -> bool:
    return part.marker == _EXIF_OR_XMP and part.payload.startswith(_XMP)


def _segments(source: Source) -> list[_Segment]:
    """Everything from the start to the first scan, whose own head is the last."""
    source.stream.seek(len(_START))
    found: list[_Segment] = []
    while not found or found[-1].marker not in {_SCAN, _END[1]}:
        marker = _next_marker(source)
        length = int.from_bytes(source.take(2), "big") if marker != _END[1] else 2
        found.append(_Segment(marker, source.take(max(length - 2, 0))))
    return found


def _next_marker(source: Source) -> int:
    if source.take(1) != b"\xff":
        raise damaged(source.name)
    marker = source.take(1)[0]
    while marker == 0xFF:  # noqa: PLR2004 - any number of fill bytes may stand before a marker
        marker = source.take(1)[0]
    return marker


def _frame_size(frame: _Segment, name: str) -> tuple[int, int]:
    """Height and width, of a frame that pored can read."""
    if frame.marker not in _READABLE_FRAMES:
        raise UnsupportedError(
            "jpeg-process", f"{name} is a JPEG of a rare kind; export it as a baseline or progressive JPEG."
        )
    try:
        bits, height, width, components = struct.unpack_from(">BHHB", frame.payload)
    except struct.error as error:
        raise damaged(name) from error
    if bits != 8:  # noqa: PLR2004 - all that the codec has
        raise UnsupportedError("bit-depth", f"{name} has {bits} bits a channel; export it as a JPEG with 8 bits.")
    if components == 4:  # noqa: PLR2004 - cyan, magenta, yellow, black
        raise UnsupportedError(
            "cmyk", f"{name} is CMYK; convert it to RGB (Photoshop: Edit > Convert to Profile) and export it again."
        )
    return height, width


def _coding(tables: Mapping[int, Sequence[int]], parts: list[_Segment], data: bytes, pixels: Samples) -> JpegCoding:
    frame = next(part for part in parts if part.marker in _FRAMES)
    names, samplings, numbers = (frame.payload[_COMPONENTS + field :: 3] for field in range(3))
    while len(numbers) > 1 and numbers[-1] == numbers[-2]:
        numbers = numbers[:-1]
    return JpegCoding(
        tables=tuple(tuple(tables[number]) for number in numbers),
        sampling=_sampling(samplings),
        progressive=frame.marker == _PROGRESSIVE,
        rgb=_is_rgb(names, parts),
        data=data,
        pixels=pixels,
    )


def _sampling(samplings: bytes) -> str:
    """Chroma subsampling from each component's factors; what Pillow cannot write is kept in full."""
    luma, *chroma = samplings
    if set(chroma) != {0x11}:
        return "4:4:4"
    return _SAMPLINGS.get(luma, "4:4:4")


def _is_rgb(names: bytes, parts: list[_Segment]) -> bool:
    """Whether libjpeg takes the components for R, G and B: its own order of evidence (jdapimin.c)."""
    if len(names) == 1 or any(part.marker == _JFIF and part.payload.startswith(b"JFIF\x00") for part in parts):
        return False
    adobe = [part.payload for part in parts if part.marker == _ADOBE and part.payload.startswith(b"Adobe")]
    return adobe[-1][11:12] == b"\x00" if adobe else names == b"RGB"


def _options(coding: JpegCoding) -> dict[str, object]:
    return {
        "qtables": [list(table) for table in coding.tables],
        "subsampling": coding.sampling,
        "progressive": coding.progressive,
        "keep_rgb": coding.rgb,
    }


def _is_metadata(part: _Segment) -> bool:
    return part.marker in _APP or part.marker == _COMMENT


def _reason_to_leave(part: _Segment) -> str:
    """Why a result cannot carry a segment on; empty where it can."""
    if part.marker == _SIGNED and part.payload.startswith(b"JP"):
        return "Content Credentials (they sign the export's own pixels)"
    if part.marker == _PROFILE and part.payload.startswith(b"MPF\x00"):
        return "further pictures behind the first (MPF)"
    if part.marker == _JFIF and part.payload.startswith(b"JFXX\x00"):
        return "the JFIF thumbnail"
    return ""


def _left_out(parts: list[_Segment]) -> tuple[str, ...]:
    left = {_reason_to_leave(part) for part in parts} - {""}
    if any(mark in part.payload for part in parts for mark in _GAIN_MAP_MARKS):
        left.add("the HDR gain map")  # in another format; in the same one it is a reason to refuse
    if any(part.marker == _PROGRESSIVE for part in parts):
        left.add("the progressive order (so that unchanged blocks stay as they are)")
    return tuple(sorted(left))


def _exif_block(parts: Iterable[_Segment]) -> bytes:
    blocks = (part.payload for part in parts if part.marker == _EXIF_OR_XMP and part.payload.startswith(exif.PREFIX))
    return next(blocks, b"").removeprefix(exif.PREFIX)


def _whole_resources(parts: list[_Segment]) -> list[_Segment]:
    """Photoshop's resources without thumbnails; they may run on from one segment to the next."""
    held = [part for part in parts if part.marker == _PHOTOSHOP and part.payload.startswith(_RESOURCES)]
    if not held:
        return parts
    resources = without_thumbnails(b"".join(part.payload.removeprefix(_RESOURCES) for part in held))
    step = _LONGEST - len(_RESOURCES)
    pieces = [resources[at : at + step] for at in range(0, len(resources), step)]
    first = parts.index(held[0])
    mended = [_Segment(_PHOTOSHOP, _RESOURCES + piece) for piece in pieces]
    return parts[:first] + mended + [part for part in parts[first:] if part not in held]


def _renewed(part: _Segment, stored: Samples) -> _Segment:
    """A segment without a trace of what the picture looked like before."""
    if part.marker == _EXIF_OR_XMP and part.payload.startswith(exif.PREFIX):
        return _Segment(part.marker, exif.PREFIX + renewed(part.payload.removeprefix(exif.PREFIX), stored))
    if _is_xmp(part):
        return _Segment(part.marker, xmp_without_thumbnails(part.payload))
    if part.marker == _JFIF and part.payload.startswith(b"JFIF\x00"):
        return _Segment(part.marker, part.payload[:12] + b"\x00\x00")
    return part


def _joined(parts: Iterable[_Segment]) -> bytes:
    return b"".join(part.to_bytes() for part in parts)


def _metadata_of(data: bytes) -> list[_Segment]:
    """The metadata segments at the start of a file that pored wrote itself."""
    found, at = [], len(_START)
    while data[at + 1] in _APP or data[at + 1] == _COMMENT:
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        found.append(_Segment(data[at + 1], data[at + 4 : at + 2 + length]))
        at += 2 + length
    return found


def _after_metadata(data: bytes) -> bytes:
    """Tables, frame and scans of a file that pored wrote itself."""
    return data[len(_START) + len(_joined(_metadata_of(data))) :]
