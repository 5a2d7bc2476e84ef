"""AVIF and HEIC."""

from __future__ import annotations

import struct
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

import exiv2
import imagecodecs
import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageOps

from pored.errors import UnreadableError, UnsupportedError
from pored.files.codecs import encode_picture, read_picture
from pored.files.event import Event
from pored.files.kinds.avif_file import completed, xmp_item
from pored.files.picture import AvifCoding, HeicCoding

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    Exif = Callable[[int], bytes]
    Colours = tuple[int, int]

PACKET = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Label="kept"/></rdf:RDF></x:xmpmeta>'
)
EVENT = Event("pores brought back", 1_800_000_000.0)


def avif(samples: NDArray[np.uint8], **options: object) -> bytes:
    buffer = BytesIO()
    Image.fromarray(samples).save(buffer, "AVIF", **{"quality": 95, "speed": 9, **options})
    return buffer.getvalue()


def heic(samples: NDArray[np.generic], icc: bytes | None = None, **options: object) -> bytes:
    mode = {1: "L", 3: "RGB", 4: "RGBA"}[1 if samples.ndim == 2 else samples.shape[2]]
    deep = ";16" if samples.dtype == np.uint16 else ""
    image = pillow_heif.from_bytes(mode + deep, samples.shape[1::-1], samples.tobytes())
    image.info["icc_profile"] = icc
    buffer = BytesIO()
    image.save(buffer, **{"quality": 95, "chroma": 444, **options})
    return bytes(buffer.getvalue())


def metadata(data: bytes) -> dict[str, str]:
    image = exiv2.ImageFactory.open(data)
    image.readMetadata()
    return {datum.key(): str(datum.value()) for part in (image.exifData(), image.xmpData()) for datum in part}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.jpg"


def deep_avif(
    samples: NDArray[np.uint16], bits: int, level: int = 80, sampling: str = "444", colours: Colours = (9, 16)
) -> bytes:
    return bytes(
        imagecodecs.avif_encode(
            samples >> (16 - bits),
            level=level,
            speed=9,
            bitspersample=bits,
            pixelformat=sampling,
            primaries=colours[0],
            transfer=colours[1],
        )
    )


@pytest.mark.parametrize("coding", [AvifCoding(8, "4:4:4", 95), AvifCoding(8, "4:2:2", 80), AvifCoding(8, "4:2:0", 60)])
def test_an_avif_keeps_what_it_says_and_how_it_is_coded(
    file: Path, portrait: NDArray[np.uint8], profile: bytes, turned_exif: Exif, coding: AvifCoding
) -> None:
    options = {"subsampling": coding.sampling, "quality": coding.quality}
    file.write_bytes(avif(portrait, **options, exif=turned_exif(1), xmp=PACKET, icc_profile=profile))
    picture = read_picture(file)
    assert picture.size == (160, 120)
    assert picture.encoding.coding == coding
    assert np.abs(picture.pixels.astype(int) - portrait).mean() < 4
    file.write_bytes(encode_picture(picture, picture.pixels, "same", EVENT))
    again = read_picture(file)
    assert again.encoding.coding == coding
    assert again.encoding.icc == profile
    assert np.abs(again.pixels.astype(int) - picture.pixels).mean() < 2
    with Image.open(file) as image:
        assert image.info["icc_profile"] == profile
        assert np.abs(np.asarray(image).astype(int) - again.pixels).max() <= 1
    kept = metadata(file.read_bytes())
    assert (kept["Exif.Image.Artist"], kept["Xmp.xmp.Label"]) == ("Zoe", "kept")
    assert kept["Xmp.xmpMM.History[1]/stEvt:parameters"] == EVENT.sentence


@pytest.mark.parametrize("bits", [10, 12])
@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:0"])
def test_an_avif_keeps_more_than_eight_bits(
    file: Path, portrait: NDArray[np.uint8], profile: bytes, bits: int, sampling: str
) -> None:
    deep = portrait.astype(np.uint16) * 257
    coded = deep_avif(deep, bits, sampling=sampling.replace(":", ""), colours=(12, 13))
    file.write_bytes(completed(coded, [(b"colr", b"prof" + profile)], [xmp_item(PACKET)]))
    picture = read_picture(file)
    assert picture.pixels.dtype == np.uint16
    assert picture.encoding.coding == AvifCoding(bits, sampling, 80, (12, 13))
    assert np.abs(picture.pixels / 65535 - portrait / 255).mean() < 0.02
    file.write_bytes(encode_picture(picture, picture.pixels, "same", EVENT))
    again = read_picture(file)
    assert again.encoding.coding == picture.encoding.coding
    assert again.encoding.icc == profile
    assert np.abs(again.pixels / 65535 - picture.pixels / 65535).mean() < 0.005
    kept = metadata(file.read_bytes())
    assert kept["Xmp.xmp.Label"] == "kept"
    assert kept["Xmp.xmpMM.History[1]/stEvt:parameters"] == EVENT.sentence


