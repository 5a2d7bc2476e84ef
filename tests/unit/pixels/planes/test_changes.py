from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pored.model import Box
from pored.pixels.planes.changes import bounds, changes

if TYPE_CHECKING:
    from numpy.typing import NDArray

sizes = st.tuples(st.integers(1, 20), st.integers(1, 20))


@given(
    st.one_of(sizes, sizes.map(lambda size: (*size, 3))).flatmap(
        lambda shape: st.tuples(*[arrays(np.uint8, shape, elements=st.integers(0, 2))] * 2)
    )
)
def test_a_pixel_is_changed_where_any_channel_is(pair: tuple[NDArray[np.uint8], NDArray[np.uint8]]) -> None:
    before, after = pair
    expected = np.asarray(np.atleast_3d(before != after).any(axis=2))
    found = changes(before, after)
    assert (found.box is None) == (not expected.any())
    np.testing.assert_array_equal(found.within(Box(0, 0, *expected.shape[::-1])), expected)
    if found.box is not None:
        np.testing.assert_array_equal(found.within(found.box), expected[found.box.slices])
        assert np.count_nonzero(expected[found.box.slices]) == np.count_nonzero(expected)


@pytest.mark.parametrize("channel", range(3))
@pytest.mark.parametrize("step", [1, 255])
def test_one_level_in_one_channel_is_a_change(channel: int, step: int) -> None:
    before = np.zeros((900, 600, 3), np.uint8)
    after = before.copy()
    after[3, 500, channel] = after[700, 20, channel] = step
    found = changes(before, after)
    assert found.box == Box(20, 3, 501, 701)
    assert np.argwhere(found.within(Box(0, 0, 600, 900))).tolist() == [[3, 500], [700, 20]]


@given(arrays(np.uint8, sizes, elements=st.integers(0, 1)))
def test_bounds_hold_everything_and_no_more(where: NDArray[np.uint8]) -> None:
    box = bounds(where)
    if box is None:
        assert not where.any()
        return
    assert np.count_nonzero(where[box.slices]) == np.count_nonzero(where)
    inner = where[box.slices]
    assert inner[0].any()
    assert inner[-1].any()
    assert inner[:, 0].any()
    assert inner[:, -1].any()


def test_bounds_of_a_mask() -> None:
    mask = np.zeros((9, 9), np.uint8)
    mask[2, 3] = mask[4, 6] = 1
    assert bounds(mask) == Box(3, 2, 7, 5)
