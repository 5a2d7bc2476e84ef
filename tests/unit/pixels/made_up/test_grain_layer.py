from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from pored.pixels.made_up.grain_layer import GrainSettings, grain_layer
from pored.pixels.recovery.picture_layer import compose_texture

if TYPE_CHECKING:
    from pored.model import Face

Bytes = NDArray[np.uint8]


@pytest.mark.parametrize("mode", ["overlay", "soft light"])
def test_match_comes_near_to_the_energy_of_real_skin_and_never_above(smoothed: Bytes, face: Face, mode: str) -> None:
    settings = GrainSettings(1, mode="overlay" if mode == "overlay" else "soft light")
    [made] = grain_layer(smoothed, [face], settings).faces
    assert made.before < 0.5 * made.wanted
    assert 0.85 * made.wanted < made.after < 1.02 * made.wanted


def test_the_tutorials_grain_is_faint(smoothed: Bytes, face: Face) -> None:
    made_up = grain_layer(smoothed, [face], GrainSettings(1, percent=3.0))
    [made] = made_up.faces
    assert made.strength == 3.0
    assert made.before < made.after < 0.6 * made.wanted
    assert (made_up.style.mode, made_up.style.opacity) == ("overlay", 255)


def test_skin_with_texture_is_left_as_it_is_by_match_only(portrait: Bytes, face: Face) -> None:
    matched = grain_layer(portrait, [face], GrainSettings(1))
    assert matched.faces[0].outcome == "nothing_missing"
    assert not matched.mask.any()
    assert np.array_equal(compose_texture(portrait, matched), portrait)
    assert grain_layer(portrait, [face], GrainSettings(1, percent=3.0)).mask.any()


def test_a_share_of_match_is_that_share(smoothed: Bytes, face: Face) -> None:
    whole, some = (grain_layer(smoothed, [face], GrainSettings(1, share=share)).faces[0] for share in (1.0, 0.5))
    assert some.strength == pytest.approx(whole.strength / 2)


def test_a_fainter_layer_holds_more_noise(smoothed: Bytes, face: Face) -> None:
    whole, faint = (grain_layer(smoothed, [face], GrainSettings(1, opacity=opacity)).faces[0] for opacity in (1, 0.5))
    assert faint.strength == pytest.approx(2 * whole.strength, rel=0.1)
    assert faint.after == pytest.approx(whole.after, rel=0.1)


def test_a_grey_export_stays_grey(smoothed: Bytes, face: Face) -> None:
    grey = smoothed[..., 1].copy()
    result = compose_texture(grey, grain_layer(grey, [face], GrainSettings(1)))
    assert result.shape == grey.shape
    assert (result != grey).any()


def test_colours_do_not_drift(smoothed: Bytes, face: Face) -> None:
    made_up = grain_layer(smoothed, [face], GrainSettings(1))
    difference = compose_texture(smoothed, made_up).astype(float) - smoothed
    assert np.abs(difference[made_up.mask > 250].mean(axis=0)).max() < 0.15
