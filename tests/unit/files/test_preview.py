from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from pored.files.preview import WIDEST, Where, render_comparison, render_preview
from pored.model import Box
from pored.pixels.blemish.find import Spot

if TYPE_CHECKING:
    from numpy.typing import NDArray


def shown(data: bytes) -> NDArray[np.uint8]:
    with Image.open(BytesIO(data)) as image:
        return np.asarray(image)


def flat(height: int, width: int, level: int) -> NDArray[np.uint8]:
    return np.full((height, width, 3), level, np.uint8)


def test_before_after_and_mask_stand_side_by_side() -> None:
    mask = np.zeros((40, 60), np.uint8)
    mask[:, 30:] = 255
    sheet = shown(render_preview(flat(40, 60, 100), flat(40, 60, 200), Where(mask))).astype(int)
    row = sheet[22 + 20, :, 0]
    assert abs(row[8 + 30] - 100) < 4
    assert abs(row[8 + 68 + 30] - 200) < 4
    assert abs(row[8 + 136 + 15] - 0) < 4
    assert abs(row[8 + 136 + 45] - 255) < 4


def test_guarded_spots_are_ringed_on_the_mask() -> None:
    mask = np.full((400, 600), 255, np.uint8)
    spots = [Spot(300.0, 200.0, 20.0), Spot(-50.0, 900.0, 3.0)]
    where = Where(mask, [Box(200, 100, 400, 300)], spots)
    sheet = shown(render_preview(flat(400, 600, 9), flat(400, 600, 9), where)).astype(int)
    left, top = 2 * (340 + 8) + 8, 22
    assert abs(sheet[top + 170, left + 170] - 255).max() < 12
    ring = sheet[top + 170, left + 170 + 20 : left + 170 + 28]
    assert (ring[:, 0] - ring[:, 2]).max() > 40


def test_a_preview_is_small_whatever_the_picture() -> None:
    sheet = shown(render_preview(flat(900, 3000, 1), flat(900, 3000, 2), Where(np.zeros((900, 3000), np.uint8))))
    assert sheet.shape[1] <= WIDEST
    assert sheet.shape[1] > WIDEST - 10


def test_the_largest_face_is_shown() -> None:
    before = flat(400, 600, 10)
    before[100:200, 300:400] = 250
    boxes = [Box(0, 0, 20, 20), Box(300, 100, 400, 200), Box(-900, -900, -10, -10)]
    sheet = shown(render_preview(before, before, Where(np.zeros((400, 600), np.uint8), boxes)))
    assert sheet.shape[1] == 3 * 170 + 4 * 8
    assert sheet[22 + 85, 8 + 85, 0] > 240
    assert sheet[22 + 5, 8 + 5, 0] < 20


def test_a_face_outside_the_picture_shows_the_whole() -> None:
    where = Where(np.zeros((40, 60), np.uint8), [Box(90, 90, 95, 95)])
    sheet = shown(render_preview(flat(40, 60, 1), flat(40, 60, 2), where))
    assert sheet.shape[1] == 3 * 60 + 4 * 8


def test_a_grey_picture_makes_a_grey_preview() -> None:
    grey = np.full((40, 60), 90, np.uint8)
    assert shown(render_preview(grey, grey, Where(np.zeros((40, 60), np.uint8)))).ndim == 2


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_the_profile_goes_along(profile: bytes, form: str) -> None:
    picture = flat(40, 60, 1)
    data = (
        render_preview(picture, picture, Where(np.zeros((40, 60), np.uint8)), icc=profile)
        if form == "JPEG"
        else render_comparison([("a", picture)], icc=profile)
    )
    with Image.open(BytesIO(data)) as image:
        assert image.format == form
        assert image.info["icc_profile"] == profile


def test_a_comparison_shows_every_pixel_as_it_is(portrait: NDArray[np.uint8]) -> None:
    mask = portrait[:50, :70, 0].copy()
    sheet = shown(render_comparison([("export", portrait), ("mask", mask)]))
    assert np.array_equal(sheet[22:142, 8:168], portrait)
    assert np.array_equal(sheet[22:72, 176:246, 2], mask)
    assert sheet.shape == (22 + 120 + 8, 8 + 160 + 8 + 70 + 8, 3)


def test_captions_are_written(portrait: NDArray[np.uint8]) -> None:
    plain, captioned = (shown(render_comparison([(text, portrait)])) for text in ("", "original"))
    assert not np.array_equal(plain[:22], captioned[:22])
    assert np.array_equal(plain[22:], captioned[22:])
