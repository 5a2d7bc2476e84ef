from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from pored.files.psd.layers import Layer
from pored.files.psd.write import Document, write_document
from pored.model import Box
from pored.watch.endcheck import Ending, ending, looks_complete

PHOTOS = Path(__file__).parents[2] / "photos"
NOISE = np.random.default_rng(1).integers(1, 255, (90, 70, 3), dtype=np.uint8)
"""No sample is 0, so that no end looks like one that is still to be written."""


def _pillow(kind: str, **options: object) -> bytes:
    file = BytesIO()
    Image.fromarray(NOISE).save(file, kind, **options)
    return file.getvalue()


def _tiff(pixels: np.ndarray = NOISE, **options: Any) -> bytes:  # noqa: ANN401 - tifffile's own
    file = BytesIO()
    tifffile.imwrite(file, pixels, photometric="rgb", **options)
    return file.getvalue()


def _psd(pixels: np.ndarray = NOISE) -> bytes:
    file = BytesIO()
    layer = Layer("Background", Box(0, 0, 70, 90), pixels, is_background=True)
    write_document(file, Document(pixels, None, alpha_is_merged=False, resources=b"", stack=(layer,)))
    return file.getvalue()


def _raf() -> bytes:
    """Three parts behind the places that say where they are."""
    parts = [b"j" * 300, b"d" * 40, b"s" * 20000]
    starts = [108, 408, 448]
    places = b"".join(struct.pack(">II", at, len(part)) for at, part in zip(starts, parts, strict=True))
    return (b"FUJIFILMCCD-RAW " + b"0201" + bytes(64)).ljust(84, b"x")[:84] + places + b"".join(parts)


FILES = {
    "jpeg": _pillow("JPEG", quality=95),
    "jpeg progressive": _pillow("JPEG", quality=95, progressive=True),
    "jpeg restart markers": _pillow("JPEG", quality=95, restart_marker_blocks=3),
    "jpeg with exif, icc and comment": _pillow("JPEG", exif=b"Exif\0\0MM\0*", icc_profile=b"i" * 70000, comment="c"),
    "png": _pillow("PNG"),
    "webp": _pillow("WEBP", lossless=True),
    "avif": _pillow("AVIF", quality=100, subsampling="4:4:4", speed=10),
    "tiff": _tiff(),
    "tiff big endian": _tiff(byteorder=">"),
    "tiff tiled": _tiff(tile=(16, 16)),
    "tiff strips, lzw": _tiff(rowsperstrip=8, compression="lzw"),
    "bigtiff": _tiff(bigtiff=True),
    "bigtiff big endian": _tiff(bigtiff=True, byteorder=">"),
    "raw of Olympus": b"IIRO" + _tiff()[4:],
    "raw of Panasonic": b"IIU\0" + _tiff()[4:],
    "raw of Fujifilm": _raf(),
    "psd": _psd(),
    "psd, 16 bit": _psd(NOISE.astype(np.uint16) * np.uint16(257)),
}


def _look(data: bytes) -> Ending:
    return ending(BytesIO(data))


@pytest.mark.parametrize("name", FILES)
def test_a_whole_file_is_complete(name: str) -> None:
    assert _look(FILES[name]) is Ending.COMPLETE


@pytest.mark.parametrize("photo", sorted(path.name for path in PHOTOS.glob("*.[jp][pn]g")))
def test_real_photographs_are_complete(photo: str) -> None:
    assert looks_complete(PHOTOS / photo) is Ending.COMPLETE


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("share", [0.0, 0.01, 0.1, 0.5, 0.9, 0.99])
def test_the_beginning_of_a_file_is_not(name: str, share: float) -> None:
    data = FILES[name]
    assert _look(data[: int(len(data) * share)]) is Ending.INCOMPLETE


