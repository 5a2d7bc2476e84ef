from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import exiv2
import numpy as np
import pytest
from PIL import Image

from pored.files.metadata import MetadataError, carry_over, convert
from pored.files.picture import Kind
from pored.files.psd.carrier import carrier

if TYPE_CHECKING:
    from pathlib import Path

FORMS = {Kind.JPEG: "JPEG", Kind.PNG: "PNG", Kind.TIFF: "TIFF", Kind.WEBP: "WEBP"}


def bare(kind: Kind) -> bytes:
    if kind is Kind.PSD:
        return carrier(b"")
    buffer = BytesIO()
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(buffer, FORMS[kind])
    return buffer.getvalue()


def keys(data: bytes) -> set[str]:
    image = exiv2.ImageFactory.open(data)
    image.readMetadata()
    return {datum.key() for held in (image.exifData(), image.iptcData(), image.xmpData()) for datum in held}


CARRIED = [kind for kind in Kind if kind not in {Kind.RAW, Kind.AVIF, Kind.HEIC}]
"""AVIF and HEIC get theirs with their pixels (``test_modern``)."""


@pytest.mark.parametrize("kind", CARRIED)
def test_what_a_photographer_wrote_goes_along(portrait_file: Path, kind: Kind) -> None:
    found = keys(convert(portrait_file.read_bytes(), bare(kind), kind))
    assert {"Exif.Image.Copyright", "Exif.Photo.DateTimeOriginal", "Xmp.dc.creator", "Xmp.photoshop.City"} <= found
    assert ("Iptc.Application2.Caption" in found) == (kind is not Kind.WEBP)


@pytest.mark.parametrize("kind", CARRIED)
def test_neither_thumbnail_nor_turn_goes_along(portrait_file: Path, kind: Kind) -> None:
    found = keys(convert(portrait_file.read_bytes(), bare(kind), kind))
    assert not [key for key in found if "Thumbnail" in key]
    assert "Exif.Image.Orientation" not in found
    assert "Exif.Photo.PixelXDimension" not in found


def test_a_tiffs_structure_stays_in_tiffs(portrait_file: Path) -> None:
    tiff = convert(portrait_file.read_bytes(), bare(Kind.TIFF), Kind.TIFF)
    found = keys(convert(tiff, bare(Kind.JPEG), Kind.JPEG))
    assert not {"Exif.Image.Compression", "Exif.Image.StripOffsets", "Exif.Image.InterColorProfile"} & found
    assert "Exif.Image.Copyright" in found


def test_xmp_thumbnails_do_not_go_along() -> None:
    packet = (
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        "<rdf:Description rdf:about='' xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmp:Rating='4'"
        " xmlns:g='http://ns.adobe.com/xap/1.0/g/img/'>"
        "<xmp:Thumbnails><rdf:Alt><rdf:li rdf:parseType='Resource'><g:image>AAAA</g:image></rdf:li></rdf:Alt>"
        "</xmp:Thumbnails></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    buffer = BytesIO()
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(buffer, "JPEG", xmp=packet.encode())
    found = keys(convert(buffer.getvalue(), bare(Kind.PNG), Kind.PNG))
    assert "Xmp.xmp.Rating" in found
    assert not [key for key in found if "Thumbnails" in key]


@pytest.mark.parametrize("source", [b"", b"no picture at all"])
def test_what_cannot_be_read_is_an_error(source: bytes) -> None:
    with pytest.raises(MetadataError):
        carry_over(source, bare(Kind.TIFF))


def test_xmp_too_long_for_a_jpeg_is_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    buffer = BytesIO()
    packet = (
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        "<rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/'>"
        f"<dc:source>{'long ' * 30_000}</dc:source></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(buffer, "WEBP", xmp=packet.encode())
    with pytest.raises(MetadataError):
        convert(buffer.getvalue(), bare(Kind.JPEG), Kind.JPEG)
    assert capfd.readouterr() == ("", "")
