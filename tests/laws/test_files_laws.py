"""What must hold of every picture and every name."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from pored.errors import PictureError
from pored.files.codecs import encode_picture, read_picture
from pored.files.exif import PREFIX, orientation, thumbnail_room, with_thumbnail
from pored.files.image_resources import without_thumbnails
from pored.files.names import LONGEST, is_temp_name, numbered, printable, temp_name
from pored.files.orientation import as_stored, upright
from pored.files.picture import split_alpha
from pored.files.report import holds_absolute_path, render_report
from pored.files.staging import commit, stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.files.picture import Picture

TURNS = st.integers(1, 8)
SIDES = st.integers(1, 12)
LOSSLESS: dict[str, dict[str, object]] = {
    "PNG": {},
    "TIFF": {"compression": "tiff_lzw"},
    "WEBP": {"lossless": True, "exact": True},
}
NAMES = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]) | st.sampled_from("\udc80\udce9\udcff"),
    min_size=1,
    max_size=60,
).filter(lambda name: name not in {".", ".."})


@st.composite
def samples(draw: st.DrawFn, channels: tuple[int, ...] = (0, 2, 3, 4)) -> NDArray[np.uint8]:
    shape: tuple[int, ...] = (draw(SIDES), draw(SIDES))
    planes = draw(st.sampled_from(channels))
    return draw(arrays.arrays(np.uint8, (*shape, planes) if planes else shape))


def read(data: bytes) -> Picture:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        return read_picture(Path(file.name))


def stored(pixels: NDArray[np.uint8], form: str, turn: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = turn
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, form, exif=exif, **LOSSLESS[form])
    return buffer.getvalue()


@given(samples(), TURNS)
def test_turning_upright_loses_nothing(picture: NDArray[np.uint8], turn: int) -> None:
    assert np.array_equal(as_stored(upright(picture, turn), turn), picture)
    assert np.array_equal(upright(as_stored(picture, turn), turn), picture)
    assert upright(picture, turn).shape[2:] == picture.shape[2:]


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from(sorted(LOSSLESS)), TURNS)
def test_lossless_kinds_give_back_every_bit(data: st.DataObject, form: str, turn: int) -> None:
    picture = data.draw(samples((3, 4) if form == "WEBP" else (0, 2, 3, 4)))
    expected, alpha = split_alpha(upright(picture, turn))
    found = read(stored(picture, form, turn))
    assert np.array_equal(found.pixels, expected)
    if found.alpha is not None or alpha is None or alpha.min() < 255:
        assert (found.alpha is None) == (alpha is None)
    changed = np.bitwise_xor(expected, np.uint8(0x5A), dtype=np.uint8)
    again = read(encode_picture(found, changed))
    assert np.array_equal(again.pixels, changed)
    assert again.encoding.orientation == found.encoding.orientation == turn
    if found.alpha is not None:
        assert again.alpha is not None
        assert np.array_equal(found.alpha, again.alpha)


@settings(max_examples=200, deadline=None)
@given(st.data(), st.sampled_from([*sorted(LOSSLESS), "JPEG"]))
def test_damage_raises_nothing_but_an_error_of_the_picture(data: st.DataObject, form: str) -> None:
    buffer = BytesIO()
    Image.fromarray(np.arange(768, dtype=np.uint16).astype(np.uint8).reshape(16, 16, 3)).save(buffer, form)
    held = bytearray(buffer.getvalue())
    for at, value in data.draw(st.lists(st.tuples(st.integers(0, len(held) - 1), st.integers(0, 255)), max_size=6)):
        held[at] = value
    del held[data.draw(st.integers(0, len(held))) :]
    with suppress(PictureError):
        assert read(bytes(held)).pixels.dtype == np.uint8


@given(st.binary(max_size=200), st.binary(max_size=8))
def test_no_exif_block_is_too_strange(noise: bytes, jpeg: bytes) -> None:
    for block in (noise, b"II*\x00\x08\x00\x00\x00" + noise, b"MM\x00*\x00\x00\x00\x08" + noise, PREFIX + noise):
        assert orientation(block) in range(1, 9)
        fitting = jpeg[: thumbnail_room(block)] or None
        assert len(with_thumbnail(block, fitting)) == len(block)


@given(st.binary(max_size=300))
def test_image_resources_only_ever_lose(noise: bytes) -> None:
    assert len(without_thumbnails(noise)) <= len(noise)
    assert without_thumbnails(without_thumbnails(noise)) == without_thumbnails(noise)


@given(NAMES, st.integers(2, 10**6))
def test_names_fit_and_stay_apart(name: str, number: int) -> None:
    for longer in (name, name * 8):
        assert len(os.fsencode(temp_name(longer, "0" * 16))) <= LONGEST
        assert len(os.fsencode(numbered(longer, number))) <= LONGEST
        assert numbered(longer, number) != numbered(longer, number + 1)
    assert is_temp_name(temp_name(name, "0123456789abcdef"))
    assert printable(name).isprintable()


@settings(deadline=None)
@given(NAMES, st.binary(max_size=2000))
def test_every_name_can_be_written(name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        if len(os.fsencode(name)) <= LONGEST:
            path = commit(stage(Path(folder), name, data, mode=0o600))
            assert list(Path(folder).iterdir()) == [Path(folder, name)]
            assert path.read_bytes() == data


@given(
    st.lists(st.sampled_from(["srv", "a b", "Zoë", "x.jpg", "..", "-"]), min_size=1, max_size=5), st.text(max_size=9)
)
def test_no_absolute_path_gets_into_a_report(parts: list[str], before: str) -> None:
    path = "/" + "/".join(parts)
    for text in (path, f"{before} {path}", f"{before}:{path}"):
        assert holds_absolute_path(text)
    with pytest.raises(ValueError, match="absolute path"):
        render_report({"a": path})
