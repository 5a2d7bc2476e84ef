from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pored.pixels.blemish.evidence import tints
from pored.pixels.blemish.find import Sought, opponent
from pored.pixels.blemish.guard import Pair, guard_blemishes
from pored.pixels.photoshop.desaturate import desaturate
from pored.pixels.photoshop.high_pass import high_band

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane

PHOTOS = Path(__file__).parents[3] / "photos"
FACE_WIDTH = 400.0
SIZE = 260
SKIN_TONE = np.array([205.0, 160.0, 140.0], np.float32)
MOLE = (-46.0, -42.0, -38.0)
PIMPLE = (-6.0, -34.0, -30.0)


def skin_pair(seed: int = 1) -> tuple[Plane, Plane]:
    """A textured original of grey pores and its perfectly smooth export."""
    grain = np.random.default_rng(seed).normal(0, 6, (SIZE, SIZE)).astype(np.float32)
    pores = cv2.GaussianBlur(grain, (0, 0), 1.0)
    export = np.ones((SIZE, SIZE, 3), np.float32) * SKIN_TONE
    return export + pores[..., None], export


def with_spot(
    picture: Plane, place: tuple[int, int], radius: float, colour: tuple[float, float, float], *, ringed: bool = False
) -> Plane:
    rows, columns = np.mgrid[: picture.shape[0], : picture.shape[1]]
    squares = (columns - place[0]) ** 2 + (rows - place[1]) ** 2
    shape = np.exp(-squares / (2 * radius**2))
    if ringed:
        shape -= 1.6 * np.exp(-squares / (2 * (0.45 * radius) ** 2))
    return cast("Plane", picture + (shape[..., None] * np.array(colour)).astype(np.float32))


def enlarged(picture: Plane) -> Plane:
    return cast("Plane", cv2.resize(picture, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC))


def forehead() -> NDArray[np.uint8]:
    picture = cv2.imread(str(PHOTOS / "older_man.jpg"), cv2.IMREAD_COLOR_RGB)
    assert picture is not None
    return cast("NDArray[np.uint8]", picture[700:900, 420:580])


