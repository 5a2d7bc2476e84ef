"""A small network that tells what each place of a view is, since what a clue is worth depends on what is around.

It looks at the view at four sizes, and what it saw at the smaller ones helps to tell at the larger.

Source:
    O. Ronneberger, P. Fischer, T. Brox, "U-Net: convolutional networks for biomedical image segmentation", MICCAI 2015.
"""

from __future__ import annotations

import functools
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple, cast

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Layer(NamedTuple):
    """Weights of one convolution: (side, side, in, out), and what is always added, (out,)."""

    kernel: NDArray[np.float32]
    always: NDArray[np.float32]


class Weights(NamedTuple):
    """All that was learned.

    Attributes:
        mean, deviation: (C,) of the clues.
        layers: in the order in which they are used.
    """

    mean: NDArray[np.float32]
    deviation: NDArray[np.float32]
    layers: tuple[Layer, ...]


@functools.cache
def learned(name: str) -> Weights:
    """Weights that pored brings along: constants, too many to be written out in code. See learned/README.md."""
    with (resources.files("pored.pixels.skin") / "learned" / f"{name}.npz").open("rb") as file:
        stored = np.load(file)
        arrays = {key: stored[key].astype(np.float32) for key in stored.files}
    count = sum(key.startswith("kernel") for key in arrays)
    layers = tuple(Layer(arrays[f"kernel{place}"], arrays[f"always{place}"]) for place in range(count))
    return Weights(arrays["mean"], arrays["deviation"], layers)


def u_net(clues: NDArray[np.float32], weights: Weights) -> NDArray[np.float32]:
    """How surely each place is each of the things that the network knows.

    Args:
        clues: (H, W, C) float32; both sides a multiple of 8.
        weights: for so many clues.

    Returns:
        (H, W, things) float32, log odds.
    """
    given = (clues - weights.mean) / weights.deviation
    layers = iter(weights.layers)
    first = _look(given, next(layers))
    seen = [first]
    below = _halved(np.dstack([given, first]))
    for _ in range(2):
        below = _look(_look(below, next(layers)), next(layers))
        seen.append(below)
        below = _halved(below)
    below = _look(_look(below, next(layers)), next(layers))
    while seen:
        below = _look(np.dstack([_doubled(below), seen.pop()]), next(layers))
    return _convolved(below, next(layers))


def _look(planes: NDArray[np.float32], layer: Layer) -> NDArray[np.float32]:
    return np.maximum(_convolved(planes, layer), 0)


def _convolved(planes: NDArray[np.float32], layer: Layer) -> NDArray[np.float32]:
    """A row's neighbours are laid side by side; the rows above and below are then parts of the same array."""
    height, width, _ = planes.shape
    side = layer.kernel.shape[0]
    margin = side // 2
    padded = np.pad(planes, ((margin, margin), (margin, margin), (0, 0)))
    across = np.concatenate([padded[:, x : x + width] for x in range(side)], axis=2)
    sums = np.tile(layer.always, (height * width, 1))
    for y, row in enumerate(layer.kernel.reshape(side, across.shape[2], -1)):
        sums += across[y : y + height].reshape(height * width, -1) @ row
    return sums.reshape(height, width, -1)


def _halved(planes: NDArray[np.float32]) -> NDArray[np.float32]:
    size = (planes.shape[1] // 2, planes.shape[0] // 2)
    return cast("NDArray[np.float32]", cv2.resize(planes, size, interpolation=cv2.INTER_AREA))


def _doubled(planes: NDArray[np.float32]) -> NDArray[np.float32]:
    size = (planes.shape[1] * 2, planes.shape[0] * 2)
    return cast("NDArray[np.float32]", cv2.resize(planes, size, interpolation=cv2.INTER_LINEAR))
