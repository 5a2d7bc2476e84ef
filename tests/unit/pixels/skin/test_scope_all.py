from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pored.model import Face
from pored.pixels.skin.face_parts import LEFT_EYE, RIGHT_EYE
from pored.pixels.skin.scope_all import body_box, body_frame, other_skin

if TYPE_CHECKING:
    from numpy.typing import NDArray

SKIN, SHIRT, WALL = (205, 150, 125), (40, 60, 110), (150, 155, 160)


def figure(wall: tuple[int, int, int] = WALL) -> tuple[NDArray[np.uint8], Face]:
    """A head of 100 by 125 pixels with a neck and a hand lower down, painted, and its landmarks on an ellipse."""
    picture = np.full((700, 700, 3), wall, np.uint8)
    picture[330:, 200:500] = SHIRT
    y, x = np.mgrid[:700, :700]
    head = ((x - 350) / 50.0) ** 2 + ((y - 230) / 65.0) ** 2 < 1
    picture[head] = SKIN
    picture[280:340, 325:375] = SKIN
    picture[480:530, 300:360] = SKIN
    noise = np.random.default_rng(1).normal(0, 2, picture.shape)
    angles = np.linspace(0, 2 * np.pi, 478, endpoint=False)
    points = np.stack([350 + 50 * np.sin(angles), 230 - 65 * np.cos(angles)], axis=1).astype(np.float32)
    points[list(LEFT_EYE)], points[list(RIGHT_EYE)] = (372, 215), (328, 215)
    points[10], points[152] = (350, 165), (350, 295)
    return np.clip(picture + noise, 0, 255).astype(np.uint8), Face(points, 100.0)


def test_the_hand_and_the_neck_join_the_face_and_shirt_and_wall_do_not() -> None:
    picture, face = figure()
    box = body_box(face, 700, 700)
    assert body_frame(face, box).size == (box.width, box.height)
    mask = person_mask(picture, face)
    for spot, expected in (((315, 350), 1), ((505, 330), 1), ((400, 250), 0), ((200, 200), 0)):
        assert abs(mask[spot] - expected) < 0.2


def test_in_black_and_white_a_wall_as_light_as_the_skin_stays_out_beside_the_jaw() -> None:
    picture, face = figure(wall=(178, 178, 178))
    light = np.round(picture @ np.array([0.299, 0.587, 0.114])).astype(np.uint8)
    mask = person_mask(np.repeat(light[..., None], 3, axis=2), face)
    for spot, expected in (((315, 350), 1), ((270, 300), 0), ((258, 402), 0), ((400, 250), 0)):
        assert abs(mask[spot] - expected) < 0.2


def person_mask(picture: NDArray[np.uint8], face: Face) -> NDArray[np.float32]:
    """All of the person's skin, the head being known."""
    box = body_box(face, 700, 700)
    y, x = np.mgrid[box.y0 : box.y1, box.x0 : box.x1]
    known = ((((x - 350) / 50.0) ** 2 + ((y - 230) / 65.0) ** 2) < 1).astype(np.float32)
    whole = np.zeros(picture.shape[:2], np.float32)
    whole[box.slices] = other_skin(picture[box.slices], face, box, known)
    return whole
