from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

import pytest

from pored.files.gallery import Gallery, Wanted
from pored.files.ledger import Ledger
from pored.files.records import Conclusion, Piece, State, Step
from pored.stamp import Stamp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pored.files.records import Entry


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path) as opened:
        yield opened


@pytest.fixture
def gallery(ledger: Ledger, tmp_path: Path) -> Gallery:
    assert not ledger.requests()
    return Gallery(tmp_path)


def drop(ledger: Ledger, name: str, now: float, hot_folder: str = "heads") -> Entry:
    return ledger.enter(hot_folder, PurePath(name), Stamp(1, 2, 3), f"digest of {name}", now)


def finish(ledger: Ledger, entry: Entry, now: float, *, doubt: float = 0.0, results: tuple[str, ...] = ()) -> Entry:
    steps = [Step(Piece.RESULT, PurePath("t"), PurePath("/out") / name, name) for name in results]  # type: ignore[arg-type]
    figures = '{"worked": 4.0, "after": 1.0}'
    ledger.journal(entry.id, Conclusion(State.DONE, figures=figures, doubt=doubt), steps, now)
    return ledger.finish(entry.id, None, now)


def fail(ledger: Ledger, entry: Entry, now: float) -> Entry:
    ledger.journal(entry.id, Conclusion(State.FAILED, "no-face", "Nobody."), (), now)
    return ledger.finish(entry.id, None, now)


def names(entries: list[Entry]) -> list[str]:
    return [str(entry.path) for entry in entries]


class TestPages:
    def test_what_changed_last_comes_first_and_pages_follow_each_other(self, ledger: Ledger, gallery: Gallery) -> None:
        for number in range(5):
            drop(ledger, f"{number}.jpg", float(number))
        first = gallery.jobs(Wanted(most=3))
        rest = gallery.jobs(Wanted(most=3, before=(first[-1].updated, first[-1].id)))
        assert (names(first), names(rest)) == (["4.jpg", "3.jpg", "2.jpg"], ["1.jpg", "0.jpg"])

    def test_by_hot_folder_state_and_name(self, ledger: Ledger, gallery: Gallery) -> None:
        finish(ledger, drop(ledger, "day/Anna_1.jpg", 1), 2)
        drop(ledger, "day/Bob.jpg", 3)
        drop(ledger, "other.jpg", 4, "school")
        assert names(gallery.jobs(Wanted(text="anna"))) == ["day/Anna_1.jpg"]
        assert names(gallery.jobs(Wanted(text="%"))) == []
        assert names(gallery.jobs(Wanted("school"))) == ["other.jpg"]
        assert names(gallery.jobs(Wanted(states=(State.WAITING,)))) == ["other.jpg", "day/Bob.jpg"]

    def test_a_batch_is_what_lies_below_one_sub_folder_of_the_inbox(self, ledger: Ledger, gallery: Gallery) -> None:
        for name in ("a.jpg", "x/b.jpg", "x/y/c.jpg", "xx/d.jpg"):
            drop(ledger, name, 1)
        assert names(gallery.jobs(Wanted(batch=PurePath("x")))) == ["x/y/c.jpg", "x/b.jpg"]
        assert names(gallery.jobs(Wanted(batch=PurePath()))) == ["a.jpg"]

    def test_what_has_left_is_not_shown(self, ledger: Ledger, gallery: Gallery) -> None:
        entry = drop(ledger, "a.jpg", 1)
        ledger.left("heads", [PurePath("a.jpg")], 2)
        assert gallery.jobs(Wanted()) == []
        assert gallery.job(entry.id) is None
        assert gallery.counts() == {}


class TestFacts:
    def test_numbers_and_batches(self, ledger: Ledger, gallery: Gallery) -> None:
        finish(ledger, drop(ledger, "x/a.jpg", 1), 5)
        fail(ledger, drop(ledger, "x/y/b.jpg", 1), 6)
        drop(ledger, "c.jpg", 9)
        assert gallery.counts() == {"heads": {State.DONE: 1, State.FAILED: 1, State.WAITING: 1}}
        newest, older = gallery.batches()
        assert (newest.folder, older.folder) == (PurePath(), PurePath("x"))
        assert (older.count(State.DONE), older.count(State.FAILED, State.WAITING), older.updated) == (1, 1, 6)
        assert gallery.usual_seconds("heads") == 4.0
        assert gallery.usual_seconds("school") is None

    def test_the_newest_file_of_a_kind_counts(self, ledger: Ledger, gallery: Gallery) -> None:
        entry = finish(ledger, drop(ledger, "a.jpg", 1), 2, results=("z.jpg",))
        finish(ledger, entry, 3, results=("b.jpg",))
        assert gallery.files_of(entry.id)[Piece.RESULT].path.name == "b.jpg"

    def test_a_change_is_noticed(self, ledger: Ledger, gallery: Gallery) -> None:
        with closing(gallery.connection()) as connection:
            before = gallery.version(connection)
            assert gallery.version(connection) == before
            drop(ledger, "a.jpg", 1)
            assert gallery.version(connection) != before


