from __future__ import annotations

import numpy as np
import pytest

from pored.pixels.planes.guided_filter import guided_filter


def step(width: int = 64) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    plane = np.zeros((40, width), np.float32)
    plane[:, width // 2 :] = 1
    return plane


def test_a_blurred_edge_goes_back_to_where_the_guide_has_it() -> None:
    guide = step()
    blurred = np.clip(np.linspace(-1, 2, 64, dtype=np.float32), 0, 1)[None].repeat(40, axis=0)
    sharp = guided_filter(guide, blurred, 12, 1e-4)
    assert sharp[20, 33] - sharp[20, 30] > 3 * (blurred[20, 33] - blurred[20, 30])


def test_a_flat_guide_leaves_a_mean() -> None:
    noise = np.random.default_rng(1).normal(0.5, 0.2, (60, 60)).astype(np.float32)
    smooth = guided_filter(np.full((60, 60), 0.5, np.float32), noise, 6, 1e-3)
    assert smooth.std() < noise.std() / 8
    assert float(smooth.mean()) == pytest.approx(float(noise.mean()), abs=0.01)


def test_a_constant_stays_what_it_is() -> None:
    assert guided_filter(step(), np.full((40, 64), 0.25, np.float32), 4, 1e-3) == pytest.approx(0.25, abs=1e-5)
