from __future__ import annotations

from pathlib import PurePath

import pytest

from pored.stamp import Stamp
from pored.watch.endcheck import Ending
from pored.watch.settle import Hint, Settle, Verdict

A, B = PurePath("a.jpg"), PurePath("b.jpg")
SMALL, BIG = Stamp(10, 1, 1), Stamp(20, 2, 1)


@pytest.fixture
def settle() -> Settle[PurePath]:
    return Settle(2.0)


@pytest.mark.parametrize(
    ("hint", "quiet"),
    [(Hint.FINISHED, 2.0), (Hint.PRESENT, 2.0), (Hint.WRITTEN, 5.0), (Hint.SCANNED, 5.0), (Hint.TOUCHED, 5.0)],
)
def test_how_long_a_file_must_be_still_depends_on_how_its_writing_ended(
    settle: Settle[PurePath], hint: Hint, quiet: float
) -> None:
    settle.saw(A, SMALL, 100.0, hint)

    assert settle.due(100.0 + quiet - 0.01) == []
    assert settle.due(100.0 + quiet) == [A]
    assert settle.next_due() == 100.0 + quiet


def test_a_change_begins_the_wait_anew(settle: Settle[PurePath]) -> None:
    settle.saw(A, SMALL, 0.0, Hint.SCANNED)
    settle.saw(A, BIG, 4.0, Hint.SCANNED)

    assert settle.due(8.9) == []
    assert settle.due(9.0) == [A]


@pytest.mark.parametrize("changed", [Stamp(11, 1, 1), Stamp(10, 2, 1), Stamp(10, 1, 2)])
def test_size_time_and_inode_each_are_a_change(settle: Settle[PurePath], changed: Stamp) -> None:
    settle.saw(A, SMALL, 0.0, Hint.SCANNED)
    settle.saw(A, changed, 4.0, Hint.SCANNED)

    assert settle.due(5.0) == []


def test_a_scan_that_sees_no_change_does_not_prolong_the_wait(settle: Settle[PurePath]) -> None:
    settle.saw(A, SMALL, 0.0, Hint.WRITTEN)
    settle.saw(A, SMALL, 4.0, Hint.SCANNED)

    assert settle.due(5.0) == [A]


def test_an_event_without_a_visible_change_does_prolong_it(settle: Settle[PurePath]) -> None:
    settle.saw(A, SMALL, 0.0, Hint.WRITTEN)
    settle.saw(A, SMALL, 4.0, Hint.WRITTEN)

    assert settle.due(8.9) == []


def test_the_close_shortens_the_wait(settle: Settle[PurePath]) -> None:
    settle.saw(A, SMALL, 0.0, Hint.WRITTEN)
    settle.saw(A, BIG, 1.0, Hint.FINISHED)

    assert settle.due(3.0) == [A]


def test_a_writer_that_opens_it_again_makes_it_long_again(settle: Settle[PurePath]) -> None:
    settle.saw(A, SMALL, 0.0, Hint.FINISHED)
    settle.saw(A, BIG, 1.0, Hint.WRITTEN)

    assert settle.due(5.9) == []
    assert settle.due(6.0) == [A]


def test_times_set_after_the_close_leave_it_short(settle: Settle[PurePath]) -> None:
    settle.saw(A, BIG, 0.0, Hint.FINISHED)
    settle.saw(A, Stamp(20, 1, 1), 0.1, Hint.TOUCHED)

    assert settle.due(2.1) == [A]


def test_a_complete_file_is_ready_and_no_longer_tracked(settle: Settle[PurePath]) -> None:
    settle.saw(A, SMALL, 0.0, Hint.FINISHED)

    assert settle.checked(A, Ending.COMPLETE, 2.0) is Verdict.READY
    assert A not in settle
    assert settle.next_due() is None


def test_an_incomplete_file_is_looked_at_ever_more_rarely(settle: Settle[PurePath]) -> None:
    settle.saw(A, SMALL, 0.0, Hint.FINISHED)
    now, pauses = 2.0, []
    while settle.checked(A, Ending.INCOMPLETE, now) is Verdict.NOT_YET:
        due = settle.next_due()
        assert due is not None
        pauses.append(due - now)
        now = due

    assert pauses[:5] == [4.0, 8.0, 16.0, 32.0, 60.0]
    assert max(pauses) == 60.0
    assert 300.0 <= now < 361.0


def test_it_is_truncated_only_when_nothing_happened_for_five_minutes(settle: Settle[PurePath]) -> None:
    settle.saw(A, SMALL, 0.0, Hint.FINISHED)
    settle.saw(A, BIG, 299.0, Hint.WRITTEN)

    assert settle.checked(A, Ending.INCOMPLETE, 304.0) is Verdict.NOT_YET
    assert settle.checked(A, Ending.INCOMPLETE, 599.0) is Verdict.TRUNCATED
    assert A not in settle


def test_a_doubtful_end_is_taken_after_a_minute_without_change(settle: Settle[PurePath]) -> None:
    settle.saw(A, SMALL, 0.0, Hint.FINISHED)

    assert settle.checked(A, Ending.DOUBTFUL, 59.9) is Verdict.NOT_YET
    assert settle.checked(A, Ending.DOUBTFUL, 60.0) is Verdict.READY


def test_there_is_hope_until_a_file_was_refused_and_again_when_it_changes(settle: Settle[PurePath]) -> None:
    settle.saw(A, SMALL, 0.0, Hint.FINISHED)
    assert settle.hopeful()

    settle.checked(A, Ending.INCOMPLETE, 2.0)
    assert not settle.hopeful()

    settle.saw(A, BIG, 3.0, Hint.SCANNED)
    assert settle.hopeful()


def test_each_file_has_its_own_time_and_the_oldest_comes_first(settle: Settle[PurePath]) -> None:
    settle.saw(B, SMALL, 0.5, Hint.FINISHED)
    settle.saw(A, SMALL, 1.0, Hint.FINISHED)

    assert settle.due(2.5) == [B]
    assert settle.due(9.0) == [B, A]
    assert settle.next_due() == 2.5


def test_a_forgotten_file_is_never_due(settle: Settle[PurePath]) -> None:
    settle.saw(A, SMALL, 0.0, Hint.FINISHED)

    assert settle.forget(A) == SMALL
    assert settle.forget(A) is None
    assert settle.due(99.0) == []
    assert not settle.is_due(A, 99.0)
