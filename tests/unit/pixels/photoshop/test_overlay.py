from __future__ import annotations

import numpy as np
import pytest

from pored.pixels.photoshop.overlay import overlay
from pored.pixels.planes.levels import SIXTEEN_BIT


@pytest.mark.parametrize(
    ("below", "layer", "result"), [(51, 51, 20.4), (204, 51, 173.4), (51, 204, 81.6), (204, 204, 234.6)]
)
def test_both_branches(below: float, layer: float, result: float) -> None:
    blended = overlay(np.full((1, 1), below, np.float32), np.full((1, 1), layer, np.float32))
    assert blended.item() == pytest.approx(result, abs=1e-3)


def test_in_sixteen_bit_neutral_changes_half_a_level_at_most() -> None:
    below = np.arange(0, 65536, 97, dtype=np.float32)
    change = np.abs(overlay(below, np.full_like(below, 32768), SIXTEEN_BIT) - below)
    assert change.max() < 0.51


def test_a_grey_layer_serves_all_channels() -> None:
    assert overlay(np.full((4, 5, 3), 90, np.float32), np.full((4, 5, 1), 140, np.float32)).shape == (4, 5, 3)
