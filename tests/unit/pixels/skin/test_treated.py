from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
import pytest

from pored.pixels.blemish.find import Sought
from pored.pixels.skin.treated import treated_skin

if TYPE_CHECKING:
    from pored.model import Plane

SIZE = 300
FACE_WIDTH = 300.0


def pores(seed: int = 1) -> Plane:
    grain = np.random.default_rng(seed).normal(0, 6, (SIZE, SIZE)).astype(np.float32)
    return cast("Plane", cv2.GaussianBlur(grain, (0, 0), 1.0))


def flat() -> Plane:
    return np.full((SIZE, SIZE), 160.0, np.float32)


def all_skin() -> Plane:
    return np.ones((SIZE, SIZE), np.float32)


def lost_on_the_left() -> Plane:
    """The difference of a pair whose right part was not smoothed."""
    difference = pores()
    difference[:, 100:] = 0
    return difference


@pytest.mark.parametrize("scale", [1, 4])
def test_skin_that_was_left_alone_is_told_from_treated_skin(scale: int) -> None:
    size = (scale * SIZE, scale * SIZE)
    difference, tone, skin = (
        cast("Plane", cv2.resize(plane, size, interpolation=cv2.INTER_CUBIC))
        for plane in (lost_on_the_left(), flat() + pores(2) * (lost_on_the_left() == 0), all_skin())
    )

    treated = treated_skin(difference, tone, skin, scale * FACE_WIDTH)

    assert treated.shape == skin.shape
    assert treated[:, : 90 * scale].min() > 0.9
    assert treated[:, 125 * scale :].max() == 0.0


@pytest.mark.parametrize("gain", [0.0, 1.2], ids=["grain", "sharpening"])
def test_what_the_export_has_more_of_is_not_what_it_lost(gain: float) -> None:
    original = pores(2)
    own = np.zeros((SIZE, SIZE), np.float32)
    own[:, 100:] = (1 + gain) * original[:, 100:] + (gain == 0) * pores(3)[:, 100:]

    treated = treated_skin(original - own, flat() + own, all_skin(), FACE_WIDTH)

    assert treated[:, :90].min() > 0.9
    assert treated[:, 125:].mean() < 0.01


def test_off_the_skin_nothing_is_treated() -> None:
    skin = all_skin()
    skin[:50] = 0

    assert treated_skin(pores(), flat(), skin, FACE_WIDTH)[:50].max() == 0.0


def test_where_nothing_was_lost_the_skin_stays_as_it_is() -> None:
    skin = all_skin()

    assert treated_skin(0 * pores(), flat(), skin, FACE_WIDTH) is skin


def test_untreated_skin_does_not_make_pores_look_like_blemishes() -> None:
    original = (flat() + pores())[..., None] * np.array([1.2, 1.0, 0.9], np.float32)
    export = flat()[..., None] * np.array([1.2, 1.0, 0.9], np.float32)
    export[:, 100:] = original[:, 100:]

    found = Sought(original, export, all_skin(), FACE_WIDTH).find()

    assert (found.weight > 0.5).mean() < 0.01
