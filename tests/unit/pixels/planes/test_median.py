"""The middle value."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pored.pixels.planes.median import median

VALUES = hnp.arrays(
    st.sampled_from([np.float32, np.float64]),
    hnp.array_shapes(max_dims=2, max_side=40),
    elements=st.floats(-1e6, 1e6, width=32),
)


@given(VALUES)
def test_it_is_numpys(values: np.ndarray[tuple[int, ...], np.dtype[np.floating]]) -> None:
    assert median(values) == float(np.median(values))


def test_values_stay_in_their_order() -> None:
    values = np.array([3.0, 1.0, 2.0])
    assert median(values) == 2.0
    assert values.tolist() == [3.0, 1.0, 2.0]
