from __future__ import annotations

import numpy as np
import pytest

from pored.pixels.skin.smoothing_evidence import STRONGEST, smoothing_evidence
from pored.pixels.skin.treated import detail_powers

SIZE = (120, 200)
FACE = 100.0


@pytest.fixture
def texture() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.random.default_rng(7).normal(0, 6, SIZE).astype(np.float32)


def mask_of(columns: slice) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    mask = np.zeros(SIZE, np.uint8)
    mask[:, columns] = 255
    return mask


def test_smoothing_that_was_meant_for_skin_speaks_for_it_where_the_mask_had_missed_it(
    texture: np.ndarray[tuple[int, int], np.dtype[np.float32]],
) -> None:
    difference = texture.copy()
    difference[:, 80:] = 0  # smoothed up to 80; the mask found skin up to 60
    evidence = smoothing_evidence(detail_powers(difference, 128 + texture - difference, FACE), mask_of(slice(0, 60)))
    assert evidence[:, 64:74].min() > 0.5
    assert evidence[:, 100:].max() == pytest.approx(-STRONGEST)


def test_smoothing_of_everything_says_nothing(texture: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> None:
    tone = np.full(SIZE, 128, np.float32)
    evidence = smoothing_evidence(detail_powers(texture, tone, FACE), mask_of(slice(0, 100)))
    assert np.abs(evidence).max() < 0.02


def test_cloth_that_was_denoised_too_takes_its_weight_from_it(
    texture: np.ndarray[tuple[int, int], np.dtype[np.float32]],
) -> None:
    difference = texture.copy()
    difference[:, 150:] = 0  # skin up to 50, and as much of the rest
    evidence = smoothing_evidence(detail_powers(difference, 128 + texture - difference, FACE), mask_of(slice(0, 50)))
    assert evidence.max() < 0.05


def test_where_the_original_has_no_detail_nothing_is_said(
    texture: np.ndarray[tuple[int, int], np.dtype[np.float32]],
) -> None:
    difference = texture.copy()
    difference[:, 80:] = 0
    tone = 128 + texture - difference
    tone[:, 120:] = 128
    evidence = smoothing_evidence(detail_powers(difference, tone, FACE), mask_of(slice(0, 60)))
    assert (evidence[:, 140:] == 0).all()
