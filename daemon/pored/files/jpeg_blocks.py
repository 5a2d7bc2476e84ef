"""A JPEG's blocks as they are stored: what was not changed keeps the very coefficients that it had.

To decode and encode again with the same tables is not without loss: values are clipped and rounded, chroma is smoothed.
The only door to jpeglib.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import jpeglib
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jpeglib import DCTJPEG
    from numpy.typing import NDArray

    from pored.model import Box

jpeglib.version.set("turbo210")
"""Reads and writes coefficients in two thirds of libjpeg's own time."""
_SIDE = 8
"""Samples along a block."""
_START = b"\xff\xd8"
_FRAMES = {0xC0, 0xC1, 0xC2}
_SCAN = 0xDA


def with_own_blocks(before: bytes, piece: bytes, part: Box, changed: NDArray[np.bool_]) -> bytes | None:
    """A JPEG with new coefficients where something was changed, and its old ones everywhere else.

    Args:
        before: the file that was changed.
        piece: a part of the changed picture, encoded with the same tables and chroma subsampling.
        part: which; it begins and ends where blocks of every component do, or with the picture.
        changed: (part.height, part.width), whose pixels were changed; none outside of the part.

    Returns:
        A baseline file; None where the two are not built alike, or libjpeg cannot write what was read.
    """
    try:
        with _folder() as folder:
            old, new = _dct(before, folder / "before"), _dct(piece, folder / "piece")
            return _named_as(piece, _written(old, folder)) if _mixed(old, new, part, changed) else None
    except OSError:  # what jpeglib raises, whatever is wrong
        return None


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder for jpeglib, which works with files only, and leaves its own temporary ones behind where it fails."""
    with tempfile.TemporaryDirectory(prefix="pored-") as folder:
        usual, tempfile.tempdir = tempfile.tempdir, folder
        try:
            yield Path(folder)
        finally:
            tempfile.tempdir = usual


def _mixed(old: DCTJPEG, new: DCTJPEG, part: Box, changed: NDArray[np.bool_]) -> bool:
    """Put new blocks in the place of old ones that show something changed; False where the two are not built alike."""
    if not _alike(old, new):
        return False
    for name in ("Y", "Cb", "Cr"):
        kept, fresh = getattr(old, name), getattr(new, name)
        if kept is not None:
            down, across = _scale(new, name)
            y, x = part.y0 // (_SIDE * down), part.x0 // (_SIDE * across)
            here = _touched(changed, fresh.shape[:2], (down, across))
            place = kept[y : y + fresh.shape[0], x : x + fresh.shape[1]]
            if place.shape != fresh.shape:
                return False
            np.copyto(place, fresh, where=here[..., None, None])  # in place: large pictures have large coefficients
    return True


def _dct(data: bytes, path: Path) -> DCTJPEG:
    """A file's coefficients."""
    path.write_bytes(data)
    held = jpeglib.read_dct(str(path))
    held.load()
    return held


def _written(picture: DCTJPEG, folder: Path) -> bytes:
    target = folder / "mixed"
    picture.content = None  # else jpeglib reads the file once more, and copies nothing from it
    picture.write_dct(str(target))
    return target.read_bytes()


def _named_as(like: bytes, data: bytes) -> bytes:
    """The file with its components called as in another: jpeglib counts from 0, and not every program expects that."""
    renamed, frames, scans = bytearray(data), _FRAMES, {_SCAN}
    names = [name for at, step, count in _component_lists(like, frames) for name in like[at : at + step * count : step]]
    for at, step, count in _component_lists(data, frames | scans):
        renamed[at : at + step * count : step] = bytes(names[:count])
    return bytes(renamed)


def _component_lists(data: bytes, markers: set[int]) -> Iterator[tuple[int, int, int]]:
    """Where a header's segments list components: the place of the first name, the step to the next, how many."""
    at = len(_START)
    while True:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in markers:
            yield (at + 5, 2, data[at + 4]) if marker == _SCAN else (at + 10, 3, data[at + 9])
        if marker == _SCAN:
            return
        at += 2 + length


def _alike(old: DCTJPEG, new: DCTJPEG) -> bool:
    """Whether a coefficient of one means the same in the other."""
    tables = [[each.get_component_qt(number) for number in range(each.num_components)] for each in (old, new)]
    same_tables = len(tables[0]) == len(tables[1]) and all(map(np.array_equal, *tables))
    same_colours = old.jpeg_color_space == new.jpeg_color_space and np.array_equal(old.samp_factor, new.samp_factor)
    return same_colours and same_tables


def _scale(picture: DCTJPEG, name: str) -> tuple[int, int]:
    """Rows and columns of pixels that one sample of a component stands for."""
    factors = np.asarray(picture.samp_factor)
    down, across = factors.max(axis=0) // factors[("Y", "Cb", "Cr").index(name)]
    return int(down), int(across)


def _touched(changed: NDArray[np.bool_], blocks: tuple[int, int], scale: tuple[int, int]) -> NDArray[np.bool_]:
    """Which of a component's blocks show a changed pixel; (rows, columns) of blocks."""
    high, wide = _SIDE * scale[0], _SIDE * scale[1]
    padded = np.zeros((blocks[0] * high, blocks[1] * wide), bool)
    rows, columns = min(changed.shape[0], padded.shape[0]), min(changed.shape[1], padded.shape[1])
    padded[:rows, :columns] = changed[:rows, :columns]
    return np.asarray(padded.reshape(blocks[0], high, blocks[1], wide).any(axis=(1, 3)))