@pytest.mark.parametrize("bits", [8, 10, 12])
@pytest.mark.parametrize("channels", ["grey", "rgb", "rgba"])
def test_an_avif_without_loss_stays_so(file: Path, portrait: NDArray[np.uint8], bits: int, channels: str) -> None:
    samples = (portrait.astype(np.uint16) * 257 + 3) >> (16 - bits)
    samples = {"grey": samples[..., 1], "rgb": samples, "rgba": np.dstack([samples, samples[::-1, :, 0]])}[channels]
    samples = np.ascontiguousarray(samples.astype(np.uint8 if bits == 8 else np.uint16))
    file.write_bytes(imagecodecs.avif_encode(samples, level=100, speed=9, bitspersample=bits))
    picture = read_picture(file)
    assert picture.encoding.coding == AvifCoding(bits, "4:0:0" if channels == "grey" else "4:4:4", 100)
    file.write_bytes(encode_picture(picture, picture.pixels))
    assert np.array_equal(imagecodecs.avif_decode(file.read_bytes()), samples)


def test_an_avif_of_ten_bits_becomes_another_kind_and_back(file: Path, portrait: NDArray[np.uint8]) -> None:
    file.write_bytes(deep_avif(portrait.astype(np.uint16) * 257, 10, 100, colours=(1, 13)))
    picture = read_picture(file)
    file.write_bytes(encode_picture(picture, picture.pixels, "png"))
    again = read_picture(file)
    assert np.array_equal(again.pixels, picture.pixels)
    file.write_bytes(encode_picture(again, again.pixels, "avif"))
    assert read_picture(file).encoding.coding == AvifCoding(12, "4:4:4", 92)


