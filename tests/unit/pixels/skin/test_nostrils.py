from __future__ import annotations

import numpy as np

from pored.pixels.skin.nostrils import nostrils_clear


def test_only_what_is_dark_and_inside_is_taken_out() -> None:
    darker = np.array([[6, 6, 1, 1]], np.float32)
    away = np.array([[-5, 5, -5, 5]], np.float32)
    assert nostrils_clear(darker, away).tolist() == [[0, 1, 1, 1]]
