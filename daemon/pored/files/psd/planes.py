"""The merged picture of a Photoshop document, channel by channel and in stretches of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pored.errors import UnsupportedError
from pored.files.kinds.source import cut_short
from pored.files.psd.layout import PACKBITS, RAW
from pored.files.psd.packbits import unpack_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pored.files.kinds.source import Source
    from pored.files.psd.layout import Layout
    from pored.model import Samples

STRETCH = 256
"""Rows that are handled at once."""


class MergedPicture:
    """The merged picture's channels.

    Args:
        source: the document; read from whenever rows are asked for.
        layout: of the document.

    Raises:
        UnreadableError: the file ends before the picture does.
        UnsupportedError: it is compressed as no program is known to do.
    """

    def __init__(self, source: Source, layout: Layout) -> None:
        self._source = source
        self._layout = layout
        size = source.size
        source.stream.seek(layout.picture_at)
        compression = int.from_bytes(source.take(2), "big")
        if compression not in {RAW, PACKBITS}:
            raise UnsupportedError(
                "psd-compression",
                f"{source.name}: its merged picture is compressed in a rare way; save it again with Photoshop.",
            )
        self._is_raw = compression == RAW
        form = np.dtype(layout.dialect.row)
        rows = layout.channels * layout.height
        if rows * (layout.row_bytes if self._is_raw else form.itemsize) > size:
            raise cut_short(source.name)
        if self._is_raw:
            self._lengths = np.full(rows, layout.row_bytes, np.int64)
        else:
            self._lengths = np.frombuffer(source.take(rows * form.itemsize), form).astype(np.int64)
        self._starts = source.stream.tell() + np.concatenate([[0], np.cumsum(self._lengths)])
        if self._starts[-1] > size:
            raise cut_short(source.name)

    def rows(self, channel: int) -> Iterator[tuple[slice, Samples]]:
        """A channel from top to bottom: which rows, and their samples, uint8 or uint16.

        Raises:
            ValueError, RuntimeError: the data are damaged.
            OSError: the disk refused.
        """
        layout = self._layout
        form = np.dtype(">u2" if layout.depth == 16 else "u1")  # noqa: PLR2004 - bits
        for y in range(0, layout.height, STRETCH):
            place = slice(y, min(y + STRETCH, layout.height))
            rows = self._unpacked(channel * layout.height + y, place.stop - y)
            yield place, rows.view(form).astype(form.newbyteorder("="), copy=False)

    def _unpacked(self, first: int, count: int) -> NDArray[np.uint8]:
        begin, end = int(self._starts[first]), int(self._starts[first + count])
        self._source.stream.seek(begin)
        data = self._source.take(end - begin)
        if self._is_raw:
            return np.frombuffer(data, np.uint8).reshape(count, self._layout.row_bytes)
        return unpack_rows(data, self._lengths[first : first + count], self._layout.row_bytes)


def plane_of(merged: MergedPicture, channel: int, into: Samples) -> None:
    """Fill a plane, (H, W), with a channel."""
    for place, rows in merged.rows(channel):
        into[place] = rows
