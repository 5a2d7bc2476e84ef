from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

import imagecodecs
import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from pored.errors import UnreadableError, UnsupportedError
from pored.files import exif
from pored.files.codecs import encode_picture, read_picture
from pored.files.picture import with_alpha

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    Save = Callable[..., Path]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunk(path: Path, kind: bytes, data: bytes, *, before: bytes = b"IDAT") -> Path:
    held = path.read_bytes()
    at = held.index(before) - 4
    path.write_bytes(held[:at] + chunk(kind, data) + held[at:])
    return path


def kinds(data: bytes) -> list[bytes]:
    found, at = [], 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        found.append(data[at + 4 : at + 8])
        at += 12 + length
    return found


def rewritten(path: Path) -> bytes:
    picture = read_picture(path)
    return encode_picture(picture, picture.pixels)


def test_every_chunk_stays_where_it_was(save: Save, profile: bytes) -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Zoe")
    notes.add_itxt("XML:com.adobe.xmp", "<x/>")
    path = save("a.png", "PNG", dpi=(300, 300), icc_profile=profile, pnginfo=notes)
    with_chunk(path, b"gAMA", struct.pack(">I", 45455))
    with_chunk(path, b"stUd", b"studio's own", before=b"IEND")
    before, after = path.read_bytes(), rewritten(path)
    assert [kind for kind in kinds(after) if kind != b"IDAT"] == [kind for kind in kinds(before) if kind != b"IDAT"]
    assert after.split(b"IDAT")[0][33:-4] == before.split(b"IDAT")[0][33:-4]
    assert chunk(b"stUd", b"studio's own") in after


def test_profile_and_resolution_are_read(save: Save, profile: bytes) -> None:
    encoding = read_picture(save("a.png", "PNG", dpi=(300, 240), icc_profile=profile)).encoding
    assert encoding.icc == profile
    assert encoding.dpi == pytest.approx((300, 240), abs=0.02)
    assert read_picture(save("b.png", "PNG")).encoding.dpi is None


def test_orientation_behind_the_pixels_counts(save: Save, turned_exif: Callable[[int], bytes]) -> None:
    path = with_chunk(save("a.png", "PNG"), b"eXIf", turned_exif(6).removeprefix(exif.PREFIX), before=b"IEND")
    assert read_picture(path).size == (120, 160)
    assert kinds(rewritten(path))[-2:] == [b"eXIf", b"IEND"]


def test_the_thumbnail_in_an_exif_chunk_is_renewed(save: Save, portrait_file: Path) -> None:
    with Image.open(portrait_file) as image:
        block = image.info["exif"].removeprefix(exif.PREFIX)
    path = with_chunk(save("a.png", "PNG"), b"eXIf", block)
    with Image.open(BytesIO(rewritten(path))) as image:
        again = image.info["exif"].removeprefix(exif.PREFIX)
    assert len(again) == len(block)
    start = again.index(b"\xff\xd8")
    with Image.open(BytesIO(again[start:])) as thumbnail:
        assert thumbnail.size == (160, 120)


def test_an_interlaced_export_is_read(portrait: NDArray[np.uint8], save: Save) -> None:
    """Pillow writes none, so the smallest of all: one pixel, which Adam7 stores in its first pass."""
    path = save("a.png", "PNG", portrait[:1, :1].copy())
    data = path.read_bytes()
    head = data[16:28] + b"\x01"
    path.write_bytes(data[:8] + chunk(b"IHDR", head) + data[33:])
    assert np.array_equal(read_picture(path).pixels, portrait[:1, :1])
    assert rewritten(path)[28] == 0


def test_content_credentials_are_left_out_and_named(save: Save) -> None:
    picture = read_picture(with_chunk(save("a.png", "PNG"), b"caBX", b"signed"))
    assert "Content Credentials" in picture.encoding.left_out[0]
    assert b"caBX" not in encode_picture(picture, picture.pixels)


@pytest.mark.parametrize("channels", [0, 2, 3, 4])
def test_sixteen_bits_are_kept_to_the_last_one(tmp_path: Path, profile: bytes, channels: int) -> None:
    shape = (40, 30, channels) if channels else (40, 30)
    samples = np.random.default_rng(1).integers(0, 65536, shape, np.uint16)
    path = tmp_path / "deep.png"
    path.write_bytes(imagecodecs.png_encode(samples))
    picture = read_picture(with_chunk(path, b"iCCP", b"p\x00\x00" + zlib.compress(profile)))
    assert np.array_equal(with_alpha(picture.pixels, picture.alpha), samples)
    data = encode_picture(picture, picture.pixels)
    assert np.array_equal(imagecodecs.png_decode(data), samples)
    assert b"iCCP" in data


@pytest.mark.parametrize(("mode", "code"), [("1", "bit-depth"), ("P", "palette")], ids=["one bit a pixel", "palette"])
def test_what_a_result_could_not_keep(tmp_path: Path, portrait: NDArray[np.uint8], mode: str, code: str) -> None:
    Image.fromarray(portrait).convert(mode).save(tmp_path / "a.png")
    with pytest.raises(UnsupportedError) as caught:
        read_picture(tmp_path / "a.png")
    assert caught.value.code == code


@pytest.mark.parametrize(("kind", "code"), [(b"tRNS", "colour-key"), (b"acTL", "animation")])
def test_chunks_that_change_what_the_pixels_mean(save: Save, kind: bytes, code: str) -> None:
    with pytest.raises(UnsupportedError) as caught:
        read_picture(with_chunk(save("a.png", "PNG"), kind, bytes(8)))
    assert caught.value.code == code


def test_a_flipped_bit_is_found(save: Save) -> None:
    path = save("a.png", "PNG")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(UnreadableError, match="damaged"):
        read_picture(path)


def test_a_profile_that_unpacks_without_end_is_cut(save: Save) -> None:
    bomb = b"icc\x00\x00" + zlib.compress(bytes(1 << 26), 9)
    icc = read_picture(with_chunk(save("a.png", "PNG"), b"iCCP", bomb)).encoding.icc
    assert icc is not None
    assert len(icc) == 1 << 25


def test_a_file_without_pixels_is_damaged(save: Save) -> None:
    path = save("a.png", "PNG")
    data = path.read_bytes()
    path.write_bytes(data[:33] + data[-12:])
    with pytest.raises(UnreadableError, match="damaged"):
        read_picture(path)
