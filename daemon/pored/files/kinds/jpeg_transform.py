"""A JPEG's coefficients, changed on their way from file to file.

The only door to libturbojpeg, which is not needed: without it the same is done in four times the time.
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

LIBRARY = "libturbojpeg.so.0"
"""Of every version from 1.2 to 3.x; Debian's libturbojpeg0, Ubuntu's libturbojpeg."""
Visit = Callable[[int, int, NDArray[np.int16]], None]
"""Is given a component, a row of blocks, and their coefficients, (columns, 64) int16, which it may change in place."""

_NO_OPERATION = 0
_NO_OUTPUT, _NO_MARKERS = 16, 64
_SIDE = 8


class _Region(ctypes.Structure):
    """tjregion."""

    _fields_: ClassVar = [(name, ctypes.c_int) for name in ("x", "y", "width", "height")]


_Filter = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, _Region, _Region, ctypes.c_int, ctypes.c_int, ctypes.c_void_p)


class _Transform(ctypes.Structure):
    """tjtransform."""

    _fields_: ClassVar = [
        ("region", _Region),
        ("operation", ctypes.c_int),
        ("options", ctypes.c_int),
        ("data", ctypes.c_void_p),
        ("filter", _Filter),
    ]


def is_there() -> bool:
    """Whether the library loads."""
    return _library(LIBRARY) is not None


def transformed(data: bytes, visit: Visit) -> bytes | None:
    """A baseline JPEG with the coefficients as they are after the visits, and no metadata.

    Returns:
        None where the library is not there, or has anything to say against the data.
    """
    return _run(data, visit, _NO_MARKERS)


def visited(data: bytes, visit: Visit) -> bool:
    """Show a JPEG's coefficients; False as :func:`transformed` is None."""
    return _run(data, visit, _NO_OUTPUT) is not None


def _run(data: bytes, visit: Visit, options: int) -> bytes | None:
    library = _library(LIBRARY)
    if library is None:
        return None

    def shown(blocks: int, row: _Region, _: _Region, component: int, _number: int, _transform: object) -> int:
        held = (ctypes.c_short * (row.width * _SIDE)).from_address(blocks)
        visit(component, row.y // _SIDE, np.frombuffer(held, np.int16).reshape(-1, _SIDE * _SIDE))
        return 0

    try:
        called = _Filter(shown)
    except MemoryError:  # a kernel that allows no code to be made, and a libffi that would have to
        return None
    transform = _Transform(_Region(), _NO_OPERATION, options, None, called)
    made, length = ctypes.c_void_p(), ctypes.c_ulong()
    handle = library.tjInitTransform()
    try:
        failed = library.tjTransform(
            handle, data, len(data), 1, ctypes.byref(made), ctypes.byref(length), ctypes.byref(transform), 0
        )
        return None if failed else ctypes.string_at(made, length.value)
    finally:
        library.tjFree(made)
        library.tjDestroy(handle)


@functools.cache
def _library(name: str) -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(name)
    except OSError:
        return None
    pointer = ctypes.c_void_p
    library.tjInitTransform.restype = pointer
    library.tjTransform.argtypes = [
        pointer,
        ctypes.c_char_p,
        ctypes.c_ulong,
        ctypes.c_int,
        *[pointer] * 3,
        ctypes.c_int,
    ]
    library.tjFree.argtypes = library.tjDestroy.argtypes = [pointer]
    return library
