from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import Mock

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pored.config import Recovery, adjusted
from pored.errors import OtherPictureError
from pored.files.screen import Shown
from pored.model import Box
from pored.review import trial as module
from pored.review.tasks import Trial
from pored.review.trial import Session, session_for

if TYPE_CHECKING:
    from collections.abc import Callable

Bytes = NDArray[np.uint8]
PHOTOS = Path(__file__).parents[2] / "photos"


@pytest.fixture
def trial(tmp_path: Path, portrait: Bytes, smoothed: Bytes) -> Callable[..., Trial]:
    """A pair on the disk, and settings to be tried on the middle of it."""
    for name, pixels in (("original.png", portrait), ("export.png", smoothed)):
        Image.fromarray(pixels).save(tmp_path / name)
    height, width = smoothed.shape[:2]
    middle = Box(width // 4, height // 8, 3 * width // 4, height // 2)

    def wished(original: Path | None = tmp_path / "original.png", **wishes: object) -> Trial:
        recovery = adjusted(Recovery(), wishes)
        return Trial(tmp_path / "export.png", original, str(tmp_path), recovery, middle, 300)

    return wished


def looked(task: Trial, session: Session | None = None) -> NDArray[np.int16]:
    tried = (session or session_for(task)).look(task)
    assert tried.part == task.part
    with Image.open(BytesIO(tried.image)) as image:
        return np.asarray(image).astype(np.int16)


def test_less_is_less(trial: Callable[..., Trial], smoothed: Bytes) -> None:
    export = smoothed[trial().part.slices].astype(np.int16)
    gain = [float(np.abs(looked(trial(opacity=f"{share}% of match")) - export).mean()) for share in (10, 100, 200)]
    assert gain == sorted(gain)
    assert gain[2] > 1.5 * gain[0]


@pytest.mark.parametrize("method", ["high-pass", "grain"])
def test_a_mask_is_laid_down_for_whoever_wants_it(
    trial: Callable[..., Trial], smoothed: Bytes, tmp_path: Path, method: str
) -> None:
    shown = Shown.at(tmp_path / "screen", "mask")
    looked(replace(trial(method=method), mask=shown))
    mask = shown.whole()
    assert mask.shape == smoothed.shape[:2]
    assert mask.max() == 255


def test_other_choices_are_made_ahead_and_look_as_if_they_were_not(
    trial: Callable[..., Trial], monkeypatch: pytest.MonkeyPatch
) -> None:
    choices = ({"method": "grain"}, {"method": "graft"}, {"scope": "all"})
    asked = [trial(**choice) for choice in choices]
    expected = [looked(task) for task in asked]

    session = Session.of(trial())
    session.get_ahead(trial())
    assert session.ahead is not None
    session.ahead.join()
    for maker in ("made_layer", "ready_face"):
        monkeypatch.setattr(module, maker, Mock(side_effect=AssertionError("it is there already")))

    for task, picture in zip(asked, expected, strict=True):
        assert np.array_equal(looked(task, session), picture)


def test_a_pair_that_is_let_go_gets_nothing_more_ready(
    trial: Callable[..., Trial], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "made_layer", make := Mock())
    session = Session.of(trial())
    session.let_go()
    session.get_ahead(trial())
    assert session.ahead is not None
    session.ahead.join()
    make.assert_not_called()


def test_nothing_is_made_ahead_of_a_very_large_picture(
    trial: Callable[..., Trial], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_AHEAD", 100)
    session = Session.of(trial())
    session.get_ahead(trial())
    assert session.ahead is None


def test_made_up_texture_is_tried_too(trial: Callable[..., Trial], smoothed: Bytes) -> None:
    export = smoothed[trial().part.slices].astype(np.int16)
    some, more = (
        float(np.abs(looked(trial(None, method="grain", opacity=f"{share}% of match")) - export).mean())
        for share in (20, 200)
    )
    assert some < more


def test_a_wrong_original_is_refused(trial: Callable[..., Trial]) -> None:
    task = trial(PHOTOS / "half_length.jpg")
    with pytest.raises(OtherPictureError):
        session_for(task).look(task)
