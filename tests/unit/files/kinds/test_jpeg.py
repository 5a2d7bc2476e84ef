from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING

import exiv2
import imagecodecs
import numpy as np
import pytest
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from pored.errors import UnsupportedError
from pored.files import exif
from pored.files.codecs import encode_picture, read_picture
from pored.files.picture import JpegCoding

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from pored.model import Samples

    Save = Callable[..., Path]

XMP = b"http://ns.adobe.com/xap/1.0/\x00"


def rewritten(path: Path) -> bytes:
    picture = read_picture(path)
    return encode_picture(picture, picture.pixels)


def coding(path: Path) -> JpegCoding:
    found = read_picture(path).encoding.coding
    assert isinstance(found, JpegCoding)
    return found


def segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def with_segment(path: Path, marker: int, payload: bytes) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[:2] + segment(marker, payload) + data[2:])
    return path


def metadata(data: bytes) -> exiv2.Image:
    image = exiv2.ImageFactory.open(data)
    image.readMetadata()
    return image


def psnr(one: Samples, other: Samples) -> float:
    return float(10 * np.log10(255**2 / np.mean((one.astype(float) - other) ** 2)))


@pytest.mark.parametrize("quality", [30, 75, 92, 100])
@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:2", "4:2:0"])
@pytest.mark.parametrize("progressive", [False, True])
def test_tables_sampling_and_scans_are_the_exports_own(
    save: Save,
    quality: int,
    sampling: str,
    tmp_path: Path,
    *,
    progressive: bool,
) -> None:
    path = save("a.jpg", "JPEG", quality=quality, subsampling=sampling, progressive=progressive)
    (tmp_path / "b.jpg").write_bytes(rewritten(path))
    with Image.open(path) as before, Image.open(tmp_path / "b.jpg") as after:
        assert isinstance(before, JpegImageFile)
        assert isinstance(after, JpegImageFile)
        assert before.quantization == after.quantization
        assert before.layer == after.layer
    assert coding(path).sampling == sampling
    assert coding(path).progressive == progressive


def test_where_blocks_cannot_be_kept_it_is_told(save: Save, tmp_path: Path) -> None:
    told: list[str] = []
    ordinary = read_picture(save("a.jpg", "JPEG"))
    encode_picture(ordinary, ordinary.pixels, not_kept=told)
    assert not told
    (tmp_path / "b.jpg").write_bytes(imagecodecs.jpeg8_encode(ordinary.pixels, subsampling="440"))
    rare = read_picture(tmp_path / "b.jpg")
    encode_picture(rare, rare.pixels, not_kept=told)
    assert told == ["the picture outside the mask as it was (all of it was encoded again)"]


def test_three_tables_stay_three(save: Save, tmp_path: Path) -> None:
    tables = [[number] * 64 for number in (2, 3, 5)]
    path = save("a.jpg", "JPEG", qtables=tables, subsampling=0)
    (tmp_path / "b.jpg").write_bytes(rewritten(path))
    assert coding(path) == coding(tmp_path / "b.jpg")
    assert [table[0] for table in coding(path).tables] == [2, 3, 5]


def test_a_second_encoding_with_the_same_tables_costs_nothing(portrait_file: Path, tmp_path: Path) -> None:
    picture = read_picture(portrait_file)
    (tmp_path / "b.jpg").write_bytes(encode_picture(picture, picture.pixels))
    assert np.array_equal(picture.pixels, read_picture(tmp_path / "b.jpg").pixels)


def test_sampling_that_pillow_cannot_write_is_kept_in_full(save: Save) -> None:
    path = save("a.jpg", "JPEG", subsampling="4:2:2")
    data = path.read_bytes()
    frame = data.index(b"\xff\xc0")
    assert data[frame + 11] == 0x21
    path.write_bytes(data[: frame + 11] + b"\x12" + data[frame + 12 :])
    assert coding(path).sampling == "4:4:4"


def test_a_jpeg_of_red_green_and_blue_stays_one(save: Save, portrait: NDArray[np.uint8], tmp_path: Path) -> None:
    path = save("a.jpg", "JPEG", keep_rgb=True, quality=95)
    (tmp_path / "b.jpg").write_bytes(rewritten(path))
    assert coding(path).rgb
    assert coding(tmp_path / "b.jpg").rgb
    assert psnr(portrait, read_picture(tmp_path / "b.jpg").pixels) > 35


def test_photoshops_jpeg_is_no_rgb_one(portrait_file: Path) -> None:
    assert not coding(portrait_file).rgb


def test_noise_at_full_quality_is_written(tmp_path: Path, save: Save) -> None:
    noise = np.random.default_rng(4).integers(0, 256, (400, 600, 3), np.uint8)
    path = save("a.jpg", "JPEG", noise, qtables=[[1] * 64] * 2, subsampling=0)
    (tmp_path / "b.jpg").write_bytes(rewritten(path))
    assert np.abs(read_picture(tmp_path / "b.jpg").pixels.astype(int) - noise).max() <= 6


