"""The service ends at any step between the work and its result; the next one makes exactly one result of it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import pytest

import pored.hot_folder.delivery
from pored.files.ledger import Ledger
from pored.files.records import State
from pored.files.schema import LedgerFault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.service.conftest import Studio

    from pored.config import Result
    from pored.job import Job, Outcome

P = ParamSpec("P")
T = TypeVar("T")

DONE = b"pores of rough on smooth"
STEPS = {
    pored.hot_folder.delivery: ("commit", "discard", "move", "make_folders", "stage"),
    Ledger: ("begins", "journal", "finish", "enter", "paired", "grant", "left", "forget_written"),
}
"""Everything that changes the disk or the ledger."""


class PowerCutError(BaseException):
    """Nothing may catch it."""


class PowerCut:
    """Ends the service before or after a certain one of its steps."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch
        self.steps_left: int | None = None
        for owner, names in STEPS.items():
            for name in names:
                patch.setattr(owner, name, self._counted(getattr(owner, name)))

    def _counted(self, step: Callable[P, T]) -> Callable[P, T]:
        def run(*values: P.args, **options: P.kwargs) -> T:
            self._may_strike()
            result = step(*values, **options)
            self._may_strike()
            return result

        return run

    def _may_strike(self) -> None:
        if self.steps_left is not None:
            self.steps_left -= 1
            if self.steps_left < 0:
                raise PowerCutError

    def strikes(self, what: Callable[[], object], after: int) -> bool:
        """Do something; whether it was cut off after so many steps."""
        self.steps_left = after
        try:
            what()
        except PowerCutError:
            return True
        finally:
            self.steps_left = None
        return False


@pytest.fixture
def power_cut(monkeypatch: pytest.MonkeyPatch) -> PowerCut:
    return PowerCut(monkeypatch)


def _sweep(power_cut: PowerCut, new_studio: Callable[[], Studio], begin: Callable[[Studio], None]) -> list[Studio]:
    """The same day over and over, cut off one step later each time and then taken up by another service."""
    studios = []
    for after in itertools.count():
        studio = new_studio()
        begin(studio)
        struck = power_cut.strikes(studio.go_on, after)
        studio.start().go_on(60)
        studio.stop()
        studios.append(studio)
        if not struck:
            return studios
    raise AssertionError


@pytest.fixture
def new_studio(tmp_path: Path, studio: Studio) -> Callable[[], Studio]:
    numbers = itertools.count()

    def make() -> Studio:
        root = tmp_path / f"studio{next(numbers)}"
        root.mkdir()
        return type(studio)(root)

    return make


def _one_export(studio: Studio, **options: object) -> None:
    studio.start(**options).shoot()
    studio.drop()


def test_one_result_and_one_report_whenever_it_is_cut_off(
    power_cut: PowerCut, new_studio: Callable[[], Studio]
) -> None:
    studios = _sweep(power_cut, new_studio, _one_export)

    assert len(studios) > 12
    for studio in studios:
        assert studio.files("output") == ["a.jpg"]
        assert studio.result() == DONE
        assert studio.files("reports") == ["a.jpg.json", "a.jpg.preview.jpg"]
        assert studio.files("inbox") == studio.files("originals") == ["a.jpg"]
        assert studio.log.of("internal") == []


def test_a_moved_export_is_in_one_place_whenever_it_is_cut_off(
    power_cut: PowerCut, new_studio: Callable[[], Studio]
) -> None:
    studios = _sweep(power_cut, new_studio, lambda studio: _one_export(studio, processed=studio.root / "processed"))

    for studio in studios:
        assert studio.files("output") == studio.files("processed") == ["a.jpg"]
        assert studio.files("inbox") == []
        assert (studio.root / "processed" / "a.jpg").read_bytes() == b"smooth"


def test_a_replaced_result_is_the_new_one_whenever_it_is_cut_off(
    power_cut: PowerCut, new_studio: Callable[[], Studio], replacing: Result
) -> None:
    def second_drop(studio: Studio) -> None:
        _one_export(studio, result=replacing)
        studio.go_on()
        studio.drop(data=b"smoother")

    studios = _sweep(power_cut, new_studio, second_drop)

    for studio in studios:
        assert studio.files("output") == ["a.jpg"]
        assert studio.result() == b"pores of rough on smoother"


