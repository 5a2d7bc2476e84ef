"""Where everything stands in a Photoshop document: every length checked against the file before anything is believed.

Source: Adobe Photoshop File Formats Specification; a PSB (large document) differs in the width of some lengths.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pored.files.kinds.source import cut_short, damaged

if TYPE_CHECKING:
    from pored.files.kinds.source import Source

SIGNATURE = b"8BPS"
HEAD = 26
"""Bytes of the file header."""
GREY, RGB = 1, 3
"""Colour modes."""
COLOURS = {GREY: 1, RGB: 3}
"""How many channels carry the colours."""
RAW, PACKBITS = 0, 1
"""Compressions."""

_MOST_CHANNELS = 56
_MOST_SIDE = 300_000
_DEPTHS = frozenset({1, 8, 16, 32})
_SIGNATURES = (b"8BIM", b"8B64")
_LONG_BLOCKS = frozenset(
    {
        b"LMsk",
        b"Lr16",
        b"Lr32",
        b"Layr",
        b"Mt16",
        b"Mt32",
        b"Mtrn",
        b"Alph",
        b"FMsk",
        b"lnk2",
        b"FEid",
        b"FXid",
        b"PxSD",
    }
)
"""Tagged blocks whose length takes eight bytes in a PSB."""
LAYER_BLOCKS = {16: b"Lr16", 32: b"Lr32"}
"""Where the layers stand in documents deeper than 8 bits a channel."""
_RECORD_HEAD = 18
_AFTER_CHANNELS = 16
_BLOCK_HEAD = 8
_MOST_BLOCKS = 4096


@dataclass(frozen=True, slots=True)
class Extent:
    """Bytes of a file, from ``at`` up to but not including ``end``."""

    at: int
    end: int

    @property
    def length(self) -> int:
        """In bytes."""
        return self.end - self.at


@dataclass(frozen=True, slots=True)
class Dialect:
    """PSD or PSB.

    Attributes:
        is_big: PSB.
    """

    is_big: bool

    @property
    def version(self) -> int:
        """As the file header has it."""
        return 2 if self.is_big else 1

    @property
    def word(self) -> str:
        """Format of a section's, a layer's and a channel's length."""
        return ">Q" if self.is_big else ">I"

    @property
    def row(self) -> str:
        """Format of the length of a compressed row, as numpy has it."""
        return ">u4" if self.is_big else ">u2"

    def block(self, key: bytes) -> str:
        """Format of a tagged block's length."""
        return ">Q" if self.is_big and key in _LONG_BLOCKS else ">I"


@dataclass(frozen=True, slots=True)
class Layers:
    """The layers of a document, between what stands before and behind them in their section.

    Attributes:
        word_at: where the length of the layer info stands; the info follows.
        word: its format.
        count: of layers.
        merged_alpha: the merged picture's first channel behind the colours is its transparency.
        records: what describes the layers.
        pixels: what they hold.
        end: of the layer info, with its padding.
    """

    word_at: int
    word: str
    count: int
    merged_alpha: bool
    records: Extent
    pixels: Extent
    end: int


