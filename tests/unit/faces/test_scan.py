from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pored.faces.copies import Copies
from pored.faces.scan import level_of, scan, sides_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Nobody:
    """A landmarker that finds nothing and remembers what it was shown."""

    def __init__(self) -> None:
        self.shown: list[tuple[int, ...]] = []

    def look(self, rgb: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        self.shown.append(rgb.shape)
        return []


def noise(height: int, width: int) -> NDArray[np.uint8]:
    coarse = np.random.default_rng(5).integers(0, 255, (height // 20, width // 20, 3), dtype=np.uint8)
    return np.kron(coarse, np.ones((20, 20, 1), np.uint8))


def test_the_first_level_shows_the_whole_and_the_last_crops_in_which_a_face_of_sixty_is_found() -> None:
    levels = [level_of(Copies.of(noise(2000, 3000)), side) for side in sides_of(3000)]
    assert levels[0].side >= max(levels[0].view.shape)
    assert levels[-1].side * levels[-1].scale == pytest.approx(375, abs=2)
    assert all(a.side * a.scale > b.side * b.scale for a, b in itertools.pairwise(levels))


def test_a_crop_is_shown_with_as_many_pixels_as_the_detector_looks_at_but_not_many_more() -> None:
    levels = [level_of(Copies.of(noise(2000, 3000)), side) for side in sides_of(3000)]
    assert all(160 <= level.side < 320 for level in levels)


def test_sixteen_bit_grey_is_shown_as_eight_bit_colour() -> None:
    picture = noise(400, 600)[..., 0].astype(np.uint16) * np.uint16(257)
    for side in sides_of(600):
        view = level_of(Copies.of(picture), side).view
        assert view.dtype == np.uint8
        assert view.shape[2] == 3


def test_nothing_is_looked_for_on_a_wall_in_the_evening_sun() -> None:
    wall = np.linspace(90, 200, 900, dtype=np.uint8)[None, :, None].repeat(600, axis=0).repeat(3, axis=2)
    looker = Nobody()
    scan(Copies.of(wall), sides_of(900), looker, [])
    assert looker.shown == []


def test_neighbouring_crops_overlap_so_that_a_face_on_a_seam_is_whole_in_one() -> None:
    looker = Nobody()
    copies, side = Copies.of(noise(1000, 2000)), sides_of(2000)[-1]
    scan(copies, [side], looker, [])
    level = level_of(copies, side)
    across = (level.view.shape[1] - level.side) / (level.side * 0.7)
    down = (level.view.shape[0] - level.side) / (level.side * 0.7)
    assert len(looker.shown) == (int(np.ceil(across)) + 1) * (int(np.ceil(down)) + 1)