def test_a_failure_has_one_reason_and_one_export_whenever_it_is_cut_off(
    power_cut: PowerCut, new_studio: Callable[[], Studio]
) -> None:
    def unmatched(studio: Studio) -> None:
        options = {"when_unmatched": "fail", "wait_for_original": 5.0, "processed": studio.root / "processed"}
        studio.start(**options).drop()

    studios = _sweep(power_cut, new_studio, unmatched)

    for studio in studios:
        assert studio.files("failed") == ["a.jpg", "a.jpg.reason.txt"]
        assert studio.files("inbox") == studio.files("processed") == []


def test_what_is_asked_for_again_is_done_once_whenever_it_is_cut_off(
    power_cut: PowerCut, new_studio: Callable[[], Studio]
) -> None:
    def redo(studio: Studio) -> None:
        _one_export(studio, processed=studio.root / "processed")
        studio.go_on()
        (studio.root / "output" / "a.jpg").unlink()
        studio.ask("redo", "a.jpg")

    studios = _sweep(power_cut, new_studio, redo)

    for studio in studios:
        assert studio.files("output") == studio.files("processed") == ["a.jpg"]
        assert studio.files("inbox") == []


def test_an_attempt_is_counted_before_the_work_so_that_a_picture_that_ends_the_service_is_given_up(
    studio: Studio,
) -> None:
    def end(_: Job) -> Outcome:
        raise PowerCutError

    studio.start().shoot()
    studio.drop()
    studio.workers.work = end

    for _ in range(10):
        with pytest.raises(PowerCutError):
            studio.go_on()
        studio.start()
    studio.go_on()

    assert studio.states() == [State.FAILED]
    assert studio.entries()[0].code == "given-up"
    assert studio.files("failed") == ["a.jpg.reason.txt"]


def test_half_written_files_of_an_interrupted_service_are_removed(studio: Studio) -> None:
    temp = ".a.jpg.pored-0123456789abcdef.tmp"
    strays = [studio.put("output", temp, b"half"), studio.put("reports", f"job/{temp}", b"half")]
    studio.put("output", ".hidden.tmp", b"somebody else's")

    studio.start().go_on(2)

    assert not any(stray.exists() for stray in strays)
    assert studio.files("output") == [".hidden.tmp"]


def test_a_finished_file_that_was_lost_sends_its_job_round_again(
    studio: Studio, power_cut: PowerCut, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.start().shoot()
    studio.drop()

    def cut(*_: object, **__: object) -> None:
        raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr(pored.hot_folder.delivery, "commit", cut)
        with pytest.raises(PowerCutError):
            studio.go_on()
    (temp,) = (path for path in (studio.root / "output").iterdir())
    temp.unlink()

    studio.start().go_on()

    assert studio.files("output") == ["a.jpg"]
    assert studio.files("reports") == ["a.jpg.json", "a.jpg.preview.jpg"]
    assert studio.states() == [State.DONE]
    assert power_cut.steps_left is None


def test_where_the_ledger_cannot_be_written_nothing_is_lost_and_it_goes_on_by_itself(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise LedgerFault("database or disk is full")

    rests = itertools.count(1)

    def rest(_: float) -> None:
        studio.clock.go_on(1.0)
        rested = next(rests)
        if rested == 30:
            patch.undo()
        studio.alarm.stop_asked = rested == 60

    studio.shoot()
    studio.drop()
    studio.start()
    patch = pytest.MonkeyPatch()
    for step in ("begins", "journal"):
        patch.setattr(Ledger, step, full)
    monkeypatch.setattr(studio.alarm, "rest", rest)

    studio.service.run()
    studio.start().go_on()

    assert studio.states() == [State.DONE]
    assert studio.files("output") == ["a.jpg"]
    assert len(studio.log.of("ledger")) == 1
