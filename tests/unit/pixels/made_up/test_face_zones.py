from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pored.model import Box
from pored.pixels.made_up.face_zones import ZoneWeights, zone_weights

if TYPE_CHECKING:
    from pored.model import Face

NONE = {"cheeks": 0.0, "forehead": 0.0, "chin": 0.0, "nose": 0.0, "upper_lip": 0.0, "under_eyes": 0.0, "elsewhere": 0.0}
MIDDLES = [
    ("cheeks", (50,)), ("cheeks", (280,)), ("forehead", (151,)), ("chin", (199,)), ("nose", (4,)),
    ("upper_lip", (2, 164)), ("under_eyes", (145, 230)), ("under_eyes", (374, 450)), ("elsewhere", (172,)),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "around"), MIDDLES)
def test_a_zones_weight_shows_in_its_middle_only(face: Face, zone: str, around: tuple[int, ...]) -> None:
    box = face.box
    x, y = (round(float(at)) for at in face.points[list(around)].mean(axis=0) - (box.x0, box.y0))
    weights = zone_weights(face, box, ZoneWeights(**{**NONE, zone: 1.0}))
    others = zone_weights(face, box, ZoneWeights(**{**dict.fromkeys(NONE, 1.0), zone: 0.0}))
    assert weights[y, x] > 0.5
    assert others[y, x] < 0.5


def test_the_forehead_goes_on_above_the_landmarks(face: Face) -> None:
    box = Box(face.box.x0, face.box.y0 - 60, face.box.x1, face.box.y1)
    weights = zone_weights(face, box, ZoneWeights(**{**NONE, "forehead": 1.0}))
    top = face.points[10] - (box.x0, box.y0 + 0.1 * face.width)
    assert weights[round(float(top[1])), round(float(top[0]))] > 0.9


def test_equal_weights_are_even(face: Face) -> None:
    weights = zone_weights(face, face.box, ZoneWeights(**dict.fromkeys(NONE, 0.5)))
    assert weights.shape == (face.box.height, face.box.width)
    assert weights.min() == pytest.approx(0.5)
    assert weights.max() == pytest.approx(0.5)
