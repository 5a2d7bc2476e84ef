from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from pored.pixels.align.maps import identity
from pored.pixels.align.refine_patch import Patch
from pored.pixels.align.smooth import smooth_shifts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pored.model import Plane

HEIGHT, WIDTH = 260, 220


def original() -> Plane:
    """Detail of several sizes."""
    rng = np.random.default_rng(5)
    noise = [cv2.GaussianBlur(rng.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), size) for size in (1.5, 4)]
    return np.asarray(120 + sum(20 * each / each.std() for each in noise), np.float32)


def bend(amount: float) -> tuple[Plane, Plane]:
    """Of a lens whose middle is not the picture's, in pixels."""
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    across, down = x - np.float32(0.3 * WIDTH), y - np.float32(0.7 * HEIGHT)
    further = np.float32(amount / (WIDTH / 2) ** 2) * (across**2 + down**2)
    return across * further, down * further


def bent(plane: Plane, amount: float) -> Plane:
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    dx, dy = bend(amount)
    return np.asarray(cv2.remap(plane, x + dx, y + dy, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT), np.float32)


def found(export: Plane) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    shifts = smooth_shifts(Patch(export, original(), identity(), identity()), identity())
    return shifts.dx, shifts.dy


def inner(plane: Plane) -> Plane:
    """Where the original reaches."""
    return plane[30:-30, 30:-30]


@pytest.mark.parametrize("amount", [0.01, -0.02])
def test_a_lens_bend_is_found_to_a_twentieth_of_a_pixel(amount: float) -> None:
    export = bent(original(), amount)
    for ours, true in zip(found(export), bend(amount), strict=True):
        assert float(np.abs(true).max()) > 1
        np.testing.assert_allclose(inner(ours), inner(true), atol=0.05)


def test_where_the_export_shows_nothing_the_bend_goes_on() -> None:
    export = bent(original(), 0.02)
    export[100:170, 70:150] = cv2.GaussianBlur(export, (0, 0), 12)[100:170, 70:150]
    for ours, true in zip(found(export), bend(0.02), strict=True):
        np.testing.assert_allclose(ours[100:170, 70:150], true[100:170, 70:150], atol=0.05)


def test_where_nothing_is_bent_nothing_is_found() -> None:
    for ours in found(original()):
        np.testing.assert_allclose(ours, 0, atol=1e-3)
