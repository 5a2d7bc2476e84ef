from __future__ import annotations

import numpy as np
import pytest

from pored.pixels.photoshop.soft_light import soft_light

BRANCHES = [(127.5, 51, 89.25), (25.5, 255, 255 * 0.296), (163.2, 255, 255 * 0.8)]


@pytest.mark.parametrize(("below", "layer", "result"), BRANCHES)
def test_all_three_branches(below: float, layer: float, result: float) -> None:
    blended = soft_light(np.full((1, 1), below, np.float32), np.full((1, 1), layer, np.float32))
    assert blended.item() == pytest.approx(result, abs=1e-3)


def test_it_is_gentler_than_full_contrast() -> None:
    below = np.arange(256, dtype=np.float32)
    assert (soft_light(below, np.full_like(below, 255)) <= 255).all()
    assert (soft_light(below, np.zeros_like(below)) >= 0).all()
