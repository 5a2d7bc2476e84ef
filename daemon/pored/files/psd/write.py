"""Photoshop documents (PSD, PSB), written channel by channel: no more than some rows are ever held in a second form.

Source: Adobe Photoshop File Formats Specification. Layers deeper than 8 bits stand in a block of their own (Lr16), as
Photoshop writes them.
"""

from __future__ import annotations

import struct
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, cast

import numpy as np

from pored.errors import UnsupportedError
from pored.files.psd.layout import COLOURS, GREY, LAYER_BLOCKS, PACKBITS, RAW, RGB, SIGNATURE, Dialect, Extent
from pored.files.psd.packbits import packed_rows
from pored.files.psd.planes import STRETCH, MergedPicture
from pored.files.psd.records import Record, records_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from numpy.typing import NDArray

    from pored.files.kinds.source import Source
    from pored.files.psd.layers import Group, Layer
    from pored.files.psd.layout import Layout
    from pored.model import Samples

    Rows = Iterator[tuple[slice, Samples]]

PSD_SIDE = 30_000
"""Pixels of a PSD's longer side; PSB takes ten times as many."""
PSD_BYTES = (1 << 31) - 1
SAMPLED_ROWS = 64
"""Of a plane, from top to bottom, that tell whether packing pays."""
WORTH_PACKING = 0.8
_COPIED = 1 << 20
"""Bytes that are copied at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """A document that gets more layers: all of its own layers and channels are kept to the last byte.

    Attributes:
        source: open for as long as the new document is written.
        layout: of it.
    """

    source: Source
    layout: Layout


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """What is to be written.

    Attributes:
        merged: (H, W, 3) RGB or (H, W) grey, uint8 or uint16: what all visible layers show together.
        alpha: (H, W) of the same depth, or None.
        alpha_is_merged: the alpha is the merged picture's transparency, not a saved selection.
        resources: image resources.
        stack: from the bottom up; laid on the base's layers where there is one that has some.
        base: see there.
    """

    merged: Samples
    alpha: Samples | None
    alpha_is_merged: bool
    resources: bytes
    stack: Sequence[Layer | Group]
    base: Base | None = None

    @property
    def depth(self) -> int:
        """Bits a channel."""
        return self.merged.dtype.itemsize * 8

    @property
    def mode(self) -> int:
        """Colour mode."""
        return GREY if self.merged.ndim == 2 else RGB  # noqa: PLR2004 - (H, W) is grey

    @property
    def channels(self) -> int:
        """Of the merged picture."""
        if self.base is not None:
            return self.base.layout.channels
        return COLOURS[self.mode] + (self.alpha is not None)


def write_document(file: BinaryIO, document: Document) -> Dialect:
    """Write a document.

    Args:
        file: empty, open for writing, can be positioned.
        document: what is written.

    Returns:
        Whether it became a PSB: the base was one, or a PSD could not hold it.

    Raises:
        UnsupportedError: the base is a PSD, and its layers and the new ones together are too large for one.
        UnreadableError: the base is damaged.
    """
    records, dialect = _records(document), dialect_of(document)
    height, width = document.merged.shape[:2]
    head = SIGNATURE, dialect.version, document.channels, height, width, document.depth, document.mode
    file.write(struct.pack(">4sH6xHIIHH", *head))
    file.write(struct.pack(">II", 0, len(document.resources)) + document.resources)
    with _length(file, dialect.word):
        _write_section(file, document, records, dialect)
    _write_merged(file, document, dialect)
    return dialect


def dialect_of(document: Document) -> Dialect:
    """PSD as long as that holds whatever the compression comes to; a base's own.

    Raises:
        UnsupportedError: the base is a PSD, and its layers and the new ones together are too large for one.
    """
    records = _records(document)
    height, width = document.merged.shape[:2]
    samples = document.channels * height * width + sum(record.samples for record in records)
    rows = document.channels * height + sum(record.rows for record in records)
    most = samples * (document.depth // 8) * 65 // 64 + 4 * rows + len(document.resources) + _COPIED
    fits = max(height, width) <= PSD_SIDE and most <= PSD_BYTES
    if document.base is None:
        return Dialect(is_big=not fits)
    dialect = document.base.layout.dialect
    if not dialect.is_big and most + document.base.layout.section.length > PSD_BYTES:
        raise UnsupportedError(
            "psd-size",
            f"{document.base.source.name} with the texture's layers on top may pass the 2 GB that a PSD can hold; save "
            "it as a large document (PSB).",
        )
    return dialect


def _records(document: Document) -> list[Record]:
    return records_of(document.stack, COLOURS[document.mode])


# Layers.


def _write_section(file: BinaryIO, document: Document, records: Sequence[Record], dialect: Dialect) -> None:
    """Everything of the base's section where it was, with our layers behind its own."""
    base = document.base
    if base is not None and base.layout.layers is not None:
        section, layers = base.layout.section, base.layout.layers
        _copy(file, base.source, Extent(section.at, layers.word_at))
        with _length(file, layers.word, pad=4):
            _write_layers(file, document, records, dialect)
        _copy(file, base.source, Extent(layers.end, section.end))
        return
    key = LAYER_BLOCKS.get(document.depth)
    if key is None:
        with _length(file, dialect.word, pad=4):
            _write_layers(file, document, records, dialect)
    else:
        file.write(struct.pack(dialect.word, 0))
    masks, blocks = _behind_layers(base)
    if base is not None and masks.length:
        _copy(file, base.source, masks)
    else:
        file.write(struct.pack(">I", 0))
    if key is not None:
        file.write(b"8BIM" + key)
        with _length(file, dialect.block(key), pad=4):
            _write_layers(file, document, records, dialect)
    if base is not None:
        _copy(file, base.source, blocks)


