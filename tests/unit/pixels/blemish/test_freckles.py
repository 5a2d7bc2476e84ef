from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pored.pixels.blemish.find import Sought

if TYPE_CHECKING:
    from pored.model import Plane

FACE_WIDTH = 400.0
SIZE = 320
SKIN_TONE = np.array([205.0, 160.0, 140.0], np.float32)
FRECKLE, PIMPLE = (-11.0, -17.0, -20.0), (-4.0, -34.0, -30.0)
STEP = 36


def spotted(count: int, colour: tuple[float, float, float], sigma: float = 1.2) -> tuple[Plane, Plane]:
    """A textured original with spots in rows, and its smooth export."""
    random = np.random.default_rng(5)
    grain = random.normal(0, 3, (SIZE, SIZE, 1)) + random.normal(0, 1.5, (SIZE, SIZE, 3))
    export = np.ones((SIZE, SIZE, 3), np.float32) * SKIN_TONE
    original = (export + grain).astype(np.float32)
    places = [(x, y) for y in range(STEP // 2, SIZE, STEP) for x in range(STEP // 2, SIZE, STEP)]
    for place in places[:count]:
        original = with_spot(original, place, sigma, colour)
    return original, export


def with_spot(picture: Plane, place: tuple[int, int], sigma: float, colour: tuple[float, float, float]) -> Plane:
    rows, columns = np.mgrid[:SIZE, :SIZE]
    shape = np.exp(-((columns - place[0]) ** 2 + (rows - place[1]) ** 2) / (2 * sigma**2))
    marked: Plane = (picture + shape[..., None] * np.array(colour)).astype(np.float32)
    return marked


def guarded(pair: tuple[Plane, Plane]) -> int:
    return len(Sought(*pair, np.ones((SIZE, SIZE), np.float32), FACE_WIDTH).find().spots)


def test_many_brown_spots_are_freckles() -> None:
    assert guarded(spotted(64, FRECKLE)) < 4


def test_a_part_of_a_face_has_its_part_of_the_freckles() -> None:
    part = np.zeros((SIZE, SIZE), np.float32)
    part[: SIZE // 2] = 1
    assert len(Sought(*spotted(36, FRECKLE), part, FACE_WIDTH).find().spots) < 4


@pytest.mark.parametrize(("count", "colour"), [(12, FRECKLE), (64, PIMPLE)])
def test_a_few_or_red_ones_are_not(count: int, colour: tuple[float, float, float]) -> None:
    by_chance = 2  # grain of this strength alone looks like a spot once in a picture, on the mean of ten
    assert count <= guarded(spotted(count, colour)) <= count + by_chance


def test_a_mole_among_freckles_is_guarded() -> None:
    original, export = spotted(64, FRECKLE)
    mole = with_spot(original, (STEP, STEP), 5.0, (-46.0, -42.0, -38.0))
    spots = Sought(mole, export, np.ones((SIZE, SIZE), np.float32), FACE_WIDTH).find().spots
    assert any(abs(spot.x - STEP) < 3 and abs(spot.y - STEP) < 3 for spot in spots)
    assert len(spots) < 5


@pytest.mark.parametrize("sigma", [0.7, 1.2, 2.0])
def test_a_blackhead_among_freckles_is_guarded(sigma: float) -> None:
    original, export = spotted(64, FRECKLE)
    dot = with_spot(original, (STEP, STEP), sigma, (-56.0, -52.0, -48.0))
    spots = Sought(dot, export, np.ones((SIZE, SIZE), np.float32), FACE_WIDTH).find().spots
    assert any(abs(spot.x - STEP) < 3 and abs(spot.y - STEP) < 3 for spot in spots)
    assert len(spots) < 5
