"""EXIF orientation: a stored picture turned upright and back, without loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

Array = TypeVar("Array", bound="NDArray[Any]")

_TURNS: dict[int, Callable[[NDArray[Any]], NDArray[Any]]] = {
    1: lambda stored: stored,
    2: lambda stored: stored[:, ::-1],
    3: lambda stored: stored[::-1, ::-1],
    4: lambda stored: stored[::-1],
    5: lambda stored: stored.swapaxes(0, 1),
    6: lambda stored: stored.swapaxes(0, 1)[:, ::-1],
    7: lambda stored: stored[::-1, ::-1].swapaxes(0, 1),
    8: lambda stored: stored.swapaxes(0, 1)[::-1],
}
_INVERSE = {6: 8, 8: 6}
"""All other orientations undo themselves."""


def upright(stored: Array, orientation: int) -> Array:
    """A stored picture, (H, W) or (H, W, C), as a person is to see it.

    Args:
        stored: rows as they lie in the file.
        orientation: EXIF tag 274, 1..8.

    Source: Exif 2.32, 4.6.4 A, Orientation.
    """
    return cast("Array", np.ascontiguousarray(_TURNS[orientation](stored)))


def as_stored(pixels: Array, orientation: int) -> Array:
    """An upright picture as its file stores it: the inverse of :func:`upright`."""
    return upright(pixels, _INVERSE.get(orientation, orientation))
