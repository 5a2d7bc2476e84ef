from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pored.pixels.photoshop.high_pass import high_band
from pored.pixels.recovery.match import auto_radius, matching_strength, plain_skin, texture_power

if TYPE_CHECKING:
    from pored.model import Plane

SIZE = 256


def grain(seed: int, width: float = 0.0) -> Plane:
    plane = np.random.default_rng(seed).normal(0, 5, (SIZE, SIZE)).astype(np.float32)
    return cast("Plane", cv2.GaussianBlur(plane, (0, 0), width)) if width else plane


def all_skin() -> Plane:
    return np.ones((SIZE, SIZE), np.float32)


@settings(max_examples=25, deadline=None)
@given(left=st.floats(0.0, 0.9), shared=st.floats(-0.3, 0.3))
def test_the_strength_gives_the_wanted_energy(left: float, shared: float) -> None:
    original = grain(1)
    export = np.float32(left) * original
    detail = original - export + np.float32(shared) * grain(2)
    where = np.ones(original.shape, bool)

    strength = matching_strength(export, detail, float(original.var()), where)

    assert 0.0 < strength < 2.0
    assert float((export + strength * detail).var()) == pytest.approx(float(original.var()), rel=1e-3)


def test_the_whole_difference_is_wanted_once() -> None:
    original, export = grain(1), 0.3 * grain(1) + 0.1 * grain(2)
    where = np.ones(original.shape, bool)
    wanted = texture_power(export, original - export, where)

    assert wanted == pytest.approx(float(original.var()), rel=1e-5)
    assert matching_strength(export, original - export, wanted, where) == pytest.approx(1.0, rel=1e-4)


def test_texture_lost_with_the_noise_is_made_good() -> None:
    export, difference = np.zeros((SIZE, SIZE), np.float32), grain(1)
    where = np.ones(export.shape, bool)

    assert texture_power(export, difference, where, 0.5) == pytest.approx(2 * float(difference.var()), rel=1e-5)


@pytest.mark.parametrize(
    ("export", "detail"), [(grain(1), grain(2)), (0 * grain(1), 0 * grain(2))], ids=["energy enough", "no detail"]
)
def test_nothing_is_added_where_nothing_helps(export: Plane, detail: Plane) -> None:
    assert matching_strength(export, detail, 0.5 * float(grain(1).var()), np.ones(export.shape, bool)) == 0.0


def test_more_than_linear_light_can_give_is_not_asked() -> None:
    nothing = np.zeros((SIZE, SIZE), np.float32)

    assert matching_strength(nothing, grain(1), 100 * float(grain(1).var()), nothing == 0) == 2.0


@settings(max_examples=25, deadline=None)
@given(left=st.floats(0.0, 0.6), grained=st.floats(0.0, 3.0))
def test_grain_that_the_export_got_gives_way_to_the_texture(left: float, grained: float) -> None:
    original = grain(1)
    export = np.float32(left) * original + np.float32(grained) * grain(2)
    where = np.ones(original.shape, bool)

    strength = matching_strength(export, original - export, float(original.var()), where)

    assert strength == pytest.approx(1.0, abs=0.02)


def test_no_skin_wants_nothing() -> None:
    nowhere = np.zeros((SIZE, SIZE), bool)

    assert texture_power(grain(1), grain(2), nowhere) == 0.0
    assert matching_strength(grain(1), grain(2), 25.0, nowhere) == 0.0


def test_plain_skin_is_off_blemishes_and_strong_detail() -> None:
    band, weight = grain(1), np.zeros((SIZE, SIZE), np.float32)
    weight[:40], band[200, 200] = 1.0, 300.0

    plain = plain_skin(band, all_skin(), weight)

    assert not plain[:40].any()
    assert not plain[199:202, 199:202].any()
    assert plain[60:180].mean() > 0.95


def test_where_all_is_skin_without_detail_all_is_plain() -> None:
    assert plain_skin(np.zeros((SIZE, SIZE), np.float32), all_skin()).all()


def test_too_little_skin_is_not_measured() -> None:
    skin = np.zeros((SIZE, SIZE), np.float32)
    skin[:10, :10] = 1

    assert not plain_skin(grain(1), skin).any()


def test_the_radius_follows_the_scale_of_what_was_lost() -> None:
    fine, coarse = (auto_radius(grain(1, width), all_skin(), 800.0) for width in (0.7, 2.0))

    assert 1.6 <= fine < coarse <= 8.0


@pytest.mark.parametrize("width", [0.6, 1.0, 1.6])
def test_the_radius_holds_nearly_all_that_was_lost(width: float) -> None:
    lost = grain(1, width)

    held, most = (high_band(lost, radius).var() for radius in (auto_radius(lost, all_skin(), 500.0), 4.0))

    assert held / most == pytest.approx(0.95, abs=0.03)


@pytest.mark.parametrize(("face_width", "least"), [(200.0, 1.0), (1500.0, 3.0), (3000.0, 6.0)])
def test_where_nothing_was_lost_the_radius_is_the_retouchers(face_width: float, least: float) -> None:
    assert auto_radius(np.zeros((SIZE, SIZE), np.float32), all_skin(), face_width) == pytest.approx(least)


@given(face_width=st.floats(20, 5000))
@settings(max_examples=10, deadline=None)
def test_the_radius_stays_within_its_bounds(face_width: float) -> None:
    radius = auto_radius(grain(1, 1.0), all_skin(), face_width)

    assert max(1.0, 0.002 * face_width) - 1e-6 <= radius <= max(4.0, 0.004 * face_width) + 1e-6
