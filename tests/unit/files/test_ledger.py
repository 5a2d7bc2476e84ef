from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import pytest

from pored.candidate import Candidate, Refusal
from pored.errors import MachineError, PictureError, UsageError
from pored.files.ledger import Ledger, ask_again, read_ledger
from pored.files.lock import LOCK_NAME, own, service_pid
from pored.files.records import Beside, Conclusion, Pause, Piece, State, Step, Tried
from pored.files.schema import CHANGES, LEDGER_NAME
from pored.stamp import Stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

A = PurePath("job/a.jpg")
STAMP = Stamp(10, 20, 30)
DONE = Conclusion(State.DONE, original_digest="o", settings_digest="s", version="1")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path) as opened:
        yield opened


def _done(ledger: Ledger, path: PurePath = A, digest: str = "d1", moved_to: Path | None = None) -> int:
    job = ledger.enter("heads", path, STAMP, digest, 1.0).id
    ledger.paired(job, Path("/originals/a.jpg"), "same name", 2.0)
    ledger.begins(job, 3.0, 900.0)
    ledger.journal(job, DONE, _steps(digest), 4.0)
    ledger.finish(job, moved_to, 5.0)
    return job


def _steps(digest: str = "d1") -> list[Step]:
    return [
        Step(Piece.RESULT, Path("/out/.a.tmp"), Path(f"/out/{digest}.jpg"), "r"),
        Step(Piece.REPORT, Path("/rep/.a.tmp"), Path(f"/rep/{digest}.json"), "j", replaces="old"),
        Step(Piece.EXPORT, Path("/in/a.jpg"), Path("/processed/a.jpg"), digest),
    ]


def test_a_drop_makes_a_job_that_waits(ledger: Ledger) -> None:
    entry = ledger.enter("heads", A, STAMP, "d1", 5.0)

    assert (entry.hot_folder, entry.path, entry.digest, entry.state) == ("heads", A, "d1", State.WAITING)
    assert (entry.first_seen, entry.updated, entry.finished, entry.attempts) == (5.0, 5.0, None, 0)
    known = ledger.known_file("heads", A)
    assert known is not None
    assert (known.stamp, known.digest, known.gone) == (STAMP, "d1", False)
    assert ledger.known("heads") == {A: known}
    assert ledger.known("others") == {}


def test_the_same_bytes_under_the_same_name_are_one_job(ledger: Ledger) -> None:
    first = ledger.enter("heads", A, STAMP, "d1", 5.0)
    again = ledger.enter("heads", A, Stamp(10, 99, 31), "d1", 9.0)

    assert again == first
    assert ledger.known("heads")[A].stamp == Stamp(10, 99, 31)


def test_other_bytes_another_name_or_hot_folder_are_other_jobs(ledger: Ledger) -> None:
    jobs = [
        ledger.enter(folder, path, STAMP, digest, 1.0).id
        for folder, path, digest in (
            ("heads", A, "d1"),
            ("heads", A, "d2"),
            ("heads", PurePath("a.jpg"), "d1"),
            ("x", A, "d1"),
        )
    ]
    assert len(set(jobs)) == 4


def test_other_bytes_put_off_what_was_not_begun_of_the_old_ones(ledger: Ledger) -> None:
    old = ledger.enter("heads", A, STAMP, "d1", 1.0).id
    ledger.enter("heads", A, STAMP, "d2", 2.0)

    assert ledger.entry(old).state is State.GONE


@pytest.mark.parametrize("state", [State.RUNNING, State.DONE])
def test_other_bytes_do_not_touch_what_was_begun(ledger: Ledger, state: State) -> None:
    if state is State.DONE:
        old = _done(ledger)
    else:
        old = ledger.enter("heads", A, STAMP, "d1", 1.0).id
        ledger.begins(old, 2.0, 9.0)
    ledger.enter("heads", A, STAMP, "d2", 9.0)

    assert ledger.entry(old).state is state


