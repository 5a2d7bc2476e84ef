from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pored.faces.find import find_faces
from pored.faces.landmarker import shared_landmarker
from pored.pixels.skin import region as skin_region_module
from pored.pixels.skin.face_clues import first_sight, middle_clues, whole_clues
from pored.pixels.skin.face_frame import FaceFrame, face_frame, face_reach
from pored.pixels.skin.face_parts import BROWS, EYES, LIPS
from pored.pixels.skin.region import SkinRegion, skin_region
from pored.pixels.skin.upright_view import upright_view

PHOTOS = Path(__file__).parents[3] / "photos"
View = tuple[NDArray[np.uint8], FaceFrame]


@pytest.fixture(scope="module", params=["older_man.jpg", "half_length.jpg"])
def view(request: pytest.FixtureRequest) -> View:
    picture = Image.open(PHOTOS / request.param).convert("RGB")
    [face] = find_faces(np.array(picture), shared_landmarker())
    box = face_reach(face, (0.85, 1.05, 1.15)).clipped(*picture.size)
    frame = face_frame(face, box, 224)
    crop = picture.crop((box.x0, box.y0, box.x1, box.y1)).resize(frame.size, Image.Resampling.BOX)
    return np.array(crop), frame


@pytest.fixture(scope="module")
def region(view: View) -> SkinRegion:
    return skin_region(*view)


def middle_of(plane: NDArray[np.float32], frame: FaceFrame, ring: tuple[int, ...]) -> float:
    x, y = frame.points[list(ring)].mean(axis=0)
    return float(plane[int(y), int(x)])


def test_clues_are_finite_and_hold_what_the_networks_take(view: View) -> None:
    rgb, frame = view
    sight = first_sight(upright_view(rgb, frame), frame)
    whole, middle = whole_clues(sight), middle_clues(sight, frame)
    assert (whole.shape, middle.shape) == ((112, 88, 21), (104, 104, 12))
    for clues in (whole, middle):
        assert clues.dtype == np.float32
        assert np.isfinite(clues).all()


def test_parts_are_where_the_landmarks_know_them_and_the_cheek_is_none(view: View, region: SkinRegion) -> None:
    frame = view[1]
    parts = ((region.eyes, EYES), (region.brows, BROWS), (region.lips, (LIPS,)))
    for plane, rings in parts:
        for ring in rings:
            assert middle_of(plane, frame, ring) > 0
            assert middle_of(region.face, frame, ring) > 0
        for cheek in (425, 205):
            assert middle_of(plane, frame, (cheek,)) < -2
    for cheek in (425, 205):
        assert middle_of(region.share(), frame, (cheek,)) > 0.95


def test_what_lies_around_is_no_face(region: SkinRegion) -> None:
    assert region.share()[:, :4].max() < 0.1
    assert region.share()[:8].max() < 0.2


def test_below_the_jaw_no_face_is_seen_whatever_is_there(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(skin_region_module, "u_net", lambda clues, _: np.full((*clues.shape[:2], 3), 9, np.float32))
    monkeypatch.setattr(skin_region_module, "second_look", lambda scene, _: np.ones_like(scene.reach))
    share, frame = skin_region(*view).share(), view[1]
    for below_the_chin, least, most in ((-0.1, 0.99, 1), (0.02, 0.99, 1), (0.15, 0, 0.01), (0.22, 0, 0.01)):
        x, y = frame.points[152] + frame.down * np.float32(below_the_chin * frame.unit)
        assert least <= share[int(y), int(x)] <= most


def test_evidence_counts_in_log_odds(region: SkinRegion) -> None:
    doubted = region.share(np.full(region.face.shape, -1.5, np.float32))
    assert np.all(doubted <= region.share())
    assert np.log(doubted / (1 - doubted)) == pytest.approx(region.face - 1.5, abs=0.2)


def test_what_skin_should_look_like_is_near_what_it_does(region: SkinRegion) -> None:
    assert region.light.shape == region.face.shape
    assert 0.9 < region.deviation < 12
