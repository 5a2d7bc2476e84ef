"""PackBits, the run-length code of Photoshop documents: each row of a plane by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import imagecodecs
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


def packed_rows(plane: NDArray[np.uint8]) -> Iterator[bytes]:
    """A plane's rows, (H, bytes of a row), each compressed. One that is like the row before is not looked at twice."""
    last, packed = b"", b""
    for row in plane:
        held = row.tobytes()
        if held != last:
            last, packed = held, bytes(imagecodecs.packbits_encode(held))
        yield packed


def unpack_rows(data: bytes, lengths: NDArray[np.int64], row_bytes: int) -> NDArray[np.uint8]:
    """Rows from their compressed bytes.

    Args:
        data: one row after the other.
        lengths: (H,) of each compressed row; together those of ``data``.
        row_bytes: of each row when it is unpacked.

    Returns:
        (H, row_bytes).

    Raises:
        ValueError: a row has fewer bytes.
        RuntimeError: a row has more bytes, or none of this code.
    """
    rows = np.empty((len(lengths), row_bytes), np.uint8)
    at = 0
    for row, length in zip(rows, lengths.tolist(), strict=True):
        if len(imagecodecs.packbits_decode(data[at : at + length], out=row.data)) != row_bytes:
            raise ValueError("a compressed row is too short")
        at += length
    return rows