@pytest.mark.parametrize("kind", ["avif", "heic"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_picture_is_upright_and_stays_so(
    file: Path, portrait: NDArray[np.uint8], turned_exif: Exif, kind: str, orientation: int
) -> None:
    pillow_heif.register_heif_opener()
    buffer = BytesIO()
    form = "AVIF" if kind == "avif" else "HEIF"
    Image.fromarray(portrait).save(buffer, form, exif=turned_exif(orientation), quality=90)
    file.write_bytes(buffer.getvalue())
    picture = read_picture(file)
    turned = {1: portrait, 2: portrait[:, ::-1], 3: portrait[::-1, ::-1], 4: portrait[::-1]}
    turned |= {number: each.swapaxes(0, 1) for number, each in ((5, portrait), (6, portrait[::-1]))}
    turned |= {7: portrait[::-1, ::-1].swapaxes(0, 1), 8: portrait[:, ::-1].swapaxes(0, 1)}
    assert np.abs(picture.pixels.astype(int) - turned[orientation]).mean() < 4
    file.write_bytes(encode_picture(picture, picture.pixels))
    assert np.abs(read_picture(file).pixels.astype(int) - picture.pixels).mean() < 2
    assert metadata(file.read_bytes())["Exif.Image.Artist"] == "Zoe"
    with Image.open(file) as image:  # as another program shows it
        assert np.abs(np.asarray(ImageOps.exif_transpose(image)).astype(int) - picture.pixels).mean() < 2


@pytest.mark.parametrize("coding", [HeicCoding(8, 444), HeicCoding(8, 420), HeicCoding(10, 444), HeicCoding(10, 420)])
def test_a_heic_keeps_what_it_says_and_how_its_colour_is_coded(
    file: Path, portrait: NDArray[np.uint8], turned_exif: Exif, profile: bytes, coding: HeicCoding
) -> None:
    scale = 1 if coding.bits == 8 else 257
    samples = portrait if coding.bits == 8 else portrait.astype(np.uint16) * scale
    file.write_bytes(heic(samples, profile, chroma=coding.chroma, exif=turned_exif(1), xmp=PACKET))
    picture = read_picture(file)
    assert picture.pixels.dtype == samples.dtype
    assert picture.encoding.coding == coding
    assert np.abs(picture.pixels / scale - portrait).mean() < 3
    file.write_bytes(encode_picture(picture, picture.pixels, "same", EVENT))
    again = read_picture(file)
    assert again.encoding.coding == picture.encoding.coding
    assert again.encoding.icc == profile
    assert np.abs(again.pixels / scale - picture.pixels / scale).mean() < 1
    kept = metadata(file.read_bytes())
    assert (kept["Exif.Image.Artist"], kept["Xmp.xmp.Label"]) == ("Zoe", "kept")
    assert kept["Xmp.xmpMM.History[1]/stEvt:parameters"] == EVENT.sentence


@pytest.mark.parametrize("make", [avif, heic])
@pytest.mark.parametrize("channels", [0, 4])
def test_grey_and_alpha_stay(
    file: Path, portrait: NDArray[np.uint8], make: Callable[[NDArray[np.uint8]], bytes], channels: int
) -> None:
    alpha = np.full((120, 160, 1), 255, np.uint8)
    alpha[:60] = 0
    samples = np.concatenate([portrait, alpha], axis=2) if channels else np.ascontiguousarray(portrait[..., 1])
    file.write_bytes(make(samples))
    picture = read_picture(file)
    file.write_bytes(encode_picture(picture, picture.pixels))
    again = read_picture(file)
    assert again.pixels.shape == picture.pixels.shape
    assert (again.alpha is None) == (channels == 0)
    if again.alpha is not None:
        assert np.abs(again.alpha.astype(int) - alpha[..., 0]).mean() < 2


@pytest.mark.parametrize("make", [avif, heic])
def test_hdr_without_a_profile_is_refused(
    file: Path, portrait: NDArray[np.uint8], make: Callable[[NDArray[np.uint8]], bytes]
) -> None:
    data = bytearray(make(portrait))
    at = data.index(b"colrnclx") + 8
    data[at : at + 4] = bytes([0, 9, 0, 16])  # BT.2020, PQ
    file.write_bytes(bytes(data))
    with pytest.raises(UnsupportedError, match=r"a\.jpg is HDR") as caught:
        read_picture(file)
    assert caught.value.code == "colour-mode"


def test_hdr_that_only_the_picture_itself_tells_of_is_refused(file: Path, portrait: NDArray[np.uint8]) -> None:
    data = deep_avif(portrait.astype(np.uint16) * 257, 10)
    file.write_bytes(data.replace(b"colrnclx", b"freenclx"))
    with pytest.raises(UnsupportedError, match=r"a\.jpg is HDR"):
        read_picture(file)


def test_what_is_partly_hidden_is_refused(file: Path, portrait: NDArray[np.uint8]) -> None:
    window = struct.pack(">8I", 100, 1, 100, 1, 0, 1, 0, 1)
    file.write_bytes(completed(avif(portrait), [(b"clap", window)], []))
    with pytest.raises(UnsupportedError, match=r"a\.jpg hides a part") as caught:
        read_picture(file)
    assert caught.value.code == "cropped"


def test_an_animation_is_refused(file: Path, portrait: NDArray[np.uint8]) -> None:
    file.write_bytes(avif(portrait, save_all=True, append_images=[Image.fromarray(255 - portrait)]))
    with pytest.raises(UnsupportedError) as caught:
        read_picture(file)
    assert caught.value.code == "animation"


@pytest.mark.parametrize("make", [avif, heic])
@pytest.mark.parametrize("kept", [40, 200, 0.5, 0.97])
def test_what_is_cut_short_is_unreadable(
    file: Path, portrait: NDArray[np.uint8], make: Callable[[NDArray[np.uint8]], bytes], kept: float
) -> None:
    data = make(portrait)
    file.write_bytes(data[: int(kept * len(data) if kept < 1 else kept)])
    with pytest.raises(UnreadableError, match=r"a\.jpg"):
        read_picture(file)


@pytest.mark.parametrize("make", [avif, heic])
@pytest.mark.parametrize("box", [b"meta", b"ispe", b"infe"])
def test_boxes_of_a_version_that_nobody_knows_are_damage(
    file: Path, portrait: NDArray[np.uint8], make: Callable[[NDArray[np.uint8]], bytes], box: bytes
) -> None:
    data = bytearray(make(portrait))
    data[data.index(box) + 4] = 77
    file.write_bytes(bytes(data))
    with pytest.raises(UnreadableError, match=r"a\.jpg is damaged"):
        read_picture(file)


@pytest.mark.parametrize("kind", ["avif", "heic"])
def test_another_kind_becomes_one_with_its_metadata(file: Path, portrait_file: Path, kind: str) -> None:
    photo = read_picture(portrait_file)
    picture = replace(photo, pixels=photo.pixels[300:420, 400:560].copy())
    file.write_bytes(encode_picture(picture, picture.pixels, kind, EVENT))
    again = read_picture(file)
    assert (again.encoding.kind, again.encoding.icc) == (kind, picture.encoding.icc)
    assert np.abs(again.pixels.astype(int) - picture.pixels).mean() < 2
    before, after = metadata(portrait_file.read_bytes()), metadata(file.read_bytes())
    assert after["Exif.Image.Model"] == before["Exif.Image.Model"]
    assert after["Xmp.xmpMM.History[6]/stEvt:parameters"] == EVENT.sentence
