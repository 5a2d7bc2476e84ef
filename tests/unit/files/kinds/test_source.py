from __future__ import annotations

from io import BytesIO

import pytest

from pored.errors import UnreadableError
from pored.files.kinds.source import Source


def test_bytes_in_order() -> None:
    source = Source("a.jpg", BytesIO(b"abcdef"))
    assert source.size == 6
    assert (source.take(2), source.take(3)) == (b"ab", b"cde")
    assert source.all_bytes() == b"abcdef"


def test_too_few_bytes_mean_that_the_file_is_cut_short() -> None:
    with pytest.raises(UnreadableError, match=r"a\.jpg is cut short") as caught:
        Source("a.jpg", BytesIO(b"abc")).take(4)
    assert caught.value.code == "truncated"
