from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from pored.faces.find import find_faces
from pored.faces.landmarker import shared_landmarker
from pored.pixels.photoshop.desaturate import desaturate
from pored.pixels.skin.clues import clues, first_look, scene_of, seed
from pored.pixels.skin.face_frame import FaceFrame, face_frame, face_reach
from pored.pixels.skin.weights import FIRST_LOOK, OTHER_SKIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.pixels.skin.clues import Scene

PHOTOS = Path(__file__).parents[3] / "photos"


@pytest.fixture(scope="module")
def view() -> tuple[NDArray[np.uint8], FaceFrame]:
    picture = Image.open(PHOTOS / "older_man.jpg").convert("RGB")
    [face] = find_faces(np.array(picture), shared_landmarker())
    box = face_reach(face, (0.85, 1.05, 1.15)).clipped(*picture.size)
    frame = face_frame(face, box, 96)
    crop = picture.crop((box.x0, box.y0, box.x1, box.y1)).resize(frame.size, Image.Resampling.BOX)
    return np.array(crop), frame


@pytest.fixture(scope="module")
def scene(view: tuple[NDArray[np.uint8], FaceFrame]) -> Scene:
    return scene_of(view[0], desaturate(view[0]), view[1])


def test_every_table_has_a_weight_for_each_clue(scene: Scene) -> None:
    found = clues(scene, seed(scene), first=True)
    assert np.isfinite(found).all()
    for table in (FIRST_LOOK, OTHER_SKIN):
        assert [len(row) for row in table] == [found.shape[2]] * 2


def test_the_first_look_tells_cheeks_from_curtains(view: tuple[NDArray[np.uint8], FaceFrame], scene: Scene) -> None:
    share = first_look(scene)
    for cheek in (425, 205):
        x, y = view[1].points[cheek]
        assert share[int(y), int(x)] > 0.8
    assert share[:, :4].max() < 0.1
    assert share.dtype == np.float32


def test_no_skin_is_known_of_a_face_beyond_the_picture(view: tuple[NDArray[np.uint8], FaceFrame]) -> None:
    rgb, frame = view
    away = FaceFrame(frame.box, frame.size, frame.unit, frame.points + np.float32(9999), frame.down, frame.eyes)
    scene = scene_of(rgb, desaturate(rgb), away)
    assert not seed(scene).any()
    assert np.isfinite(clues(scene, seed(scene), first=True)).all()
