"""EXIF orientation: a stored picture turned upright and back, without loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pored.model import Box
from pored.pixels.planes.turn import turned

if TYPE_CHECKING:
    from numpy.typing import NDArray

Array = TypeVar("Array", bound="NDArray[Any]")

_STEPS = {
    1: (False, False, False),
    2: (False, True, False),
    3: (False, True, True),
    4: (False, False, True),
    5: (True, False, False),
    6: (True, True, False),
    7: (True, True, True),
    8: (True, False, True),
}
"""What turns a stored picture upright: rows and columns swapped, then mirrored across, then mirrored down."""
_INVERSE = {6: 8, 8: 6}
"""All other orientations undo themselves."""


def upright(stored: Array, orientation: int) -> Array:
    """A stored picture, (H, W) or (H, W, 3), as a person is to see it.

    Args:
        stored: rows as they lie in the file.
        orientation: EXIF tag 274, 1..8.

    Source: Exif 2.32, 4.6.4 A, Orientation.
    """
    swapped, across, down = _STEPS[orientation]
    return turned(stored, swapped=swapped, across=across, down=down)


def as_stored(pixels: Array, orientation: int) -> Array:
    """An upright picture as its file stores it: the inverse of :func:`upright`."""
    return upright(pixels, _INVERSE.get(orientation, orientation))


def box_as_stored(box: Box, size: tuple[int, int], orientation: int) -> Box:
    """Where a box of an upright picture lies in its file.

    Args:
        box: in pixels of the upright picture.
        size: width and height of the upright picture.
        orientation: EXIF tag 274, 1..8.
    """
    swapped, flips_x, flips_y = _STEPS[_INVERSE.get(orientation, orientation)]
    if swapped:
        box, size = Box(box.y0, box.x0, box.y1, box.x1), (size[1], size[0])
    if flips_x:
        box = Box(size[0] - box.x1, box.y0, size[0] - box.x0, box.y1)
    return Box(box.x0, size[1] - box.y1, box.x1, size[1] - box.y0) if flips_y else box
