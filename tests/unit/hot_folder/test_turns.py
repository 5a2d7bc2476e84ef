from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from pored.hot_folder.turns import Turns, Waiting

if TYPE_CHECKING:
    from pored.config import Order
    from pored.files.records import Entry


def waiting(name: str, ids: list[int], order: Order = "alternate", most: int = 9) -> Waiting:
    entries = [cast("Entry", SimpleNamespace(id=number)) for number in ids]
    return Waiting(name, order, entries[:most], entries[::-1][:most])


def ids(entries: list[Entry]) -> list[int]:
    return [entry.id for entry in entries]


@pytest.mark.parametrize(
    ("order", "expected"), [("oldest", [1, 2, 3, 4]), ("newest", [9, 8, 7, 6]), ("alternate", [1, 9, 2, 8])]
)
def test_a_hot_folder_has_its_own_order(order: Order, expected: list[int]) -> None:
    assert ids(Turns().take([waiting("heads", list(range(1, 10)), order)], 4)) == expected


def test_by_turns_also_where_one_worker_is_free_at_a_time() -> None:
    turns, left = Turns(), list(range(1, 8))
    done = []
    while left:
        [entry] = turns.take([waiting("heads", left, most=1)], 1)
        left.remove(entry.id)
        done.append(entry.id)
    assert done == [1, 7, 2, 6, 3, 5, 4]


def test_hot_folders_take_turns_however_long_one_s_queue_is() -> None:
    turns = Turns()
    heads, weddings = waiting("heads", [1, 2, 3, 4, 5], "oldest"), waiting("weddings", [11, 12], "oldest")
    assert ids(turns.take([heads, weddings], 5)) == [1, 11, 2, 12, 3]
    assert ids(turns.take([heads, weddings], 1)) == [11]


def test_who_had_no_turn_for_long_is_next() -> None:
    turns = Turns()
    assert ids(turns.take([waiting("heads", [1, 2], "oldest")], 1)) == [1]
    assert ids(turns.take([waiting("heads", [2], "oldest"), waiting("new", [7], "oldest")], 1)) == [7]


def test_nothing_is_taken_twice_and_no_more_than_there_is() -> None:
    assert sorted(ids(Turns().take([waiting("heads", [1, 2, 3])], 8))) == [1, 2, 3]
    assert Turns().take([], 3) == []
    assert Turns().take([waiting("heads", [])], 3) == []