def test_what_left_is_gone_and_what_comes_back_waits_again(ledger: Ledger) -> None:
    job = ledger.enter("heads", A, STAMP, "d1", 1.0).id

    ledger.left("heads", [A, PurePath("never seen.jpg")], 2.0)
    left = ledger.known_file("heads", A)
    assert left is not None
    assert left.gone
    assert ledger.known("heads") == {}
    assert ledger.entry(job).state is State.GONE

    again = ledger.enter("heads", A, STAMP, "d1", 7.0)
    assert (again.id, again.state, again.first_seen) == (job, State.WAITING, 7.0)
    assert not ledger.known("heads")[A].gone


def test_a_done_job_stays_done_when_its_export_leaves(ledger: Ledger) -> None:
    job = _done(ledger)
    ledger.left("heads", [A], 9.0)

    assert ledger.entry(job).state is State.DONE


def test_waiting_shows_what_was_looked_for(ledger: Ledger) -> None:
    job = ledger.enter("heads", A, STAMP, "d1", 1.0).id

    ledger.waits(job, State.UNMATCHED, "no original named a", ["a-Edit", "a"], 2.0)

    entry = ledger.entry(job)
    assert (entry.state, entry.code, entry.message) == (State.UNMATCHED, "no-original", "no original named a")
    assert entry.looked_for == ("a-Edit", "a")


def test_what_was_looked_for_is_forgotten_once_it_is_ready(ledger: Ledger) -> None:
    job = ledger.enter("heads", A, STAMP, "d1", 1.0).id
    ledger.waits(job, State.UNMATCHED, "no original named a", ["a"], 2.0)

    ledger.paired(job, None, "made up", 3.0)

    assert (ledger.entry(job).state, ledger.entry(job).looked_for) == (State.READY, ())


def test_a_pair_is_ready_in_its_turn(ledger: Ledger) -> None:
    late = ledger.enter("heads", PurePath("late.jpg"), STAMP, "d", 9.0).id
    early = ledger.enter("heads", PurePath("early.jpg"), STAMP, "d", 1.0).id
    other = ledger.enter("others", A, STAMP, "d", 0.0).id
    for job in (late, early, other):
        ledger.paired(job, Path("/originals/a.jpg"), "same name", 10.0)

    assert [entry.id for entry in ledger.next_ready("heads", 10.0, 5)] == [early, late]
    assert [entry.id for entry in ledger.next_ready("heads", 10.0, 1)] == [early]
    assert [entry.id for entry in ledger.next_ready("heads", 10.0, 5, newest_first=True)] == [late, early]
    assert ledger.entry(early).original == Path("/originals/a.jpg")
    assert ledger.entry(early).rule == "same name"


ONE = Candidate(Path("/originals/one/a.jpg"), "the pictures agree: same name")
TWO = Candidate(Path("/originals/two/a.jpg"), "the pictures agree: same name")


def _tried(candidate: Candidate, figure: float | None = 0.25) -> Tried:
    return Tried(Refusal(candidate.path, "o", "other-picture", "It is another picture.", figure), STAMP)


def test_a_doubted_job_has_candidates_until_an_exact_name_is_found(ledger: Ledger) -> None:
    job = ledger.enter("heads", A, STAMP, "d1", 1.0).id

    ledger.doubted(job, [TWO, ONE], 2.0)
    entry = ledger.entry(job)
    assert (entry.state, entry.original, entry.rule) == (State.READY, None, "")
    assert ledger.candidates(job) == (TWO, ONE)

    ledger.doubted(job, [ONE], 3.0)
    assert (ledger.entry(job).original, ledger.entry(job).rule) == (ONE.path, ONE.rule)
    assert ledger.candidates(job) == (ONE,)

    ledger.paired(job, TWO.path, "same name", 4.0)
    assert ledger.candidates(job) == ()
    assert ledger.entry(job).original == TWO.path


