from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pored.pixels.skin.colour import (
    colour_bins,
    colour_model,
    distances,
    expected_colours,
    likelihood_ratio,
    skin_colours,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

SKIN, HAIR = (205, 150, 125), (70, 50, 40)


def scene(*, falling_light: bool = False) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Skin on the left, hair on the right; and where skin is known."""
    picture = np.zeros((80, 120, 3), np.float64)
    picture[:, :80], picture[:, 80:] = SKIN, HAIR
    if falling_light:
        picture *= np.linspace(1.0, 0.5, 80)[:, None, None]
    picture += np.random.default_rng(1).normal(0, 3, picture.shape)
    known = np.zeros((80, 120), np.float32)
    known[:, 10:60] = 1
    return np.clip(picture, 0, 255).astype(np.uint8), known


def test_a_shadow_shifts_the_light_most() -> None:
    picture, _ = scene()
    bright, dark = skin_colours(picture), skin_colours((picture * 0.6).astype(np.uint8))
    shift = (bright - dark)[:, :80].mean(axis=(0, 1))
    assert shift[0] > max(abs(shift[1]), abs(shift[2]))


def test_what_is_expected_follows_the_light() -> None:
    picture, known = scene(falling_light=True)
    colours = skin_colours(picture)
    expected = expected_colours(colours, known, 8)
    assert expected[5, 30, 0] > expected[75, 30, 0] + 5
    assert np.abs(expected - colours)[10:70, 20:50, 0].mean() < 2


def test_hair_is_unlike_skin() -> None:
    picture, known = scene()
    colours = skin_colours(picture)
    model = colour_model(colours, known, 8)
    unlike = distances(model.offset(colours), model.inverse)
    assert np.median(unlike[:, 62:78]) < 2.5
    assert np.median(unlike[:, 85:]) > 6


def test_the_likelier_colour_tells() -> None:
    picture, known = scene()
    ratio = likelihood_ratio(colour_bins(skin_colours(picture)), known, 1 - known)
    assert ratio[:, 85:].max() < 0
    assert np.median(ratio[:, 20:50]) > 0


def test_nothing_known_gives_numbers_all_the_same() -> None:
    picture, known = scene()
    model = colour_model(skin_colours(picture), np.zeros_like(known), 8)
    assert np.isfinite(model.expected).all()
    assert np.isfinite(model.inverse).all()
