"""Boxes of HEIC and AVIF files, as far as a header tells what libraries do not say.

Source: ISO/IEC 14496-12 (boxes), 23008-12 (colr), AV1 Codec ISO Media File Format Binding (av1C).
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from pored.errors import UnsupportedError

_SEARCHED = 1 << 20
"""Bytes of a file in which its properties stand."""
_ORDINARY_PRIMARIES = {0, 1, 2}
"""Unsaid, BT.709 and unspecified: sRGB's."""
_ORDINARY_CURVES = {0, 1, 2, 6, 13}
"""Unsaid, BT.709, unspecified, BT.601 (BT.709's own curve) and sRGB."""
_MONOCHROME, _HIGH, _TWELVE, _HALF_ACROSS, _HALF_DOWN = 0x10, 0x40, 0x20, 0x08, 0x04


class Av1(NamedTuple):
    """How an AVIF is coded: bits a channel and chroma subsampling."""

    bits: int
    sampling: str


def av1_of(head: bytes) -> Av1:
    """What an AVIF's configuration says.

    Args:
        head: the file's first megabyte.

    Raises:
        ValueError: there is none.
    """
    at = head.index(b"av1C") + 4
    flags = head[at + 2]
    bits = (12 if flags & _TWELVE else 10) if flags & _HIGH else 8
    if flags & _MONOCHROME:
        return Av1(bits, "4:0:0")
    across, down = bool(flags & _HALF_ACROSS), bool(flags & _HALF_DOWN)
    return Av1(bits, "4:2:0" if across and down else "4:2:2" if across else "4:4:4")


def head_of(data: bytes) -> bytes:
    """The part of a file in which its properties stand."""
    return data[:_SEARCHED]


def refuse_unusual_colours(name: str, data: bytes, icc: bytes | None) -> None:
    """Make sure that a picture's colours can be told.

    Raises:
        UnsupportedError: they are of HDR or of a wide gamut, and no profile says how.
    """
    if not icc and not _is_ordinary(head_of(data)):
        raise UnsupportedError("colour-mode", f"{name} is HDR or of a wide gamut without a profile; export it as sRGB.")


def _is_ordinary(head: bytes) -> bool:
    """Whether colours without a profile are sRGB's: no wide gamut and no HDR curve is said."""
    at = head.find(b"colrnclx")
    if at < 0:
        return True
    primaries, curve = struct.unpack_from(">HH", head, at + 8)
    return primaries in _ORDINARY_PRIMARIES and curve in _ORDINARY_CURVES
