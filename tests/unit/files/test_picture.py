from __future__ import annotations

import numpy as np
import pytest

from pored.files.picture import Header, split_alpha, with_alpha


@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 2), (2, 3, 3), (2, 3, 4)])
def test_alpha_split_off_and_put_back(shape: tuple[int, ...]) -> None:
    samples = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    pixels, alpha = split_alpha(samples)
    assert pixels.shape in {(2, 3), (2, 3, 3)}
    assert (alpha is None) == (len(shape) == 2 or shape[2] == 3)
    assert np.array_equal(with_alpha(pixels, alpha), samples)


@pytest.mark.parametrize(("orientation", "size"), [(1, (30, 20)), (4, (30, 20)), (5, (20, 30)), (8, (20, 30))])
def test_upright_size(orientation: int, size: tuple[int, int]) -> None:
    assert Header(30, 20, orientation).upright_size == size
