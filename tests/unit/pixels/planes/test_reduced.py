from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pored.pixels.planes.reduced import IN_CACHE, enlarged, reduced, strips, telling

if TYPE_CHECKING:
    from pored.model import Plane, Samples

sizes = st.tuples(st.integers(1, 40), st.integers(1, 40))
planes = arrays(np.float32, sizes, elements=st.floats(-200, 200, width=32))
factors = st.integers(1, 7)


@given(st.integers(1, 5000), st.integers(1, 10**6), factors)
def test_strips_follow_each_other_and_begin_with_whole_blocks(height: int, width: int, factor: int) -> None:
    parts = strips(height, width, factor)
    assert [start for start, _ in parts] == [0, *(end for _, end in parts[:-1])]
    assert parts[-1][1] == height
    assert all(start % factor == 0 < end - start for start, end in parts)
    assert all((end - start) * width <= max(IN_CACHE, factor * width) for start, end in parts)


@given(planes, factors)
def test_a_reduced_plane_has_the_blocks_averages(plane: Plane, factor: int) -> None:
    padded = np.pad(plane, [(0, -length % factor) for length in plane.shape], mode="edge")
    blocks = padded.reshape(padded.shape[0] // factor, factor, padded.shape[1] // factor, factor)
    np.testing.assert_allclose(reduced(plane, factor), blocks.mean(axis=(1, 3)), atol=1e-3)


@given(
    st.sampled_from([np.uint8, np.uint16]).flatmap(
        lambda depth: arrays(depth, st.tuples(st.integers(1, 20), st.integers(1, 20), st.just(3)))
    ),
    factors,
)
def test_samples_are_reduced_in_levels(samples: Samples, factor: int) -> None:
    step = np.float32(257 if samples.dtype == np.uint16 else 1)
    expected = [reduced(samples[..., channel].astype(np.float32) / step, factor) for channel in range(3)]
    np.testing.assert_allclose(reduced(samples, factor), np.dstack(expected), atol=1e-3)


def test_many_rows_of_white_do_not_overflow() -> None:
    np.testing.assert_allclose(reduced(np.full((700, 3), 255, np.uint8), 300), 255, rtol=1e-6)


@given(planes, factors, st.data())
def test_some_rows_enlarged_are_those_of_all(small: Plane, factor: int, data: st.DataObject) -> None:
    height = len(small) * factor - data.draw(st.integers(0, factor - 1))
    width = small.shape[1] * factor - data.draw(st.integers(0, factor - 1))
    whole = enlarged(small, factor, (0, height), width)
    start = factor * data.draw(st.integers(0, len(small) - 1))
    end = data.draw(st.integers(min(start + 1, height), height))
    assert whole.shape == (height, width)
    np.testing.assert_allclose(enlarged(small, factor, (start, end), width), whole[start:end], atol=1e-3)


@given(st.floats(-200, 200, width=32), sizes, factors)
def test_an_even_plane_stays_even(level: float, size: tuple[int, int], factor: int) -> None:
    plane = np.full(size, level, np.float32)
    back = enlarged(reduced(plane, factor), factor, (0, size[0]), size[1])
    np.testing.assert_allclose(back, plane, atol=1e-3)


@given(
    rows=st.lists(st.integers(0, 40), min_size=1, max_size=40),
    factor=st.integers(1, 4),
    high=st.integers(1, 5),
    enough=st.integers(1, 2000),
)
def test_strips_that_tell_have_something_to_tell(rows: list[int], factor: int, high: int, enough: int) -> None:
    where = np.arange(40) < np.array(rows)[:, None]
    height, strip = len(rows) * factor, high * factor
    parts = [(start, min(start + strip, height)) for start in range(0, height, strip)]

    told = telling(where, parts, factor, enough)

    assert set(told) <= set(parts)
    if where.any():
        assert all(where[start // factor : -(-end // factor)].any() for start, end in told)
    else:
        assert list(told) == parts
    if where.sum() * factor**2 < 2 * enough:
        seen = sum(int(where[start // factor : -(-end // factor)].sum()) for start, end in told)
        assert seen == where.sum()
