from __future__ import annotations

import numpy as np
import pytest

from pored.files.picture import eight_bit, split_alpha, with_alpha


@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 2), (2, 3, 3), (2, 3, 4)])
def test_alpha_split_off_and_put_back(shape: tuple[int, ...]) -> None:
    samples = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    pixels, alpha = split_alpha(samples)
    assert pixels.shape in {(2, 3), (2, 3, 3)}
    assert (alpha is None) == (len(shape) == 2 or shape[2] == 3)
    assert np.array_equal(with_alpha(pixels, alpha), samples)


def test_every_level_of_sixteen_bits_goes_to_the_nearest_of_eight() -> None:
    levels = np.arange(65536, dtype=np.uint16).reshape(1024, 64)
    assert np.array_equal(eight_bit(levels), np.rint(levels / 257))
    assert eight_bit(eight_bit(levels)).dtype == np.uint8
