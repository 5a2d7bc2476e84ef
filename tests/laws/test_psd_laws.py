"""What must hold of every Photoshop document, whoever wrote it, and whatever happened to it since."""

from __future__ import annotations

import functools
import tempfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from pored.errors import PictureError
from pored.files.codecs import read_picture
from pored.files.psd.carrier import first_resources, with_thumbnail
from pored.files.psd.layers import Group, Layer
from pored.files.psd.packbits import packed_rows, unpack_rows
from pored.files.psd.result import with_layers
from pored.files.psd.write import Document, write_document
from pored.model import Box
from pored.watch.endcheck import ending

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from pored.model import Samples

Depth = Literal[8, 16]
WIDTH, HEIGHT = 9, 7
BOX = Box(2, 1, 7, 6)
DEPTHS: st.SearchStrategy[Depth] = st.sampled_from([8, 16])


def as_deep(pixels: NDArray[np.uint8], depth: Depth) -> Samples:
    return cast("Samples", pixels if depth == 8 else pixels.astype(np.uint16) * np.uint16(257))


@functools.cache
def document(depth: Depth = 8, *, layered: bool = True) -> bytes:
    """A small document with everything that pored writes into one."""
    pixels = as_deep(np.arange(WIDTH * HEIGHT * 3, dtype=np.uint8).reshape(HEIGHT, WIDTH, 3), depth)
    grey = as_deep(np.full((BOX.height, BOX.width), 128, np.uint8), depth)
    texture = Layer("Texture", BOX, grey, mask=np.full(grey.shape, 200, np.uint8), mode="linear light")
    whole = Layer("Background", Box(0, 0, WIDTH, HEIGHT), pixels, is_background=True)
    resources = with_thumbnail(first_resources(b"profile", (300.0, 300.0)), pixels)
    file = BytesIO()
    stack = (whole, Group("Pores", (texture,))) if layered else ()
    write_document(file, Document(pixels, None, alpha_is_merged=False, resources=resources, stack=stack))
    return file.getvalue()


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A document with some of its bytes changed, lost, doubled or put where a length stands."""
    data = bytearray(document(draw(DEPTHS), layered=draw(st.booleans())))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data) - 1))
        change = draw(st.sampled_from(["byte", "byte", "byte", "word", "word", "cut", "lose", "double"]))
        count = draw(st.integers(1, 40))
        if change == "byte":
            data[at] = draw(st.integers(0, 255))
        elif change == "word":
            data[at : at + 4] = draw(
                st.sampled_from([b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\1\0\0"])
            )
        elif change == "cut":
            del data[at + 1 :]
        elif change == "lose":
            del data[at : at + count]
        else:
            data[at:at] = data[at : at + count]
        if not data:
            return b"8BPS"
    return bytes(data)


def with_file(data: bytes, do: Callable[[Path], None]) -> None:
    with tempfile.NamedTemporaryFile(suffix=".psd") as file:
        file.write(data)
        file.flush()
        do(Path(file.name))


@given(mutated())
@settings(max_examples=300, deadline=None)
def test_a_damaged_document_is_refused_in_words_or_comes_out_as_a_document(data: bytes) -> None:
    with suppress(PictureError):
        with_file(data, lambda path: with_file(*rewritten(path)))


def rewritten(path: Path) -> tuple[bytes, Callable[[Path], None]]:
    """The document with a layer more, and what must be true of it."""
    picture = read_picture(path)
    texture = Layer("Texture", Box(0, 0, 1, 1), picture.pixels[:1, :1], mode="linear light")
    file = BytesIO()
    with with_layers(picture, path, picture.pixels, (texture,)) as made:
        write_document(file, made)

    def is_whole(again: Path) -> None:
        try:
            assert np.array_equal(read_picture(again).pixels, picture.pixels)
        except PictureError as error:
            raise AssertionError(error.message) from error

    return file.getvalue(), is_whole


@given(mutated())
@settings(max_examples=100, deadline=None)
def test_the_end_of_any_document_can_be_looked_for(data: bytes) -> None:
    assert ending(BytesIO(data)) is not None


@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 300)), elements=st.sampled_from([0, 7, 255]))
)
def test_packed_rows_unpack_to_themselves(rows: NDArray[np.uint8]) -> None:
    packed = list(packed_rows(rows))
    lengths = np.array([len(row) for row in packed], np.int64)
    assert np.array_equal(unpack_rows(b"".join(packed), lengths, rows.shape[1]), rows)