@dataclass(frozen=True, slots=True)
class Layout:
    """A document's header, and where its parts stand.

    Attributes:
        channels: of the merged picture.
        depth: bits a channel.
        mode: colour mode.
        resources: the image resources.
        section: layers and masks, without its length.
        masks_end: where what stands behind an empty layer info and the global mask begins; None where there is neither.
        layers: None where the section has no layer info: a flat document.
        picture_at: where the merged picture starts, with its compression.
    """

    dialect: Dialect
    channels: int
    height: int
    width: int
    depth: int
    mode: int
    resources: Extent
    section: Extent
    masks_end: int | None
    layers: Layers | None
    picture_at: int

    @property
    def row_bytes(self) -> int:
        """Of one channel's row."""
        return -(-self.width * self.depth // 8)

    @property
    def has_alpha(self) -> bool:
        """Whether the merged picture has transparency."""
        return self.layers is not None and self.layers.merged_alpha and self.channels > COLOURS.get(self.mode, 0)


def layout_of(source: Source) -> Layout:
    """The parts of a document, from its lengths.

    Raises:
        UnreadableError: a part lies beyond the file's end, or beyond the part that holds it.
        struct.error: a number is missing.
    """
    size = source.size
    signature, version, channels, height, width, depth, mode = struct.unpack(">4sH6xHIIHH", source.take(HEAD))
    if signature != SIGNATURE or version not in {1, 2}:
        raise damaged(source.name)
    is_sound = 1 <= channels <= _MOST_CHANNELS and depth in _DEPTHS
    if not is_sound or not 0 < min(height, width) <= max(height, width) <= _MOST_SIDE:
        raise damaged(source.name)
    dialect = Dialect(version == 2)  # noqa: PLR2004 - a PSB
    _skip_section(source, ">I", size)  # a palette, or a duotone's curves
    resources = _skip_section(source, ">I", size)
    section = _skip_section(source, dialect.word, size)
    masks_end = _masks_end(source, section, dialect)
    layers = _layers(source, section, masks_end, dialect, depth)
    return Layout(dialect, channels, height, width, depth, mode, resources, section, masks_end, layers, section.end)


def _skip_section(source: Source, word: str, size: int) -> Extent:
    length = _number(source, word)
    at = source.stream.tell()
    if at + length > size:
        raise cut_short(source.name)
    source.stream.seek(at + length)
    return Extent(at, at + length)


def _masks_end(source: Source, section: Extent, dialect: Dialect) -> int | None:
    """Where the global mask ends, behind an empty layer info."""
    if section.length < struct.calcsize(dialect.word) + 4:
        return None
    source.stream.seek(section.at)
    if _number(source, dialect.word):
        return None
    end = _number(source, ">I") + source.stream.tell()
    if end > section.end:
        raise damaged(source.name)
    return end


def _layers(source: Source, section: Extent, masks_end: int | None, dialect: Dialect, depth: int) -> Layers | None:
    """The layers, which stand at the section's start, or in a block of their own in deeper documents."""
    if section.length < struct.calcsize(dialect.word):
        return None
    source.stream.seek(section.at)
    if _number(source, dialect.word):
        return _layer_info(source, section.at, dialect.word, section.end, dialect)
    key = LAYER_BLOCKS.get(depth)
    word_at = _block(source, Extent(masks_end, section.end), dialect, key) if key and masks_end else None
    return None if word_at is None else _layer_info(source, word_at, dialect.block(key or b""), section.end, dialect)


def _block(source: Source, blocks: Extent, dialect: Dialect, wanted: bytes) -> int | None:
    """Where the length of a tagged block stands."""
    at = blocks.at
    for _ in range(_MOST_BLOCKS):
        if at + _BLOCK_HEAD > blocks.end:
            return None
        source.stream.seek(at)
        signature, key = struct.unpack(">4s4s", source.take(_BLOCK_HEAD))
        if signature not in _SIGNATURES:
            break
        if key == wanted:
            return at + _BLOCK_HEAD
        length = _number(source, dialect.block(key))
        at = source.stream.tell() + length + -length % 4
    raise damaged(source.name)


def _layer_info(source: Source, word_at: int, word: str, limit: int, dialect: Dialect) -> Layers:
    source.stream.seek(word_at)
    length, start = _number(source, word), source.stream.tell()
    end = start + length
    if end > limit:
        raise damaged(source.name)
    if length == 0:
        return Layers(
            word_at, word, 0, merged_alpha=False, records=Extent(start, start), pixels=Extent(start, start), end=end
        )
    count = _number(source, ">h")
    pixels = sum(_record(source, dialect, end) for _ in range(abs(count)))
    records = Extent(start + 2, source.stream.tell())
    if records.end + pixels > end:
        raise damaged(source.name)
    held = Extent(records.end, records.end + pixels)
    return Layers(word_at, word, abs(count), count < 0, records, held, min(end + -length % 4, limit))


def _record(source: Source, dialect: Dialect, limit: int) -> int:
    """Goes over one layer's record; bytes of its channels."""
    (channels,) = struct.unpack_from(">H", source.take(_RECORD_HEAD), 16)
    width = 2 + struct.calcsize(dialect.word)
    table = source.take(channels * width)
    lengths = [struct.unpack_from(dialect.word, table, at + 2)[0] for at in range(0, len(table), width)]
    signature, _, extra = struct.unpack(">4s8sI", source.take(_AFTER_CHANNELS))
    at = source.stream.tell() + extra
    if signature not in _SIGNATURES or at > limit:
        raise damaged(source.name)
    source.stream.seek(at)
    return sum(lengths)


def _number(source: Source, form: str) -> int:
    return int(struct.unpack(form, source.take(struct.calcsize(form)))[0])
