from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pored.errors import PictureError, UnreadableError, UnsupportedError
from pored.files.image_resources import VERSION, with_resource
from pored.files.kinds.source import Source
from pored.files.psd import codec as psd
from pored.files.psd.layers import Layer
from pored.files.psd.layout import PACKBITS
from pored.files.psd.packbits import packed_rows, unpack_rows
from pored.files.psd.write import Document, write_document
from pored.model import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

GREY = np.arange(12, dtype=np.uint8).reshape(3, 4) * np.uint8(20)
MERGED = -GREY.nbytes - 2
"""Where the merged picture's compression stands in a document that is not packed: so small a one is not."""
LAYER = Layer("Background", Box(0, 0, 4, 3), GREY, is_background=True)


def document(resources: bytes = b"", stack: tuple[Layer, ...] = (LAYER,)) -> bytes:
    file = BytesIO()
    write_document(file, Document(GREY, None, alpha_is_merged=False, resources=resources, stack=stack))
    return file.getvalue()


def packed(data: bytes) -> bytes:
    """The same with its merged picture packed."""
    rows = list(packed_rows(GREY))
    return data[:MERGED] + struct.pack(f">{1 + len(rows)}H", PACKBITS, *map(len, rows)) + b"".join(rows)


def version_info(has_merged: int) -> bytes:
    return with_resource(b"", VERSION, struct.pack(">IB", 1, has_merged) + bytes(12))


def probed(data: bytes) -> None:
    psd.probe(Source("a.psd", BytesIO(data)))


def with_mode(mode: int, depth: int = 8) -> bytes:
    data = bytearray(document())
    data[22:26] = struct.pack(">HH", depth, mode)
    return bytes(data)


@pytest.mark.parametrize(
    ("mode", "code", "word"),
    [
        (0, "colour-mode", "bitmap"),
        (2, "palette", "palette"),
        (4, "cmyk", "CMYK"),
        (7, "colour-mode", "multichannel"),
        (8, "colour-mode", "duotone"),
        (9, "colour-mode", "Lab"),
        (77, "colour-mode", "77"),
    ],
)
def test_other_colour_modes_are_refused_by_their_names(mode: int, code: str, word: str) -> None:
    with pytest.raises(UnsupportedError, match=word) as caught:
        probed(with_mode(mode))
    assert caught.value.code == code


def test_32_bits_a_channel_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="32 bits") as caught:
        probed(with_mode(1, 32))
    assert caught.value.code == "bit-depth"


def test_layers_without_a_merged_picture_are_refused_with_the_preference_that_mends_it() -> None:
    with pytest.raises(UnsupportedError, match="Maximize PSD and PSB File Compatibility") as caught:
        probed(document(version_info(0)))
    assert caught.value.code == "merged-picture"


@pytest.mark.parametrize("data", [document(version_info(1)), document(), document(version_info(0), stack=())])
def test_a_picture_that_is_there_is_taken(data: bytes) -> None:
    source = Source("a.psd", BytesIO(data))
    assert np.array_equal(psd.read(source, psd.probe(source)).pixels, GREY)


def test_a_packed_picture_is_read() -> None:
    source = Source("a.psd", BytesIO(packed(document(stack=()))))
    assert np.array_equal(psd.read(source, psd.probe(source)).pixels, GREY)


def test_a_rare_compression_is_refused() -> None:
    data = document(stack=())
    with pytest.raises(UnsupportedError, match="rare") as caught:
        probed(data[:MERGED] + b"\x00\x03" + data[MERGED:][2:])
    assert caught.value.code == "psd-compression"


@pytest.mark.parametrize("missing", [1, 20, 60, 150, 260])
def test_a_document_that_is_cut_short_is_called_so(missing: int) -> None:
    data = packed(document())
    with pytest.raises(UnreadableError) as caught:
        probed(data[: len(data) - missing])
    assert caught.value.code == "truncated"


@pytest.mark.parametrize("at", [12, 14, 18, 30, 34])
def test_lengths_and_sizes_that_lie_are_found_before_anything_is_decoded(at: int) -> None:
    data = bytearray(document())
    data[at : at + 4] = b"\x7f\xff\xff\xff"
    with pytest.raises((PictureError, struct.error)):
        probed(bytes(data))


def test_rows_are_packed_and_unpacked_without_loss() -> None:
    rows = np.random.default_rng(1).integers(0, 3, (40, 300)).astype(np.uint8)
    packed = list(packed_rows(rows))
    lengths = np.array([len(row) for row in packed], np.int64)
    assert np.array_equal(unpack_rows(b"".join(packed), lengths, 300), rows)


def test_rows_that_repeat_are_each_there() -> None:
    rows = np.array([[7, 7, 7, 7], [7, 7, 7, 7], [1, 2, 3, 4], [1, 2, 3, 4], [7, 7, 7, 7]], np.uint8)
    packed = list(packed_rows(rows))
    lengths = np.array([len(row) for row in packed], np.int64)
    assert np.array_equal(unpack_rows(b"".join(packed), lengths, 4), rows)


@pytest.mark.parametrize("row_bytes", [299, 301])
def test_a_row_of_another_length_is_damaged(row_bytes: int) -> None:
    [packed] = packed_rows(np.zeros((1, 300), np.uint8))
    with pytest.raises((ValueError, RuntimeError)):
        unpack_rows(packed, np.array([len(packed)], np.int64), row_bytes)


@given(
    arrays(np.uint16, (4, 5, 3)),
    arrays(np.uint16, (4, 5), elements=st.integers(1, 65535)),
    st.booleans(),
)
def test_a_matte_of_white_is_taken_off(own: NDArray[np.uint16], alpha: NDArray[np.uint16], grey: bool) -> None:
    colours = own[..., 0] if grey else own
    share = (alpha if grey else alpha[..., None]) / 65535
    merged = np.rint(colours * share + 65535 * (1 - share)).astype(np.uint16)
    again = psd.without_matte(merged, alpha)
    assert (np.abs(again - colours.astype(float)) * share <= 1).all()


def test_what_is_opaque_has_no_matte_and_what_does_not_show_stays_white() -> None:
    pixels = np.array([[[10, 20, 30], [255, 255, 255]]], np.uint8)
    assert np.array_equal(psd.without_matte(pixels, np.array([[255, 0]], np.uint8)), pixels)