@pytest.mark.parametrize("name", FILES)
def test_a_file_without_its_last_bytes_is_not(name: str) -> None:
    assert _look(FILES[name][:-2]) is Ending.INCOMPLETE


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5])
def test_a_copy_whose_rest_is_still_zeros_is_not(name: str, share: float) -> None:
    data = FILES[name]
    written = data[: int(len(data) * share)]
    assert _look(written.ljust(len(data), b"\0")) is not Ending.COMPLETE


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith(("jpeg", "png"))])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_of_kinds_with_an_end_mark_zeros_are_known_to_be_missing_data(name: str, share: float) -> None:
    data = FILES[name]
    assert _look(data[: int(len(data) * share)].ljust(len(data), b"\0")) is Ending.INCOMPLETE


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith(("jpeg", "png"))])
@pytest.mark.parametrize("appended", [b"\0" * 9000, FILES["jpeg"], b"trailer", b"\n"])
def test_what_is_appended_behind_the_end_does_not_matter(name: str, appended: bytes) -> None:
    assert _look(FILES[name] + appended) is Ending.COMPLETE


def test_an_end_mark_in_an_embedded_preview_is_not_the_pictures_own() -> None:
    preview = FILES["jpeg"][:3000] + b"\xff\xd9"
    exif = b"\xff\xe1" + struct.pack(">H", len(preview) + 2) + preview
    whole = FILES["jpeg"][:2] + exif + FILES["jpeg"][2:]

    assert _look(whole) is Ending.COMPLETE
    assert _look(whole[:-400]) is Ending.INCOMPLETE


def test_a_marker_across_two_blocks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for block in (2, 7):
        monkeypatch.setattr("pored.watch.endcheck.BLOCK", block)
        assert _look(FILES["jpeg"]) is Ending.COMPLETE
        assert _look(FILES["jpeg"][:-2]) is Ending.INCOMPLETE


def test_damage_that_is_no_lack_of_data_is_left_to_the_decoder() -> None:
    jpeg, png = bytearray(FILES["jpeg"]), bytearray(FILES["png"])
    jpeg[20] = 0x55
    jpeg[2] = 0x55
    png[12:16] = b"\x01\x02\x03\x04"

    assert _look(bytes(jpeg)) is Ending.DOUBTFUL
    assert _look(bytes(png)) is Ending.DOUBTFUL


def test_a_black_lower_edge_is_doubtful_and_not_refused() -> None:
    pixels = NOISE.copy()
    pixels[60:] = 0

    assert _look(_tiff(pixels)) is Ending.DOUBTFUL


def test_a_tiff_whose_directories_go_in_circles_is_left_to_the_decoder() -> None:
    data = bytearray(_tiff())
    place = struct.unpack_from("<I", data, 4)[0]
    count = struct.unpack_from("<H", data, place)[0]
    struct.pack_into("<I", data, place + 2 + 12 * count, place)

    assert _look(bytes(data)) is Ending.COMPLETE


def test_every_page_and_sub_directory_of_a_tiff_counts() -> None:
    file = BytesIO()
    with tifffile.TiffWriter(file) as writer:
        writer.write(NOISE, photometric="rgb", subifds=1)
        writer.write(NOISE[::2, ::2], photometric="rgb", subfiletype=1)
        writer.write(NOISE, photometric="rgb")
    data = file.getvalue()

    assert _look(data) is Ending.COMPLETE
    assert _look(data[:-1]) is Ending.INCOMPLETE


@pytest.mark.parametrize("data", [b"", b"\0", b"\0" * 5000])
def test_nothing_and_nothing_but_zeros_are_no_file_yet(data: bytes) -> None:
    assert _look(data) is Ending.INCOMPLETE


@pytest.mark.parametrize("data", [b"text", b"8BIM" + b"\1" * 5000, b"II*\x01 not a TIFF"])
def test_other_kinds_are_asked_for_their_end_alone(data: bytes) -> None:
    assert _look(data) is Ending.COMPLETE
    assert _look(data + b"\0" * 5000) is Ending.DOUBTFUL


def test_a_file_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        looks_complete(tmp_path / "a.jpg")