class TestApproval:
    def test_worst_first_and_approved_ones_no_more(self, ledger: Ledger, gallery: Gallery) -> None:
        fine = finish(ledger, drop(ledger, "fine.jpg", 1), 2, doubt=0.01)
        odd = finish(ledger, drop(ledger, "odd.jpg", 1), 3, doubt=0.4)
        drop(ledger, "waits.jpg", 4)
        assert names(gallery.to_approve()) == ["odd.jpg", "fine.jpg"]
        gallery.approve(odd, 5)
        assert names(gallery.to_approve()) == ["fine.jpg"]
        assert (gallery.is_approved(odd), gallery.is_approved(fine)) == (True, False)
        gallery.disapprove(odd.id)
        assert names(gallery.to_approve()) == ["odd.jpg", "fine.jpg"]

    def test_a_later_result_is_looked_at_again(self, ledger: Ledger, gallery: Gallery) -> None:
        entry = finish(ledger, drop(ledger, "a.jpg", 1), 2)
        gallery.approve(entry, 3)
        again = finish(ledger, entry, 4)
        assert not gallery.is_approved(again)
        assert names(gallery.to_approve("heads")) == ["a.jpg"]
        assert gallery.to_approve("school") == []


class TestRequests:
    def test_only_what_can_be_asked_of_a_state(self, ledger: Ledger, gallery: Gallery) -> None:
        waiting = drop(ledger, "w.jpg", 1)
        failed = fail(ledger, drop(ledger, "f.jpg", 1), 2)
        done = finish(ledger, drop(ledger, "d.jpg", 1), 2)
        jobs = [waiting.id, failed.id, done.id, 999]
        assert [gallery.ask(kind, jobs, 3) for kind in ("retry", "redo", "skip")] == [1, 1, 1]
        assert {(each.kind, each.job) for each in ledger.requests()} == {
            ("retry", failed.id),
            ("redo", done.id),
            ("skip", waiting.id),
        }

    def test_wishes_reach_the_job_when_it_is_granted(self, ledger: Ledger, gallery: Gallery) -> None:
        entry = finish(ledger, drop(ledger, "a.jpg", 1), 2)
        gallery.ask("redo", [entry.id], 3, {"opacity": "50% of match"})
        (request,) = ledger.requests()
        ledger.grant(request, 4)
        assert ledger.entry(entry.id).wishes == '{"opacity": "50% of match"}'

    def test_wishes_stay_where_none_are_named(self, ledger: Ledger, gallery: Gallery) -> None:
        entry = finish(ledger, drop(ledger, "a.jpg", 1), 2)
        gallery.ask("redo", [entry.id], 3, {"radius": 4.0})
        ledger.grant(ledger.requests()[0], 4)
        finish(ledger, ledger.entry(entry.id), 5)
        gallery.ask("redo", [entry.id], 6)
        assert ledger.requests()[0].wishes == '{"radius": 4.0}'

    def test_the_last_word_counts_and_can_be_taken_back(self, ledger: Ledger, gallery: Gallery) -> None:
        entry = finish(ledger, drop(ledger, "a.jpg", 1), 2)
        gallery.ask("redo", [entry.id], 3, {"radius": 4.0})
        gallery.ask("redo", [entry.id], 3, {"radius": 5.0})
        assert [each.wishes for each in ledger.requests()] == ['{"radius": 5.0}']
        assert gallery.is_asked(entry.id)
        assert gallery.take_back(entry.id)
        assert not gallery.is_asked(entry.id)
        assert not gallery.take_back(entry.id)

    def test_a_pair_is_named_and_unnamed(self, ledger: Ledger, gallery: Gallery, tmp_path: Path) -> None:
        entry = drop(ledger, "x/a.jpg", 1)
        gallery.pair(entry, tmp_path / "o.jpg")
        gallery.pair(replace(entry, hot_folder="school"), tmp_path / "p.jpg")
        assert ledger.board.pairs("heads") == {PurePath("x/a.jpg"): tmp_path / "o.jpg"}
        gallery.pair(entry, None)
        assert ledger.board.pairs("heads") == {}
