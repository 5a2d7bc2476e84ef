from __future__ import annotations

import pytest

from pored.model import Box
from pored.review.facts import faces_in


def test_faces_and_their_guarded_spots_are_known() -> None:
    face = {
        "box": [1, 2, 30, 40],
        "width_px": 27.5,
        "blemishes": [{"x": 5, "y": 6, "radius": 7.5}],
        "outcome": "recovered",
    }
    (known,) = faces_in({"faces": [face]})
    assert (known.box, known.width, list(known.spots)) == (Box(1, 2, 30, 40), 27.5, [(5, 6, 7.5)])
    assert known.facts["outcome"] == "recovered"


@pytest.mark.parametrize(
    "faces",
    [None, "two", [None], ["a"], [{}], [{"box": 3}], [{"box": ["a"]}], [{"box": [1, 2, 3, 4], "blemishes": [1]}]],
)
def test_what_makes_no_sense_is_left_away(faces: object) -> None:
    assert faces_in({"faces": faces}) == []
