from __future__ import annotations

import numpy as np

from pored.pixels.planes.feature_detail import feature_detail


def test_a_dark_spot_of_an_eye_s_size_shows_where_it_is_and_nowhere_far_from_it() -> None:
    view = np.full((80, 120, 3), 180, np.uint8)
    view[36:42, 56:64] = 60
    detail = feature_detail(view)
    assert detail[39, 60] >= 6
    assert detail[:10].max() == detail[:, :30].max() == 0


def test_light_that_falls_off_is_no_detail() -> None:
    view = np.linspace(40, 220, 200, dtype=np.uint8)[None, :, None].repeat(60, axis=0).repeat(3, axis=2)
    assert feature_detail(view)[:, 20:-20].max() <= 1
