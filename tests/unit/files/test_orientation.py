from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageOps

from pored.files.orientation import as_stored, box_as_stored, upright
from pored.model import Box

STORED = np.arange(6, dtype=np.uint8).reshape(2, 3)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_upright_is_what_pillow_shows(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    buffer = BytesIO()
    Image.fromarray(STORED).save(buffer, "PNG", exif=exif)
    with Image.open(buffer) as image:
        shown = np.asarray(ImageOps.exif_transpose(image))

    assert np.array_equal(upright(STORED, orientation), shown)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_as_stored_undoes_upright(orientation: int) -> None:
    assert np.array_equal(as_stored(upright(STORED, orientation), orientation), STORED)


def test_six_is_a_quarter_turn_clockwise() -> None:
    assert upright(STORED, 6).tolist() == [[3, 0], [4, 1], [5, 2]]


def test_colours_turn_with_their_pixels() -> None:
    colours = np.arange(18, dtype=np.uint8).reshape(2, 3, 3)
    assert np.array_equal(upright(colours, 6)[..., 1], upright(colours[..., 1].copy(), 6))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_box_turns_with_the_picture(orientation: int) -> None:
    stored = np.arange(12, dtype=np.uint8).reshape(3, 4)
    shown = upright(stored, orientation)
    box = Box(1, 0, 3, 2)
    there = box_as_stored(box, (shown.shape[1], shown.shape[0]), orientation)
    assert np.array_equal(stored[there.slices], as_stored(shown[box.slices], orientation))
