"""AVIF: read, and written again with its own depth, chroma subsampling and quantiser."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import imagecodecs
import numpy as np

from pored.errors import UnsupportedError
from pored.files import metadata_box
from pored.files.kinds import av1, avif_file, heif
from pored.files.kinds.isobmff import boxes, item_bytes, read_items
from pored.files.kinds.pillow import encoded
from pored.files.kinds.source import damaged
from pored.files.orientation import upright
from pored.files.picture import LOSSLESS, AvifCoding, Encoding, Header, Kind, Picture, split_alpha, with_alpha

if TYPE_CHECKING:
    from pored.files.event import Event
    from pored.files.kinds.isobmff import Item, Items
    from pored.files.kinds.source import Source
    from pored.model import Samples

_QUALITY = 92
"""Of 100, where the file does not say how strongly it was compressed."""
_SPEED = 8
"""Of libaom, 0..10; takes an eighth of the time that 6 takes, and a seventh more room."""
_QUALITIES = (0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100)
_FALLING = (-255, -236, -216, -196, -172, -148, -120, -92, -60, -32, -16, 0)
"""Less the quantiser that libavif 1.4 makes of each, whatever the depth, the subsampling and the speed; measured."""
_HEADERS = 1 << 12
"""Bytes in which a picture's own headers stand."""
_HIGH, _TWELVE, _MONOCHROME, _HALF_ACROSS, _HALF_DOWN = 0x40, 0x20, 0x10, 0x08, 0x04
_EIGHT_BITS, _TEN_BITS, _TWELVE_BITS = 8, 10, 12
_WHITE = 65535
_ROWS = 256


def probe(source: Source) -> Header:
    """Size and orientation, from the boxes.

    Raises:
        UnsupportedError: an animation, colours of HDR or of a wide gamut without a profile, or a part of a picture.
    """
    items = read_items(source.stream)
    size = items.shown.said(b"ispe")[0]
    if len(size) != 12 or any(size[:4]):  # noqa: PLR2004 - version and flags, width, height
        raise damaged(source.name)
    _refuse(source, items)
    return Header(int.from_bytes(size[4:8], "big"), int.from_bytes(size[8:], "big"), heif.orientation(items.shown))


def read(source: Source, header: Header) -> Picture:
    """The stored picture; what has more than 8 bits fills 16.

    Raises:
        Exception: whatever imagecodecs raises where the data are damaged.
    """
    items = read_items(source.stream)
    coding = _coding(source, items)
    samples = cast("Samples", imagecodecs.avif_decode(source.all_bytes(), numthreads=1))
    pixels, alpha = split_alpha(_filled(samples, coding.bits))
    held = heif.metadata(source.stream, items)
    encoding = Encoding(
        source.name,
        Kind.AVIF,
        header.orientation,
        icc=held[metadata_box.PROFILE] or None,
        dpi=None,
        coding=coding,
        carrier=metadata_box.boxed(held, header),
        left_out=heif.left_out(source.stream, items),
    )
    return Picture(pixels, alpha, encoding)


def rewrite(stored: Picture) -> bytes:
    """The file that the picture came from, with these pixels."""
    encoding = stored.encoding
    held = metadata_box.for_result(encoding.carrier, upright(stored.pixels, encoding.orientation))
    bits = _EIGHT_BITS if stored.pixels.dtype == np.uint8 else _TWELVE_BITS
    coding = encoding.coding if isinstance(encoding.coding, AvifCoding) else AvifCoding(bits, "4:4:4", _QUALITY)
    properties = heif.turned(encoding.orientation)
    if icc := held.get("icc_profile"):
        properties.append((b"colr", b"prof" + icc))
    extras = [avif_file.exif_item(held["exif"])] if "exif" in held else []
    extras += [avif_file.xmp_item(held["xmp"])] if "xmp" in held else []
    return avif_file.completed(_coded(stored, coding), properties, extras)


