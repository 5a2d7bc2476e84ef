from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pored.errors import MachineError
from pored.faces.find import find_faces
from pored.faces.landmarker import Landmarker, model_problem, shared_landmarker

if TYPE_CHECKING:
    from pored.model import Samples

PHOTOS = Path(__file__).parents[2] / "photos"

Bytes = NDArray[np.uint8]


def photo(name: str) -> Bytes:
    return np.array(Image.open(PHOTOS / name).convert("RGB"))


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [("older_man.jpg", 435, 704), ("half_length.jpg", 377, 609), ("astronaut.png", 180, 271)],
)
def test_a_face_is_found_once_and_where_it_is(name: str, left: int, right: int) -> None:
    [face] = find_faces(photo(name), shared_landmarker())
    assert face.points.shape == (478, 2)
    assert face.box.x0 == pytest.approx(left, abs=15)
    assert face.box.x1 == pytest.approx(right, abs=15)
    assert face.width == pytest.approx(right - left, rel=0.12)


def test_a_picture_without_a_person_has_no_face() -> None:
    assert find_faces(photo("no_face_coffee.png"), shared_landmarker()) == []


def test_every_face_of_a_group_is_found_small_ones_too() -> None:
    canvas = np.full((1600, 2400, 3), 128, np.uint8)
    face = photo("astronaut.png")[40:240, 120:320]
    corners = [(100, 200), (1200, 60), (2100, 300), (700, 1200), (1800, 1300)]
    for x, y in corners:
        canvas[y : y + 200, x : x + 200] = face
    found = find_faces(canvas, shared_landmarker())
    assert len(found) == len(corners)
    assert sorted((face.box.x0 // 100, face.box.y0 // 100) for face in found) == sorted(
        ((x + 60) // 100, (y + 30) // 100) for x, y in corners
    )


def test_grey_and_sixteen_bit_pictures_show_the_same_face() -> None:
    colour = photo("half_length.jpg")
    [expected] = find_faces(colour, shared_landmarker())
    pictures: tuple[Samples, ...] = (colour[..., 1].copy(), colour.astype(np.uint16) * np.uint16(257))
    for picture in pictures:
        [face] = find_faces(picture, shared_landmarker())
        assert np.abs(face.points - expected.points).mean() < 0.02 * expected.width


class Imagined:
    """A landmarker that sees a face in the whole picture and nothing when it looks closer."""

    def look(self, rgb: Bytes) -> list[NDArray[np.float32]]:
        if rgb.shape != (100, 200, 3):
            return []
        return [np.random.default_rng(1).uniform(40, 60, (478, 2)).astype(np.float32)]


def test_a_find_that_the_closer_look_does_not_confirm_is_dropped() -> None:
    assert find_faces(np.zeros((100, 200, 3), np.uint8), Imagined()) == []


def test_the_model_is_whole() -> None:
    assert model_problem() is None


def test_where_mediapipe_would_abort_the_process_it_is_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pored.faces.landmarker.PROCESSORS", Path("/nowhere"))
    with pytest.raises(MachineError, match="mount -t sysfs"):
        Landmarker()


def test_a_landmarker_can_be_closed() -> None:
    with Landmarker() as landmarker:
        assert len(landmarker.look(photo("half_length.jpg"))) == 1
