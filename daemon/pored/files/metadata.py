"""Metadata from one file to another: EXIF, XMP, IPTC. The only place that knows exiv2.

Files are handed over in memory: no names, so none that exiv2 could misread. Its keys are only ever taken from what it
lists itself; an unknown one ends the process.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import exiv2

from pored.errors import UnsupportedError
from pored.files.image_resources import without_thumbnails
from pored.files.picture import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pored.files.event import Event

exiv2.LogMsg.setLevel(exiv2.LogMsg.Level.mute)

_PREVIEWS = ("Thumbnail", "SubThumb", "SubImage", "Image2", "Image3", "Preview")
"""Starts of the groups that describe other pictures in the same file."""
_TURN = (".Orientation", ".PixelXDimension", ".PixelYDimension")
"""What is no longer true of a picture that was turned upright."""
_SIGNED = frozenset({"Exif.Image.0xcd41"})
"""Content Credentials in a TIFF: a signature over pixels that are no more."""
_RESOURCES = "Exif.Image.ImageResources"
_HISTORY = "Xmp.xmpMM.History"
_ENTRY = re.compile(r"Xmp\.xmpMM\.History\[(\d+)\]")
_TIFF_ONLY = frozenset(
    f"Exif.Image.{tag}"
    for tag in (
        "ImageWidth",
        "ImageLength",
        "BitsPerSample",
        "Compression",
        "SamplesPerPixel",
        "PlanarConfiguration",
        "Predictor",
        "ExtraSamples",
        "SampleFormat",
        "InterColorProfile",
        "ImageResources",
        "ImageSourceData",
        "NewSubfileType",
        "SubfileType",
        "FillOrder",
    )
)
"""What describes a TIFF's own structure, or stands elsewhere in other kinds of file."""


class MetadataError(ValueError):
    """Metadata that cannot be read, or that the target cannot hold."""


@contextmanager
def metadata_kept(name: str) -> Iterator[None]:
    """Around what writes a picture's metadata again.

    Args:
        name: of its file.

    Raises:
        UnsupportedError: they cannot be read, or the result cannot hold them.
    """
    try:
        yield
    except MetadataError as error:
        raise UnsupportedError(
            "metadata",
            f"The metadata of {name} cannot be written again; export it without them, or set result.history = false.",
        ) from error


def carry_over(source: bytes, target: bytes) -> bytes:
    """A TIFF with the tags, XMP and IPTC of another, but for what describes the pixels, their storage and previews.

    Raises:
        MetadataError: they cannot be read or written.
    """
    return _copied(source, target, lambda key: key in _SIGNED)


def convert(source: bytes, target: bytes, kind: Kind) -> bytes:
    """A file of another kind than ``source`` with its EXIF, XMP and IPTC, declared upright.

    Args:
        source: any file of the four kinds, with or without pixels.
        target: a file of ``kind`` without metadata, its pixels stored upright.
        kind: what does not belong in it is left out.

    Raises:
        MetadataError: they cannot be read or written.
    """
    unfit = _SIGNED if kind is Kind.TIFF else _SIGNED | _TIFF_ONLY
    return _copied(source, target, lambda key: key in unfit or key.endswith(_TURN))


def with_history(packet: bytes, event: Event) -> bytes:
    """An XMP packet with one more entry in its history.

    Args:
        packet: empty where there was none.
        event: the entry.

    Raises:
        MetadataError: the packet cannot be read.
    """
    try:
        image = _opened(packet) if packet else exiv2.ImageFactory.create(exiv2.ImageType.xmp)
        return _told(image, event)
    except exiv2.Exiv2Error as error:
        raise MetadataError(str(error)) from error


def tiff_with_history(data: bytes, event: Event) -> bytes:
    """A TIFF whose XMP has one more entry in its history.

    Raises:
        MetadataError: it cannot be read.
    """
    try:
        return _told(_opened(data), event)
    except exiv2.Exiv2Error as error:
        raise MetadataError(str(error)) from error


def _told(image: exiv2.Image, event: Event) -> bytes:
    xmp = image.xmpData()
    entries = {match[1] for datum in xmp if (match := _ENTRY.match(datum.key()))}
    if not entries:
        xmp[_HISTORY] = exiv2.XmpArrayValue(exiv2.TypeId.xmpSeq)
    for field, value in event.fields.items():
        xmp[f"{_HISTORY}[{len(entries) + 1}]/stEvt:{field}"] = value
    image.writeMetadata()
    return _content(image)


def _copied(source: bytes, target: bytes, is_unfit: Callable[[str], bool]) -> bytes:
    try:
        there, here = _opened(source), _opened(target)
        here.setExifData(_exif(there, is_unfit))
        here.setXmpData(_xmp(there, is_unfit))
        here.setIptcData(there.iptcData())
        here.writeMetadata()
        return _content(here)
    except exiv2.Exiv2Error as error:
        raise MetadataError(str(error)) from error


def _opened(data: bytes) -> exiv2.Image:
    image = exiv2.ImageFactory.open(data)
    image.readMetadata()
    return image


def _content(image: exiv2.Image) -> bytes:
    content = image.io()
    content.open()
    try:
        return bytes(content.mmap())
    finally:
        content.munmap()


def _exif(image: exiv2.Image, is_unfit: Callable[[str], bool]) -> exiv2.ExifData:
    """Its EXIF without the unfit and without anything that shows or describes a preview."""
    exif = image.exifData()
    for key, group in [(datum.key(), datum.groupName()) for datum in exif]:
        if is_unfit(key) or group.startswith(_PREVIEWS):
            del exif[key]
        elif key == _RESOURCES:
            value = exiv2.DataValue(exiv2.TypeId.undefined)
            value.read(without_thumbnails(bytes(exif[key].value().data())), exiv2.ByteOrder.invalidByteOrder)
            exif[key] = value
    return exif


def _xmp(image: exiv2.Image, is_unfit: Callable[[str], bool]) -> exiv2.XmpData:
    xmp = image.xmpData()
    for key in [datum.key() for datum in xmp]:
        if is_unfit(key) or key.startswith("Xmp.xmp.Thumbnails"):
            del xmp[key]
    return xmp
