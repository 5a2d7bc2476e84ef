"""What an AV1 picture says of itself before its first pixel: its colours, and how strongly it was compressed.

Source: AV1 Bitstream & Decoding Process Specification, 5.3 (OBUs), 5.5 (sequence header), 5.9 (frame header).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEQUENCE_HEADER, _FRAME_HEADER, _FRAME = 1, 3, 6
_KEY_FRAME = 0
_SELECTED = 2
"""Of a choice that each frame makes for itself."""
_PROFESSIONAL = 2
_BT_709, _SRGB, _IDENTITY = 1, 13, 0
_UNSPECIFIED = 2
_MOST_TILES = 64
_WIDEST_TILE, _LARGEST_TILE = 4096, 4096 * 2304


@dataclass(frozen=True, slots=True)
class Coded:
    """How a picture was coded.

    Attributes:
        quantiser: base_q_idx, 0..255; 0 is without loss.
        primaries: colour primaries by ITU-T H.273.
        curve: transfer characteristics, likewise.
    """

    quantiser: int
    primaries: int
    curve: int


@dataclass(frozen=True, slots=True)
class _Sequence:
    """What the frame header's reading depends on."""

    is_reduced: bool
    width_bits: int
    height_bits: int
    size: tuple[int, int]
    id_bits: int
    block: int
    screen_content: int
    whole_motion: int
    order_bits: int
    has_superres: bool
    primaries: int
    curve: int


class _Bits:
    """Bits one after the other, the highest first."""

    def __init__(self, data: bytes) -> None:
        self.held, self.left = int.from_bytes(data, "big"), len(data) * 8

    def take(self, count: int) -> int:
        """The next as a number."""
        self.left -= count
        if self.left < 0:
            raise ValueError("an AV1 header ends too early")
        return self.held >> self.left & ((1 << count) - 1)

    def flag(self) -> bool:
        """The next one."""
        return bool(self.take(1))


def coded(data: bytes) -> Coded:
    """What the headers of a picture say.

    Args:
        data: an AV1 item's content, or its first kilobyte.

    Raises:
        ValueError, LookupError: they make no sense, or belong to a film.
    """
    sequence = None
    for kind, content in _units(data):
        if kind == _SEQUENCE_HEADER:
            sequence = _sequence(_Bits(content))
        elif kind in {_FRAME_HEADER, _FRAME} and sequence is not None:
            return Coded(_quantiser(_Bits(content), sequence), sequence.primaries, sequence.curve)
    raise ValueError("there is no AV1 frame")


