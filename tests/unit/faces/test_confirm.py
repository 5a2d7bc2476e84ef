from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pored.faces.confirm import confirm
from pored.faces.copies import Copies
from pored.faces.find import find_faces
from pored.faces.finds import face_from
from pored.faces.landmarker import shared_landmarker

Bytes = NDArray[np.uint8]
PHOTOS = Path(__file__).parents[2] / "photos"


def test_a_person_s_face_is_sure_and_rests_in_a_mirror() -> None:
    picture = np.array(Image.open(PHOTOS / "half_length.jpg").convert("RGB"))
    [face] = find_faces(picture, shared_landmarker())
    confirmed = confirm(face, Copies.of(picture), shared_landmarker())
    assert confirmed is not None
    assert confirmed.sure
    assert confirmed.unrest < 0.02


def test_where_there_is_no_face_nothing_is_confirmed() -> None:
    picture = np.array(Image.open(PHOTOS / "half_length.jpg").convert("RGB"))
    [face] = find_faces(picture, shared_landmarker())
    elsewhere = face_from(face.points + np.array([0, 600], np.float32))
    assert confirm(elsewhere, Copies.of(picture), shared_landmarker()) is None


class Glimpse:
    """A landmarker that sees a face in its first look only."""

    def __init__(self, points: NDArray[np.float32]) -> None:
        self._seen = [points]

    def look(self, rgb: Bytes) -> list[NDArray[np.float32]]:  # noqa: ARG002 - whatever is shown
        return [self._seen.pop()] if self._seen else []


@pytest.mark.parametrize(("moved", "count"), [(2, 1), (12, 0)])
def test_what_few_looks_agree_on_must_stay_or_show_again(moved: int, count: int) -> None:
    circle = np.linspace(0, 2 * np.pi, 478)
    points = (np.stack([np.cos(circle), np.sin(circle)], axis=1) * 100 + 300).astype(np.float32)
    picture = np.random.default_rng(4).integers(0, 255, (600, 600, 3), dtype=np.uint8)
    corner = 99  # of the first look's view
    looker = Glimpse(points + np.array([moved, 0], np.float32) - np.float32(corner))
    confirmed = confirm(face_from(points), Copies.of(picture), looker)
    assert (confirmed is not None) == count


class Recording:
    """A landmarker that remembers what it was shown."""

    def __init__(self) -> None:
        self.shown: list[bytes] = []

    def look(self, rgb: Bytes) -> list[NDArray[np.float32]]:
        self.shown.append(rgb.tobytes())
        return shared_landmarker().look(rgb)


def test_of_a_face_that_fills_the_picture_nothing_is_looked_at_twice() -> None:
    picture = np.array(Image.open(PHOTOS / "half_length.jpg").convert("RGB"))
    [face] = find_faces(picture, shared_landmarker())
    close = face.box.grown(round(0.2 * face.box.width))
    looker = Recording()
    confirmed = confirm(
        face_from(face.points - np.array([close.x0, close.y0], np.float32)),
        Copies.of(np.ascontiguousarray(picture[close.slices])),
        looker,
    )
    assert confirmed is not None
    assert confirmed.sure
    assert len(looker.shown) == len(set(looker.shown)) >= 2
