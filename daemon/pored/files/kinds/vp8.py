"""The head of a lossy WebP's frame (VP8): what quality it was written at.

Source: RFC 6386, 7 (boolean decoder), 9.2 to 9.6 and 19.2 (frame header); the map from quality to quantiser is
libwebp's (src/enc/quant_enc.c, QualityToCompression).
"""

from __future__ import annotations

FRAME_HEAD = 10
"""Bytes of frame tag, start code and size before the coded header."""
_LARGEST_INDEX = 127


class _Booleans:
    """The boolean decoder, for literals only: every probability is one half."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 2
        self._value = int.from_bytes(data[:2], "big")
        self._range = 255
        self._shifts = 0

    def flag(self) -> bool:
        split = 1 + (((self._range - 1) * 128) >> 8)
        found = self._value >= split << 8
        self._range = self._range - split if found else split
        self._value -= (split << 8) if found else 0
        while self._range < 128:  # noqa: PLR2004 - RFC 6386
            self._shift()
        return found

    def _shift(self) -> None:
        self._value <<= 1
        self._range <<= 1
        self._shifts += 1
        if self._shifts % 8 == 0:
            self._value |= self._data[self._at]
            self._at += 1

    def literal(self, bits: int) -> int:
        value = 0
        for _ in range(bits):
            value = value << 1 | self.flag()
        return value

    def signed(self, bits: int) -> int:
        magnitude = self.literal(bits)
        return -magnitude if self.flag() else magnitude

    def optional(self, bits: int) -> int:
        return self.signed(bits) if self.flag() else 0


def quality(frame: bytes) -> float:
    """The quality, 0..100, at which libwebp chooses the frame's quantiser.

    Args:
        frame: a key frame, at least its first kilobyte.

    Raises:
        IndexError: the frame is cut short.
    """
    steps = 1 - _quantiser_index(_Booleans(frame[FRAME_HEAD:])) / _LARGEST_INDEX
    linear = steps**3
    return 100 * (linear * 1.5 if linear <= 0.5 else (linear + 1) / 2)  # noqa: PLR2004 - libwebp's knee


def _quantiser_index(booleans: _Booleans) -> float:
    """The frame's index, 0..127; of its four segments' the mean of the two finest, which errs upwards in quality."""
    booleans.literal(2)  # colour space, clamping
    absolute, segments = _segments(booleans)
    booleans.literal(1 + 6 + 3)  # loop filter: kind, level, sharpness
    if booleans.flag() and booleans.flag():  # loop filter's adjustments
        for _ in range(8):
            booleans.optional(6)
    booleans.literal(2)  # partitions
    index = booleans.literal(7)
    if not segments:
        return index
    finest = sorted(segments)[:2]
    return min(max(sum(finest) / 2 + (0 if absolute else index), 0), _LARGEST_INDEX)


def _segments(booleans: _Booleans) -> tuple[bool, list[int]]:
    """Whether the segments' quantisers stand for themselves, and what they are."""
    if not booleans.flag():
        return False, []
    has_map, has_data = booleans.flag(), booleans.flag()
    absolute, quantisers = False, []
    if has_data:
        absolute = booleans.flag()
        quantisers = [booleans.optional(7) for _ in range(4)]
        for _ in range(4):
            booleans.optional(6)
    if has_map:
        for _ in range(3):
            if booleans.flag():
                booleans.literal(8)
    return absolute, quantisers
