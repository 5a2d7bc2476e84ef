from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from pored.errors import UnsupportedError
from pored.files.codecs import encode_picture, read_picture
from pored.files.picture import WebpCoding

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    Save = Callable[..., Path]


def rewritten(path: Path) -> bytes:
    picture = read_picture(path)
    return encode_picture(picture, picture.pixels)


def test_lossy_stays_lossy_at_no_lower_quality(save: Save) -> None:
    path = save("a.webp", "WEBP", quality=80)
    coding = read_picture(path).encoding.coding
    assert isinstance(coding, WebpCoding)
    assert not coding.lossless
    assert 80 <= coding.quality <= 86
    data = rewritten(path)
    assert b"VP8 " in data[:200]
    assert b"VP8L" not in data


def test_lossless_stays_lossless(save: Save) -> None:
    path = save("a.webp", "WEBP", lossless=True)
    assert read_picture(path).encoding.coding == WebpCoding(lossless=True)
    assert b"VP8L" in rewritten(path)[:200]


def test_colours_below_full_transparency_stay(save: Save, portrait: NDArray[np.uint8]) -> None:
    samples = np.dstack([portrait, np.zeros((120, 160), np.uint8)])
    path = save("a.webp", "WEBP", samples, lossless=True, exact=True)
    with Image.open(BytesIO(rewritten(path))) as image:
        assert np.array_equal(np.asarray(image), samples)


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 90}])
def test_metadata_stay(
    save: Save,
    profile: bytes,
    turned_exif: Callable[[int], bytes],
    options: dict[str, object],
) -> None:
    path = save("a.webp", "WEBP", icc_profile=profile, exif=turned_exif(3), xmp=b"<x>odd length</x>", **options)
    with Image.open(path) as before, Image.open(BytesIO(rewritten(path))) as after:
        assert before.info["icc_profile"] == after.info["icc_profile"]
        assert before.info["exif"] == after.info["exif"]
        assert before.info["xmp"] == after.info["xmp"]


def test_an_animation_is_refused(tmp_path: Path, portrait: NDArray[np.uint8]) -> None:
    frames = [Image.fromarray(samples) for samples in (portrait, 255 - portrait)]
    frames[0].save(tmp_path / "a.webp", save_all=True, append_images=frames[1:])
    with pytest.raises(UnsupportedError, match=r"a\.webp is an animation"):
        read_picture(tmp_path / "a.webp")


def test_content_credentials_are_left_out_and_named(save: Save) -> None:
    path = save("a.webp", "WEBP", lossless=True)
    data = path.read_bytes() + b"C2PA" + struct.pack("<I", 6) + b"signed"
    path.write_bytes(data[:4] + struct.pack("<I", len(data) - 8) + data[8:])
    picture = read_picture(path)
    assert "Content Credentials" in picture.encoding.left_out[0]
    assert b"C2PA" not in encode_picture(picture, picture.pixels)
