from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
import pytest

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


def sharpness(original: Plane, export: Plane, on: Plane, face_width: float) -> float:
    """Of two grey pictures."""
    colours = in_colours(original, 1, 1, 1), in_colours(export, 1, 1, 1)
    return sharpness_of(original, export, colours, on, face_width)


@pytest.mark.parametrize("amount", [-0.3, 0.25, 0.45])
def test_it_is_that_of_the_hair(amount: float) -> None:
    assert sharpness(picture(), crisper(smooth_skin(picture()), amount), skin(), FACE_WIDTH) == pytest.approx(
        1 + amount, abs=0.05
    )


def test_no_skin_is_made_more_than_half_as_crisp_again() -> None:
    assert sharpness(picture(), crisper(smooth_skin(picture()), 3.0), skin(), FACE_WIDTH) == 1.5


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
    assert sharpness(picture(), export, skin(), FACE_WIDTH) == 1.0


def test_darker_and_brighter_places_than_the_skin_do_not_count() -> None:
    dark = picture() - 90 * (1 - skin())
    assert sharpness(dark, crisper(dark, 0.4), skin(), FACE_WIDTH) == 1.0


def test_where_no_skin_is_nothing_is_said() -> None:
    assert sharpness(picture(), crisper(picture(), 0.4), 0 * skin(), FACE_WIDTH) == 1.0


@pytest.mark.parametrize(("contrasts", "factor"), [((1.0, 1.05, 0.95), 1.3), ((1.0, 1.2, 0.9), 1.0)])
def test_other_colours_are_no_sharpness(contrasts: tuple[float, ...], factor: float) -> None:
    export = crisper(smooth_skin(picture()), 0.3)
    colours = in_colours(picture(), 1, 1, 1), in_colours(export, *contrasts)
    assert sharpness_of(picture(), export, colours, skin(), FACE_WIDTH) == pytest.approx(factor, abs=0.05)
