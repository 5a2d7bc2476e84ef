from __future__ import annotations

import pytest

from pored.pixels.made_up.skin_energy import skin_energy, texture_radius


@pytest.mark.parametrize(("width", "radius"), [(1500, 3.0), (500, 1.0), (120, 1.0)])
def test_the_radius_follows_the_face(width: float, radius: float) -> None:
    assert texture_radius(width) == pytest.approx(radius)


@pytest.mark.parametrize(("width", "levels"), [(3000, 1.3), (500, 1.3), (250, 1.6), (100, 2.1)])
def test_small_faces_hold_coarser_relief(width: float, levels: float) -> None:
    assert skin_energy(width) == pytest.approx(levels, abs=0.02)
