"""What goes wrong with one picture is that picture's affair, and is said where a retoucher looks."""

from __future__ import annotations

import errno
import os
from concurrent.futures import Future
from typing import TYPE_CHECKING

import pytest

import pored.hot_folder.delivery
from pored.errors import MachineError, NoFaceError, StorageError
from pored.files.records import State
from pored.files.staging import commit
from pored.job import ExportChangedError
from pored.workers import WorkerLostError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.service.conftest import Studio

    from pored.files.staging import Staged
    from pored.job import Job, Outcome

NO_FACE = NoFaceError("no-face", "No face was found in a.jpg.")


def refuse(error: Exception) -> Callable[[Job], Outcome]:
    def work(_: Job) -> Outcome:
        raise error

    return work


def _fail_once(studio: Studio, **options: object) -> None:
    studio.workers.work = refuse(NO_FACE)
    studio.start(**options).shoot()
    studio.drop()
    studio.go_on()


def test_a_failure_is_explained_and_the_export_stays(studio: Studio) -> None:
    _fail_once(studio)

    assert studio.files("failed") == ["a.jpg.reason.txt"]
    assert NO_FACE.message in (studio.root / "failed" / "a.jpg.reason.txt").read_text()
    assert studio.files("inbox") == studio.files("originals") == ["a.jpg"]
    (line,) = studio.log.of("picture")
    assert (line["outcome"], line["code"], line["level"]) == ("failed", "no-face", "warning")


def test_where_exports_are_moved_a_failed_one_lies_beside_its_reason(studio: Studio) -> None:
    studio.workers.work = refuse(NO_FACE)
    studio.start(processed=studio.root / "processed").shoot("job/a.jpg")
    studio.drop("job/a.jpg")
    studio.go_on()

    assert studio.files("failed") == ["job/a.jpg", "job/a.jpg.reason.txt"]
    assert studio.files("inbox") == []
    assert studio.files("originals") == ["job/a.jpg"]


def test_a_failed_export_that_merely_lies_there_is_not_tried_again(studio: Studio) -> None:
    _fail_once(studio)

    studio.go_on(200)
    studio.start().go_on()

    assert len(studio.workers.jobs) == 1


def test_dropped_again_it_is_tried_again_and_success_takes_the_reason_away(studio: Studio) -> None:
    _fail_once(studio)
    studio.workers.work = type(studio.workers)().work

    studio.drop()
    studio.go_on()

    assert studio.files("output") == ["a.jpg"]
    assert studio.files("failed") == []


def test_moved_out_of_failed_into_the_inbox_it_is_tried_again(studio: Studio) -> None:
    _fail_once(studio, processed=studio.root / "processed")
    studio.workers.work = type(studio.workers)().work

    (studio.root / "failed" / "a.jpg").rename(studio.root / "inbox" / "a.jpg")
    studio.go_on()

    assert studio.files("output") == studio.files("processed") == ["a.jpg"]
    assert studio.files("failed") == studio.files("inbox") == []


def test_a_reason_that_somebody_wrote_into_stays(studio: Studio) -> None:
    _fail_once(studio)
    studio.workers.work = type(studio.workers)().work
    studio.put("failed", "a.jpg.reason.txt", b"I called the client")

    studio.drop()
    studio.go_on()

    assert studio.files("output") == ["a.jpg"]
    assert studio.files("failed") == ["a.jpg.reason.txt"]


def test_a_second_failure_has_one_reason_file(studio: Studio) -> None:
    _fail_once(studio)

    studio.drop(data=b"smoother")
    studio.go_on()

    assert studio.files("failed") == ["a.jpg.reason.txt"]


def test_one_failure_does_not_keep_the_others(studio: Studio) -> None:
    good = studio.workers.work

    def work(job: Job) -> Outcome:
        if job.export.name == "a.jpg":
            raise NO_FACE
        return good(job)

    studio.workers.work = work
    studio.start()
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        studio.shoot(name)
        studio.drop(name)
    studio.go_on()

    assert studio.files("output") == ["b.jpg", "c.jpg"]


