from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pored.pixels.recovery.headroom import within_headroom

if TYPE_CHECKING:
    from pored.model import Plane

DETAIL = np.random.default_rng(3).normal(0, 4, (64, 80)).astype(np.float32)
SHOWN = np.ones_like(DETAIL)


def export_of(red: float, green: float, blue: float) -> Plane:
    return np.full((*DETAIL.shape, 3), (red, green, blue), np.float32)


def means(export: Plane, added: Plane) -> list[float]:
    changed = np.clip(export + added[..., None], 0, 255) - export
    return [float(mean) for mean in changed.mean(axis=(0, 1))]


def test_where_nothing_is_clipped_the_detail_stays_as_it_is() -> None:
    assert within_headroom(DETAIL, SHOWN, 1.0, export_of(200, 150, 120), 3.0) is DETAIL


@pytest.mark.parametrize("strength", [1.0, 0.5])
def test_a_channel_at_white_drifts_by_a_third_less_and_no_other_by_more(strength: float) -> None:
    export = export_of(255, 190, 160)
    before = means(export, np.float32(strength) * DETAIL)
    after = means(export, np.float32(strength) * within_headroom(DETAIL, SHOWN, strength, export, 3.0))
    assert before[0] < -1.3 * strength
    assert max(np.abs(after)) < 0.72 * -before[0]
    assert after[0] < 0 < after[1] == after[2]


def test_a_channel_at_black_likewise() -> None:
    export = export_of(90, 40, 0)
    before, after = (means(export, detail) for detail in (DETAIL, within_headroom(DETAIL, SHOWN, 1.0, export, 3.0)))
    assert max(np.abs(after)) < 0.72 * before[2]
    assert after[0] < 0 < after[2]


def test_texture_stays_texture() -> None:
    lifted = within_headroom(DETAIL, SHOWN, 1.0, export_of(255, 190, 160), 3.0) - DETAIL
    assert lifted.std() < 0.05 * DETAIL.std()
    assert lifted.min() > 0


def test_where_the_layer_does_not_show_nothing_is_lost() -> None:
    assert within_headroom(DETAIL, np.zeros_like(SHOWN), 1.0, export_of(255, 190, 160), 3.0) is DETAIL
