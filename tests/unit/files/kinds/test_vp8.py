from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from pored.files.kinds import vp8

if TYPE_CHECKING:
    from numpy.typing import NDArray


def frame(samples: NDArray[np.uint8], quality: int) -> bytes:
    buffer = BytesIO()
    Image.fromarray(samples).save(buffer, "WEBP", quality=quality)
    data = buffer.getvalue()
    return data[data.index(b"VP8 ") + 8 :]


@pytest.mark.parametrize("quality", [1, 20, 50, 75, 80, 90, 95, 100])
def test_the_quality_that_libwebp_was_given_is_found_and_never_less(portrait: NDArray[np.uint8], quality: int) -> None:
    assert quality - 1 <= vp8.quality(frame(portrait, quality)) <= quality + 3 + (100 - quality) / 5


def test_a_flat_picture_has_one_quantiser() -> None:
    assert vp8.quality(frame(np.full((64, 64, 3), 90, np.uint8), 90)) == pytest.approx(90, abs=6)


def test_a_frame_cut_short() -> None:
    with pytest.raises(IndexError):
        vp8.quality(b"\x00" * 12)
