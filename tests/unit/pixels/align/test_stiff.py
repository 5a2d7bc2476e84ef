from __future__ import annotations

import numpy as np
import pytest

from pored.model import Box
from pored.pixels.align.maps import LocalField, Registration, apply, inverse
from pored.pixels.align.stiff import growth, stiffened

MATRIX = np.array([[1.1, 0.02, 5.0], [-0.02, 1.1, -7.0]])
WHOLE, EYE = Box(0, 0, 120, 100), Box(40, 30, 80, 60)
X, Y = (plane.astype(np.float32) for plane in np.meshgrid(np.arange(120), np.arange(100)))


def bent_by(dx: np.ndarray, dy: np.ndarray) -> Registration:
    field = LocalField(WHOLE, dx.astype(np.float32), dy.astype(np.float32), np.ones_like(X))
    return Registration(MATRIX, "similarity", 0.1, 0.9, (field,))


def source(registration: Registration, x: float, y: float) -> np.ndarray:
    """Where in the original a pixel of the export lies by the matrix alone."""
    there: np.ndarray = apply(inverse(registration.matrix), np.array([[x, y]]))[0]
    return there


def test_a_move_turn_and_growth_are_followed_exactly() -> None:
    stiff = stiffened(bent_by(2 + 0.05 * X - 0.01 * Y, -1 + 0.01 * X + 0.05 * Y), EYE)
    assert stiff.fields == ()
    for x, y in ((40, 30), (79, 59), (60, 45)):
        expected = apply(inverse(MATRIX), np.array([[x + 2 + 0.05 * x - 0.01 * y, y - 1 + 0.01 * x + 0.05 * y]]))[0]
        np.testing.assert_allclose(source(stiff, x, y), expected, atol=1e-3)


def test_a_bend_is_not() -> None:
    smile = -3 * ((X - 60) / 20) ** 2
    stiff = stiffened(bent_by(np.zeros_like(X), smile), EYE)
    corner, middle = (source(stiff, x, 45)[1] - source(bent_by(X, Y), x, 45)[1] for x in (41, 60))
    assert abs(corner - middle) < 0.2


def test_where_nothing_was_reshaped_nothing_changes() -> None:
    plain = Registration(MATRIX, "similarity", 0.1, 0.9)
    assert stiffened(plain, EYE) is plain
    far = bent_by(X, Y)
    assert stiffened(far, Box(400, 300, 440, 330)) is far


def test_what_became_larger_grew_wherever_it_went() -> None:
    off_x, off_y = X - 60, Y - 45
    assert growth(bent_by(-0.05 * off_x + 2, -0.08 * off_y - 1), EYE) == pytest.approx(0.05, abs=1e-4)
    aslant = bent_by(-0.06 * off_x - 0.02 * off_y, -0.02 * off_x - 0.06 * off_y)
    assert growth(aslant, EYE) == pytest.approx(0.04, abs=1e-4)


def test_what_moved_turned_or_opened_did_not() -> None:
    still = np.zeros_like(X)
    assert growth(bent_by(still + 3, still - 2), EYE) == pytest.approx(0, abs=1e-4)
    assert growth(bent_by(0.05 * Y, -0.05 * X), EYE) == pytest.approx(0, abs=1e-4)
    assert growth(bent_by(still, -0.2 * (Y - 45)), EYE) == pytest.approx(0, abs=1e-4)
    assert growth(Registration(MATRIX, "similarity", 0.1, 0.9), EYE) == 0
