from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from pored.files import exif

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEADS = {"<": b"II*\x00", ">": b"MM\x00*"}


def block_with_thumbnail(order: str, jpeg: bytes) -> bytes:
    """IFD0 with an orientation, IFD1 with a JPEG, and bytes behind that belong to nobody."""
    first = struct.pack(f"{order}HHHIHHI", 1, 0x0112, 3, 1, 6, 0, 26)
    at = 26 + 2 + 24 + 4
    second = struct.pack(f"{order}HHHIIHHIII", 2, 0x0201, 4, 1, at, 0x0202, 4, 1, len(jpeg), 0)
    return HEADS[order] + struct.pack(f"{order}I", 8) + first + second + jpeg + b"maker note"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation(turned_exif: Callable[[int], bytes], orientation: int) -> None:
    assert exif.orientation(turned_exif(orientation).removeprefix(exif.PREFIX)) == orientation


@pytest.mark.parametrize(
    "block", [b"", b"II*\x00", b"II*\x00\x08\x00\x00\x00", b"garbage" * 5, b"MM\x00*\xff\xff\xff\xff"]
)
def test_nonsense_is_upright_and_has_no_thumbnail(block: bytes) -> None:
    assert exif.orientation(block) == 1
    assert exif.thumbnail_room(block) == 0
    assert exif.with_thumbnail(block, None) == block


def test_an_orientation_of_nine_is_upright(turned_exif: Callable[[int], bytes]) -> None:
    assert exif.orientation(turned_exif(9).removeprefix(exif.PREFIX)) == 1


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_thumbnail_takes_the_old_ones_place(order: str) -> None:
    block = block_with_thumbnail(order, b"old jpeg")
    renewed = exif.with_thumbnail(block, b"new")

    assert exif.thumbnail_room(block) == 8
    assert exif.thumbnail_room(renewed) == 3
    assert b"old" not in renewed
    assert renewed[56:59] == b"new"
    assert len(renewed) == len(block)
    assert exif.orientation(renewed) == 6
    assert renewed.endswith(b"maker note")


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_thumbnail_goes_without_a_trace(order: str) -> None:
    without = exif.with_thumbnail(block_with_thumbnail(order, b"old jpeg"), None)
    assert b"old" not in without
    assert exif.thumbnail_room(without) == 0
    assert without.endswith(b"maker note")


def test_a_thumbnail_beyond_the_end_is_unlinked() -> None:
    block = block_with_thumbnail("<", b"old jpeg")[:-12]
    assert exif.thumbnail_room(block) == 0
    assert exif.with_thumbnail(block, b"new")[22:26] == bytes(4)


def test_a_real_block_keeps_all_but_its_thumbnail(portrait_file: Path) -> None:
    with Image.open(portrait_file) as image:
        block = image.info["exif"].removeprefix(exif.PREFIX)
    room = exif.thumbnail_room(block)
    renewed = exif.with_thumbnail(block, b"j" * (room - 1))
    assert room > 1000
    assert [tag for tag in zip(block, renewed, strict=True) if tag[0] != tag[1]] != []
    assert renewed.replace(b"j" * (room - 1), b"")[:200] == block[:200]
