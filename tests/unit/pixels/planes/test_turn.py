from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from pored.pixels.planes.turn import turned

if TYPE_CHECKING:
    from numpy.typing import NDArray

WAYS = list(itertools.product((False, True), repeat=3))


@pytest.mark.parametrize(("swapped", "across", "down"), WAYS)
@pytest.mark.parametrize("shape", [(5, 7, 3), (5, 7), (1, 4, 3), (1, 1)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_rows_and_columns_are_swapped_before_they_are_mirrored(
    shape: tuple[int, ...], dtype: type, *, swapped: bool, across: bool, down: bool
) -> None:
    picture: NDArray[Any] = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    expected = picture.swapaxes(0, 1) if swapped else picture
    expected = expected[:, ::-1] if across else expected
    expected = expected[::-1] if down else expected
    result = turned(picture, swapped=swapped, across=across, down=down)
    assert result.dtype == dtype
    assert result.flags.c_contiguous
    assert np.array_equal(result, expected)


def test_a_picture_that_is_not_turned_is_not_copied() -> None:
    picture = np.zeros((3, 4), np.uint8)
    assert turned(picture, swapped=False, across=False, down=False) is picture
