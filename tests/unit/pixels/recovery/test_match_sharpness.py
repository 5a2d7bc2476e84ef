from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
import pytest

from pored.pixels.recovery.match_sharpness import AS_IT_IS, LEAST, MOST, Sharpness, beside_skin, detailed_beside
from pored.pixels.recovery.match_sharpness import sharpness as sharpness_of

if TYPE_CHECKING:
    from pored.model import Plane

SIZE = 300
FACE_WIDTH = 200.0


def picture() -> Plane:
    """Skin on the left, hair on the right, of the same tones."""
    rng = np.random.default_rng(3)
    grain = rng.normal(0, 1, (SIZE, SIZE)).astype(np.float32)
    hair = cv2.GaussianBlur(grain, (0, 0), 1.2)
    return cast("Plane", 130 + 12 * hair / hair.std() + 20 * np.linspace(-1, 1, SIZE, dtype=np.float32)[:, None])


def skin() -> Plane:
    plane = np.zeros((SIZE, SIZE), np.float32)
    plane[:, : SIZE // 2] = 1
    return plane


def smooth_skin(plane: Plane) -> Plane:
    return cast("Plane", np.where(skin() > 0, cv2.GaussianBlur(plane, (0, 0), 4.0), plane))


def crisper(plane: Plane, amount: float) -> Plane:
    return cast("Plane", plane + np.float32(amount) * (plane - cv2.GaussianBlur(plane, (0, 0), 3.0)))


def in_colours(plane: Plane, *contrasts: float) -> Plane:
    """Red, green and blue with so many times its contrast."""
    return cast("Plane", np.stack([130 + np.float32(each) * (plane - 130) for each in contrasts], axis=-1))


def sharpness(original: Plane, export: Plane, on: Plane, face_width: float) -> Sharpness:
    """Of two grey pictures."""
    colours = in_colours(original, 1, 1, 1), in_colours(export, 1, 1, 1)
    return sharpness_of(original, colours, beside_skin(export, on, face_width))


def unsharp_mask(plane: Plane, amount: float, radius: float) -> Plane:
    return cast("Plane", plane + np.float32(amount) * (plane - cv2.GaussianBlur(plane, (0, 0), radius)))


def soft(plane: Plane, radius: float) -> Plane:
    return cast("Plane", cv2.GaussianBlur(plane, (0, 0), radius))


def detail(plane: Plane) -> Plane:
    return cast("Plane", plane - cv2.GaussianBlur(plane, (0, 0), 3.0))


@pytest.mark.parametrize("amount", [-0.3, 0.25, 0.45])
def test_it_is_that_of_the_hair(amount: float) -> None:
    found = sharpness(picture(), crisper(smooth_skin(picture()), amount), skin(), FACE_WIDTH)
    assert found.factor == pytest.approx(1 + amount, abs=0.05)


@pytest.mark.parametrize(
    ("amount", "radius"), [(0.8, 0.7), (1.2, 1.5), (1.5, 1.0), (0.6, 3.0), (2.0, 1.5), (-0.4, 1.0)]
)
def test_finer_texture_than_hair_s_becomes_as_crisp_by_the_filter_that_the_hair_shows(
    amount: float, radius: float
) -> None:
    export = unsharp_mask(smooth_skin(picture()), amount, radius)
    found = sharpness(picture(), export, skin(), FACE_WIDTH)
    pores = np.random.default_rng(8).normal(0, 4, (SIZE, SIZE)).astype(np.float32)
    pores = soft(pores, 0.8)
    wanted, made = detail(unsharp_mask(pores, amount, radius)), detail(found.applied(pores))
    assert made.std() / wanted.std() == pytest.approx(1, abs=0.05)
    assert np.corrcoef(made.ravel(), wanted.ravel())[0, 1] > 0.995


def test_enlarged_with_the_picture_it_is_the_same_filter() -> None:
    filtered = Sharpness(1.5, (2.0, 1.8, 1.5, 1.2, 1.1))
    twice = cast("Plane", cv2.resize(picture(), (0, 0), fx=2, fy=2, interpolation=cv2.INTER_CUBIC))
    made = cv2.resize(filtered.enlarged(2).applied(twice), (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    wanted = filtered.applied(cast("Plane", cv2.resize(twice, (SIZE, SIZE), interpolation=cv2.INTER_AREA)))
    assert np.abs(made - wanted).mean() < 0.04 * np.abs(wanted - picture()).mean()


def test_of_colours_each_channel_goes_through_it() -> None:
    filtered = Sharpness(1.5, (2.0, 1.8, 1.5, 1.2, 1.1))
    colours = in_colours(picture(), 1, 0.5, 2)
    made = filtered.applied(colours)
    for channel in range(3):
        assert made[..., channel] == pytest.approx(filtered.applied(colours[..., channel]), abs=1e-3)


def test_where_the_two_are_alike_a_plane_is_left_as_it_is() -> None:
    plane = picture()
    assert AS_IT_IS.applied(plane) is plane
    assert AS_IT_IS.margin == 0


def test_a_part_with_what_lies_around_it_is_filtered_like_the_whole() -> None:
    filtered = Sharpness(1.5, (2.0, 1.8, 1.5, 1.2, 1.1))
    margin = filtered.margin
    part = filtered.applied(picture()[80 - margin : 120 + margin])[margin:-margin]
    assert part == pytest.approx(filtered.applied(picture())[80:120], abs=0.05)


def test_no_band_is_made_many_times_as_strong_or_wiped_out() -> None:
    strongest = sharpness(picture(), unsharp_mask(smooth_skin(picture()), 9.0, 1.5), skin(), FACE_WIDTH)
    assert max(strongest.gains) == MOST
    assert min(sharpness(picture(), unsharp_mask(smooth_skin(picture()), -0.9, 0.8), skin(), FACE_WIDTH).gains) >= LEAST


def test_where_noise_hides_the_finest_band_the_next_one_tells_its_gain() -> None:
    rng = np.random.default_rng(4)
    hair = soft(picture(), 1.5)
    noise = rng.normal(0, 0.5, (SIZE, SIZE)).astype(np.float32)
    export = unsharp_mask(smooth_skin(hair), 1.0, 1.5) + noise
    finest, next_one = sharpness(hair, export, skin(), FACE_WIDTH).gains[:2]
    assert finest < 1.5 * next_one


def faint_below(plane: Plane) -> Plane:
    """Strong hair in the upper quarter only."""
    fades = np.where(np.arange(SIZE)[:, None] < SIZE // 4, 1, 0.35).astype(np.float32)
    return cast("Plane", 130 + fades * (plane - 130))


@pytest.mark.parametrize(("noise", "found"), [(4.0, True), (9.0, False)])
def test_strong_hair_tells_where_compression_hides_the_faint(noise: float, *, found: bool) -> None:
    rng = np.random.default_rng(6)
    hair = faint_below(picture())
    export = unsharp_mask(smooth_skin(hair), 0.8, 1.5) + rng.normal(0, noise, (SIZE, SIZE)).astype(np.float32)
    assert sharpness(hair, export, skin(), FACE_WIDTH).is_none is not found


@pytest.mark.parametrize(
    "export",
    [
        smooth_skin(picture()),
        crisper(smooth_skin(picture()), 0.05),
        cv2.bilateralFilter(picture(), 9, 40, 5),
        picture() + np.random.default_rng(1).normal(0, 9, (SIZE, SIZE)).astype(np.float32),
        np.full((SIZE, SIZE), 130, np.float32),
    ],
    ids=["smoothed alone", "hardly crisper", "smoothed all over", "grain", "another background"],
)
def test_what_was_done_otherwise_is_no_sharpness(export: Plane) -> None:
    assert sharpness(picture(), export, skin(), FACE_WIDTH) == AS_IT_IS


def test_darker_and_brighter_places_than_the_skin_do_not_count() -> None:
    dark = picture() - 90 * (1 - skin())
    assert sharpness(dark, crisper(dark, 0.4), skin(), FACE_WIDTH) == AS_IT_IS


def test_where_no_skin_is_nothing_is_said() -> None:
    assert sharpness(picture(), crisper(picture(), 0.4), 0 * skin(), FACE_WIDTH) == AS_IT_IS


@pytest.mark.parametrize(("contrasts", "factor"), [((1.0, 1.05, 0.95), 1.3), ((1.0, 1.2, 0.9), 1.0)])
def test_other_colours_are_no_sharpness(contrasts: tuple[float, ...], factor: float) -> None:
    export = crisper(smooth_skin(picture()), 0.3)
    colours = in_colours(picture(), 1, 1, 1), in_colours(export, *contrasts)
    beside = beside_skin(export, skin(), FACE_WIDTH)
    assert sharpness_of(picture(), colours, beside).factor == pytest.approx(factor, abs=0.05)


@pytest.mark.parametrize("face_width", [FACE_WIDTH, 2 * FACE_WIDTH])
def test_hair_beside_the_skin_is_detailed_and_an_even_wall_is_not(face_width: float) -> None:
    hair = picture()
    hair[SIZE // 2 :] = 130
    telling = detailed_beside(hair, beside_skin(smooth_skin(hair), skin(), face_width))
    assert telling.shape == hair.shape
    assert telling[20 : SIZE // 2 - 30, SIZE // 2 + 40 :].mean() > 0.8
    assert telling[SIZE // 2 + 30 :].max() == 0
    assert telling[:, : SIZE // 2].max() == 0
