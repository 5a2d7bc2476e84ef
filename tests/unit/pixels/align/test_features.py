from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from pored.pixels.align.features import matrices_from_features
from pored.pixels.align.maps import apply

if TYPE_CHECKING:
    from numpy.typing import NDArray


def corners(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    height, width = picture.shape[:2]
    return np.array([[0.0, 0.0], [width - 1.0, 0.0], [0.0, height - 1.0]])


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_picture_turned_on_its_side_is_found(portrait: NDArray[np.uint8], turns: int) -> None:
    turned = np.ascontiguousarray(np.rot90(portrait, turns))
    matrix = matrices_from_features(portrait, turned)[0]
    height, width = portrait.shape[:2]
    expected = {
        1: [[0, width - 1], [0, 0], [height - 1, width - 1]],
        2: [[width - 1, height - 1], [0, height - 1], [width - 1, 0]],
        3: [[height - 1, 0], [height - 1, width - 1], [0, 0]],
    }[turns]
    np.testing.assert_allclose(apply(matrix, corners(portrait)), expected, atol=2.0)


def test_a_mirrored_picture_is_found_if_asked_for(portrait: NDArray[np.uint8]) -> None:
    mirrored = np.ascontiguousarray(portrait[:, ::-1])
    matrix = matrices_from_features(portrait, mirrored, mirrored=True)[0]
    width, height = portrait.shape[1], portrait.shape[0]
    np.testing.assert_allclose(
        apply(matrix, corners(portrait)), [[width - 1, 0], [0, 0], [width - 1, height - 1]], atol=1.0
    )


def test_a_stretched_picture_is_found(portrait: NDArray[np.uint8]) -> None:
    height, width = portrait.shape[:2]
    stretched = np.asarray(cv2.resize(portrait, (round(0.85 * width), height), interpolation=cv2.INTER_AREA), np.uint8)
    matrix = matrices_from_features(portrait, stretched)[-1]
    shrunk = round(0.85 * width) - 1.0
    np.testing.assert_allclose(apply(matrix, corners(portrait)), [[0, 0], [shrunk, 0], [0, height - 1]], atol=2.0)


def test_pictures_without_anything_in_common_give_no_map(portrait: NDArray[np.uint8]) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (300, 300, 3), dtype=np.uint8)
    assert matrices_from_features(portrait, noise) == []


def test_an_empty_wall_gives_no_map(portrait: NDArray[np.uint8]) -> None:
    assert matrices_from_features(np.full(portrait.shape, 128, np.uint8), portrait) == []
