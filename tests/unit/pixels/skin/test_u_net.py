from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pored.pixels.skin.u_net import Layer, Weights, learned, u_net

Planes = NDArray[Any]

SHAPES = [(1, 8), (3, 5), (3, 5), (3, 6), (3, 6), (3, 7), (3, 7), (3, 6), (3, 5), (3, 4), (1, 4)]
"""Side and number of sums of each layer of a small network for three clues."""


def random_weights(seed: int) -> Weights:
    random = np.random.default_rng(seed)
    takes = [3, 3 + 8, 5, 5, 6, 6, 7, 7 + 6, 6 + 5, 5 + 8, 4]
    layers = tuple(
        Layer(
            random.normal(0, 0.3, (side, side, count, sums)).astype(np.float32),
            random.normal(0, 0.1, sums).astype(np.float32),
        )
        for (side, sums), count in zip(SHAPES, takes, strict=True)
    )
    return Weights(np.zeros(3, np.float32), np.ones(3, np.float32), layers)


def by_the_book(planes: Planes, layer: Layer) -> Planes:
    """A convolution that counts its terms one by one."""
    side = layer.kernel.shape[0]
    padded = np.pad(planes.astype(np.float64), ((side // 2,) * 2, (side // 2,) * 2, (0, 0)))
    out = np.zeros((*planes.shape[:2], layer.kernel.shape[3])) + layer.always
    for y in range(planes.shape[0]):
        for x in range(planes.shape[1]):
            out[y, x] += np.tensordot(padded[y : y + side, x : x + side], layer.kernel, 3)
    return out


def halved(planes: Planes) -> Planes:
    height, width, count = planes.shape
    mean: Planes = planes.reshape(height // 2, 2, width // 2, 2, count).mean(axis=(1, 3))
    return mean


def doubled(planes: Planes) -> Planes:
    for axis in (0, 1):
        edge = np.take(planes, [0, *range(planes.shape[axis]), planes.shape[axis] - 1], axis)
        middle = np.arange(1, planes.shape[axis] + 1)
        before = 0.75 * np.take(edge, middle, axis) + 0.25 * np.take(edge, middle - 1, axis)
        after = 0.75 * np.take(edge, middle, axis) + 0.25 * np.take(edge, middle + 1, axis)
        planes = np.stack([before, after], axis + 1).reshape(
            *planes.shape[:axis], 2 * planes.shape[axis], *planes.shape[axis + 1 :]
        )
    return planes


def test_it_is_the_u_net_of_the_paper() -> None:
    weights = random_weights(0)
    clues = np.random.default_rng(1).normal(0, 1, (16, 8, 3)).astype(np.float32)
    layers = list(weights.layers)

    def look(planes: Planes, place: int) -> Planes:
        return np.maximum(by_the_book(planes, layers[place]), 0)

    first = look(clues, 0)
    half = look(look(halved(np.dstack([clues, first])), 1), 2)
    quarter = look(look(halved(half), 3), 4)
    eighth = look(look(halved(quarter), 5), 6)
    up = look(np.dstack([doubled(eighth), quarter]), 7)
    up = look(np.dstack([doubled(up), half]), 8)
    up = look(np.dstack([doubled(up), first]), 9)
    assert u_net(clues, weights) == pytest.approx(by_the_book(up, layers[10]), abs=1e-4)


def test_the_clues_are_counted_from_their_mean_in_their_deviations() -> None:
    weights = random_weights(2)
    mean, deviation = np.array([1, 2, 3], np.float32), np.array([2, 4, 8], np.float32)
    clues = np.random.default_rng(3).normal(0, 1, (8, 8, 3)).astype(np.float32)
    shifted = u_net(clues * deviation + mean, weights._replace(mean=mean, deviation=deviation))
    assert shifted == pytest.approx(u_net(clues, weights), abs=1e-4)


@pytest.mark.parametrize(
    ("name", "shape", "things"),
    [("face", (112, 88, 21), 1), ("parts_1", (104, 104, 12), 3), ("parts_2", (104, 104, 12), 3)],
)
def test_what_was_learned_fits_what_is_shown(name: str, shape: tuple[int, int, int], things: int) -> None:
    weights = learned(name)
    odds = u_net(np.random.default_rng(0).normal(0, 1, shape).astype(np.float32), weights)
    assert odds.shape == (*shape[:2], things)
    assert np.isfinite(odds).all()
    assert (weights.deviation > 0).all()