def _behind_layers(base: Base | None) -> tuple[Extent, Extent]:
    """The global mask with its length, and the blocks behind it; both empty where a flat document has none."""
    if base is None or base.layout.masks_end is None:
        return Extent(0, 0), Extent(0, 0)
    section, end = base.layout.section, base.layout.masks_end
    return Extent(section.at + struct.calcsize(base.layout.dialect.word), end), Extent(end, section.end)


def _write_layers(file: BinaryIO, document: Document, records: Sequence[Record], dialect: Dialect) -> None:
    own = None if document.base is None else document.base.layout.layers
    count = len(records) + (own.count if own else 0)
    has_alpha = own.merged_alpha if own else document.alpha is not None and document.alpha_is_merged
    file.write(struct.pack(">h", -count if has_alpha else count))
    if own and document.base:
        _copy(file, document.base.source, own.records)
    places = [_write_record(file, record, dialect) for record in records]
    if own and document.base:
        _copy(file, document.base.source, own.pixels)
    depth = document.depth
    lengths = [_write_channels(file, record, depth, dialect) for record in records]
    with _back(file):
        for place, held in zip(places, lengths, strict=True):
            for number, length in enumerate(held):
                file.seek(place + number * (2 + struct.calcsize(dialect.word)) + 2)
                file.write(struct.pack(dialect.word, length))


def _write_record(file: BinaryIO, record: Record, dialect: Dialect) -> int:
    """A layer's record, its channels' lengths still open; where the first channel stands."""
    file.write(record.head)
    place = file.tell()
    file.writelines(struct.pack(">h", number) + struct.pack(dialect.word, 0) for number, _ in record.planes)
    file.write(record.tail)
    return place


def _write_channels(file: BinaryIO, record: Record, depth: int, dialect: Dialect) -> list[int]:
    """A layer's channels; their lengths. Grey is the same in all colours: what is packed is packed once."""
    lengths: list[int] = []
    for _, same in groupby((plane for _, plane in record.planes), id):
        planes = list(same)
        if len(planes) > 1 and planes[0] is not None and _packing_pays(planes[0], depth):
            once = BytesIO()
            _write_channel(once, planes[0], depth, dialect)
            file.writelines([once.getbuffer()] * len(planes))
            lengths += [once.tell()] * len(planes)
        else:
            lengths += [_write_channel(file, plane, depth, dialect) for plane in planes]
    return lengths


