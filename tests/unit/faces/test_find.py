from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pored.errors import MachineError
from pored.faces import find
from pored.faces.confirm import Confirmed
from pored.faces.copies import Copies
from pored.faces.find import _Search, find_faces
from pored.faces.finds import looks_drawn
from pored.faces.landmarker import Landmarker, model_problem, shared_landmarker
from pored.faces.mirrored import mirrored
from pored.faces.pose import Pose
from pored.model import Face

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


class Counting:
    """The landmarker, and how often it was asked."""

    def __init__(self) -> None:
        self.looks = 0

    def look(self, rgb: Bytes) -> list[NDArray[np.float32]]:
        self.looks += 1
        return shared_landmarker().look(rgb)


@pytest.mark.parametrize(
    ("size", "smallest", "least", "most"), [(1120, 150, 10, 60), (1120, 0, 50, 400), (280, 300, 70, 400)]
)
def test_small_faces_that_nobody_wants_are_not_looked_for(size: int, smallest: float, least: int, most: int) -> None:
    crowd = np.random.default_rng(5).integers(0, 255, (56, 56, 3), dtype=np.uint8)
    picture = np.array(Image.fromarray(crowd).resize((1120, 1120)))
    close = Image.fromarray(photo("half_length.jpg")[60:460, 300:700])
    picture[:size, :size] = np.asarray(close.resize((size, size)))
    looker = Counting()
    [face] = find_faces(picture, looker, smallest)
    assert face.width > size / 2
    assert least <= looker.looks <= most


def test_somebody_far_behind_a_close_face_is_found() -> None:
    portrait = Image.fromarray(photo("half_length.jpg"))
    picture = Image.new("RGB", (2400, 1600), (70, 80, 90))
    picture.paste(portrait.crop((150, 0, 760, 680)).resize((1436, 1600)), (900, 0))
    picture.paste(portrait.crop((182, 0, 728, 682)).resize((150, 187)), (200, 300))
    far, close = sorted(find_faces(np.array(picture), shared_landmarker()), key=lambda face: face.width)
    assert close.width > 8 * far.width
    assert 60 < far.width < 100


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


@pytest.mark.parametrize("turns", [1, 2, 3])
@pytest.mark.parametrize("name", ["half_length.jpg", "older_man.jpg"])
def test_a_portrait_on_its_side_or_its_head_is_found_as_if_it_were_upright(name: str, turns: int) -> None:
    picture = photo(name)
    [upright] = find_faces(picture, shared_landmarker())
    [lying] = find_faces(np.ascontiguousarray(np.rot90(picture, turns)), shared_landmarker())
    width, height = picture.shape[1], picture.shape[0]
    x, y = upright.points.T
    expected = {1: (y, width - x), 2: (width - x, height - y), 3: (height - y, x)}[turns]
    assert np.hypot(*(lying.points.T - np.stack(expected))).mean() < 0.02 * upright.width


def test_a_picture_seen_in_a_mirror_has_the_face_in_its_mirrored_place() -> None:
    picture = photo("half_length.jpg")
    [plain] = find_faces(picture, shared_landmarker())
    [seen] = find_faces(np.ascontiguousarray(picture[:, ::-1]), shared_landmarker())
    assert np.hypot(*(mirrored(seen.points, picture.shape[1]) - plain.points).T).mean() < 0.02 * plain.width


def test_a_face_of_sixty_pixels_is_found_in_a_large_frame() -> None:
    frame = np.full((2600, 4000, 3), 120, np.uint8)
    head = np.array(Image.fromarray(photo("astronaut.png")[0:320, 60:380]).resize((206, 206), Image.Resampling.BOX))
    frame[1700:1906, 3100:3306] = head
    [face] = find_faces(frame, shared_landmarker())
    assert face.width == pytest.approx(60, abs=6)
    assert 3100 < face.box.x0 < face.box.x1 < 3306


class Fickle:
    """A landmarker that sees some face in the middle of every view, each time another one."""

    def __init__(self, noise: float) -> None:
        self._random = np.random.default_rng(2)
        self._noise = noise

    def look(self, rgb: Bytes) -> list[NDArray[np.float32]]:
        side = max(rgb.shape) / 8
        middle = np.array([rgb.shape[1], rgb.shape[0]]) / 2
        circle = np.linspace(0, 2 * np.pi, 478)
        points = np.stack([np.cos(circle), np.sin(circle)], axis=1) * side + middle
        return [(points + self._random.normal(0, self._noise * side, points.shape)).astype(np.float32)]


def test_a_find_that_looks_different_in_every_framing_is_dropped() -> None:
    picture = np.random.default_rng(3).integers(0, 255, (150, 150, 3), dtype=np.uint8)
    assert find_faces(picture, Fickle(noise=1.0)) == []


def drawn(person: Face) -> Face:
    points = person.points.copy()
    for outer, inner in ((33, 133), (263, 362)):
        middle = (points[outer] + points[inner]) / 2
        points[[outer, inner]] = middle + (points[[outer, inner]] - middle) * 1.7
    points[[61, 291]] = points[[61, 291]].mean(axis=0) + (points[[61, 291]] - points[[61, 291]].mean(axis=0)) * 0.7
    return Face(points, person.width)


def test_huge_eyes_over_a_small_mouth_are_drawn_ones() -> None:
    [person] = find_faces(photo("half_length.jpg"), shared_landmarker())
    assert not looks_drawn(person)
    assert looks_drawn(drawn(person))


def test_a_face_in_a_drawn_one_that_stands_on_its_head_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = photo("half_length.jpg")
    [person] = find_faces(picture, shared_landmarker())
    search = _Search(Copies.of(picture), shared_landmarker(), Pose(), sure=[person], unrest={id(person): 0.02})
    for other_way, none in ((drawn(person), True), (person, False)):
        looks = iter([Confirmed(other_way, sure=True, unrest=0.02), None])
        monkeypatch.setattr(find, "confirm", lambda *_, looks=looks: next(looks))
        assert search.is_upside_down() is none


def test_a_face_at_rest_is_not_looked_at_upside_down() -> None:
    picture = photo("half_length.jpg")
    [person] = find_faces(picture, shared_landmarker())
    asked = []
    for unrest in (0.004, 0.012):
        looker = Counting()
        search = _Search(Copies.of(picture), looker, Pose(), sure=[person], unrest={id(person): unrest})
        assert not search.is_upside_down()
        asked.append(looker.looks)
    assert asked[0] == 0 < asked[1]
