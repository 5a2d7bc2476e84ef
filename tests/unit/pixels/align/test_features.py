from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import Mock

import cv2
import numpy as np
import pytest

from pored.pixels.align.features import FeatureMaps
from pored.pixels.align.maps import apply
from pored.pixels.photoshop.desaturate import desaturate

if TYPE_CHECKING:
    from numpy.typing import NDArray


def corners(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    height, width = picture.shape[:2]
    return np.array([[0.0, 0.0], [width - 1.0, 0.0], [0.0, height - 1.0]])


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_picture_turned_on_its_side_is_found(portrait: NDArray[np.uint8], turns: int) -> None:
    turned = np.ascontiguousarray(np.rot90(portrait, turns))
    matrix = FeatureMaps(portrait, turned).as_they_are[0]
    height, width = portrait.shape[:2]
    expected = {
        1: [[0, width - 1], [0, 0], [height - 1, width - 1]],
        2: [[width - 1, height - 1], [0, height - 1], [width - 1, 0]],
        3: [[height - 1, 0], [height - 1, width - 1], [0, 0]],
    }[turns]
    np.testing.assert_allclose(apply(matrix, corners(portrait)), expected, atol=2.0)


def test_a_mirrored_picture_is_found_if_asked_for(portrait: NDArray[np.uint8]) -> None:
    mirrored = np.ascontiguousarray(portrait[:, ::-1])
    matrix = FeatureMaps(portrait, mirrored).mirrored[0]
    width, height = portrait.shape[1], portrait.shape[0]
    np.testing.assert_allclose(
        apply(matrix, corners(portrait)), [[width - 1, 0], [0, 0], [width - 1, height - 1]], atol=1.0
    )


def test_a_stretched_picture_is_found(portrait: NDArray[np.uint8]) -> None:
    height, width = portrait.shape[:2]
    stretched = np.asarray(cv2.resize(portrait, (round(0.85 * width), height), interpolation=cv2.INTER_AREA), np.uint8)
    matrix = FeatureMaps(portrait, stretched).as_they_are[-1]
    shrunk = round(0.85 * width) - 1.0
    np.testing.assert_allclose(apply(matrix, corners(portrait)), [[0, 0], [shrunk, 0], [0, height - 1]], atol=2.0)


def test_pictures_without_anything_in_common_give_no_map(portrait: NDArray[np.uint8]) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (300, 300, 3), dtype=np.uint8)
    assert list(FeatureMaps(portrait, noise)) == []


def test_an_empty_wall_gives_no_map(portrait: NDArray[np.uint8]) -> None:
    assert list(FeatureMaps(np.full(portrait.shape, 128, np.uint8), portrait)) == []


def test_each_is_looked_at_when_it_is_asked_for_and_once(
    portrait: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    looking = Mock(side_effect=desaturate)
    monkeypatch.setattr("pored.pixels.align.features.desaturate", looking)
    maps = FeatureMaps(portrait, np.ascontiguousarray(portrait[:, ::-1]))
    looking.assert_not_called()
    first = next(iter(maps))
    np.testing.assert_array_equal(first, (maps.as_they_are + maps.mirrored)[0])
    assert looking.call_count == 3
    assert len(list(maps)) == len(maps.as_they_are) + len(maps.mirrored)
    assert looking.call_count == 3