def test_a_worker_that_is_lost_costs_an_attempt(studio: Studio) -> None:
    good, lost = studio.workers.work, iter([WorkerLostError("worker-lost", "gone")] * 2)

    def work(job: Job) -> Outcome:
        for error in lost:
            raise error
        return good(job)

    studio.workers.work = work
    studio.start().shoot()
    studio.drop()
    studio.go_on()

    assert studio.states() == [State.DONE]
    assert studio.entries()[0].attempts == 3
    assert len(studio.log.of("attempt lost")) == 2


def test_after_three_lost_attempts_it_is_given_up(studio: Studio) -> None:
    studio.workers.work = refuse(WorkerLostError("time-limit", "a.jpg took longer than the time limit."))
    studio.start().shoot()
    studio.drop()
    studio.go_on(200)

    assert studio.states() == [State.FAILED]
    assert len(studio.workers.jobs) == 3
    assert studio.files("failed") == ["a.jpg.reason.txt"]


def test_a_full_disk_is_waited_out_without_counting(studio: Studio) -> None:
    good = studio.workers.work
    studio.workers.work = refuse(StorageError("disk-full", "Could not write a.jpg: the disk is full."))
    studio.start().shoot()
    studio.drop()
    studio.go_on(300)
    (entry,) = studio.entries()
    assert (entry.state, entry.attempts, entry.code) == (State.READY, 0, "disk-full")
    assert len(studio.log.of("storage")) == 1

    studio.workers.work = good
    studio.go_on(310)

    assert studio.states() == [State.DONE]


def test_an_error_of_the_disk_that_nobody_knows_is_tried_three_times(studio: Studio) -> None:
    studio.workers.work = refuse(StorageError("io", "Could not write a.jpg: File name too long."))
    studio.start().shoot()
    studio.drop()
    studio.go_on(300)

    assert studio.states() == [State.FAILED]
    assert len(studio.workers.jobs) == 3


