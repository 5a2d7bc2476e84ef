"""TIFF: read, and written again with its own compression and tags. The only place that knows tifffile.

tifffile finds imagecodecs by itself; that is where LZW and JPEG come from. Metadata are carried over to a file of one
pixel, to which the picture is then appended: so exiv2 never holds pixels.
"""

from __future__ import annotations

import logging
import math
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import tifffile
from tifffile import PHOTOMETRIC, TiffFile

from pored.errors import UnsupportedError
from pored.files.kinds.jpeg_quality import first_table, quality_of
from pored.files.kinds.source import cut_short, damaged, raw_export
from pored.files.kinds.tiff_directory import classic_metadata, join
from pored.files.metadata import carry_over, tiff_with_history
from pored.files.picture import (
    TIFF_JPEG,
    Encoding,
    Header,
    Kind,
    Picture,
    TiffCoding,
    eight_bit,
    split_alpha,
    with_alpha,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tifffile import TiffPage

    from pored.files.event import Event
    from pored.files.kinds.source import Source
    from pored.model import Samples

_ORIENTATION, _X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT = 274, 282, 283, 296
_PROFILE, _SIGNED, _LAYERS, _DNG = 34675, 52545, 37724, 50706
_LAYER_KEYS = (b"8BIMLayr", b"8BIMLr16", b"8BIMLr32", b"MIB8ryaL", b"MIB861rL", b"MIB823rL")
_STRUCTURE = frozenset(
    {254, 255, 256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 284, 317, 322, 323, 324, 325, 338, 339, 347}
    | {529, 530, 531, 532, _X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT, _PROFILE}
)
"""Tags that say how the samples lie in the file, with their profile and resolution: always the new file's own."""
_INCHES = {2: 1.0, 3: 2.54}
"""Resolution unit: how many of it are one inch."""
_UNCOMPRESSED = 1
_COMPRESSIONS = frozenset({_UNCOMPRESSED, 5, TIFF_JPEG, 8, 32773, 32946})
_ROWS = 256
"""Of a strip that is not compressed."""
_LARGEST_TILE = 1 << 24
"""Pixels; a file that claims more lies, and would be believed with gigabytes."""
_TILE_STEP = 16
"""A tile's sides are multiples of this."""
_RAW = frozenset({32803, 34892})
"""Photometric interpretations of sensor data: colour filter array, linear raw."""
_COLOURS = frozenset({PHOTOMETRIC.MINISBLACK, PHOTOMETRIC.RGB})
_REFUSED_COLOURS = {0: "an inverted grey picture", 3: "a palette of colours", 5: "CMYK", 8: "Lab", 9: "Lab", 6: "YCbCr"}
_DEPTHS = frozenset({8, 16})

logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # it complains of what pored refuses in its own words


def probe(source: Source) -> Header:
    """Size and orientation, from the first directory.

    Raises:
        UnsupportedError: anything but a flat picture, grey or RGB, with 8 or 16 bits a channel and at most one alpha.
        UnreadableError: the picture's strips lie beyond the file's end.
    """
    size = source.size
    with TiffFile(source.stream) as file:
        page = _first_page(file)
        _refuse_kind(file, page, source.name)
        _refuse_samples(page, source.name)
        if any(at + count > size for at, count in zip(page.dataoffsets, page.databytecounts, strict=True)):
            raise cut_short(source.name)
        channels = (1 if page.photometric == PHOTOMETRIC.MINISBLACK else 3) + len(page.extrasamples)
        is_whole = math.prod(page.chunked) == len(page.dataoffsets)  # else tifffile fills in what is not there
        if page.tilewidth * page.tilelength > _LARGEST_TILE or page.samplesperpixel != channels or page.imagedepth != 1:
            raise damaged(source.name)
        if not is_whole:
            raise damaged(source.name)
        turn = page.tags.valueof(_ORIENTATION, 1)
        return Header(int(page.imagewidth), int(page.imagelength), turn if turn in range(1, 9) else 1)


def read(source: Source, header: Header) -> Picture:
    """The stored picture, of the first page.

    Raises:
        Exception: whatever tifffile and imagecodecs raise where the data are damaged.
    """
    source.stream.seek(0)
    with TiffFile(source.stream) as file:
        page = _first_page(file)
        encoding = _encoding(source, page, header)  # before the samples: both at once would need more memory
        samples = page.asarray(maxworkers=1)
        if page.planarconfig == tifffile.PLANARCONFIG.SEPARATE:
            samples = np.moveaxis(samples, 0, -1)
        pixels, alpha = split_alpha(np.ascontiguousarray(samples, dtype=samples.dtype.newbyteorder("=")))
        return Picture(pixels, alpha, encoding)


def write(stored: Picture) -> bytes:
    """A file with the picture, its profile and resolution, and no other metadata."""
    with BytesIO() as buffer:  # closed, since tifffile keeps it for longer
        return _appended(buffer, stored).getvalue()


def rewrite(stored: Picture) -> bytes:
    """The file that the picture came from, with these pixels."""
    with BytesIO(stored.encoding.carrier) as buffer:
        _appended(buffer, stored)
        join(buffer, _STRUCTURE)
        return buffer.getvalue()


def annotate(carrier: bytes, event: Event) -> bytes:
    """The carrier with one more entry in its XMP's history."""
    return tiff_with_history(carrier, event)


def _appended(buffer: BytesIO, stored: Picture) -> BytesIO:
    """The picture as a further page."""
    encoding = stored.encoding
    coding = encoding.coding if isinstance(encoding.coding, TiffCoding) else TiffCoding()
    samples = with_alpha(stored.pixels, stored.alpha)
    is_jpeg = coding.compression == TIFF_JPEG
    is_plain = coding.compression == _UNCOMPRESSED and coding.tile is None and coding.byteorder == "<"
    in_parts = is_plain and not _is_planar(samples, coding)
    append = "force" if buffer.getbuffer().nbytes else False
    with tifffile.TiffWriter(buffer, append=append, byteorder=coding.byteorder) as writer:
        writer.write(
            eight_bit(samples) if is_jpeg else _in_parts(samples) if in_parts else _laid_out(samples, coding),
            shape=samples.shape if in_parts else None,
            dtype=samples.dtype if in_parts else None,
            rowsperstrip=_ROWS if in_parts else None,
            photometric="minisblack" if stored.pixels.ndim == 2 else "rgb",  # noqa: PLR2004 - (H, W) is grey
            planarconfig="separate" if _is_planar(samples, coding) else "contig",
            extrasamples=None if stored.alpha is None else [coding.extra_sample],
            compression=coding.compression,
            compressionargs=_jpeg_options(coding) if is_jpeg else None,
            subsampling=coding.sampling if is_jpeg else None,
            predictor=coding.predictor,
            tile=coding.tile,
            iccprofile=encoding.icc,
            resolution=encoding.dpi,
            resolutionunit="INCH" if encoding.dpi else None,
            metadata=None,
            software=False,
            maxworkers=1,
        )
    return buffer


def _jpeg_options(coding: TiffCoding) -> dict[str, object]:
    return {"level": coding.quality} | ({"outcolorspace": "rgb"} if coding.rgb else {})


def _is_planar(samples: Samples, coding: TiffCoding) -> bool:
    return coding.planar and coding.compression != TIFF_JPEG and samples.ndim == 3  # noqa: PLR2004 - several channels


def _laid_out(samples: Samples, coding: TiffCoding) -> Samples:
    """As they lie in the file: (C, H, W) where one channel stands after the other."""
    return np.moveaxis(samples, -1, 0) if _is_planar(samples, coding) else samples


def _in_parts(samples: Samples) -> Iterator[Samples]:
    """Strips, so that tifffile makes no second copy of all of them."""
    return (samples[start : start + _ROWS] for start in range(0, len(samples), _ROWS))


def _first_page(file: TiffFile) -> TiffPage:
    return file.pages.first


def _encoding(source: Source, page: TiffPage, header: Header) -> Encoding:
    coding = _coding(source, page)
    data = source.all_bytes()
    metadata = classic_metadata(data) if page.parent.is_bigtiff else data
    return Encoding(
        source.name,
        Kind.TIFF,
        header.orientation,
        icc=page.tags.valueof(_PROFILE),
        dpi=_dpi(page),
        coding=coding,
        carrier=carry_over(metadata, _hollow(coding)),
        left_out=_left_out(page),
    )


def _coding(source: Source, page: TiffPage) -> TiffCoding:
    coding = TiffCoding(
        compression=int(page.compression),
        predictor=page.predictor == tifffile.PREDICTOR.HORIZONTAL and page.compression != _UNCOMPRESSED,
        byteorder=page.parent.byteorder,
        extra_sample=int(page.extrasamples[0]) if page.extrasamples else 2,
        tile=_tile(page),
        rgb=page.compression == TIFF_JPEG and page.photometric == PHOTOMETRIC.RGB,
        planar=page.planarconfig == tifffile.PLANARCONFIG.SEPARATE,
    )
    if page.compression != TIFF_JPEG:
        return coding
    source.stream.seek(page.dataoffsets[0])
    table = first_table((page.jpegtables or b"") + source.stream.read(page.databytecounts[0]))
    quality = coding.quality if table is None else quality_of(table)
    sampling = page.subsampling if page.photometric == PHOTOMETRIC.YCBCR else None
    return replace(coding, quality=quality, sampling=sampling or (1, 1))


def _tile(page: TiffPage) -> tuple[int, int] | None:
    """Height and width of the tiles; None of strips, and of tiles that no program writes."""
    if not page.is_tiled or page.tilelength % _TILE_STEP or page.tilewidth % _TILE_STEP:
        return None
    return int(page.tilelength), int(page.tilewidth)


def _left_out(page: TiffPage) -> tuple[str, ...]:
    others = [*page.parent.pages[1:], *(page.pages or ())]
    left = {
        "Content Credentials (they sign the export's own pixels)": _SIGNED in page.tags,
        "smaller copies of the picture": any(part.is_reduced for part in others),
        "the pages after the first": any(not part.is_reduced for part in others),
        "BigTIFF (the result is an ordinary TIFF)": page.parent.is_bigtiff,
    }
    return tuple(words for words, is_so in left.items() if is_so)


def _hollow(coding: TiffCoding) -> bytes:
    """The smallest TIFF that metadata can be carried over to."""
    buffer = BytesIO()
    pixel = np.zeros((1, 1), np.uint8)
    tifffile.imwrite(buffer, pixel, byteorder=coding.byteorder, metadata=None, software=False)
    return buffer.getvalue()


def _dpi(page: TiffPage) -> tuple[float, float] | None:
    inches = _INCHES.get(int(page.tags.valueof(_RESOLUTION_UNIT, 2)))
    across, down = (page.tags.valueof(tag) for tag in (_X_RESOLUTION, _Y_RESOLUTION))
    if inches is None or not across or not down or 0 in {across[1], down[1]}:
        return None
    return inches * across[0] / across[1], inches * down[0] / down[1]


def _refuse_kind(file: TiffFile, page: TiffPage, name: str) -> None:
    """What is no flat picture."""
    others = [*file.pages[1:], *(page.pages or ())]
    if _DNG in page.tags or any(int(part.photometric) in _RAW for part in [page, *others]):
        raise raw_export(name)
    if any(key in (page.tags.valueof(_LAYERS) or b"") for key in _LAYER_KEYS):
        raise UnsupportedError("layers", f"{name} has layers; flatten it, or export a copy without layers.")


def _refuse_samples(page: TiffPage, name: str) -> None:
    """What a result could not keep."""
    if int(page.compression) not in _COMPRESSIONS:
        raise UnsupportedError(
            "tiff-compression",
            f"{name} is compressed in a way that pored does not handle; export it with LZW, ZIP, JPEG or none.",
        )
    colours = int(page.photometric)
    is_jpeg = page.compression == TIFF_JPEG and page.photometric == PHOTOMETRIC.YCBCR
    if colours not in _COLOURS and not is_jpeg:
        what = _REFUSED_COLOURS.get(colours, f"a TIFF of a rare kind (photometric interpretation {colours})")
        raise UnsupportedError("colour-mode", f"{name} is {what}; convert it to RGB and export it again.")
    if page.bitspersample not in _DEPTHS or page.sampleformat != tifffile.SAMPLEFORMAT.UINT:
        raise UnsupportedError(
            "bit-depth", f"{name} has {page.bitspersample} bits a channel; export it with 8 or 16 bits."
        )
    if len(page.extrasamples) > 1:
        raise UnsupportedError("channels", f"{name} holds several saved selections (alpha channels); delete them.")
    is_rare = page.bitspersample != 8  # noqa: PLR2004 - an ordinary JPEG has 8
    if page.compression == TIFF_JPEG and (page.extrasamples or is_rare):
        raise UnsupportedError("tiff-compression", f"{name} is a JPEG in a TIFF of a rare kind; export it with LZW.")
