from __future__ import annotations

import calendar
import struct
from io import BytesIO
from typing import TYPE_CHECKING, Literal

import numpy as np
import pillow_heif
import pytest
import tifffile
from PIL import Image, PngImagePlugin

from pored.capture import UNKNOWN, Capture
from pored.files.captured import read_capture
from pored.files.codecs import encode_picture, read_picture
from pored.files.psd.result import new_document
from pored.files.psd.write import write_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

TAKEN = calendar.timegm((2026, 11, 22, 18, 5, 7))
PACKET = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" '
    b'xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" crs:RawFileName="IMG_7.CR3" '
    b'xmpMM:DocumentID="xmp.did:own" xmlns:stRef="http://ns.adobe.com/xap/1.0/sType/ResourceRef#">'
    b"<xmpMM:PreservedFileName>IMG_7.tif</xmpMM:PreservedFileName>"
    b'<xmpMM:DerivedFrom stRef:documentID="xmp.did:raw" stRef:instanceID="xmp.iid:raw"/>'
    b"</rdf:Description></rdf:RDF></x:xmpmeta>"
)
FULL = Capture(
    taken=TAKEN,
    fraction="25",
    serial="12345",
    made_from=("IMG_7.CR3", "IMG_7.tif"),
    documents=frozenset({"xmp.did:own"}),
    sources=frozenset({"xmp.did:raw", "xmp.iid:raw"}),
)


def block() -> Image.Exif:
    exif = Image.Exif()
    exif[271] = "Maker"
    exif.get_ifd(0x8769).update({36867: "2026:11:22 18:05:07", 37521: "250", 42033: "0012345"})
    return exif


@pytest.fixture
def pixels() -> NDArray[np.uint8]:
    return np.zeros((16, 16, 3), np.uint8)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF", "HEIC", "PSD"])
def test_every_kind_tells_what_its_metadata_say(tmp_path: Path, pixels: NDArray[np.uint8], form: str) -> None:
    path = tmp_path / "a"
    exif, options = block(), dict[str, object](xmp=PACKET)
    if form == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_itxt("XML:com.adobe.xmp", PACKET.decode())
        options = {"pnginfo": notes}
    if form == "HEIC":
        image = pillow_heif.from_bytes("RGB", pixels.shape[1::-1], pixels.tobytes())
        image.save(path, exif=exif.tobytes(), xmp=PACKET)
    else:
        Image.fromarray(pixels).save(path, "JPEG" if form in {"TIFF", "PSD"} else form, exif=exif, **options)
    if form == "TIFF":
        photo = read_picture(path)
        path.write_bytes(encode_picture(photo, photo.pixels, "tiff"))
    if form == "PSD":
        with path.open("r+b") as file:
            write_document(file, new_document(read_picture(path), pixels, (), None))
    assert read_capture(path) == FULL


@pytest.mark.parametrize("byteorder", ["<", ">"])
def test_a_dng_tells_its_serial_in_a_tag_of_its_own(
    tmp_path: Path, pixels: NDArray[np.uint8], byteorder: Literal["<", ">"]
) -> None:
    path = tmp_path / "a.dng"
    tags = [(50735, 2, 0, "0098765", True), (700, 1, len(PACKET), PACKET, True)]
    tifffile.imwrite(path, pixels, photometric="rgb", byteorder=byteorder, metadata=None, extratags=tags)
    assert read_capture(path) == Capture(None, "", "98765", FULL.made_from, FULL.documents, FULL.sources)


def test_a_fuji_raw_has_it_in_its_preview(tmp_path: Path, pixels: NDArray[np.uint8]) -> None:
    preview = BytesIO()
    Image.fromarray(pixels).save(preview, "JPEG", exif=block())
    head = b"FUJIFILMCCD-RAW ".ljust(84, b"0") + struct.pack(">II", 148, len(preview.getvalue()))
    (tmp_path / "a.raf").write_bytes(head.ljust(148, b"\x00") + preview.getvalue())
    assert read_capture(tmp_path / "a.raf") == Capture(TAKEN, "25", "12345")


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


def test_a_canon_raw_has_it_in_boxes(tmp_path: Path) -> None:
    taken, serial = b"2026:11:22 18:05:07\x00", b"0012345\x00"
    values = 8 + 2 + 3 * 12 + 4
    directory = struct.pack("<2sHIH", b"II", 42, 8, 3)
    directory += struct.pack("<HHII", 36867, 2, len(taken), values)
    directory += struct.pack("<HHI4s", 37521, 2, 3, b"25\x00\x00")
    directory += struct.pack("<HHII", 42033, 2, len(serial), values + len(taken)) + bytes(4) + taken + serial
    canon = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
    moov = box(b"moov", box(b"uuid", canon + box(b"CNCV", b"x") + box(b"CMT2", directory)))
    (tmp_path / "a.cr3").write_bytes(box(b"ftyp", b"crx \x00\x00\x00\x01") + moov + box(b"mdat", bytes(100)))
    assert read_capture(tmp_path / "a.cr3") == Capture(TAKEN, "25", "12345")


@pytest.mark.parametrize("head", [b"8BPS", struct.pack(">I", 16) + b"ftypavif"])
def test_a_file_that_is_only_a_head_says_nothing(tmp_path: Path, head: bytes) -> None:
    for length in range(0, 120, 7):
        (tmp_path / "a").write_bytes(head + bytes([255]) * length)
        assert read_capture(tmp_path / "a") == UNKNOWN


def test_what_cannot_be_read_says_nothing(tmp_path: Path, pixels: NDArray[np.uint8]) -> None:
    assert read_capture(tmp_path / "gone.jpg") == UNKNOWN
    (tmp_path / "a.txt").write_text("no picture")
    assert read_capture(tmp_path / "a.txt") == UNKNOWN
    Image.fromarray(pixels).save(tmp_path / "a.jpg")
    assert read_capture(tmp_path / "a.jpg") == UNKNOWN


@pytest.mark.parametrize("form", ["JPEG", "TIFF", "PNG", "WEBP"])
def test_no_damage_raises(tmp_path: Path, pixels: NDArray[np.uint8], form: str) -> None:
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, form, exif=block())
    chance = np.random.default_rng(3)
    for _ in range(300):
        data = bytearray(buffer.getvalue())
        for _ in range(4):
            data[chance.integers(min(len(data), 400))] = chance.integers(256)
        (tmp_path / "a").write_bytes(data[: chance.integers(1, len(data))])
        assert isinstance(read_capture(tmp_path / "a"), Capture)


def test_a_mosaic_without_such_tags(tmp_path: Path, pixels: NDArray[np.uint8], dng: Callable[..., bytes]) -> None:
    (tmp_path / "a.dng").write_bytes(dng(pixels))
    assert read_capture(tmp_path / "a.dng") == UNKNOWN