def test_what_the_disk_refuses_to_rename_is_put_into_place_later(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.start().shoot()
    studio.drop()

    def refused(*_: object, **__: object) -> None:
        raise StorageError("gone", "Could not write a.jpg: the share is away.")

    with monkeypatch.context() as patch:
        patch.setattr(pored.hot_folder.delivery, "commit", refused)
        studio.go_on()
        assert studio.states() == [State.COMMITTING]
        assert studio.entries()[0].trouble == "Could not write a.jpg: the share is away."
    studio.go_on(20)
    assert studio.entries()[0].trouble == ""

    assert studio.files("output") == ["a.jpg"]
    assert len(studio.workers.jobs) == 1
    assert len(studio.log.of("storage")) == 1


def test_a_reason_that_cannot_be_written_keeps_the_export_in_its_place(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise StorageError("disk-full", "Could not write a.jpg.reason.txt: the disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(pored.hot_folder.delivery, "stage", refused)
        _fail_once(studio)
        assert studio.states() == [State.READY]
    studio.go_on(60)

    assert studio.files("failed") == ["a.jpg.reason.txt"]


def test_somebody_who_takes_the_name_meanwhile_keeps_it(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    def after_somebody_else(staged: Staged, *, replace: bool = False) -> Path:
        if staged.target.name == "a.jpg":
            staged.target.write_bytes(b"somebody's")
        return commit(staged, replace=replace)

    monkeypatch.setattr(pored.hot_folder.delivery, "commit", after_somebody_else)
    studio.start().shoot()
    studio.drop()
    studio.go_on()

    assert studio.result() == b"somebody's"
    assert studio.result("a-2.jpg") == b"pores of rough on smooth"


def test_an_export_replaced_while_it_is_worked_on_is_done_as_it_is_then(studio: Studio) -> None:
    good = studio.workers.work

    def work(job: Job) -> Outcome:
        studio.workers.work = good
        status = job.export.stat()
        job.export.write_bytes(b"smoooo")
        os.utime(job.export, ns=(status.st_atime_ns, status.st_mtime_ns))
        raise ExportChangedError("export-changed", "a.jpg was replaced while it was worked on.")

    studio.workers.work = work
    studio.start().shoot()
    studio.drop()
    studio.go_on(80)

    assert studio.files("output") == ["a.jpg"]
    assert studio.result() == b"pores of rough on smoooo"
    assert studio.states() == [State.GONE, State.DONE]


def test_an_export_replaced_before_it_is_moved_is_not_moved(studio: Studio) -> None:
    good = studio.workers.work

    def work(job: Job) -> Outcome:
        outcome = good(job)
        studio.workers.work = good
        studio.drop(data=b"smoother")
        return outcome

    studio.workers.work = work
    studio.start(processed=studio.root / "processed").shoot()
    studio.drop()
    studio.go_on(120)

    assert studio.files("output") == ["a-2.jpg", "a.jpg"]
    assert studio.files("inbox") == []
    assert (studio.root / "processed" / "a.jpg").read_bytes() == b"smoother"


def test_a_bug_fails_its_picture_and_is_told_to_the_log(studio: Studio) -> None:
    studio.workers.work = refuse(ZeroDivisionError("division by zero"))
    studio.start().shoot()
    studio.drop()
    studio.go_on()

    assert studio.states() == [State.FAILED]
    assert studio.entries()[0].code == "internal"
    (line,) = studio.log.of("internal")
    assert "ZeroDivisionError" in line["trace"]
    studio.log.lines.clear()


def test_a_machine_that_cannot_do_it_ends_the_service_and_blames_no_picture(studio: Studio) -> None:
    studio.workers.work = refuse(MachineError("libEGL.so.1 is missing"))
    studio.start().shoot()
    studio.drop()

    with pytest.raises(MachineError):
        studio.go_on()

    (entry,) = studio.entries()
    assert (entry.state, entry.attempts) == (State.READY, 0)


def test_what_nobody_foresaw_stops_a_hot_folder_only_for_a_while(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.start().shoot()
    studio.drop()

    def broken(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(pored.hot_folder.delivery.Delivery, "done", broken)
        studio.go_on()
    studio.go_on(120)

    assert studio.states() == [State.DONE]
    assert len(studio.log.of("internal")) == 1
    studio.log.lines.clear()


def test_an_export_that_stays_cut_short_fails_after_minutes(studio: Studio) -> None:
    studio.start().shoot()
    studio.drop(data=b"\xff\xd8\xff\xe0\x00\x10JFIF")
    studio.go_on(200)
    assert studio.entries() == []
    assert [line["file"] for line in studio.log.of("unfinished")] == ["a.jpg"]

    studio.go_on(250)

    assert studio.states() == [State.FAILED]
    assert "cut short" in (studio.root / "failed" / "a.jpg.reason.txt").read_text()


def test_a_job_whose_lease_has_run_out_is_taken_back_from_workers_that_do_not_answer(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    never: Future[Outcome] = Future()
    with monkeypatch.context() as patch:
        patch.setattr(studio.workers, "submit", lambda _: never)
        studio.start().shoot()
        studio.drop()
        studio.go_on(900)
        assert studio.states() == [State.RUNNING]
    studio.go_on(120)

    assert studio.workers.restarts == 1
    (entry,) = studio.entries()
    assert (entry.state, entry.attempts) == (State.DONE, 2)


@pytest.mark.parametrize("jump", [-365 * 86400.0, 365 * 86400.0])
def test_a_clock_that_jumps_holds_nothing_up(studio: Studio, jump: float) -> None:
    good = studio.workers.work
    studio.workers.work = refuse(StorageError("io", "Could not write a.jpg: the disk reports an error. Check it."))
    studio.start().shoot()
    studio.drop()
    studio.go_on(40)
    assert studio.states() == [State.READY]
    studio.workers.work = good

    studio.clock.wall += jump
    studio.go_on(10)
    studio.shoot("b.jpg")
    studio.drop("b.jpg")
    studio.go_on(60)

    assert studio.states() == [State.DONE] * 2
