from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from pored.faces.find import find_faces
from pored.faces.landmarker import shared_landmarker
from pored.pixels.desaturate import desaturate
from pored.pixels.face_frame import FaceFrame, face_frame, face_reach
from pored.pixels.skin_region import SkinRegion, clues, decide, scene_of, seed, skin_region
from pored.pixels.skin_weights import FIRST_LOOK, OTHER_SKIN, SECOND_LOOK, SECOND_LOOK_SUMS

if TYPE_CHECKING:
    from numpy.typing import NDArray

PHOTOS = Path(__file__).parents[2] / "photos"


@pytest.fixture(scope="module")
def view() -> tuple[NDArray[np.uint8], FaceFrame]:
    picture = Image.open(PHOTOS / "older_man.jpg").convert("RGB")
    [face] = find_faces(np.array(picture), shared_landmarker())
    box = face_reach(face, (0.85, 1.05, 1.15)).clipped(*picture.size)
    frame = face_frame(face, box, 96)
    crop = picture.crop((box.x0, box.y0, box.x1, box.y1)).resize(frame.size, Image.Resampling.BOX)
    return np.array(crop), frame


@pytest.fixture(scope="module")
def region(view: tuple[NDArray[np.uint8], FaceFrame]) -> SkinRegion:
    return skin_region(view[0], desaturate(view[0]), view[1])


def at(frame: FaceFrame, landmark: int) -> tuple[int, int]:
    return int(frame.points[landmark, 1]), int(frame.points[landmark, 0])


def test_every_table_has_a_weight_for_each_clue(view: tuple[NDArray[np.uint8], FaceFrame]) -> None:
    scene = scene_of(view[0], desaturate(view[0]), view[1])
    found = clues(scene, seed(scene), first=True)
    assert np.isfinite(found).all()
    for table in (FIRST_LOOK, OTHER_SKIN):
        assert [len(row) for row in table] == [found.shape[2]] * 2
    assert {len(row) for row in SECOND_LOOK} == {len(SECOND_LOOK_SUMS) - 1}
    share = decide(found, scene)
    assert share.shape == found.shape[:2]
    assert 0.0 <= share.min() < share.max() <= 1.0


def test_cheeks_are_skin_and_curtains_are_not(view: tuple[NDArray[np.uint8], FaceFrame], region: SkinRegion) -> None:
    for cheek in (425, 205):
        assert region.share[at(view[1], cheek)] > 0.9
    assert region.share[:, :4].max() < 0.1
    assert region.share.dtype == np.float32


def test_what_skin_should_look_like_is_near_what_it_does(region: SkinRegion) -> None:
    assert region.expected.shape == (*region.share.shape, 3)
    assert np.all(region.deviation > 0.9)
    assert np.all(region.deviation < 12)
