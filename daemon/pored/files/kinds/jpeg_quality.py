"""What quality a JPEG's quantisation tables stand for, on libjpeg's scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_STANDARD_SUM = 3681
"""Of the 64 numbers of the luminance table at quality 50. Source: ITU T.81, table K.1."""
_TABLES = b"\xff\xdb"


def quality_of(table: Sequence[int]) -> int:
    """The quality, 1..100, whose luminance table is as coarse as this one in the mean.

    Args:
        table: 64 steps, in any order.

    Source: libjpeg's jcparam.c, jpeg_quality_scaling, turned round.
    """
    percent = 100 * sum(table) / _STANDARD_SUM
    quality = (200 - percent) / 2 if percent <= 100 else 5000 / percent  # noqa: PLR2004 - libjpeg's scale
    return min(100, max(1, round(quality)))


def first_table(stream: bytes) -> tuple[int, ...] | None:
    """The first 8-bit table of a JPEG stream, or of a TIFF's JPEGTables."""
    at = stream.find(_TABLES)
    table = stream[at + 5 : at + 69]
    is_whole = at >= 0 and len(table) == 64  # noqa: PLR2004 - a block's
    return tuple(table) if is_whole and stream[at + 4] >> 4 == 0 else None
