from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
from PIL import Image

from pored.errors import UnreadableError
from pored.files.codecs import encode_picture, read_picture
from pored.files.kinds.heif import left_out
from pored.files.kinds.isobmff import boxes, exif_and_xmp, inner_boxes, item_bytes, read_items
from pored.files.picture import AvifCoding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

XMP = b"<xmp/>"
GAIN_MAP = b"urn:com:apple:photo:2020:aux:hdrgainmap"


class Part(NamedTuple):
    """An item: kind, content, properties, what the entry says beyond its kind, and what it refers to."""

    kind: bytes
    content: bytes
    properties: Sequence[tuple[bytes, bytes]] = ()
    said: bytes = b""
    refers: tuple[bytes, tuple[int, ...]] | None = None


def box(kind: bytes, *contents: bytes) -> bytes:
    content = b"".join(contents)
    return struct.pack(">I4s", len(content) + 8, kind) + content


def built(parts: Sequence[Part], *, wide: bool = False, inside: bool = False) -> bytes:
    """A file whose first item is the picture; with wide numbers, or with all content in the box meta itself."""
    n = "I" if wide else "H"
    numbers = [number + (70_000 if wide else 1) for number in range(len(parts))]
    held = [each for part in parts for each in part.properties]
    entries, told, references = [], b"", b""
    for number, part in zip(numbers, parts, strict=True):
        version = 3 if wide else 2
        entries.append(box(b"infe", struct.pack(f">Bxxx{n}H4s", version, number, 0, part.kind), b"\x00", part.said))
        indices = [held.index(each) + 1 for each in part.properties]
        told += struct.pack(f">{n}B", number, len(indices)) + b"".join(
            struct.pack(">H" if wide else ">B", i) for i in indices
        )
        if part.refers:
            kind, targets = part.refers
            targets = tuple(numbers[target] for target in targets)
            references += box(kind, struct.pack(f">{n}H{len(targets)}{n}", number, len(targets), *targets))

    def meta(start: int) -> bytes:
        places = b""
        for number, part in zip(numbers, parts, strict=True):
            places += struct.pack(f">{n}", number) + (struct.pack(">H", inside) if wide or inside else b"")
            places += struct.pack(">HQHII", 0, start, 1, 0, len(part.content))
            start += len(part.content)
        version = 2 if wide else int(inside)
        return box(
            b"meta",
            bytes(4),
            box(b"hdlr", bytes(8), b"pict", bytes(13)),
            box(b"pitm", bytes([wide, 0, 0, 0]), struct.pack(f">{n}", numbers[0])),
            box(b"iinf", bytes([wide, 0, 0, 0]), struct.pack(f">{n}", len(parts)), *entries),
            box(b"iref", bytes([wide, 0, 0, 0]), references),
            box(
                b"iprp",
                box(b"ipco", *(box(*each) for each in held)),
                box(b"ipma", bytes([wide, 0, 0, wide]), struct.pack(">I", len(parts)), told),
            ),
            box(b"iloc", bytes([version, 0, 0, 0, 0x44, 0x80]), struct.pack(f">{n}", len(parts)), places),
            box(b"idat", *(part.content for part in parts)) if inside else b"",
        )

    head = box(b"ftyp", b"avif", bytes(4), b"avifmif1miaf")
    if inside:
        return head + meta(0)
    return head + meta(len(head) + len(meta(0)) + 8) + box(b"mdat", *(part.content for part in parts))


PARTS = (
    Part(b"av01", b"picture", [(b"ispe", bytes(12)), (b"irot", b"\x01")]),
    Part(b"Exif", struct.pack(">I", 6) + b"Exif\x00\x00II*\x00", refers=(b"cdsc", (0,))),
    Part(b"mime", XMP, said=b"application/rdf+xml\x00", refers=(b"cdsc", (0,))),
    Part(b"av01", b"gain", [(b"auxC", bytes(4) + GAIN_MAP + b"\x00")], refers=(b"auxl", (0,))),
    Part(b"av01", b"depth", [(b"auxC", bytes(4) + b"urn:mpeg:hevc:2015:auxid:2\x00")], refers=(b"auxl", (0,))),
    Part(b"av01", b"else", [(b"auxC", bytes(4) + b"urn:else\x00")], refers=(b"auxl", (0,))),
    Part(b"av01", b"small", refers=(b"thmb", (0,))),
)


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("inside", [False, True])
def test_every_form_of_the_boxes_says_the_same(*, wide: bool, inside: bool) -> None:
    file = BytesIO(built(PARTS, wide=wide, inside=inside))
    items = read_items(file)
    assert items.shown.properties == [(b"ispe", bytes(12)), (b"irot", b"\x01")]
    assert [item_bytes(file, item) for item in items.by_number.values()] == [part.content for part in PARTS]
    assert exif_and_xmp(file, items) == (b"II*\x00", XMP)
    assert [each.kind for each in items.references] == [b"cdsc"] * 2 + [b"auxl"] * 3 + [b"thmb"]
    assert all(each.targets == (items.primary,) for each in items.references)
    assert left_out(file, items) == (
        "the HDR gain map",
        "the depth map",
        "auxiliary pictures",
        "smaller copies of the picture",
    )


