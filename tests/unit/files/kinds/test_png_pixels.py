from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

import imagecodecs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from pored.files.kinds.png_pixels import picture_data, picture_header

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHAPES = st.tuples(st.integers(1, 150), st.integers(1, 5)).flatmap(
    lambda sides: st.sampled_from([sides, *((*sides, channels) for channels in (2, 3, 4))])
)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def file_of(samples: NDArray[np.uint8] | NDArray[np.uint16]) -> bytes:
    picture = chunk(b"IHDR", picture_header(samples)) + chunk(b"IDAT", picture_data(samples))
    return b"\x89PNG\r\n\x1a\n" + picture + chunk(b"IEND", b"")


@given(st.sampled_from([np.uint8, np.uint16]).flatmap(lambda depth: arrays.arrays(depth, SHAPES)))
def test_libpng_reads_what_was_written(samples: NDArray[np.uint8] | NDArray[np.uint16]) -> None:
    assert np.array_equal(imagecodecs.png_decode(file_of(samples)), samples)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_pillow_reads_it_too(portrait: NDArray[np.uint8], channels: int) -> None:
    samples = np.dstack([portrait, portrait[::-1, :, :1]])[..., :channels]
    samples = samples[..., 0] if channels == 1 else samples
    with Image.open(BytesIO(file_of(samples))) as image:
        assert np.array_equal(np.asarray(image), samples)


def test_samples_may_lie_in_any_order(portrait: NDArray[np.uint8]) -> None:
    turned = portrait.swapaxes(0, 1)[::-1]
    assert picture_data(turned) == picture_data(np.ascontiguousarray(turned))