def annotate(carrier: bytes, event: Event) -> bytes:
    """The carrier with one more entry in its XMP's history."""
    return metadata_box.annotate(carrier, event)


def _refuse(source: Source, items: Items) -> None:
    if any(box.kind == b"moov" for box in boxes(source.stream, 0, source.size)):
        raise UnsupportedError("animation", f"{source.name} is an animation; export one picture.")
    if items.shown.said(b"clap"):
        raise UnsupportedError("cropped", f"{source.name} hides a part of its picture (clap); export it again.")
    heif.refuse_unusual_colours(source.name, heif.profile(items.shown), _colours(items, _headers(source, items)))


def _headers(source: Source, items: Items) -> av1.Coded | None:
    """What the picture, or the first tile of it, says of itself; None where that cannot be understood."""
    try:
        return av1.coded(item_bytes(source.stream, items.parts()[0], _HEADERS))
    except (LookupError, ValueError):
        return None


def _colours(items: Items, headers: av1.Coded | None) -> heif.Colours:
    """By numbers, which the boxes say, or else the picture itself."""
    said = heif.colours(items.shown)
    if said is None and headers is not None:
        return heif.Colours(headers.primaries, headers.curve)
    return said or heif.Colours()


def _coding(source: Source, items: Items) -> AvifCoding:
    headers = _headers(source, items)
    quality = _QUALITY if headers is None else round(float(np.interp(-headers.quantiser, _FALLING, _QUALITIES)))
    bits, sampling = _layout(items.parts()[0])
    return AvifCoding(bits, sampling, quality, _colours(items, headers))


def _layout(part: Item) -> tuple[int, str]:
    """Bits a channel and chroma subsampling, from the box av1C.

    Raises:
        LookupError: there is none.
    """
    flags = part.said(b"av1C")[0][2]
    bits = (_TWELVE_BITS if flags & _TWELVE else _TEN_BITS) if flags & _HIGH else _EIGHT_BITS
    if flags & _MONOCHROME:
        return bits, "4:0:0"
    across, down = bool(flags & _HALF_ACROSS), bool(flags & _HALF_DOWN)
    return bits, "4:2:0" if across and down else "4:2:2" if across else "4:4:4"


def _coded(stored: Picture, coding: AvifCoding) -> bytes:
    """The picture without metadata. imagecodecs codes grey only without loss."""
    samples = _reduced(with_alpha(stored.pixels, stored.alpha), coding.bits)
    if stored.pixels.ndim == 2 and coding.bits == _EIGHT_BITS and coding.quality < LOSSLESS:  # noqa: PLR2004 - grey
        return encoded(samples, "AVIF", quality=coding.quality, speed=_SPEED)
    primaries, curve = coding.colours
    return bytes(
        imagecodecs.avif_encode(
            samples,
            level=coding.quality,
            speed=_SPEED,
            bitspersample=coding.bits,
            pixelformat=coding.sampling.replace(":", ""),
            primaries=primaries,
            transfer=curve,
            numthreads=1,
        )
    )


def _filled(samples: Samples, bits: int) -> Samples:
    """The same array; samples of more than 8 bits use 16 up to white."""
    if bits != _EIGHT_BITS:
        for rows in range(0, len(samples), _ROWS):  # a few rows at a time, so that there is no second picture
            some = samples[rows : rows + _ROWS]
            some[:] = (some << (16 - bits)) | (some >> (2 * bits - 16))
    return samples


def _reduced(samples: Samples, bits: int) -> Samples:
    """The inverse of :func:`_filled`, to the nearest level."""
    if bits == _EIGHT_BITS:
        return samples
    reduced, most = np.empty_like(samples), (1 << bits) - 1
    for rows in range(0, len(samples), _ROWS):  # a few rows at a time: the product needs 32 bits a sample
        some = samples[rows : rows + _ROWS].astype(np.uint32)
        reduced[rows : rows + _ROWS] = (some * most + _WHITE // 2) // _WHITE
    return reduced
