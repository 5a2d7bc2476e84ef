"""A JPEG's blocks as they are stored: what was not changed keeps the very coefficients that it had.

To decode and encode again with the same tables is not without loss: values are clipped and rounded, chroma is smoothed.
libturbojpeg does it in a quarter of the time where it is installed; jpeglib, to which this is the only door, else.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

import jpeglib
import numpy as np

from pored.files.kinds.jpeg_transform import transformed, visited
from pored.files.kinds.pillow import unloaded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jpeglib import DCTJPEG
    from numpy.typing import NDArray
    from PIL.Image import Image
    from PIL.JpegImagePlugin import JpegImageFile

    from pored.model import Box

jpeglib.version.set("turbo210")
"""Reads and writes coefficients in two thirds of libjpeg's own time."""
_SIDE = 8
"""Samples along a block."""
_START = b"\xff\xd8"
_FRAMES = {0xC0, 0xC1, 0xC2}
_SCAN = 0xDA


class Piece(NamedTuple):
    """A part of a changed picture.

    Attributes:
        data: the part, encoded with the tables and chroma subsampling of the file that was changed.
        part: it begins and ends where blocks of every component do, or with the picture.
        changed: which of its 8 by 8 pixels show a change, as of :func:`changed_blocks`.
    """

    data: bytes
    part: Box
    changed: NDArray[np.bool_]


def with_own_blocks(before: bytes, pieces: Sequence[Piece]) -> bytes | None:
    """A JPEG with new coefficients where something was changed, and its old ones everywhere else.

    Args:
        before: the file that was changed.
        pieces: one below the other; nothing was changed outside of them.

    Returns:
        A baseline file; None where file and pieces are not built alike, or libjpeg cannot write what was read.
    """
    if not all(_alike(before, piece.data, piece.part) for piece in pieces):
        return None
    return _by_turbojpeg(before, pieces) or _by_jpeglib(before, pieces)


class _Row(NamedTuple):
    """A component's new blocks in one row: the first of them, which of them show a change, and those."""

    first: int
    here: NDArray[np.bool_]
    blocks: NDArray[np.int16]


def _by_turbojpeg(before: bytes, pieces: Sequence[Piece]) -> bytes | None:
    fresh: dict[tuple[int, int], _Row] = {}

    def put(component: int, row: int, blocks: NDArray[np.int16]) -> None:
        if (new := fresh.get((component, row))) is not None:
            place = blocks[new.first : new.first + len(new.here)]
            place[new.here[: len(place)]] = new.blocks

    return transformed(before, put) if all(_taken(piece, fresh) for piece in pieces) else None


def _taken(piece: Piece, into: dict[tuple[int, int], _Row]) -> bool:
    """Takes a piece's changed blocks, by component and row of the whole picture; False where it cannot be read."""
    with unloaded(piece.data, "JPEG") as image:
        scales = _scales(image)
    here = [_touched(piece.changed, _blocks(piece.part, scale, scales), scale) for scale in scales]

    def take(component: int, row: int, blocks: NDArray[np.int16]) -> None:
        down, across = (_SIDE * each for each in scales[component])
        touched = here[component][row]
        chosen = blocks[touched[: len(blocks)]]
        into[component, piece.part.y0 // down + row] = _Row(piece.part.x0 // across, touched, chosen)

    return visited(piece.data, take)


def _blocks(part: Box, scale: tuple[int, int], scales: list[tuple[int, int]]) -> tuple[int, int]:
    """Rows and columns of a component's blocks that hold a part, up to whole ones of all components."""
    down, across = (max(each) for each in zip(*scales, strict=True))
    high, wide = -(-part.height // (_SIDE * down)), -(-part.width // (_SIDE * across))
    return high * down // scale[0], wide * across // scale[1]


def _by_jpeglib(before: bytes, pieces: Sequence[Piece]) -> bytes | None:
    try:
        with _folder() as folder:
            old = _dct(before, folder / "before")
            for piece in pieces:
                _mix(old, _dct(piece.data, folder / "piece"), piece.part, piece.changed)
            return _named_as(pieces[0].data, _written(old, folder))
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


def _mix(old: DCTJPEG, new: DCTJPEG, part: Box, changed: NDArray[np.bool_]) -> None:
    """Put new blocks in the place of old ones that show something changed."""
    for name in ("Y", "Cb", "Cr"):
        kept, fresh = getattr(old, name), getattr(new, name)
        if kept is not None:
            down, across = _scale(new, name)
            y, x = part.y0 // (_SIDE * down), part.x0 // (_SIDE * across)
            here = _touched(changed, fresh.shape[:2], (down, across))
            place = kept[y : y + fresh.shape[0], x : x + fresh.shape[1]]
            np.copyto(place, fresh, where=here[..., None, None])  # in place: large pictures have large coefficients


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


def _alike(before: bytes, piece: bytes, part: Box) -> bool:
    """Whether a coefficient of one means the same in the other, and the piece is that part."""
    try:
        with unloaded(before, "JPEG") as old, unloaded(piece, "JPEG") as new:
            fits = part.clipped(*old.size) == part and new.size == (part.width, part.height)
            return fits and _build(old) == _build(new)
    except ValueError:
        return False


def _build(image: Image) -> tuple[object, ...]:
    """Table and sampling of each component, and whether they are R, G and B (by libjpeg's own order of evidence)."""
    held = cast("JpegImageFile", image)
    names = [chr(name) for name, *_ in held.layer]
    adobe = held.info.get("adobe_transform")
    is_rgb = "jfif" not in held.info and (adobe == 0 if adobe is not None else names == list("RGB"))
    return is_rgb, [(held.quantization[table], down, across) for _, across, down, table in held.layer]


def _scales(image: Image) -> list[tuple[int, int]]:
    """Rows and columns of pixels that one sample of each component stands for."""
    factors = [(down, across) for _, across, down, _ in cast("JpegImageFile", image).layer]
    most = max(down for down, _ in factors), max(across for _, across in factors)
    return [(most[0] // down, most[1] // across) for down, across in factors]


def _scale(picture: DCTJPEG, name: str) -> tuple[int, int]:
    """Rows and columns of pixels that one sample of a component stands for."""
    factors = np.asarray(picture.samp_factor)
    down, across = factors.max(axis=0) // factors[("Y", "Cb", "Cr").index(name)]
    return int(down), int(across)


def changed_blocks(changed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of a part's 8 by 8 pixels, the last ones cut off by its edge, hold a changed one.

    Args:
        changed: (H, W), whose pixels were changed.
    """
    high, wide = (-(-length // _SIDE) for length in changed.shape)
    whole = changed
    if changed.shape != (high * _SIDE, wide * _SIDE):
        whole = np.zeros((high * _SIDE, wide * _SIDE), bool)
        whole[: changed.shape[0], : changed.shape[1]] = changed
    lines = np.ascontiguousarray(whole).view(np.uint64).reshape(high, _SIDE, wide)  # eight pixels at once
    return np.asarray(np.bitwise_or.reduce(lines, axis=1) != 0)


def _touched(changed: NDArray[np.bool_], blocks: tuple[int, int], scale: tuple[int, int]) -> NDArray[np.bool_]:
    """Which of a component's blocks show a changed pixel; (rows, columns) of blocks."""
    whole = np.zeros((blocks[0] * scale[0], blocks[1] * scale[1]), bool)
    rows, columns = min(changed.shape[0], whole.shape[0]), min(changed.shape[1], whole.shape[1])
    whole[:rows, :columns] = changed[:rows, :columns]
    return np.asarray(whole.reshape(blocks[0], scale[0], blocks[1], scale[1]).any(axis=(1, 3)))
