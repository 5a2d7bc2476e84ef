from __future__ import annotations

import pytest

from pored.clock import Moment
from pored.history import history_of

NOW = Moment(1.0, 1_800_000_000.0)


def report(method: str, faces: int) -> dict[str, object]:
    return {"settings": {"method": method}, "faces": [{}] * faces, "opacity_percent": 49.8}


def test_what_came_from_the_original() -> None:
    event = history_of(report("high-pass", 2), "IMG_1.CR2", NOW)
    assert event.sentence == "skin texture of IMG_1.CR2 brought back; high-pass, 2 faces, opacity 49.8 %"
    assert event.when == NOW.wall


@pytest.mark.parametrize(("method", "original"), [("grain", None), ("graft", None), ("graft", "IMG_1.jpg")])
def test_made_up_texture_is_called_so(method: str, original: str | None) -> None:
    event = history_of(report(method, 1), original, NOW)
    assert event.sentence == f"skin texture made up, not the original's; {method}, 1 face, opacity 49.8 %"


def test_a_name_that_cannot_be_shown_is_made_so() -> None:
    assert "\n" not in history_of(report("high-pass", 1), "a\nb.jpg", NOW).sentence
