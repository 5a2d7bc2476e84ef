from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import imagecodecs
import numpy as np
import pytest

from pored.files.kinds.av1 import Coded, coded
from pored.files.kinds.isobmff import item_bytes, read_items

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEQUENCE, FRAME = 1, 3
Fields = tuple[tuple[int, int], ...]
"""Numbers and their bits."""


def headers(data: bytes | bytearray) -> Coded:
    file = BytesIO(data)
    return coded(item_bytes(file, read_items(file).shown))


def unit(kind: int, *fields: tuple[int, int]) -> bytes:
    """An OBU with its length, of numbers and their bits."""
    text = "".join(f"{value:0{bits}b}" for value, bits in fields)
    text += "0" * (-len(text) % 8)
    content = int(text, 2).to_bytes(len(text) // 8, "big")
    return bytes([kind << 3 | 2, len(content)]) + content


def sequence(size: int, *, timed: int = 0) -> bytes:
    """A sequence header with everything that a still picture's short one leaves out; BT.2020 and PQ."""
    fields = [(1, 3), (1, 1), (0, 1)]  # profile, still picture, not reduced
    fields += [(timed, 1), (1, 1), (1, 5)]  # timing, a delay, two operating points:
    fields += [(0, 12), (8, 5), (0, 1), (1, 1), (3, 4), (0, 12), (4, 5), (0, 1)]
    fields += [(12, 4), (12, 4), (size - 1, 13), (size - 1, 13)]
    fields += [(1, 1), (0, 4), (1, 3)]  # identifiers of 2 + 2 bits
    fields += [(0, 1), (0, 2), (0, 4)]  # blocks of 64
    fields += [(1, 1), (0, 2), (0, 1), (1, 1), (0, 1), (1, 1), (4, 3)]  # an order of 5 bits, screen content always
    fields += [(1, 1), (0, 2)]  # may be enlarged
    return unit(SEQUENCE, *fields, (1, 1), (1, 1), (9, 8), (16, 8), (9, 8))  # ten bits, colours


def frame(size: Fields, copies: Fields, tiles: Fields, quantiser: int) -> bytes:
    """The header of a key frame that is shown, with an identifier and an order, to be shown at another size.

    Its size is that of the sequence, or its own, and is enlarged or not; only where it is not, there may be copies.
    """
    before, after = size[:1], size[1:]
    fields = [(0, 1), (0, 2), (1, 1), (0, 1), (5, 4), *before, (9, 5), *after, (1, 1), (0, 32)]
    return unit(FRAME, *fields, *copies, (1, 1), (1, 1), *tiles, (quantiser, 8), (0, 8))


@pytest.mark.parametrize(("quality", "quantiser"), [(20, 216), (60, 120), (92, 24), (100, 0)])
@pytest.mark.parametrize("bits", [8, 10, 12])
def test_the_quantiser_is_the_encoders(portrait: NDArray[np.uint8], bits: int, quality: int, quantiser: int) -> None:
    samples = portrait if bits == 8 else portrait.astype(np.uint16) << (bits - 8)
    data = imagecodecs.avif_encode(samples, level=quality, speed=10, bitspersample=bits, primaries=12, transfer=13)
    assert headers(data) == Coded(quantiser, 12, 13)


def test_a_wide_picture_has_tiles(portrait: NDArray[np.uint8]) -> None:
    wide = np.tile(portrait[:8], (1, 40, 1))
    assert headers(imagecodecs.avif_encode(wide, level=60, speed=10)).quantiser == 120


@pytest.mark.parametrize(
    ("side", "size", "copies", "tiles"),
    [
        (64, ((0, 1), (0, 1)), ((0, 1),), ()),
        (4096, ((0, 1), (0, 1)), ((0, 1),), ((0, 1), (0, 1), (0, 3))),  # 4096 blocks: two tiles at least
        (4096, ((1, 1), (63, 13), (63, 13), (0, 1)), ((0, 1),), ()),
        (4096, ((0, 1), (1, 1), (7, 3)), (), ((0, 1), (0, 1))),  # half as wide, so one tile will do
    ],
)
def test_a_header_in_full_is_understood(side: int, size: Fields, copies: Fields, tiles: Fields) -> None:
    assert coded(sequence(side) + frame(size, copies, tiles, 77)) == Coded(77, 9, 16)


@pytest.mark.parametrize("data", [b"", sequence(64), sequence(64, timed=1), frame(((0, 1), (0, 1)), (), (), 9)])
def test_what_is_no_picture_is_an_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"AV1|film"):
        coded(data)
