from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from pored.faces.confirm import confirm
from pored.faces.copies import Copies
from pored.faces.find import find_faces
from pored.faces.finds import face_from
from pored.faces.landmarker import shared_landmarker

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
