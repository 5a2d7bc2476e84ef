"""Pillow's codecs: strict, quiet, from bytes and to bytes."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pored.model import Samples

Image.MAX_IMAGE_PIXELS = None  # pored's own limit is checked on the header before any of these is called
_WORST_BYTES_A_PIXEL = 5
"""What noise takes in a JPEG at quality 100; measured: 4.2."""


@contextmanager
def unloaded(data: bytes, form: str) -> Iterator[Image.Image]:
    """An image of the format ``form`` whose header was read, and no more.

    Raises:
        ValueError: it makes no sense.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(BytesIO(data), formats=[form])
    except (EOFError, OSError, RuntimeError, SyntaxError) as error:  # an OSError would be taken for the disk's
        raise ValueError(str(error)) from error
    with image:
        yield image


@contextmanager
def opened(data: bytes, form: str) -> Iterator[Image.Image]:
    """A decoded image of the format ``form``, never of another one.

    Raises whatever Pillow raises where the data are damaged or cut short.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image = Image.open(BytesIO(data), formats=[form])
        image.load()
    with image:
        yield image


def encoded(samples: Samples, form: str, **options: object) -> bytes:
    """A file of the format ``form`` from an array of shape (H, W), (H, W, 2), (H, W, 3) or (H, W, 4)."""
    buffer = BytesIO()
    with _room_for(samples.shape[0] * samples.shape[1]):
        Image.fromarray(samples).save(buffer, form, **options)
    return buffer.getvalue()


@contextmanager
def _room_for(pixels: int) -> Iterator[None]:
    """Room for a whole JPEG: libjpeg cannot pause while it writes one in several passes.

    Pillow alone gives it two bytes a pixel, which noise at quality 100 exceeds.
    """
    before = ImageFile.MAXBLOCK
    ImageFile.MAXBLOCK = max(before, pixels * _WORST_BYTES_A_PIXEL)
    try:
        yield
    finally:
        ImageFile.MAXBLOCK = before
