"""Layers as a Photoshop document lists them: one record a layer, and for each group one below and one above."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pored.files.psd.layers import Group, Layer, LayerMode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pored.model import Box, Samples
    from pored.pixels.photoshop.blend_if import BlendIf

MODES: Mapping[LayerMode, bytes] = {
    "normal": b"norm",
    "linear light": b"lLit",
    "overlay": b"over",
    "soft light": b"sLit",
}
_PASS_THROUGH = b"pass"
_TRANSPARENCY, _MASK = -1, -2
"""Numbers of the channels that are no colours."""
_LOCKED, _HIDDEN, _HAS_FLAG_5, _NO_PIXELS = 1, 2, 8, 16
_OPEN_GROUP, _DIVIDER = 1, 3
_DIVIDER_NAME = "</Layer group>"


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A layer's record but for its channels.

    Attributes:
        head: what stands before the channels.
        planes: number and samples, (h, w), of each channel; None for one without pixels.
        tail: what stands behind the channels.
    """

    head: bytes
    planes: tuple[tuple[int, Samples | None], ...]
    tail: bytes

    @property
    def samples(self) -> int:
        """Of all channels."""
        return sum(plane.size for _, plane in self.planes if plane is not None)

    @property
    def rows(self) -> int:
        """Of all channels."""
        return sum(plane.shape[0] for _, plane in self.planes if plane is not None)


def records_of(stack: Sequence[Layer | Group], colours: int) -> list[Record]:
    """Records from the bottom up.

    Args:
        stack: layers and groups.
        colours: 1 or 3, the document's.
    """
    return [record for each in stack for record in _records(each, colours)]


def count_records(stack: Sequence[Layer | Group]) -> int:
    """How many records :func:`records_of` makes of a stack."""
    return sum(len(each.layers) + 2 if isinstance(each, Group) else 1 for each in stack)


def _records(each: Layer | Group, colours: int) -> Iterator[Record]:
    if isinstance(each, Layer):
        yield _layer(each, colours)
        return
    yield _group_end(_DIVIDER_NAME, struct.pack(">I", _DIVIDER), b"norm", colours)
    yield from (_layer(layer, colours) for layer in each.layers)
    section = struct.pack(">I4s4s", _OPEN_GROUP, b"8BIM", _PASS_THROUGH)
    yield _group_end(each.name, section, _PASS_THROUGH, colours)


def _group_end(name: str, section: bytes, mode: bytes, colours: int) -> Record:
    planes = tuple((number, None) for number in range(_TRANSPARENCY, colours))
    tail = _tail(mode, 255, _HAS_FLAG_5 | _NO_PIXELS, _extra(b"", _ranges(None, colours), name, section))
    return Record(_head((0, 0, 0, 0), len(planes)), planes, tail)


def _layer(layer: Layer, colours: int) -> Record:
    planes = tuple(_planes(layer, colours))
    mask = b"" if layer.mask is None else struct.pack(">4iBBxx", *_rectangle(layer.box), 0, 0)
    flags = _HAS_FLAG_5 | (0 if layer.is_visible else _HIDDEN) | (_LOCKED if layer.is_background else 0)
    extra = _extra(mask, _ranges(layer, colours), layer.name)
    return Record(
        _head(_rectangle(layer.box), len(planes)), planes, _tail(MODES[layer.mode], layer.opacity, flags, extra)
    )


def _planes(layer: Layer, colours: int) -> Iterator[tuple[int, Samples]]:
    """A background has no transparency; grey is the same in all colours."""
    pixels = layer.pixels
    if not layer.is_background:
        opaque = np.broadcast_to(np.uint8(255), pixels.shape[:2])
        yield _TRANSPARENCY, opaque if layer.alpha is None else layer.alpha
    for number in range(colours):
        yield number, pixels if pixels.ndim == 2 else pixels[..., number]  # noqa: PLR2004 - (h, w) is grey
    if layer.mask is not None:
        yield _MASK, layer.mask


def _rectangle(box: Box) -> tuple[int, int, int, int]:
    return box.y0, box.x0, box.y1, box.x1


def _head(rectangle: tuple[int, int, int, int], channels: int) -> bytes:
    return struct.pack(">4iH", *rectangle, channels)


def _tail(mode: bytes, opacity: int, flags: int, extra: bytes) -> bytes:
    return struct.pack(">4s4sBBBxI", b"8BIM", mode, opacity, 0, flags, len(extra)) + extra


def _extra(mask: bytes, ranges: bytes, name: str, section: bytes = b"") -> bytes:
    """Mask, Blend If ranges, name, and tagged blocks: the name in Unicode, and where a group begins and ends."""
    short = name.encode("ascii", "replace")[:255]
    pascal = bytes([len(short)]) + short
    pascal += bytes(-len(pascal) % 4)
    units = name.encode("utf-16-be")
    full = struct.pack(">I", len(units) // 2) + units
    blocks = _block(b"luni", full + bytes(-len(full) % 4)) + (_block(b"lsct", section) if section else b"")
    return b"".join((struct.pack(">I", len(mask)), mask, struct.pack(">I", len(ranges)), ranges, pascal, blocks))


def _block(key: bytes, data: bytes) -> bytes:
    return b"8BIM" + key + struct.pack(">I", len(data)) + data


def _ranges(layer: Layer | None, colours: int) -> bytes:
    """This Layer and Underlying Layer on Gray, then open ones for each colour and the transparency."""
    open_pair = bytes([0, 0, 255, 255])
    gray = open_pair * 2 if layer is None else _sliders(layer.this_layer) + _sliders(layer.underlying)
    return gray + open_pair * 2 * (colours + 1)


def _sliders(bar: BlendIf) -> bytes:
    return bytes([bar.black_start, bar.black_full, bar.white_full, bar.white_end])
