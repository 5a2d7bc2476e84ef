from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
import pytest

from pored.pixels.blemish.evidence import Evidence
from pored.pixels.blemish.find import opponent
from pored.pixels.blemish.rings import ring_footprint

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane

SIZE = 240
FACE_WIDTH = 400.0
PLACE = (120, 90)
REDDER = (-4.0, -30.0, -26.0)


def evidence(original: Plane, export: Plane, face_width: float = FACE_WIDTH) -> Evidence:
    everywhere = np.ones(original.shape[:2], np.bool_)
    return Evidence(opponent(original - export), opponent(export), everywhere, everywhere, face_width)


def skin() -> tuple[Plane, Plane]:
    """Pores, and the colour noise of a camera, as strong as a small pimple; and the smooth export."""
    random = np.random.default_rng(4)
    grain = random.normal(0, 9, (SIZE, SIZE, 1)) + random.normal(0, 3, (SIZE, SIZE, 3))
    export = np.full((SIZE, SIZE, 3), (205, 160, 140), np.float32)
    return export + cv2.GaussianBlur(grain.astype(np.float32), (0, 0), 0.7), export


def pimple(sigma: float, middle: float, size: int = SIZE, place: tuple[int, int] = PLACE) -> Plane:
    """Its colour, with so much of a head."""
    rows, columns = np.mgrid[:size, :size]
    squares = (columns - place[0]) ** 2 + (rows - place[1]) ** 2
    shape = np.exp(-squares / (2 * sigma**2)) - middle * np.exp(-squares / (2 * (0.45 * sigma) ** 2))
    marked: Plane = (shape[..., None] * np.array(REDDER)).astype(np.float32)
    return marked


def thrice(plane: Plane) -> Plane:
    return cast("Plane", cv2.resize(plane, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC))


def share_around(found: NDArray[np.uint8], reach: int) -> float:
    part = found[PLACE[1] - reach : PLACE[1] + reach + 1, PLACE[0] - reach : PLACE[0] + reach + 1]
    return float(part.mean())


@pytest.mark.parametrize("sigma", [1.3, 1.7, 2.5])
def test_a_small_pimple_with_a_head_is_found_with_its_ring(sigma: float) -> None:
    original, export = skin()
    found = ring_footprint(evidence(original + pimple(sigma, 1.6), export), 1.0)
    assert share_around(found, 2) == 1.0
    assert found.mean() < 0.005


def test_skin_without_one_has_none() -> None:
    assert not ring_footprint(evidence(*skin()), 1.0).any()


def test_a_small_dark_or_red_spot_has_no_head() -> None:
    original, export = skin()
    red = pimple(1.7, 0.0)
    dark: Plane = red.mean(axis=2, keepdims=True)
    assert not ring_footprint(evidence(original + red, export), 1.0).any()
    assert not ring_footprint(evidence(original + dark, export), 1.0).any()


def test_one_that_the_export_kept_is_its_own() -> None:
    original, export = skin()
    kept = pimple(1.7, 1.6)
    assert not ring_footprint(evidence(original + kept, export + kept), 1.0).any()


def test_more_strength_finds_fainter_ones() -> None:
    original, export = skin()
    pair = evidence(original + np.float32(0.4) * pimple(1.7, 1.6), export)
    assert share_around(ring_footprint(pair, 0.7), 2) == 0.0
    assert share_around(ring_footprint(pair, 2.0), 2) == 1.0


def test_a_large_face_is_looked_at_reduced() -> None:
    original, export = skin()
    marked = original + pimple(1.7, 1.6)
    large, smooth = thrice(marked), thrice(export)
    found = ring_footprint(evidence(large, smooth, 3 * FACE_WIDTH), 1.0)
    assert found.shape == (3 * SIZE, 3 * SIZE)
    assert found[3 * PLACE[1] - 3 : 3 * PLACE[1] + 4, 3 * PLACE[0] - 3 : 3 * PLACE[0] + 4].all()
    assert found.mean() < 0.005


def test_without_smoothed_skin_nothing_is_normal_and_nothing_found() -> None:
    original, export = skin()
    nowhere = np.zeros((SIZE, SIZE), np.bool_)
    pair = Evidence(opponent(original + pimple(2.0, 1.6) - export), opponent(export), nowhere, nowhere, FACE_WIDTH)
    assert not ring_footprint(pair, 1.0).any()
