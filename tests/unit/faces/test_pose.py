from __future__ import annotations

import itertools

import numpy as np
import pytest

from pored.faces.pose import Pose

EVERY = [Pose(turns, in_mirror) for turns in range(4) for in_mirror in (False, True)]
PICTURE = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)


@pytest.mark.parametrize("pose", EVERY)
def test_what_is_undone_is_as_it_was(pose: Pose) -> None:
    assert np.array_equal(pose.undone(pose.of(PICTURE)), PICTURE)


@pytest.mark.parametrize(("one", "other"), list(itertools.product(EVERY, EVERY)))
def test_one_pose_and_then_another_are_one(one: Pose, other: Pose) -> None:
    assert np.array_equal(one.then(other).of(PICTURE), other.of(one.of(PICTURE)))
