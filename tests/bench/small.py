"""Pairs of small pictures that are quickly done: a face from the tests' photos, other bytes for every name."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageFilter

PHOTOS = Path(__file__).parents[1] / "photos"
PHOTO = PHOTOS / "half_length.jpg"
FACELESS = PHOTOS / "no_face_coffee.png"
FACELESS_SIZE = (64, 48)
HEAD = (334, 76, 654, 471)
"""Where the head is in the photo."""
SIZE = (120, 148)
SMOOTHING = 1.2
"""Radius of the blur that takes the pores, in pixels."""


def original(name: str) -> bytes:
    """What the camera took."""
    return with_comment(_jpeg(0.0), name.encode())


def smoothed(name: str) -> bytes:
    """The same without its pores."""
    return with_comment(_jpeg(SMOOTHING), name.encode())


def faceless(name: str) -> bytes:
    """A picture of nobody."""
    return with_comment(_faceless(), name.encode())


def with_comment(jpeg: bytes, comment: bytes) -> bytes:
    """A JPEG with a comment, so that its bytes are its own."""
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]


@cache
def _jpeg(radius: float) -> bytes:
    file = BytesIO()
    with Image.open(PHOTO) as photo:
        head = photo.convert("RGB").crop(HEAD).resize(SIZE, Image.Resampling.LANCZOS)
        head.filter(ImageFilter.GaussianBlur(radius)).save(file, "JPEG", quality=95)
    return file.getvalue()


@cache
def _faceless() -> bytes:
    file = BytesIO()
    with Image.open(FACELESS) as photo:
        photo.convert("RGB").resize(FACELESS_SIZE).save(file, "JPEG", quality=90)
    return file.getvalue()