def test_what_a_file_holds_beside_its_picture_is_named(tmp_path: Path, portrait: NDArray[np.uint8]) -> None:
    buffer = BytesIO()
    Image.fromarray(portrait).save(buffer, "AVIF", speed=10)
    coded = read_items(buffer).shown
    picture = Part(b"av01", item_bytes(buffer, coded), coded.properties)
    signed = box(b"uuid", bytes.fromhex("d8fec3d61b0e483c92975828877ec481"))
    file = tmp_path / "a.avif"
    file.write_bytes(built((picture, picture, Part(b"mime", b"a note", said=b"text/plain\x00"))) + signed)
    assert read_picture(file).encoding.left_out == (
        "further pictures in the file",
        "metadata other than EXIF and XMP",
        "Content Credentials (they sign the export's own pixels)",
    )


def test_a_picture_that_is_toned_for_hdr_is_named() -> None:
    file = BytesIO(built((*PARTS[:1], Part(b"tmap", b"curves"))))
    assert left_out(file, read_items(file)) == ("the HDR gain map",)


def test_no_more_is_read_than_asked_for() -> None:
    file = BytesIO(built(PARTS))
    assert item_bytes(file, read_items(file).shown, 3) == b"pic"


@pytest.mark.parametrize("content", [b"", b"\x00\x00\x00\x04free", b"\x00\x00\x00\xfffree"])
def test_boxes_that_make_no_sense_are_none(content: bytes) -> None:
    assert boxes(BytesIO(content), 0, len(content)) == []
    with pytest.raises(ValueError, match=r"meta"):
        read_items(BytesIO(content))


@pytest.mark.parametrize("size", [1, 7, 99])
def test_an_inner_box_of_a_wrong_length_is_an_error(size: int) -> None:
    with pytest.raises(ValueError, match=r"ends too early"):
        list(inner_boxes(struct.pack(">I4s", size, b"ispe") + bytes(12)))


def test_a_box_of_eight_byte_length_and_one_to_the_end_are_boxes() -> None:
    content = struct.pack(">I4sQ", 1, b"free", 18) + b"ab" + struct.pack(">I4s", 0, b"mdat") + b"cde"
    assert boxes(BytesIO(content), 0, len(content)) == [(b"free", 16, 18), (b"mdat", 26, 29)]


def test_a_picture_of_tiles_is_coded_as_its_first(tmp_path: Path, portrait: NDArray[np.uint8]) -> None:
    file = tmp_path / "a.avif"
    file.write_bytes(tiles(portrait))
    picture = read_picture(file)
    assert picture.size == (320, 120)
    assert picture.encoding.coding == AvifCoding(8, "4:2:2", 60, (1, 13))
    assert picture.encoding.left_out == ()
    assert np.array_equal(picture.pixels[:, 2:158], picture.pixels[:, 162:318])  # seams share their chroma
    file.write_bytes(encode_picture(picture, picture.pixels))
    assert np.abs(read_picture(file).pixels.astype(int) - picture.pixels).mean() < 2


def test_tiles_that_are_missing_are_damage(tmp_path: Path, portrait: NDArray[np.uint8]) -> None:
    file = tmp_path / "a.avif"
    file.write_bytes(tiles(portrait).replace(b"dimg", b"gone"))
    with pytest.raises(UnreadableError, match=r"a\.avif is damaged"):
        read_picture(file)


def tiles(portrait: NDArray[np.uint8]) -> bytes:
    """The portrait twice, side by side, as tiles of a grid."""
    buffer = BytesIO()
    Image.fromarray(portrait).save(buffer, "AVIF", quality=60, speed=10, subsampling="4:2:2")
    coded = read_items(buffer)
    tile = Part(b"av01", item_bytes(buffer, coded.shown), coded.shown.properties)
    size = struct.pack(">II", 320, 120)
    shared = [each for each in coded.shown.properties if each[0] in {b"pixi", b"colr"}]
    grid = Part(
        b"grid",
        bytes([0, 0, 0, 1]) + struct.pack(">HH", 320, 120),
        [(b"ispe", bytes(4) + size), *shared],
        refers=(b"dimg", (1, 2)),
    )
    return built((grid, tile, tile))
