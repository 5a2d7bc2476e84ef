from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pored.review.once import Once

PATIENCE = 60.0


def test_of_many_who_ask_one_makes_it() -> None:
    once: Once[str, int] = Once()
    begun, go = threading.Event(), threading.Event()
    made = []

    def make() -> int:
        begun.set()
        assert go.wait(PATIENCE)
        made.append(7)
        return len(made)

    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(once.get, "a", make)
        assert begun.wait(PATIENCE)
        others = [threads.submit(once.get, "a", make) for _ in range(3)]
        go.set()
        assert [each.result(PATIENCE) for each in (first, *others)] == [1, 1, 1, 1]
    assert once.get("a", make) == 1


def test_each_key_has_its_own() -> None:
    once: Once[str, str] = Once()
    assert [once.get(key, lambda key=key: key.upper()) for key in "aba"] == ["A", "B", "A"]  # type: ignore[misc]


def test_what_failed_is_tried_again() -> None:
    once: Once[str, int] = Once()

    def fail() -> int:
        raise MemoryError

    with pytest.raises(MemoryError):
        once.get("a", fail)
    assert once.get("a", lambda: 1) == 1
