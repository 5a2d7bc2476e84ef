from __future__ import annotations

import numpy as np
import pytest

from pored.faces.copies import Copies
from pored.faces.pose import OVER, Pose
from pored.model import Box


def slope(height: int, width: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint16]]:
    """Brighter to the right and down, so that each pixel tells where it lies."""
    x, y = np.arange(width), np.arange(height)
    planes = np.broadcast_to(x, (height, width)), np.broadcast_to(y[:, None], (height, width))
    return np.dstack([*planes, planes[0]]).astype(np.uint16)


def test_a_small_picture_has_no_copies() -> None:
    assert len(Copies.of(slope(256, 30)).sizes) == 1


def test_each_copy_has_half_the_size_of_the_one_before() -> None:
    sizes = [size.shape[:2] for size in Copies.of(slope(1801, 5)).sizes]
    assert sizes == [(1801, 5), (900, 2), (450, 1), (225, 1)]


def test_the_copy_for_a_length_is_the_smallest_that_still_shows_it() -> None:
    copies = Copies.of(slope(3001, 4099))
    copy, step = copies.of_side(1000, 160)
    assert (copy.shape[:2], step) == ((750, 1024), 4)
    assert copies.of_side(100, 160)[1] == 1
    assert copy[7, 9, :2] == pytest.approx([9 * step + 1.5, 7 * step + 1.5], abs=1)


@pytest.mark.parametrize("box", [Box(0, 0, 4099, 3001), Box(401, 77, 4002, 2999), Box(900, 1000, 1100, 1300)])
def test_what_is_shown_lies_where_it_is_said_to(box: Box) -> None:
    view, origin, steps = Copies.of(slope(3001, 4099)).shown(box, 256)
    assert max(view.shape[:2]) == 256
    y, x = (np.arange(length) for length in view.shape[:2])
    assert view[5, :, 0] == pytest.approx(origin[0] + (x + 0.5) * steps[0] - 0.5, abs=2)
    assert view[:, 5, 1] == pytest.approx(origin[1] + (y + 0.5) * steps[1] - 0.5, abs=2)


@pytest.mark.parametrize("poses", [(Pose(1),), (Pose(2),), (Pose(in_mirror=True),), (Pose(3), OVER)])
def test_what_is_shown_in_a_pose_is_that_part_of_the_turned_picture(poses: tuple[Pose, ...]) -> None:
    whole, held = slope(3001, 4099), Copies.of(slope(3001, 4099))
    for pose in poses:
        whole, held = pose.of(whole), held.held(pose)
    assert (held.whole.height, held.whole.width) == whole.shape[:2]
    view, origin, steps = held.shown(Box(100, 200, 2900, 3900).clipped_to(held.whole), 256)
    there = (origin + (np.array([20, 100]) + 0.5) * steps - 0.5).round().astype(int)
    assert view[100, 20] == pytest.approx(whole[there[1], there[0]].astype(float), abs=3)
