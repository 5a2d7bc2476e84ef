"""Files that lie or are damaged, a few of each kind; tests/bench/fuzz.py tries as many as one likes."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

import fuzz
import numpy as np
import pytest
import tifffile

from pored.capture import UNKNOWN
from pored.errors import PictureError, UnsupportedError
from pored.files.captured import read_capture
from pored.files.codecs import read_picture
from pored.files.original import read_original

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

SAMPLES = {name: data for name, data in fuzz.samples().items() if name != "photo"}
ROUNDS = 8


@pytest.mark.parametrize("name", SAMPLES)
def test_damage_comes_out_as_a_picture_or_as_its_error(tmp_path: Path, name: str) -> None:
    chance = np.random.default_rng(list(name.encode()))
    path = tmp_path / "file"
    for _ in range(ROUNDS):
        path.write_bytes(fuzz.damaged(SAMPLES[name], SAMPLES[chance.choice(list(SAMPLES))], chance))
        assert fuzz.read(path)


@pytest.mark.parametrize("name", SAMPLES)
def test_undamaged_they_are_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(SAMPLES[name])
    assert fuzz.read(tmp_path / "file") == "read"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb() -> bytes:
    """A PNG of 60,000 by 60,000 pixels in some ten kilobytes."""
    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(kind, data)
        for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(10_000_000))), (b"IEND", b""))
    )


def tiff_bomb() -> bytes:
    buffer = BytesIO()
    tifffile.imwrite(buffer, np.zeros((64, 64, 3), np.uint8), photometric="rgb", metadata=None, compression="deflate")
    buffer.seek(0)
    with tifffile.TiffFile(buffer, mode="r+") as held:
        held.pages.first.tags[256].overwrite(60000)
        held.pages.first.tags[257].overwrite(60000)
        held.pages.first.tags[278].overwrite(60000)
    return buffer.getvalue()


@pytest.mark.parametrize("make", [bomb, tiff_bomb])
def test_a_bomb_is_refused_by_its_header(tmp_path: Path, make: Callable[[], bytes]) -> None:
    (tmp_path / "a.png").write_bytes(make())
    with pytest.raises(UnsupportedError, match=r"a\.png has 3600 megapixels") as caught:
        read_picture(tmp_path / "a.png")
    assert caught.value.code == "too-large"


def test_a_length_of_gigabytes_is_not_believed(tmp_path: Path) -> None:
    data = SAMPLES["webp"]
    at = data.index(b"EXIF")
    (tmp_path / "a.webp").write_bytes(data[: at + 4] + b"\xf0\xff\xff\x7f" + data[at + 8 :])
    with pytest.raises(PictureError, match=r"a\.webp is cut short"):
        read_picture(tmp_path / "a.webp")
    png = SAMPLES["png"]
    at = png.index(b"eXIf")
    (tmp_path / "a.png").write_bytes(png[: at - 4] + b"\xf0\xff\xff\xff" + png[at:])
    assert read_capture(tmp_path / "a.png") == UNKNOWN


def test_a_raw_of_a_sensor_without_colours(
    tmp_path: Path, portrait: NDArray[np.uint8], dng: Callable[..., bytes], save: Callable[..., Path]
) -> None:
    grey = np.dstack([portrait[..., 1]] * 3)
    data = bytearray(dng(grey))
    buffer = BytesIO(bytes(data))
    with tifffile.TiffFile(buffer, mode="r+") as held:
        held.pages.first.tags[262].overwrite(34892)  # LinearRaw, of one sample
    (tmp_path / "a.dng").write_bytes(buffer.getvalue())
    original = read_original(tmp_path / "a.dng", read_picture(save("export.png", "PNG", grey)))
    assert original.pixels.shape == grey.shape
    assert np.ptp(original.pixels.astype(int), axis=2).max() < 40
