from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pored.pixels.blemish.graft import clean_high_band, clean_skin, foreign_share, graft, tiles_of_clean_skin
from pored.pixels.blemish.graft_colour import lightness_of_colour
from pored.pixels.blemish.graft_quilt import choose_tiles, lay_tiles
from pored.pixels.photoshop.high_pass import high_band

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane

SIZE = 200
RADIUS = 3.0


def texture(seed: int = 3, strength: float = 5.0) -> Plane:
    grain = np.random.default_rng(seed).normal(0, strength, (SIZE, SIZE)).astype(np.float32)
    return cast("Plane", cv2.GaussianBlur(grain, (0, 0), 0.8))


def disc(x: int, y: int, radius: int) -> Plane:
    plane = np.zeros((SIZE, SIZE), np.float32)
    cv2.circle(plane, (x, y), radius, 1.0, -1)
    return cast("Plane", cv2.GaussianBlur(plane, (0, 0), 1.0))


def spot(x: int, y: int, sigma: float) -> Plane:
    rows, columns = np.mgrid[:SIZE, :SIZE].astype(np.float32)
    return cast("Plane", np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / np.float32(2 * sigma**2)))


def flat() -> Plane:
    return np.full((SIZE, SIZE), 160.0, np.float32)


def grafted_band(band: Plane, weight: Plane, clean: NDArray[np.bool_]) -> Plane:
    tiles = tiles_of_clean_skin(band, weight, clean, flat(), RADIUS)
    return graft((band, np.zeros_like(band), np.zeros_like(band)), weight, clean, tiles, RADIUS)


def quilt(band: Plane, weight: Plane, clean: NDArray[np.bool_], radius: float) -> Plane:
    return lay_tiles(band, choose_tiles(band, weight, clean, np.full_like(band, 160), radius))


def test_without_a_blemish_the_band_is_the_high_pass() -> None:
    plane = texture()

    band = clean_high_band(plane, np.zeros_like(plane), RADIUS)

    assert np.abs(band - high_band(plane, RADIUS)).max() < 1e-4


def test_a_blemish_leaves_no_ring_around_its_place() -> None:
    weight = disc(100, 100, 14)
    blemish = -40 * disc(100, 100, 11)
    rim = (weight < 0.01) & (disc(100, 100, 20) > 0.5)

    plain, clean = high_band(blemish, RADIUS), clean_high_band(blemish, weight, RADIUS)

    assert np.abs(plain[rim]).max() > 0.5
    assert np.abs(clean[rim]).max() < 0.1


def test_the_low_part_goes_on_under_a_blemish_wider_than_the_radius() -> None:
    plane = np.full((SIZE, SIZE), 7.0, np.float32)

    band = clean_high_band(plane, disc(100, 100, 30), RADIUS)

    assert np.abs(band).max() < 0.3


def test_off_the_weight_nothing_is_changed() -> None:
    band, weight = texture(), disc(100, 100, 10)

    grafted = grafted_band(band, weight, clean_skin(band, weight, np.ones_like(band)))

    assert (grafted[weight == 0] == band[weight == 0]).all()


def test_a_spot_is_taken_out_and_its_place_has_the_texture_of_the_skin_around() -> None:
    weight = disc(100, 100, 12)
    band = clean_high_band(texture() - 40 * disc(100, 100, 6), weight, RADIUS)

    grafted = grafted_band(band, weight, clean_skin(band, weight, np.ones_like(band)))

    inside = weight > 0.9
    assert abs(float(grafted[inside].mean())) < 0.5
    assert 0.7 < float(grafted[inside].std()) / float(texture()[weight == 0].std()) < 1.3


def test_on_grain_of_the_exports_own_a_place_is_no_rougher_than_the_skin_around() -> None:
    weight, grain = disc(100, 100, 30), texture(seed=7)
    band = texture() - grain
    clean = clean_skin(band, weight, np.ones_like(band))
    tiles = tiles_of_clean_skin(band, weight, clean, flat(), RADIUS)
    blemished = band - 40 * disc(100, 100, 26)

    result = grain + graft((blemished, np.zeros_like(band), grain), weight, clean, tiles, RADIUS)

    assert float(result[weight > 0.99].std()) == pytest.approx(float(result[weight == 0].std()), rel=0.2)


@pytest.mark.parametrize(
    ("missing", "shared", "kept", "share"),
    [
        (9.0, 3.0, 1.0, 0.0),
        (9.0, 0.0, 0.0, 0.0),
        (18.0, -9.0, 9.0, 1.0),
        (5.0, -1.0, 4.0, 0.25),
        (9.0, -4.0, 1.0, 1.0),
    ],
    ids=["the original's own", "nothing kept", "grain only", "some grain", "not more than all"],
)
def test_what_the_missing_detail_takes_out_of_the_export_is_none_of_the_originals(
    missing: float, shared: float, kept: float, share: float
) -> None:
    values = (np.array([value]) for value in (missing, shared, kept))

    assert float(foreign_share(*values)[0]) == pytest.approx(share)


def test_rounding_is_no_grain() -> None:
    assert float(foreign_share(np.array([9.0]), np.array([-0.2]), np.array([0.2]))[0]) == 0


def test_without_clean_skin_the_place_is_left_empty() -> None:
    band, weight = texture(), disc(100, 100, 12)

    grafted = grafted_band(band, weight, np.zeros(band.shape, bool))

    assert np.abs(grafted[weight > 0.999]).max() < 0.1