def test_metadata_of_photoshop_survives(portrait_file: Path) -> None:
    before, after = metadata(portrait_file.read_bytes()), metadata(rewritten(portrait_file))
    thumbnail = ("Exif.Thumbnail.JPEGInterchangeFormatLength",)
    for read in (exiv2.Image.exifData, exiv2.Image.iptcData, exiv2.Image.xmpData):
        first, second = (
            [(datum.key(), str(datum.value())) for datum in read(image) if datum.key() not in thumbnail]
            for image in (before, after)
        )
        assert len(first) > 10
        assert first == second
    assert bytes(before.iccProfile().data()) == bytes(after.iccProfile().data())


def test_no_thumbnail_shows_the_picture_as_it_was(portrait_file: Path) -> None:
    picture = read_picture(portrait_file)
    data = encode_picture(picture, np.zeros_like(picture.pixels))
    with Image.open(BytesIO(data)) as image:
        block = image.info["exif"].removeprefix(exif.PREFIX)
        assert 1036 not in image.info["photoshop"]
        assert 1028 in image.info["photoshop"]
    start = block.index(b"\xff\xd8")
    with Image.open(BytesIO(block[start : start + exif.thumbnail_room(block)])) as thumbnail:
        assert np.asarray(thumbnail).max() <= 2


def test_unknown_segments_and_comments_stay(save: Save) -> None:
    path = save("a.jpg", "JPEG", comment="proof 3")
    with_segment(path, 0xE7, b"studio's own")
    data = rewritten(path)
    assert segment(0xE7, b"studio's own") in data
    assert segment(0xFE, b"proof 3") in data


@pytest.mark.parametrize(
    ("marker", "payload", "words"),
    [
        (0xE2, b"MPF\x00" + bytes(20), "further pictures"),
        (0xEB, b"JP\x00\x01" + bytes(20), "Content Credentials"),
        (0xE0, b"JFXX\x00\x10" + bytes(20), "JFIF thumbnail"),
    ],
)
def test_what_would_no_longer_be_true_is_left_out_and_named(
    save: Save, marker: int, payload: bytes, words: str
) -> None:
    path = with_segment(save("a.jpg", "JPEG"), marker, payload)
    picture = read_picture(path)
    assert words in picture.encoding.left_out[0]
    assert payload not in encode_picture(picture, picture.pixels)


def test_a_gain_map_is_refused(save: Save) -> None:
    path = with_segment(save("hdr.jpg", "JPEG"), 0xE1, XMP + b'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"')
    picture = read_picture(path)
    with pytest.raises(UnsupportedError, match=r"hdr\.jpg carries an HDR gain map") as caught:
        encode_picture(picture, picture.pixels)
    assert caught.value.code == "gain-map"
    assert picture.encoding.left_out == ("the HDR gain map",)  # by a result in another format


def test_a_jfif_thumbnail_in_the_head_goes(save: Save) -> None:
    path = save("a.jpg", "JPEG")
    data = path.read_bytes()
    head = b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01"
    path.write_bytes(data[:2] + segment(0xE0, head + b"\x01\x01RGB") + data[20:])
    assert segment(0xE0, head + b"\x00\x00") in rewritten(path)


def test_resources_over_two_segments_come_back_whole(save: Save) -> None:
    kept = b"8BIM" + struct.pack(">HHI", 2000, 0, 70_000) + bytes(range(250)) * 280
    stale = b"8BIM" + struct.pack(">HHI", 1036, 0, 90_000) + b"old!" * 22_500
    pieces = [(kept + stale)[at : at + 60_000] for at in range(0, 160_000, 60_000)]
    path = save("a.jpg", "JPEG")
    data = path.read_bytes()
    head = b"".join(segment(0xED, b"Photoshop 3.0\x00" + piece) for piece in pieces)
    path.write_bytes(data[:2] + head + data[2:])
    again = rewritten(path)
    with Image.open(BytesIO(again)) as image:
        assert image.mode == "RGB"
    parts = again.split(b"Photoshop 3.0\x00")[1:]
    assert len(parts) == 2
    assert b"old!" not in again


@pytest.mark.parametrize(("frame", "code"), [(0xC3, "jpeg-process"), (0xC9, "jpeg-process")])
def test_rare_processes_are_refused(save: Save, frame: int, code: str) -> None:
    path = save("a.jpg", "JPEG")
    path.write_bytes(path.read_bytes().replace(b"\xff\xc0", bytes([0xFF, frame]), 1))
    with pytest.raises(UnsupportedError, match="baseline") as caught:
        read_picture(path)
    assert caught.value.code == code


def test_twelve_bits_are_refused(save: Save) -> None:
    path = save("a.jpg", "JPEG")
    path.write_bytes(path.read_bytes().replace(b"\xff\xc0\x00\x11\x08", b"\xff\xc1\x00\x11\x0c", 1))
    with pytest.raises(UnsupportedError, match="12 bits"):
        read_picture(path)


def test_cmyk_is_refused_with_the_way_out(tmp_path: Path, portrait: NDArray[np.uint8]) -> None:
    Image.fromarray(portrait).convert("CMYK").save(tmp_path / "press.jpg")
    with pytest.raises(UnsupportedError, match=r"press\.jpg is CMYK; convert it to RGB") as caught:
        read_picture(tmp_path / "press.jpg")
    assert caught.value.code == "cmyk"


def test_fill_bytes_before_a_marker(save: Save) -> None:
    path = save("a.jpg", "JPEG")
    data = path.read_bytes()
    path.write_bytes(data[:2] + b"\xff\xff" + data[2:])
    assert read_picture(path).size == (160, 120)