def _write_channel(file: BinaryIO, plane: Samples | None, depth: int, dialect: Dialect) -> int:
    """A layer's channel; its length."""
    begin = file.tell()
    if plane is None:
        file.write(struct.pack(">H", RAW))
    else:
        _write_planes(file, [_stretches(plane)], plane, depth, dialect)
    return file.tell() - begin


# The merged picture.


def _write_merged(file: BinaryIO, document: Document, dialect: Dialect) -> None:
    """Ours in colour; the base's own alpha channels behind it."""
    merged, colours = document.merged, COLOURS[document.mode]
    planes: list[Rows] = [_stretches(merged[..., each] if colours > 1 else merged) for each in range(colours)]
    if document.base is not None:
        own = MergedPicture(document.base.source, document.base.layout)
        planes += [own.rows(channel) for channel in range(colours, document.channels)]
    elif document.alpha is not None:
        planes.append(_stretches(document.alpha))
    _write_planes(file, planes, merged, document.depth, dialect)


# Planes.


def _write_planes(file: BinaryIO, planes: Sequence[Rows], like: Samples, depth: int, dialect: Dialect) -> None:
    """Planes behind the word that says how they are held; ``like`` tells what they are, (H, W) or (H, W, 3)."""
    if _packing_pays(like, depth):
        file.write(struct.pack(">H", PACKBITS))
        _write_packed(file, planes, like.shape[0], depth, dialect)
        return
    file.write(struct.pack(">H", RAW))
    for plane in planes:
        file.writelines(_as_bytes(rows, depth).data for _, rows in plane)


def _packing_pays(plane: Samples, depth: int) -> bool:
    """Whether packed rows are markedly shorter: a photograph's are not, and take several times as long to write."""
    some = plane[:: max(1, plane.shape[0] // SAMPLED_ROWS)]
    rows = _as_bytes(cast("Samples", np.moveaxis(np.atleast_3d(some), 2, 0).reshape(-1, plane.shape[1])), depth)
    return sum(len(row) for row in packed_rows(rows)) < WORTH_PACKING * rows.nbytes


def _write_packed(file: BinaryIO, planes: Sequence[Rows], height: int, depth: int, dialect: Dialect) -> None:
    """Planes of a height, each row compressed, behind a table of the rows' lengths."""
    table = np.zeros(len(planes) * height, dialect.row)
    at = file.tell()
    file.write(table.tobytes())
    for number, plane in enumerate(planes):
        for place, rows in plane:
            packed = list(packed_rows(_as_bytes(rows, depth)))
            first = number * height
            table[first + place.start : first + place.stop] = [len(row) for row in packed]
            file.write(b"".join(packed))
    with _back(file):
        file.seek(at)
        file.write(table.tobytes())


def _stretches(plane: Samples) -> Rows:
    for y in range(0, plane.shape[0], STRETCH):
        place = slice(y, min(y + STRETCH, plane.shape[0]))
        yield place, plane[place]


def _as_bytes(rows: Samples, depth: int) -> NDArray[np.uint8]:
    """Samples as a document of that depth holds them; an 8-bit mask serves any."""
    if depth == 8:  # noqa: PLR2004 - bits
        return np.ascontiguousarray(rows, np.uint8)
    deep = rows.astype(np.uint16) * np.uint16(257) if rows.dtype == np.uint8 else rows
    return np.ascontiguousarray(deep, ">u2").view(np.uint8)


# The file.


@contextmanager
def _length(file: BinaryIO, word: str, pad: int = 1) -> Iterator[None]:
    """What is written within, behind its length and filled up to a multiple of ``pad``."""
    at = file.tell()
    file.write(struct.pack(word, 0))
    begin = file.tell()
    yield
    file.write(bytes((begin - file.tell()) % pad))
    length = file.tell() - begin
    with _back(file):
        file.seek(at)
        file.write(struct.pack(word, length))


@contextmanager
def _back(file: BinaryIO) -> Iterator[None]:
    """Writing in what was written before, and back to the end."""
    end = file.tell()
    yield
    file.seek(end)


def _copy(file: BinaryIO, source: Source, extent: Extent) -> None:
    source.stream.seek(extent.at)
    file.writelines(source.take(min(_COPIED, extent.end - at)) for at in range(extent.at, extent.end, _COPIED))