def smoothed(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    for _ in range(3):
        picture = cast("NDArray[np.uint8]", cv2.bilateralFilter(picture, 13, 26, 7))
    return picture


def all_skin() -> Plane:
    return np.ones((SIZE, SIZE), np.float32)


@pytest.mark.parametrize("radius", [1.5, 2.5, 4.0, 8.0])
@pytest.mark.parametrize("colour", [MOLE, PIMPLE, (-30.0, -30.0, -30.0), (40.0, 44.0, 40.0)])
def test_a_spot_that_the_export_lacks_is_found_at_its_place(radius: float, colour: tuple[float, float, float]) -> None:
    original, export = skin_pair()

    found = Sought(with_spot(original, (120, 90), radius, colour), export, all_skin(), FACE_WIDTH).find()

    nearest = min(np.hypot(spot.x - 120, spot.y - 90) for spot in found.spots)
    assert nearest < 2.0
    assert found.weight[90, 120] > 0.9


@pytest.mark.parametrize("radius", [0.4, 0.5])
def test_a_blackhead_as_fine_as_a_pore_is_found(radius: float) -> None:
    original, export = skin_pair()

    found = Sought(with_spot(original, (120, 90), radius, (-30.0,) * 3), export, all_skin(), FACE_WIDTH).find()

    assert found.weight[90, 120] > 0.8
    assert [round(spot.x) for spot in found.spots] == [120]


@pytest.mark.parametrize("radius", [2.0, 3.0, 5.0])
def test_a_pale_middle_in_a_red_ring_is_found_with_its_ring(radius: float) -> None:
    original, export = skin_pair()

    found = Sought(
        with_spot(original, (130, 130), radius, (-4.0, -30.0, -26.0), ringed=True), export, all_skin(), FACE_WIDTH
    ).find()

    assert found.weight[130, 130] > 0.9
    assert found.weight[130, 130 + round(radius)] > 0.9


def in_a_shade(radius: float) -> Plane:
    """How much light falls beside a nose, softer for a larger radius."""
    edge = np.ones((SIZE, SIZE, 3), np.float32)
    edge[:, 120:] = 0.5
    return cast("Plane", cv2.GaussianBlur(edge, (0, 0), radius))


def test_a_birthmark_across_a_shade_that_the_smoothing_softened_is_found() -> None:
    original, export = skin_pair()
    rows, columns = np.mgrid[:SIZE, :SIZE]
    disc = (np.hypot(columns - 120, rows - 130) < 16).astype(np.float32)
    mark = cv2.GaussianBlur(disc, (0, 0), 1.5)[..., None] * np.array([-0.035, -0.095, -0.095], np.float32)
    shade, softer = in_a_shade(5), in_a_shade(6)

    def found(original: Plane) -> Plane:
        return Sought(original, export * softer, all_skin(), FACE_WIDTH).find().weight

    assert found(original * (1 + mark) * shade)[124:137, 112:129].min() > 0.9
    assert not found(original * shade).any()


def test_a_tint_is_the_same_in_shade_as_in_light() -> None:
    skin = np.ones((4, 4, 3), np.float32) * SKIN_TONE
    light, shade = opponent(skin), opponent(0.6 * skin)

    assert np.abs(np.subtract(tints(*light), tints(*shade))).max() < 4.0
    assert np.abs(np.subtract(light[1:], shade[1:])).max() > 15.0


def test_a_tint_is_nought_where_all_is_grey() -> None:
    grey = np.linspace(0, 255, 48, dtype=np.float32).reshape(4, 4, 3)
    grey[:] = grey[..., :1]

    assert np.abs(tints(*opponent(grey))).max() < 1e-3


def test_a_hair_on_the_skin_is_covered_along_its_length() -> None:
    original, export = skin_pair()
    line = np.zeros((SIZE, SIZE), np.uint8)
    cv2.line(line, (60, 80), (190, 170), 255, 1, cv2.LINE_AA)
    original -= line[..., None] * np.float32(60 / 255)

    found = Sought(original, export, all_skin(), FACE_WIDTH).find()

    assert found.weight[line > 128].mean() > 0.9
    assert (found.weight > 0.5).mean() < 0.1


def soft_line(bend: float) -> Plane:
    """A curve from side to side, 1 in its middle, as wide as a wrinkle."""
    x = np.linspace(40, 220, 40)
    points = np.stack([x, 130 + bend * ((x - 130) / 90) ** 2], axis=1)
    line = np.zeros((SIZE, SIZE), np.uint8)
    cv2.polylines(
        line, [np.round(16 * points).astype(np.int32)], isClosed=False, color=255, lineType=cv2.LINE_AA, shift=4
    )
    soft = cv2.GaussianBlur(line.astype(np.float32), (0, 0), 1.6)
    return cast("Plane", soft / soft.max())


@pytest.mark.parametrize("bend", [0.0, 5.0, -8.0])
def test_a_faint_line_is_found_though_none_of_its_pixels_stands_out(bend: float) -> None:
    original, export = skin_pair()
    line = soft_line(bend)
    pores = float((original - export)[..., 0].std())
    wrinkle = (np.float32(-2.6 * pores) * line)[..., None] * np.ones(3, np.float32)

    found = Sought(original + wrinkle, export, all_skin(), FACE_WIDTH).find()
    clean = Sought(original, export, all_skin(), FACE_WIDTH).find()
    kept = Sought(original + wrinkle, export + wrinkle, all_skin(), FACE_WIDTH).find()

    assert found.weight[line > 0.7].mean() > 0.8
    assert (found.weight > 0.5).mean() < 0.15
    assert kept.weight[line > 0.7].mean() < 0.1
    assert (clean.weight > 0.5).mean() < 0.01


def test_a_mole_that_the_export_kept_is_left_alone() -> None:
    original, export = skin_pair()

    found = Sought(
        with_spot(original, (120, 90), 3.0, MOLE), with_spot(export, (120, 90), 3.0, MOLE), all_skin(), FACE_WIDTH
    ).find()

    assert found.weight[80:100, 110:130].max() < 0.5


def test_a_kept_edge_that_the_smoothing_softened_is_no_blemish() -> None:
    original, export = skin_pair()
    step = np.where(np.arange(SIZE) < 130, 0.0, -60.0).astype(np.float32)[None, :, None]
    sharp = np.broadcast_to(step, original.shape)
    soft = cv2.GaussianBlur(np.ascontiguousarray(sharp), (0, 0), 0.8)

    found = Sought(original + sharp, export + soft, all_skin(), FACE_WIDTH).find()

    assert (found.weight[:, 120:140] > 0.5).mean() < 0.05


def test_pores_alone_are_no_blemishes() -> None:
    original, export = skin_pair()

    found = Sought(original, export, all_skin(), FACE_WIDTH).find()

    assert (found.weight > 0.5).mean() < 0.005


def test_nothing_is_found_off_the_skin() -> None:
    original, export = skin_pair()
    skin = all_skin()
    skin[:, 140:] = 0

    found = Sought(with_spot(original, (200, 130), 4.0, MOLE), export, skin, FACE_WIDTH).find()

    assert found.weight[:, 160:].max() == 0.0


@pytest.mark.parametrize("strength", [0.0, -1.0])
def test_a_strength_of_nothing_finds_nothing(strength: float) -> None:
    original, export = skin_pair()

    found = Sought(with_spot(original, (120, 90), 4.0, MOLE), export, all_skin(), FACE_WIDTH).find(strength)

    assert found.spots == ()
    assert found.weight.max() == 0.0


def test_more_strength_finds_fainter_marks() -> None:
    original, export = skin_pair()
    faint = with_spot(original, (120, 90), 3.0, (-1.0, -6.0, -5.0))

    gentle = Sought(faint, export, all_skin(), FACE_WIDTH).find(0.5)
    strong = Sought(faint, export, all_skin(), FACE_WIDTH).find(2.0)

    assert gentle.weight[90, 120] < 0.5 < strong.weight[90, 120]


@given(strengths=st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0]), min_size=1, max_size=4))
@settings(max_examples=5, deadline=None)
def test_what_was_found_at_one_strength_changes_nothing_at_another(strengths: list[float]) -> None:
    original, export = skin_pair()
    pair = (with_spot(original, (120, 90), 3.0, (-1.0, -6.0, -5.0)), export, all_skin(), FACE_WIDTH)
    sought = Sought(*pair)

    for strength in strengths:
        again, anew = sought.find(strength), Sought(*pair).find(strength)
        assert again.spots == anew.spots
        assert np.array_equal(again.weight, anew.weight)


