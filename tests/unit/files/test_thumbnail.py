from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from pored.files import exif
from pored.files.thumbnail import SIDE, renewed, xmp_without_thumbnails

if TYPE_CHECKING:
    from pathlib import Path


def real_block(file: Path) -> bytes:
    with Image.open(file) as image:
        return bytes(image.info["exif"]).removeprefix(exif.PREFIX)


def thumbnail_of(block: bytes) -> Image.Image:
    start = block.index(b"\xff\xd8")
    return Image.open(BytesIO(block[start : start + exif.thumbnail_room(block)]))


def test_the_thumbnail_shows_the_new_pixels(portrait_file: Path) -> None:
    red = np.zeros((600, 400, 3), np.uint8)
    red[..., 0] = 200
    with thumbnail_of(renewed(real_block(portrait_file), red)) as thumbnail:
        shown = np.asarray(thumbnail)
    assert max(shown.shape) == SIDE
    assert np.abs(shown.astype(int) - [200, 0, 0]).max() <= 3


def test_a_picture_too_rich_for_the_room_leaves_none(portrait_file: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (160, 160, 3), np.uint8)
    block = exif.with_thumbnail(real_block(portrait_file), b"tiny")
    assert exif.thumbnail_room(renewed(block, noise)) == 0


def test_a_block_without_thumbnail_gets_none() -> None:
    block = Image.Exif().tobytes()
    assert renewed(block, np.zeros((9, 9), np.uint8)) == block


def test_xmp_loses_its_thumbnails_and_nothing_else() -> None:
    packet = b"<x><xmp:Thumbnails>\n<rdf:Alt>AAAA</rdf:Alt></xmp:Thumbnails><xmp:Rating>4</xmp:Rating></x>"
    assert xmp_without_thumbnails(packet) == b"<x><xmp:Rating>4</xmp:Rating></x>"
    assert xmp_without_thumbnails(packet.replace(b"xmp:T", b"xap:T")) == b"<x><xmp:Rating>4</xmp:Rating></x>"
