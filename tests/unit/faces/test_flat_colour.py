from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from pored.faces.confirm import confirm
from pored.faces.copies import Copies
from pored.faces.find import find_faces
from pored.faces.finds import face_from
from pored.faces.flat_colour import is_flat
from pored.faces.landmarker import shared_landmarker

PHOTOS = Path(__file__).parents[2] / "photos"
Bytes = NDArray[np.uint8]


def photo(name: str) -> Image.Image:
    return Image.open(PHOTOS / name).convert("RGB")


def as_drawn(picture: Image.Image) -> Image.Image:
    """In few flat colours, as cartoons and logos are."""
    return picture.filter(ImageFilter.MedianFilter(9)).quantize(5).convert("RGB").filter(ImageFilter.MedianFilter(9))


def as_painted(picture: Image.Image) -> Image.Image:
    """Smoothed beyond what any retoucher does."""
    return picture.filter(ImageFilter.MedianFilter(9)).filter(ImageFilter.GaussianBlur(6))


def darkened(picture: Image.Image) -> Image.Image:
    return picture.point(lambda level: level // 5)


@pytest.mark.parametrize("name", ["older_man.jpg", "half_length.jpg", "astronaut.png"])
def test_drawn_faces_are_flat_and_photographs_are_not(name: str) -> None:
    picture = photo(name)
    [face] = find_faces(np.array(picture), shared_landmarker())
    assert is_flat(face, Copies.of(np.array(as_drawn(picture))))
    for as_it_may_come in (picture, as_painted(picture), darkened(picture), darkened(as_painted(picture)).convert("L")):
        assert not is_flat(face, Copies.of(np.array(as_it_may_come)))


def test_a_drawn_face_is_seen_and_not_confirmed() -> None:
    picture = np.array(as_drawn(photo("half_length.jpg")))
    seen = [face_from(points) for points in shared_landmarker().look(picture)]
    assert len(seen) == 1
    assert confirm(seen[0], Copies.of(picture), shared_landmarker()) is None
    assert find_faces(picture, shared_landmarker()) == []


@pytest.mark.parametrize("level", [0, 255])
def test_what_is_clipped_tells_nothing(level: int) -> None:
    picture = photo("half_length.jpg")
    [face] = find_faces(np.array(picture), shared_landmarker())
    assert not is_flat(face, Copies.of(np.full((680, 900, 3), level, np.uint8)))


def test_a_face_beyond_the_picture_is_not_flat() -> None:
    [face] = find_faces(np.array(photo("half_length.jpg")), shared_landmarker())
    assert not is_flat(face, Copies.of(np.full((40, 40, 3), 128, np.uint8)))