def test_too_little_skin_is_not_judged() -> None:
    original, export = skin_pair()

    found = Sought(with_spot(original, (120, 90), 4.0, MOLE), export, np.zeros_like(all_skin()), FACE_WIDTH).find()

    assert found.spots == ()


def test_a_large_face_is_searched_at_reduced_size_with_the_same_finds() -> None:
    original, export = skin_pair()
    spotted = with_spot(original, (120, 90), 3.0, PIMPLE)
    skin = np.ones((4 * SIZE, 4 * SIZE), np.float32)

    found = Sought(enlarged(spotted), enlarged(export), skin, 4 * FACE_WIDTH).find()

    assert found.weight.shape == skin.shape
    assert min(np.hypot(spot.x - 481, spot.y - 361) for spot in found.spots) < 6.0


@given(scale=st.floats(-100, 100), red=st.floats(0, 255), green=st.floats(0, 255), blue=st.floats(0, 255))
def test_opponent_colours_are_linear_and_grey_has_no_colour(
    scale: float, red: float, green: float, blue: float
) -> None:
    colour = np.array([[[red, green, blue]]], np.float32)
    grey = np.full((1, 1, 3), red, np.float32)

    once = [float(plane[0, 0]) for plane in opponent(colour)]
    scaled = [float(plane[0, 0]) for plane in opponent(colour * np.float32(scale))]

    assert np.allclose(np.array(once) * scale, scaled, atol=1e-2, rtol=1e-4)
    assert once[0] == pytest.approx((red + green + blue) / 3, abs=1e-3)
    assert [float(plane[0, 0]) for plane in opponent(grey)][1:] == pytest.approx([0, 0], abs=1e-3)


def test_an_export_equal_to_its_original_lacks_nothing_and_has_no_blemishes() -> None:
    original, _ = skin_pair()
    tone = np.ascontiguousarray(original[..., 1])

    guarded = guard_blemishes(
        Pair(original, original, tone - tone, tone, all_skin()),
        Sought(original, original, all_skin(), FACE_WIDTH).find(),
        3.0,
    )

    assert guarded.blemishes.spots == ()
    assert np.abs(guarded.detail).max() == 0.0


def test_on_a_real_face_the_guard_takes_a_mole_out_and_puts_texture_in() -> None:
    portrait = forehead()
    smooth = smoothed(portrait)
    spotted = np.clip(with_spot(portrait.astype(np.float32), (80, 100), 3.0, MOLE), 0, 255).round().astype(np.uint8)
    difference, tone = desaturate(spotted) - desaturate(smooth), desaturate(smooth)
    skin = np.ones(difference.shape, np.float32)
    pair = Pair(spotted.astype(np.float32), smooth.astype(np.float32), difference, tone, skin)

    detail = guard_blemishes(pair, Sought(pair.original, pair.export, skin, 290.0).find(), 3.0).detail

    place = (slice(94, 107), slice(74, 87))
    plain = high_band(desaturate(portrait) - desaturate(smooth), 3.0)
    assert abs(float(detail[place].mean())) < 1.5
    assert 0.4 < float(detail[place].std()) / float(plain[place].std()) < 1.8
