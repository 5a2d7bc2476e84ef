from __future__ import annotations

import tempfile
from io import BytesIO
from typing import TYPE_CHECKING

import jpeglib
import numpy as np
import pytest
from PIL import Image

from pored.files.codecs import encode_picture, read_picture
from pored.files.kinds import jpeg, jpeg_blocks, jpeg_transform
from pored.files.kinds.jpeg_blocks import Piece, changed_blocks, with_own_blocks
from pored.model import Box

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    Save = Callable[..., Path]

PLACE = (slice(40, 70), slice(50, 90))


@pytest.fixture(autouse=True, params=["libturbojpeg", "jpeglib"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test here is of both ways."""
    if request.param == "libturbojpeg":
        assert jpeg_transform.is_there(), "libturbojpeg is missing, and these tests need it"
    else:
        monkeypatch.setattr(jpeg_blocks, "_by_turbojpeg", lambda *_: None)


def coefficients(path: Path) -> list[NDArray[np.int16]]:
    held = jpeglib.read_dct(str(path))
    return [part for part in (held.Y, held.Cb, held.Cr) if part is not None]


def touched(shape: tuple[int, ...], size: tuple[int, int]) -> NDArray[np.bool_]:
    """Which blocks of a component of so many rows and columns of blocks show a pixel of the place; counted out."""
    high, wide = (8 * round(whole / 8 / blocks) for whole, blocks in zip(size, shape, strict=False))
    rows = [row * high < PLACE[0].stop and (row + 1) * high > PLACE[0].start for row in range(shape[0])]
    columns = [column * wide < PLACE[1].stop and (column + 1) * wide > PLACE[1].start for column in range(shape[1])]
    return np.outer(rows, columns).astype(bool)


@pytest.mark.parametrize(("grey", "progressive"), [(False, False), (False, True), (True, False), (True, True)])
@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:2", "4:2:0"])
def test_blocks_without_a_changed_pixel_keep_their_coefficients(
    save: Save, portrait: NDArray[np.uint8], sampling: str, *, grey: bool, progressive: bool
) -> None:
    samples = np.ascontiguousarray(portrait[..., 1]) if grey else portrait
    path = save("a.jpg", "JPEG", samples, quality=83, subsampling=sampling, progressive=progressive)
    picture = read_picture(path)
    changed = picture.pixels.copy()
    changed[PLACE] = changed[PLACE] // 2
    result = path.with_name("b.jpg")
    result.write_bytes(encode_picture(picture, changed))
    for before, after in zip(coefficients(path), coefficients(result), strict=True):
        here = touched(before.shape, (120, 160))
        assert np.array_equal(before[~here], after[~here])
        assert not np.array_equal(before[here], after[here])
    again = read_picture(result).pixels
    assert np.array_equal(again[:24], picture.pixels[:24])
    assert np.abs(again[PLACE].astype(int) - changed[PLACE]).mean() < 6
    assert bool(picture.encoding.left_out) == progressive


@pytest.mark.parametrize("size", [(16, 16), (17, 23), (120, 159), (8, 200)])
def test_pictures_of_any_size_stay_to_the_last_bit_where_nothing_was_changed(
    save: Save, portrait: NDArray[np.uint8], tmp_path: Path, size: tuple[int, int]
) -> None:
    samples = np.resize(portrait, (*size, 3))
    picture = read_picture(save("a.jpg", "JPEG", samples, quality=70))
    (tmp_path / "b.jpg").write_bytes(encode_picture(picture, picture.pixels))
    assert np.array_equal(read_picture(tmp_path / "b.jpg").pixels, picture.pixels)


def encoded(samples: NDArray[np.uint8], **options: object) -> bytes:
    buffer = BytesIO()
    Image.fromarray(samples).save(buffer, "JPEG", **options)
    return buffer.getvalue()


def whole(data: bytes, samples: NDArray[np.uint8]) -> list[Piece]:
    """A file as a piece of itself in which nothing was changed."""
    unchanged = changed_blocks(np.zeros(samples.shape[:2], bool))
    return [Piece(data, Box(0, 0, samples.shape[1], samples.shape[0]), unchanged)]


@pytest.mark.parametrize(
    "other", [{"quality": 60}, {"quality": 90, "subsampling": 0}, {"quality": 90, "keep_rgb": True}]
)
def test_blocks_of_a_file_that_is_built_otherwise_are_not_mixed(
    portrait: NDArray[np.uint8], other: dict[str, object]
) -> None:
    before, after = encoded(portrait, quality=90, subsampling=2), encoded(portrait, **other)
    assert with_own_blocks(before, whole(after, portrait)) is None


def test_a_piece_that_reaches_beyond_the_picture_is_not_mixed_in(portrait: NDArray[np.uint8]) -> None:
    data = encoded(portrait, quality=90)
    [piece] = whole(data, portrait)
    assert with_own_blocks(data, [piece._replace(part=Box(16, 16, 176, 136))]) is None


def test_a_file_that_cannot_be_read_so_is_not_mixed(portrait: NDArray[np.uint8]) -> None:
    after = encoded(portrait, quality=90)
    assert with_own_blocks(b"no JPEG", whole(after, portrait)) is None


@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:2", "4:2:0"])
def test_new_blocks_are_those_of_the_whole_picture(save: Save, portrait: NDArray[np.uint8], sampling: str) -> None:
    path = save("a.jpg", "JPEG", portrait, quality=83, subsampling=sampling)
    picture = read_picture(path)
    changed = picture.pixels.copy()
    changed[PLACE] = changed[PLACE] // 2
    result = path.with_name("b.jpg")
    result.write_bytes(encode_picture(picture, changed))
    anew = save("c.jpg", "JPEG", changed, quality=83, subsampling=sampling)
    for mixed, fresh in zip(coefficients(result), coefficients(anew), strict=True):
        here = touched(mixed.shape, (120, 160))
        assert np.array_equal(mixed[here], fresh[here])


@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:2", "4:2:0"])
def test_in_how_many_pieces_it_is_encoded_makes_no_difference(
    save: Save, portrait: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch, sampling: str
) -> None:
    picture = read_picture(save("a.jpg", "JPEG", portrait, quality=83, subsampling=sampling))
    changed = picture.pixels.copy()
    changed[PLACE] = changed[PLACE] // 2
    at_once = encode_picture(picture, changed)
    monkeypatch.setattr(jpeg, "_PIECE", 16)
    assert encode_picture(picture, changed) == at_once


def test_what_is_built_otherwise_is_encoded_whole(
    save: Save, portrait: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = read_picture(save("a.jpg", "JPEG", portrait, quality=90))
    changed = picture.pixels.copy()
    changed[PLACE] //= 2
    monkeypatch.setattr(jpeg, "with_own_blocks", lambda *_: None)
    with Image.open(BytesIO(encode_picture(picture, changed))) as image:
        assert image.size == (160, 120)
        assert np.abs(np.asarray(image)[PLACE].astype(int) - changed[PLACE]).mean() < 6


def test_nothing_is_left_behind_and_other_temporary_files_lie_where_they_did(
    portrait: NDArray[np.uint8], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    after = encoded(portrait, quality=90)
    for before in (after, after[:-2000], b"no JPEG"):
        with_own_blocks(before, whole(after, portrait))
    assert list(tmp_path.iterdir()) == []
    assert tempfile.gettempdir() == str(tmp_path)


@pytest.mark.parametrize("place", [(0, 0), (7, 15), (8, 16), (18, 20)])
def test_a_changed_pixel_changes_its_block_alone(place: tuple[int, int]) -> None:
    changed = np.zeros((19, 21), bool)
    changed[place] = True
    blocks = changed_blocks(changed)
    assert blocks.shape == (3, 3)
    assert np.argwhere(blocks).tolist() == [[place[0] // 8, place[1] // 8]]