def _units(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and content of each OBU."""
    at = 0
    while at < len(data):
        head = data[at]
        at += 2 if head & 4 else 1
        size = len(data) - at
        if head & 2:
            size, at = _leb128(data, at)
        yield head >> 3 & 15, data[at : at + size]
        at += size


def _leb128(data: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first, and where it ends."""
    value = 0
    for place in range(8):
        value |= (data[at + place] & 0x7F) << 7 * place
        if not data[at + place] & 0x80:
            return value, at + place + 1
    raise ValueError("a length of AV1 does not end")


def _sequence(bits: _Bits) -> _Sequence:
    profile, _, is_reduced = bits.take(3), bits.flag(), bits.flag()
    if is_reduced:
        bits.take(5)
    else:
        _pass_operating_points(bits)
    width_bits, height_bits = bits.take(4) + 1, bits.take(4) + 1
    size = (bits.take(width_bits) + 1, bits.take(height_bits) + 1)
    id_bits = 0
    if not is_reduced and bits.flag():
        id_bits = bits.take(4) + 2
        id_bits += bits.take(3) + 1
    block = 128 if bits.flag() else 64
    bits.take(2)
    screen_content, whole_motion, order_bits = (_SELECTED, _SELECTED, 0) if is_reduced else _tools(bits)
    has_superres = bits.flag()
    bits.take(2)
    primaries, curve = _colours(bits, profile)
    return _Sequence(
        is_reduced,
        width_bits,
        height_bits,
        size,
        id_bits,
        block,
        screen_content,
        whole_motion,
        order_bits,
        has_superres,
        primaries,
        curve,
    )


def _pass_operating_points(bits: _Bits) -> None:
    if bits.flag():
        raise ValueError("timed as a film is")
    has_delay = bits.flag()
    for _ in range(bits.take(5) + 1):
        bits.take(12)
        if bits.take(5) > 7:  # noqa: PLR2004 - levels from which there are two tiers
            bits.take(1)
        if has_delay and bits.flag():
            bits.take(4)


def _tools(bits: _Bits) -> tuple[int, int, int]:
    """Screen content tools, whole motion vectors, bits of the order hint."""
    bits.take(4)
    has_order = bits.flag()
    if has_order:
        bits.take(2)
    screen_content = _SELECTED if bits.flag() else bits.take(1)
    whole_motion = _SELECTED
    if screen_content and not bits.flag():
        whole_motion = bits.take(1)
    return screen_content, whole_motion, bits.take(3) + 1 if has_order else 0


def _colours(bits: _Bits, profile: int) -> tuple[int, int]:
    """Primaries and transfer characteristics; what follows them does not matter here."""
    is_deep = bits.flag()
    if is_deep and profile == _PROFESSIONAL:
        bits.take(1)
    if profile != 1:
        bits.take(1)
    return (bits.take(8), bits.take(8)) if bits.flag() else (_UNSPECIFIED, _UNSPECIFIED)


def _quantiser(bits: _Bits, sequence: _Sequence) -> int:
    """base_q_idx of a picture's frame header, which begins here."""
    if not sequence.is_reduced and bits.take(4) != (_KEY_FRAME << 1 | 1):
        raise ValueError("not a frame that is shown and stands alone")
    keeps_tables = bits.flag()
    has_screen_content = bits.flag() if sequence.screen_content == _SELECTED else bool(sequence.screen_content)
    if has_screen_content and sequence.whole_motion == _SELECTED:
        bits.take(1)
    bits.take(sequence.id_bits)
    has_own_size = not sequence.is_reduced and bits.flag()
    bits.take(sequence.order_bits)
    width, height = sequence.size
    if has_own_size:
        width, height = bits.take(sequence.width_bits) + 1, bits.take(sequence.height_bits) + 1
    is_enlarged = sequence.has_superres and bits.flag()
    if is_enlarged:
        shown, parts = width, bits.take(3) + 9
        width = (shown * 8 + parts // 2) // parts
    if bits.flag():
        bits.take(32)
    if has_screen_content and not is_enlarged:
        bits.take(1)
    if not sequence.is_reduced and not keeps_tables:
        bits.take(1)
    _pass_tiles(bits, -(-width // sequence.block), -(-height // sequence.block), sequence.block)
    return bits.take(8)


def _pass_tiles(bits: _Bits, columns: int, rows: int, block: int) -> None:
    """The tiles of a frame of so many blocks."""
    least_columns = _halvings(_WIDEST_TILE // block, columns)
    least = max(least_columns, _halvings(_LARGEST_TILE // block**2, rows * columns))
    if not bits.flag():
        raise ValueError("tiles of different sizes")
    across = _counted_up(bits, least_columns, _halvings(1, min(columns, _MOST_TILES)))
    down = _counted_up(bits, max(least - across, 0), _halvings(1, min(rows, _MOST_TILES)))
    if across or down:
        bits.take(across + down + 2)


def _counted_up(bits: _Bits, number: int, most: int) -> int:
    """A number that grows by one with each flag that is set."""
    while number < most and bits.flag():
        number += 1
    return number


def _halvings(part: int, whole: int) -> int:
    """How often the whole must be halved to be no larger than the part: the specification's tile_log2."""
    count = 0
    while part << count < whole:
        count += 1
    return count
