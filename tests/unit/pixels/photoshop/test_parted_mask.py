"""Tests of a layer's mask that is shared by two layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pored.pixels.photoshop.blend_if import BlendIf
from pored.pixels.photoshop.compose import LayerStyle, compose
from pored.pixels.photoshop.parted_mask import parted_mask

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Samples

Shared = tuple["NDArray[np.uint8]", "NDArray[np.uint8]"]
SIZE = (64, 64)


def shared(seed: int = 1) -> Shared:
    """A mask, and what of it the upper layer is to take."""
    random = np.random.default_rng(seed)
    mask = random.integers(0, 256, SIZE).astype(np.uint8)
    return mask, (mask * random.random(SIZE)).astype(np.uint8)


def samples(depth: int, seed: int = 2) -> tuple[Samples, Samples]:
    """A picture and a layer over it that clamps at many places."""
    random = np.random.default_rng(seed)
    below, layer = (random.integers(0, 2**depth, size) for size in ((*SIZE, 3), SIZE))
    if depth == 8:
        return below.astype(np.uint8), layer.astype(np.uint8)
    return below.astype(np.uint16), layer.astype(np.uint16)


def off(below: Samples, layer: Samples, mask: NDArray[np.uint8], upper: NDArray[np.uint8], style: LayerStyle) -> int:
    """By how many levels two layers miss what one shows."""
    lower = compose(below, layer, mask - upper, style)
    one, two = compose(below, layer, mask, style), compose(lower, layer, upper, style)
    return int(np.abs(two.astype(int) - one).max())


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("style", [LayerStyle(opacity=200), LayerStyle(underlying=BlendIf(20, 80, 150, 220))])
def test_two_layers_show_what_one_shows_where_the_mode_clamps(depth: int, style: LayerStyle) -> None:
    (below, layer), (mask, upper) = samples(depth), shared()
    parted = parted_mask(below, layer, mask, upper, style)
    assert off(below, layer, mask, upper, style) > 5
    assert off(below, layer, mask, parted, style) <= 1
    moved = parted != upper
    assert np.all((parted[moved] == 0) | (parted[moved] == mask[moved]))


def test_a_soft_edge_stays_as_it_is_where_nothing_clamps() -> None:
    below, layer = np.full((*SIZE, 3), 120, np.uint8), np.full(SIZE, 140, np.uint8)
    mask, upper = shared()
    parted = parted_mask(below, layer, mask, upper, LayerStyle(opacity=135))
    assert np.array_equal(parted, upper)
    assert parted is not upper


def test_a_pixel_goes_to_the_layer_that_had_more_of_it() -> None:
    below, layer = np.full((1, 3), 40, np.uint8), np.zeros((1, 3), np.uint8)
    mask, upper = np.full((1, 3), 200, np.uint8), np.array([[60, 140, 200]], np.uint8)
    assert parted_mask(below, layer, mask, upper, LayerStyle()).tolist() == [[0, 200, 200]]
