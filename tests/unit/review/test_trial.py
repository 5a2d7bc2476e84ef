from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pored.config import Recovery, adjusted
from pored.errors import OtherPictureError
from pored.files.screen import Shown
from pored.model import Box
from pored.review.trial import session_for
from pored.review.work import Trial

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
        mask = Shown.at(tmp_path / "screen", f"mask-{recovery.method}")
        return Trial(tmp_path / "export.png", original, str(tmp_path), recovery, middle, mask, 300)

    return wished


def looked(task: Trial) -> NDArray[np.int16]:
    tried = session_for(task).look(task)
    assert tried.part == task.part
    with Image.open(BytesIO(tried.image)) as image:
        return np.asarray(image).astype(np.int16)


def test_less_is_less_and_the_mask_is_laid_down(trial: Callable[..., Trial], smoothed: Bytes) -> None:
    export = smoothed[trial().part.slices].astype(np.int16)
    gain = [float(np.abs(looked(trial(opacity=f"{share}% of match")) - export).mean()) for share in (10, 100, 200)]
    assert gain == sorted(gain)
    assert gain[2] > 1.5 * gain[0]
    mask = trial().mask.whole()
    assert mask.shape == smoothed.shape[:2]
    assert mask.max() == 255


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