def test_clean_skin_has_neither_blemishes_nor_strong_detail() -> None:
    band, weight = texture(), disc(50, 50, 10)
    band[150, 150] = 100.0

    clean = clean_skin(band, weight, np.ones_like(band))

    assert not clean[50, 50]
    assert not clean[149:152, 149:152].any()
    assert clean.mean() > 0.8


def test_no_skin_is_no_clean_skin() -> None:
    assert not clean_skin(texture(), disc(50, 50, 10), np.zeros((SIZE, SIZE), np.float32)).any()


@settings(max_examples=15, deadline=None)
@given(x=st.integers(0, SIZE - 1), y=st.integers(0, SIZE - 1), radius=st.integers(1, 40), pores=st.floats(1.0, 6.0))
def test_quilted_texture_has_the_energy_of_its_source(x: int, y: int, radius: int, pores: float) -> None:
    band, weight = texture(), disc(x, y, radius)

    quilted = quilt(band, weight, weight < 0.01, pores)

    inside = weight > 0.5
    assert np.isfinite(quilted).all()
    if np.count_nonzero(inside) > 1500:  # fewer pixels hold too few pores to tell
        assert 0.7 < float(quilted[inside].std()) / float(band.std()) < 1.3


def test_patches_come_from_clean_places_only() -> None:
    band, weight = texture(), disc(100, 100, 15)
    clean = np.zeros(band.shape, bool)
    clean[:, :60] = True
    band[:, 60:] = 1000.0

    quilted = quilt(band, weight, clean, RADIUS)

    assert np.abs(quilted[weight > 0.5]).max() < 100.0


@settings(max_examples=15, deadline=None)
@given(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1), st.integers(0, 2 * SIZE - 1), st.integers(1, 2 * SIZE))
def test_some_rows_of_a_quilt_are_those_of_all(x: int, y: int, start: int, count: int) -> None:
    band, weight = texture(), disc(x, y, 15)
    tiles = choose_tiles(band, weight, weight < 0.01, flat(), RADIUS)
    large = cast("Plane", cv2.resize(texture(seed=4), (2 * SIZE - 1, 2 * SIZE - 1)))
    end = min(len(large), start + count)
    start = min(start, end - 1)

    whole = lay_tiles(large, tiles, 2)

    assert np.isfinite(whole).all()
    assert np.array_equal(lay_tiles(large, tiles, 2, (start, end)), whole[start:end])


def test_a_tiny_picture_is_not_quilted() -> None:
    tiny = np.ones((5, 5), np.float32)

    assert not quilt(tiny, tiny, tiny > 2, RADIUS).any()


@pytest.mark.parametrize("height", [-60.0, -25.0, 40.0])
def test_what_is_grafted_looks_half_as_much_like_the_blemish_as_skin_does_by_chance(height: float) -> None:
    left, chance, strengths = [], [], []
    for x, y in ((x, y) for x in range(40, 160, 30) for y in range(40, 160, 30)):
        mark, weight = height * spot(x, y, 2.5), disc(x, y, 8)
        band = clean_high_band(texture() + mark, weight, RADIUS)
        clean = clean_skin(band, weight, np.ones_like(band))
        inside = weight > 0.5
        grafted, pores = (plane[inside] for plane in (grafted_band(band, weight, clean), texture()))
        shape = mark[inside] - mark[inside].mean()
        left.append(abs(float(grafted @ shape) / float(shape @ shape)))
        chance.append(abs(float(pores @ shape) / float(shape @ shape)))
        strengths.append(float(grafted.std() / pores.std()))

    assert np.mean(left) < 0.5 * np.mean(chance)
    assert 0.7 < np.mean(strengths) < 1.15


def test_the_same_input_gives_the_same_graft() -> None:
    band, weight = texture(), disc(100, 100, 12)
    clean = clean_skin(band, weight, np.ones_like(band))

    assert (grafted_band(band, weight, clean) == grafted_band(band, weight, clean)).all()


def test_redness_is_told_from_the_pores_on_it() -> None:
    pores, red, weight = texture(), disc(100, 100, 7), disc(100, 100, 14)
    colours = pores[..., None] + red[..., None] * np.array([-6.0, -34.0, -30.0], np.float32)
    difference = pores + red * np.float32(-18.0)

    taken = lightness_of_colour(difference, colours, weight, weight < 0.01, RADIUS)

    left = difference - taken
    inside = weight > 0.9
    assert float(np.corrcoef(left[inside], pores[inside])[0, 1]) > 0.9
    assert abs(float(left[inside].mean())) < 3.0


def test_grey_marks_have_no_colour_to_go_by() -> None:
    mark, weight = -30 * disc(100, 100, 7), disc(100, 100, 14)
    pores = texture()
    colours = np.repeat((pores + mark)[..., None], 3, axis=2)

    taken = lightness_of_colour(pores + mark, colours, weight, weight < 0.01, RADIUS)

    assert np.abs(taken).max() < 0.5


def test_nothing_to_learn_from_takes_nothing() -> None:
    plane = texture()

    taken = lightness_of_colour(plane, np.repeat(plane[..., None], 3, axis=2), plane, plane > 1e9, RADIUS)

    assert not taken.any()


def test_large_redness_is_found_at_reduced_size() -> None:
    red, weight = disc(100, 100, 20), disc(100, 100, 40)
    colours = red[..., None] * np.array([-6.0, -34.0, -30.0], np.float32) + texture()[..., None]
    difference = texture() + red * np.float32(-18.0)

    taken = lightness_of_colour(difference, colours, weight, weight < 0.01, 10.0)

    assert taken[100, 100] < -8.0
    assert np.abs(taken[weight == 0]).max() == 0.0
