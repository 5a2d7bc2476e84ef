from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from pored.pixels.made_up.face_zones import ZoneWeights
from pored.pixels.made_up.graft_layer import GraftSettings, graft_layer
from pored.pixels.made_up.plate import skin_plate
from pored.pixels.made_up.plate_make import make_plate
from pored.pixels.recovery.picture_layer import compose_texture

if TYPE_CHECKING:
    from pored.model import Face

Bytes = NDArray[np.uint8]
PLATE = make_plate(1, 384)
EVEN = ZoneWeights(nose=1.0, upper_lip=1.0, under_eyes=1.0, elsewhere=1.0)


def test_plastic_skin_gets_the_energy_of_real_skin(smoothed: Bytes, face: Face) -> None:
    [made] = graft_layer(smoothed, [face], PLATE, GraftSettings(1, zones=EVEN)).faces
    assert made.before < 0.5 * made.wanted
    assert made.after == pytest.approx(made.wanted, rel=0.07)


def test_with_the_persons_own_skin_it_is_as_strong_as_that(portrait: Bytes, smoothed: Bytes, face: Face) -> None:
    plate = skin_plate(portrait, face)
    assert plate is not None
    [made] = graft_layer(smoothed, [face], plate, GraftSettings(1, zones=EVEN)).faces
    assert made.wanted == plate.energy
    assert made.after == pytest.approx(made.wanted, rel=0.07)


def test_skin_with_texture_is_left_as_it_is(portrait: Bytes, face: Face) -> None:
    made_up = graft_layer(portrait, [face], PLATE, GraftSettings(1))
    assert made_up.faces[0].outcome == "nothing_missing"
    assert np.array_equal(compose_texture(portrait, made_up), portrait)


def test_only_the_plastic_half_is_grafted(portrait: Bytes, smoothed: Bytes, face: Face) -> None:
    middle = round(float(face.points[4, 0]))
    half = np.hstack([smoothed[:, :middle], portrait[:, middle:]])
    made_up = graft_layer(half, [face], PLATE, GraftSettings(1, strength=1.0))
    strength = np.abs(made_up.layer.astype(float) - 128)
    skin, far = made_up.mask > 200, round(0.1 * face.width)
    plastic, real = strength[:, : middle - far][skin[:, : middle - far]], strength[:, middle + far :]
    assert plastic.mean() > 3 * real[skin[:, middle + far :]].mean()


def test_a_zone_of_weight_zero_is_left_out(smoothed: Bytes, face: Face) -> None:
    made_up = graft_layer(smoothed, [face], PLATE, GraftSettings(1, zones=ZoneWeights(cheeks=0.0)))
    x, y = np.round(face.points[50]).astype(int)
    assert made_up.mask[y, x] < 30


def test_at_full_opacity_it_is_frequency_separation_to_the_letter(smoothed: Bytes, face: Face) -> None:
    letter, fine = (graft_layer(smoothed, [face], PLATE, GraftSettings(1, opacity=opacity)) for opacity in (1.0, 0.5))
    assert (letter.style.mode, letter.style.opacity) == ("linear light", 255)
    assert 1.7 < float(fine.layer[fine.mask > 200].std()) / float(letter.layer[letter.mask > 200].std()) < 2.1
    assert letter.faces[0].after == pytest.approx(fine.faces[0].after, rel=0.15)


def test_a_given_strength_is_used(smoothed: Bytes, face: Face) -> None:
    assert graft_layer(smoothed, [face], PLATE, GraftSettings(1, strength=0.5)).faces[0].strength == 0.5
    assert not graft_layer(smoothed, [face], PLATE, GraftSettings(1, strength=0.0)).mask.any()


def test_a_grey_export_is_grafted_too(smoothed: Bytes, face: Face) -> None:
    grey = smoothed[..., 1].copy()
    assert (compose_texture(grey, graft_layer(grey, [face], PLATE, GraftSettings(1))) != grey).any()


def test_colours_do_not_drift(smoothed: Bytes, face: Face) -> None:
    made_up = graft_layer(smoothed, [face], PLATE, GraftSettings(1))
    difference = compose_texture(smoothed, made_up).astype(float) - smoothed
    assert np.abs(difference[made_up.mask > 200].mean(axis=0)).max() < 0.15