def test_what_was_refused_is_remembered_and_the_job_waits(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        job = ledger.enter("heads", A, STAMP, "d1", 1.0).id
        ledger.doubted(job, [ONE, TWO], 2.0)
        ledger.begins(job, 3.0, 900.0)
        ledger.refused(job, [_tried(ONE), _tried(TWO, None)], "other-picture", "None of them.", 4.0)

    with Ledger(tmp_path) as ledger:
        entry = ledger.entry(job)
        assert (entry.state, entry.code, entry.message) == (State.WAITING, "other-picture", "None of them.")
        assert (entry.original, entry.attempts) == (None, 0)
        assert ledger.candidates(job) == ()
        assert ledger.tried(job) == [_tried(ONE), _tried(TWO, None)]


def test_a_refusal_is_forgotten_when_the_job_is_asked_for_again(ledger: Ledger) -> None:
    job = ledger.enter("heads", A, STAMP, "d1", 1.0).id
    ledger.refused(job, [_tried(ONE)], "other-picture", "It is another picture.", 2.0)
    ledger.refused(job, [_tried(ONE, 0.5)], "other-picture", "It is another picture.", 3.0)
    assert ledger.tried(job) == [_tried(ONE, 0.5)]

    ledger.again(job, 4.0)

    assert ledger.tried(job) == []


def test_what_the_pictures_chose_is_written_down_with_the_journal(ledger: Ledger) -> None:
    job = ledger.enter("heads", A, STAMP, "d1", 1.0).id
    ledger.doubted(job, [ONE, TWO], 2.0)
    ledger.begins(job, 3.0, 900.0)

    ledger.journal(job, Conclusion(State.DONE, original=TWO), _steps(), 4.0)

    entry = ledger.finish(job, None, 5.0)
    assert (entry.original, entry.rule) == (TWO.path, TWO.rule)


def test_a_ledger_of_an_older_version_keeps_its_jobs(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / LEDGER_NAME)
    connection.executescript(f"{CHANGES[0]} PRAGMA user_version = 1;")
    connection.execute(
        "INSERT INTO jobs (hot_folder, path, digest, state, first_seen, updated) "
        "VALUES ('heads', ?, 'd', 'waiting', 1, 1)",
        (bytes(A),),
    )
    connection.commit()
    connection.close()

    for _ in range(2):
        with Ledger(tmp_path) as ledger:
            (entry,) = ledger.entries("heads", State.WAITING, State.READY)
            ledger.doubted(entry.id, [ONE], 2.0)
            assert ledger.candidates(entry.id) == (ONE,)


def test_an_attempt_is_counted_when_it_begins(ledger: Ledger) -> None:
    job = ledger.enter("heads", A, STAMP, "d1", 1.0).id

    assert ledger.begins(job, 2.0, 900.0).attempts == 1
    ledger.later(job, PictureError("worker-lost", "It ended."), 50.0, 3.0, refund=False)
    assert ledger.begins(job, 4.0, 900.0).attempts == 2
    ledger.later(job, PictureError("disk-full", "It is full."), 60.0, 5.0, refund=True)

    entry = ledger.entry(job)
    assert (entry.state, entry.attempts, entry.lost) == (State.READY, 1, 1)
    assert (entry.code, entry.next_try) == ("disk-full", 60.0)
    assert ledger.next_ready("heads", 59.0, 9) == []
    assert len(ledger.next_ready("heads", 60.0, 9)) == 1


def test_a_new_service_pairs_again_what_was_begun_and_keeps_the_count(ledger: Ledger) -> None:
    job = ledger.enter("heads", A, STAMP, "d1", 1.0).id
    ledger.begins(job, 2.0, 900.0)

    ledger.restart(3.0)

    assert (ledger.entry(job).state, ledger.entry(job).attempts) == (State.WAITING, 1)


def test_the_journal_holds_every_step_in_order(ledger: Ledger) -> None:
    job = ledger.enter("heads", A, STAMP, "d1", 1.0).id

    ledger.journal(job, DONE, _steps(), 2.0)

    assert ledger.steps(job) == _steps()
    assert (ledger.entry(job).state, ledger.entry(job).outcome) == (State.COMMITTING, State.DONE)
    assert ledger.is_staged(Path("/out/d1.jpg"))
    assert not ledger.is_staged(Path("/out/other.jpg"))


def test_a_step_whose_place_was_taken_goes_elsewhere(ledger: Ledger) -> None:
    job = ledger.enter("heads", A, STAMP, "d1", 1.0).id
    ledger.journal(job, DONE, _steps(), 2.0)

    ledger.retarget(job, 1, Path("/rep/d1-2.json"))

    step = ledger.steps(job)[1]
    assert (step.target, step.replaces) == (Path("/rep/d1-2.json"), None)


def test_a_finished_job_owns_its_files_but_not_the_export(ledger: Ledger) -> None:
    job = _done(ledger, moved_to=Path("/processed/a.jpg"))

    entry = ledger.entry(job)
    assert (entry.state, entry.finished, entry.outcome) == (State.DONE, 5.0, None)
    assert entry.moved_to == Path("/processed/a.jpg")
    assert [(each.kind, each.path) for each in ledger.written_for(job)] == [
        (Piece.RESULT, Path("/out/d1.jpg")),
        (Piece.REPORT, Path("/rep/d1.json")),
    ]
    assert ledger.wrote(Path("/processed/a.jpg")) is None
    assert ledger.steps(job) == []
    assert A not in ledger.known("heads")


def test_an_export_that_stays_is_not_gone(ledger: Ledger) -> None:
    _done(ledger)

    assert not ledger.known("heads")[A].gone


def test_an_undone_journal_sends_the_job_round_again(ledger: Ledger) -> None:
    job = ledger.enter("heads", A, STAMP, "d1", 1.0).id
    ledger.begins(job, 1.5, 9.0)
    ledger.journal(job, DONE, _steps(), 2.0)

    ledger.undo_journal(job, 3.0)

    entry = ledger.entry(job)
    assert (entry.state, entry.attempts, entry.outcome) == (State.WAITING, 0, None)
    assert ledger.steps(job) == []
    assert ledger.written_for(job) == []


def test_done_again_begins_from_the_start(ledger: Ledger) -> None:
    job = _done(ledger, moved_to=Path("/processed/a.jpg"))

    ledger.again(job, 9.0)

    entry = ledger.entry(job)
    assert (entry.state, entry.attempts, entry.finished, entry.moved_to) == (State.WAITING, 0, None, None)


def test_a_place_belongs_to_whoever_wrote_it_last(ledger: Ledger) -> None:
    first = _done(ledger)
    second = ledger.enter("heads", A, STAMP, "d2", 6.0).id
    ledger.journal(second, DONE, _steps(), 7.0)
    ledger.finish(second, None, 8.0)

    wrote = ledger.wrote(Path("/out/d1.jpg"))
    assert wrote is not None
    assert wrote.job == second
    assert ledger.written_for(first) == []


def test_reasons_are_found_by_the_exports_name(ledger: Ledger) -> None:
    job = ledger.enter("heads", A, STAMP, "d1", 1.0).id
    reason = Step(Piece.REASON, Path("/failed/.t.tmp"), Path("/failed/a.jpg.reason.txt"), "x")
    ledger.journal(job, Conclusion(State.FAILED, "no-face", "No face."), [reason], 2.0)
    ledger.finish(job, None, 3.0)
    _done(ledger, digest="d2")

    assert [each.path for each in ledger.reasons_of("heads", A)] == [Path("/failed/a.jpg.reason.txt")]
    assert ledger.reasons_of("heads", PurePath("b.jpg")) == []
    assert (ledger.entry(job).code, ledger.entry(job).message) == ("no-face", "No face.")

    ledger.forget_written(Path("/failed/a.jpg.reason.txt"))
    assert ledger.reasons_of("heads", A) == []


def test_reports_and_previews_expire_and_results_do_not(ledger: Ledger) -> None:
    _done(ledger)

    assert ledger.expired("heads", 5.0) == []
    assert [each.kind for each in ledger.expired("heads", 5.1)] == [Piece.REPORT]
    assert ledger.expired("others", 9e9) == []


def test_a_request_is_written_by_others_and_granted_by_the_service(ledger: Ledger, tmp_path: Path) -> None:
    job = _done(ledger)

    assert ask_again(tmp_path, "redo", ["a.jpg"], 8.0) == ("job/a.jpg",)
    (request,) = ledger.requests()
    assert (request.kind, request.job) == ("redo", job)

    ledger.grant(request, 9.0)
    assert ledger.requests() == []
    assert ledger.entry(job).state is State.WAITING


@pytest.mark.parametrize("name", ["a", "a.jpg", "job/a.jpg"])
def test_a_job_is_asked_for_by_stem_name_or_path(ledger: Ledger, tmp_path: Path, name: str) -> None:
    _done(ledger)

    assert ask_again(tmp_path, "redo", [name], 8.0) == ("job/a.jpg",)


def test_all_of_them_can_be_asked_for(ledger: Ledger, tmp_path: Path) -> None:
    _done(ledger)
    _done(ledger, PurePath("b.jpg"))

    assert ask_again(tmp_path, "redo", None, 8.0) == ("job/a.jpg", "b.jpg")
    assert ask_again(tmp_path, "retry", None, 8.0) == ()
    ledger.refuse(ledger.requests()[0])
    assert len(ledger.requests()) == 1


@pytest.mark.parametrize(("kind", "word"), [("retry", "failed"), ("redo", "done")])
def test_a_name_that_is_not_among_them_is_refused(ledger: Ledger, tmp_path: Path, kind: str, word: str) -> None:
    ledger.enter("heads", A, STAMP, "d1", 1.0)

    with pytest.raises(UsageError, match=rf"No export named a\.jpg is {word}, it is waiting\."):
        ask_again(tmp_path, "retry" if kind == "retry" else "redo", ["a.jpg"], 8.0)


def test_the_newest_result_is_named_last(ledger: Ledger, tmp_path: Path) -> None:
    job = _done(ledger)
    ledger.journal(job, DONE, [Step(Piece.RESULT, Path("/out/.a.tmp"), Path("/out/d1-2.jpg"), "r")], 6.0)
    ledger.finish(job, None, 7.0)

    assert read_ledger(tmp_path).results[job] == (Path("/out/d1.jpg"), Path("/out/d1-2.jpg"))


def test_anybody_may_read_while_the_service_runs(ledger: Ledger, tmp_path: Path) -> None:
    job = _done(ledger)
    ledger.enter("heads", PurePath("b.jpg"), STAMP, "d", 9.0)
    ledger.board.pause("others", "the inbox is away", 9.0)
    ledger.board.lie_beside("heads", {PurePath("a.cr2"): ("raw", "a RAW")})

    overview = read_ledger(tmp_path)

    assert [entry.path.name for entry in overview.entries] == ["b.jpg", "a.jpg"]
    assert overview.results == {job: (Path("/out/d1.jpg"),)}
    assert overview.paused == {"others": Pause("the inbox is away", 9.0, by_hand=False)}
    assert overview.beside == (Beside("heads", PurePath("a.cr2"), "raw", "a RAW"),)
    assert overview.counts() == {"heads": {State.WAITING: 1, State.DONE: 1}}
    assert overview.service_pid == os.getpid()
    ledger.board.resume("others")
    assert read_ledger(tmp_path).paused == {}


def test_it_can_be_read_when_no_service_runs_and_by_whoever_may_only_read(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        _done(ledger)
    before = sorted(path.name for path in tmp_path.iterdir())

    overview = read_ledger(tmp_path)

    assert len(overview.entries) == 1
    assert overview.service_pid is None
    assert sorted(path.name for path in tmp_path.iterdir()) == before == [LEDGER_NAME, LOCK_NAME]


def test_no_ledger_is_an_empty_one(tmp_path: Path) -> None:
    overview = read_ledger(tmp_path)

    assert (overview.entries, overview.service_pid) == ((), None)


def test_names_and_messages_of_any_bytes_are_kept_or_marked(ledger: Ledger) -> None:
    name = os.fsdecode(b"\xff\xfe\n.jpg")
    job = ledger.enter("heads", PurePath(name), STAMP, "d1", 1.0).id
    ledger.waits(job, State.WAITING, f"{name} waits", [name], 2.0)

    (entry,) = ledger.entries("heads", State.WAITING)
    assert entry.path == PurePath(name)
    assert entry.message == "??\n.jpg waits"
    assert list(ledger.known("heads")) == [PurePath(name)]


def test_the_ledger_outlives_its_service(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        job = _done(ledger)
    with Ledger(tmp_path) as ledger:
        assert ledger.entry(job).state is State.DONE


def test_each_change_is_on_the_disk_before_the_next(ledger: Ledger, tmp_path: Path) -> None:
    connection = ledger._connection  # noqa: SLF001 - what it was opened with shows nowhere else
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert (tmp_path / f"{LEDGER_NAME}-wal").exists()


def test_a_change_is_whole_or_absent(ledger: Ledger) -> None:
    job = ledger.enter("heads", A, STAMP, "d1", 1.0).id
    twice = [_steps()[0], _steps()[0]]
    broken = [*twice, "no step"]

    with pytest.raises(AttributeError):
        ledger.journal(job, DONE, broken, 2.0)  # type: ignore[arg-type]

    assert ledger.steps(job) == []
    assert ledger.entry(job).state is State.WAITING


def test_a_second_service_is_refused_and_told_which_is_the_first(ledger: Ledger, tmp_path: Path) -> None:
    assert ledger is not None

    with pytest.raises(UsageError, match=rf"process {os.getpid()}\b"):
        Ledger(tmp_path)


def test_looking_does_not_take_the_lock_away(ledger: Ledger, tmp_path: Path) -> None:
    assert ledger is not None

    assert service_pid(tmp_path) == service_pid(tmp_path) == os.getpid()
    with pytest.raises(UsageError):
        own(tmp_path)


def test_the_lock_ends_with_its_process(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, signal, sys; from pored.files.ledger import Ledger; "
        "ledger = Ledger(pathlib.Path(sys.argv[1])); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", program, tmp_path], check=False)

    assert killed.returncode == -9
    assert service_pid(tmp_path) is None
    with Ledger(tmp_path):
        assert service_pid(tmp_path) == os.getpid()


def test_a_state_folder_that_cannot_be_made_is_the_machines_fault(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(MachineError, match="cannot be written"):
        Ledger(tmp_path / "file" / "state")


def test_a_damaged_ledger_is_named(tmp_path: Path) -> None:
    (tmp_path / LEDGER_NAME).write_bytes(b"no database" * 100)

    for use in (Ledger, read_ledger):
        with pytest.raises(MachineError, match=LEDGER_NAME):
            use(tmp_path)
    assert service_pid(tmp_path) is None


def test_a_ledger_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        _done(ledger)
    connection = sqlite3.connect(tmp_path / LEDGER_NAME)
    connection.execute("PRAGMA user_version = 999")
    connection.close()

    with pytest.raises(MachineError, match="newer"):
        Ledger(tmp_path)


def test_counts_of_what_is_open(ledger: Ledger) -> None:
    _done(ledger)
    ledger.enter("heads", PurePath("b.jpg"), STAMP, "d", 9.0)
    ledger.enter("others", PurePath("b.jpg"), STAMP, "d", 9.0)

    assert ledger.open_counts() == {State.WAITING: 2}


def test_a_job_that_is_not_there_is_an_error(ledger: Ledger) -> None:
    with pytest.raises(LookupError):
        ledger.entry(77)
