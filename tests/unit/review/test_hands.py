from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pored.review import hands as module
from pored.review.hands import KEPT_SECONDS, Hands

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.unit.review.conftest import Shop

NOW = 1e9


@pytest.fixture
def hands(shop: Shop) -> Iterator[Hands]:
    with Hands(shop.settings) as built:
        yield built


def keep(hands: Hands, name: str, age: float, size: int = 10) -> Path:
    path = hands.place(name).pixels
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x" * size)
    os.utime(path, (NOW - age, NOW - age))
    return path


def test_what_nobody_looked_at_for_a_day_goes(hands: Hands) -> None:
    old, fresh = keep(hands, "old", KEPT_SECONDS + 1), keep(hands, "fresh", 5)
    hands.tidy(NOW)
    assert (old.exists(), fresh.exists()) == (False, True)


def test_where_there_is_too_much_the_oldest_go(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 25)
    kept = [keep(hands, f"{age}", age) for age in (1.0, 2.0, 3.0)]
    hands.tidy(NOW)
    assert [path.exists() for path in kept] == [True, True, False]


def test_there_may_be_nothing_yet(hands: Hands) -> None:
    hands.tidy(NOW)
    assert not hands.place("any").is_there()
