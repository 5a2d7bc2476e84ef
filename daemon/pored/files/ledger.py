"""The ledger: what became of every export, on disk before and after each step.

Two questions are kept apart: what lies in an inbox (``files``) and what is to be done or was done with an export's
bytes (``jobs``). Between the work and its result stands the journal (``staged``): every finished file is written down
with its digest before the first one is renamed into place, so that a restart can tell what has happened already.
Times are seconds since 1970 and come in as arguments. One service owns a ledger; anybody may read it meanwhile.
"""

from __future__ import annotations

import json
import os
from contextlib import closing
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Self

from pored.candidate import Candidate, Refusal
from pored.errors import MachineError, UsageError
from pored.files.board import Board, read_beside, read_pauses
from pored.files.board import printable_text as _text
from pored.files.lock import own, service_pid
from pored.files.records import (
    DONE_STATES,
    OPEN_STATES,
    Conclusion,
    Entry,
    Known,
    Overview,
    Piece,
    Request,
    State,
    Step,
    Tried,
    Written,
)
from pored.files.schema import (
    LEDGER_NAME,
    connect,
    open_to_read,
    prepare,
    refuse_other_versions,
    reported,
    transaction,
)
from pored.stamp import Stamp

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from types import TracebackType

    from pored.errors import PictureError
    from pored.files.records import RequestKind


LONGEST_DELAY = 3600.0
"""Seconds; nothing is put off for longer, so a try that is said to come later was set before the clock was set back."""


def read_ledger(state_dir: Path) -> Overview:
    """The ledger as it stands, whether a service runs or not. An absent one is an empty one.

    Raises:
        MachineError: it cannot be read.
    """
    path = state_dir / LEDGER_NAME
    if not _is_there(path):
        return Overview((), {}, {}, (), service_pid(state_dir))
    with reported(path), closing(open_to_read(path)) as connection:
        refuse_other_versions(connection, path)
        entries = tuple(map(entry_from, connection.execute("SELECT * FROM jobs ORDER BY updated DESC, id DESC")))
        results: dict[int, tuple[Path, ...]] = {}
        for row in connection.execute("SELECT job, path FROM written WHERE kind = 'result' ORDER BY put, path"):
            results[row["job"]] = (*results.get(row["job"], ()), _path(row["path"]))
        paused, beside = read_pauses(connection), read_beside(connection)
    return Overview(entries, results, paused, beside, service_pid(state_dir))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError as error:
        raise MachineError(
            f"{path.parent} may not be looked into by you. Use the service's user: sudo -u pored pored status"
        ) from error


def ask_again(state_dir: Path, kind: RequestKind, names: Sequence[str] | None, now: float) -> tuple[str, ...]:
    """Ask for failed jobs (retry) or done ones (redo) to be done again, by the running service or the next one.

    Args:
        state_dir: where the ledger is.
        kind: ``retry`` or ``redo``.
        names: of exports: file name with or without extension, or path relative to the inbox; None: all of them.
        now: seconds since 1970.

    Returns:
        Relative paths of the exports that it concerns.

    Raises:
        UsageError: a name is not among them.
        MachineError: the ledger cannot be written.
    """
    path = state_dir / LEDGER_NAME
    if not _is_there(path):
        raise UsageError(
            f"Nothing was {'worked on' if kind == 'retry' else 'done'} yet, so there is nothing to {kind}."
        )
    states = (State.FAILED,) if kind == "retry" else DONE_STATES
    with reported(path), closing(connect(path, "rw")) as connection:
        rows = connection.execute("SELECT * FROM jobs ORDER BY first_seen, id")
        entries = list(map(entry_from, rows))
        fit = [entry for entry in entries if entry.state in states]
        chosen = fit if names is None else _named(entries, names, fit, kind)
        with transaction(connection):
            connection.executemany(
                "INSERT OR IGNORE INTO requests (kind, job, asked) VALUES (?, ?, ?)",
                [(kind, entry.id, now) for entry in chosen],
            )
    return tuple(str(entry.path) for entry in chosen)


def _named(entries: Sequence[Entry], names: Sequence[str], fit: Sequence[Entry], kind: RequestKind) -> list[Entry]:
    """Of those that fit the question, the ones of these names."""
    chosen: dict[int, Entry] = {}
    for name in names:
        meant = [entry for entry in entries if name in (str(entry.path), entry.path.name, entry.path.stem)]
        found = [entry for entry in meant if entry in fit]
        if not found:
            state, is_now = "failed" if kind == "retry" else "done", f", it is {meant[-1].state.shown}" if meant else ""
            raise UsageError(f"No export named {name} is {state}{is_now}. `pored status` lists them all.")
        chosen |= {entry.id: entry for entry in found}
    return list(chosen.values())


class Ledger:
    """The service's own connection; the state folder is locked for as long as it is open.

    Args:
        state_dir: made where it is missing.

    Raises:
        UsageError: another service owns this state folder.
        MachineError: the folder or the ledger cannot be written, or is of a newer pored.

    Attributes:
        board: what it says of hot folders as a whole.
    """

    def __init__(self, state_dir: Path) -> None:
        self._lock = own(state_dir)
        path = state_dir / LEDGER_NAME
        try:
            with reported(path):
                self._connection = connect(path, "rwc")
                prepare(self._connection, path)
            self.board = Board(self._connection)
        except BaseException:
            os.close(self._lock)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the state folder free."""
        self._connection.close()
        os.close(self._lock)

    # What lies in an inbox.

    def known(self, hot_folder: str) -> dict[PurePath, Known]:
        """The files that were taken from an inbox and lie there still, by their relative paths."""
        rows = self._all("SELECT * FROM files WHERE hot_folder = ? AND NOT gone", hot_folder)
        return {PurePath(_path(row["path"])): _known(row) for row in rows}

    def known_file(self, hot_folder: str, path: PurePath) -> Known | None:
        """What is known of one file."""
        rows = self._all("SELECT * FROM files WHERE hot_folder = ? AND path = ?", hot_folder, os.fsencode(path))
        return _known(rows[0]) if rows else None

    def lies(self, hot_folder: str, path: PurePath, stamp: Stamp, digest: str) -> None:
        """A file lies in an inbox with these bytes, and nothing follows from it."""
        with transaction(self._connection):
            self._note_file(hot_folder, path, stamp, digest)

    def left(self, hot_folder: str, paths: Iterable[PurePath], now: float) -> None:
        """Files are no longer in an inbox; what was not begun of them is off."""
        with transaction(self._connection):
            for path in paths:
                key = (hot_folder, os.fsencode(path))
                self._connection.execute("UPDATE files SET gone = 1 WHERE hot_folder = ? AND path = ?", key)
                self._drop_open_jobs(*key, "", now)

    # Jobs.

    def enter(self, hot_folder: str, path: PurePath, stamp: Stamp, digest: str, now: float) -> Entry:
        """An export was dropped: note the file, and find or make the job of these bytes.

        A job whose export had gone waits again. Jobs of other bytes under this name that were not begun are off.
        """
        key = (hot_folder, os.fsencode(path))
        with transaction(self._connection):
            self._note_file(hot_folder, path, stamp, digest)
            self._drop_open_jobs(*key, digest, now)
            self._connection.execute(
                "INSERT INTO jobs (hot_folder, path, digest, state, first_seen, updated) "
                "VALUES (?, ?, ?, 'waiting', ?, ?) ON CONFLICT DO UPDATE SET state = 'waiting', attempts = 0, "
                "lost = 0, code = '', message = '', trouble = '', next_try = 0, first_seen = excluded.first_seen, "
                "updated = excluded.updated WHERE state = 'gone'",
                (*key, digest, now, now),
            )
        rows = self._all("SELECT * FROM jobs WHERE hot_folder = ? AND path = ? AND digest = ?", *key, digest)
        return entry_from(rows[0])

    def entry(self, job: int) -> Entry:
        """One job.

        Raises:
            LookupError: there is none of that number.
        """
        return entry_from(self._all("SELECT * FROM jobs WHERE id = ?", job)[0])

    def entries(self, hot_folder: str, *states: State) -> list[Entry]:
        """Jobs of a hot folder in any of these states, oldest first."""
        rows = self._all(
            "SELECT * FROM jobs WHERE state IN (SELECT value FROM json_each(?)) AND hot_folder = ? "
            "ORDER BY first_seen, id",
            *(json.dumps(states), hot_folder),
        )
        return [entry_from(row) for row in rows]

    def next_ready(self, hot_folder: str, now: float, most: int, *, newest_first: bool = False) -> list[Entry]:
        """Jobs of a hot folder that may be begun, oldest first unless told otherwise, not more than ``most``."""
        ready = "SELECT * FROM jobs WHERE state = 'ready' AND hot_folder = ? AND NOT (next_try > ? AND next_try <= ?) "
        order = "ORDER BY first_seen DESC, id DESC LIMIT ?" if newest_first else "ORDER BY first_seen, id LIMIT ?"
        rows = self._all(ready + order, *(hot_folder, now, now + LONGEST_DELAY, most))
        return [entry_from(row) for row in rows]

    def in_batch(self, hot_folder: str, folder: PurePath) -> list[Entry]:
        """Every job of a batch."""
        condition, bounds = in_batch(folder)
        query = f"SELECT * FROM jobs WHERE hot_folder = ? AND {condition}"  # noqa: S608 - own words
        return [entry_from(row) for row in self._all(query, hot_folder, *bounds)]

    def changed_since(self, hot_folder: str, since: float) -> list[Entry]:
        """Jobs that became something else after a time."""
        rows = self._all("SELECT * FROM jobs WHERE hot_folder = ? AND updated > ?", hot_folder, since)
        return [entry_from(row) for row in rows]

    def open_ages(self) -> list[tuple[str, State, int, float]]:
        """Hot folder, state, number of jobs that are neither over nor off, and since when the oldest was there."""
        rows = self._all(
            "SELECT hot_folder, state, count(*), min(first_seen) FROM jobs "
            "WHERE state IN ('waiting', 'unmatched', 'ready', 'running', 'committing') GROUP BY hot_folder, state"
        )
        return [(hot_folder, State(state), count, oldest) for hot_folder, state, count, oldest in rows]

    def open_counts(self) -> dict[State, int]:
        """How many jobs are neither over nor off, by state."""
        rows = self._all(
            "SELECT state, count(*) FROM jobs "
            "WHERE state IN ('waiting', 'unmatched', 'ready', 'running', 'committing') GROUP BY state"
        )
        return {State(state): count for state, count in rows}

    def restart(self, now: float) -> None:
        """A new service: what was or would have been worked on has to be paired again. Attempts stay counted."""
        with transaction(self._connection):
            self._connection.execute(
                "UPDATE jobs SET state = 'waiting', trouble = '', next_try = 0, updated = ? "
                "WHERE state IN ('ready', 'running')",
                (now,),
            )
            self._connection.execute("UPDATE jobs SET trouble = '', next_try = 0 WHERE state = 'committing'")
            self._connection.execute("DELETE FROM paused")

    def again(self, job: int, now: float) -> None:
        """Do a finished job again from the start; its export lies in the inbox."""
        with transaction(self._connection):
            self._again(job, now)

    def waits(  # noqa: PLR0913 - a row of the table
        self,
        job: int,
        state: State,
        message: str,
        looked_for: Sequence[str],
        now: float,
        *,
        code: str = "no-original",
    ) -> None:
        """It has no original yet; ``state`` is WAITING or UNMATCHED."""
        self._change(
            "UPDATE jobs SET state = ?, code = ?, message = ?, looked_for = ?, original = NULL, rule = '', "
            "updated = ? WHERE id = ?",
            *(state, code, _text(message), json.dumps(list(looked_for)), now, job),
        )

    def paired(self, job: int, original: Path | None, rule: str, now: float) -> None:
        """Its original was found by its exact name, or it needs none: it is ready."""
        with transaction(self._connection):
            self._connection.execute("DELETE FROM candidates WHERE job = ?", (job,))
            self._is_ready(job, os.fsencode(original) if original else None, rule, now)

    def doubted(self, job: int, candidates: Sequence[Candidate], now: float) -> None:
        """It is ready, but only the work can tell which of these is its original, if any."""
        only = candidates[0] if len(candidates) == 1 else None
        with transaction(self._connection):
            self._connection.execute("DELETE FROM candidates WHERE job = ?", (job,))
            self._connection.executemany(
                "INSERT INTO candidates (job, place, path, rule) VALUES (?, ?, ?, ?)",
                [(job, place, os.fsencode(one.path), _text(one.rule)) for place, one in enumerate(candidates)],
            )
            self._is_ready(job, os.fsencode(only.path) if only else None, only.rule if only else "", now)

    def candidates(self, job: int) -> tuple[Candidate, ...]:
        """What a doubted job's original may be, the likeliest first; nothing where the name is exact."""
        rows = self._all("SELECT path, rule FROM candidates WHERE job = ? ORDER BY place", job)
        return tuple(Candidate(_path(row["path"]), row["rule"]) for row in rows)

    def refused(self, job: int, tried: Sequence[Tried], code: str, message: str, now: float) -> None:
        """None of those that were tried is its original: it waits for others, and the attempts were none."""
        with transaction(self._connection):
            self._connection.executemany(
                "INSERT OR REPLACE INTO refused (job, path, size, mtime_ns, inode, digest, code, message, figure) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(job, *_tried_row(one)) for one in tried],
            )
            self._connection.execute("DELETE FROM candidates WHERE job = ?", (job,))
            self._connection.execute(
                "UPDATE jobs SET state = 'waiting', original = NULL, rule = '', code = ?, message = ?, attempts = 0, "
                "lost = 0, lease = NULL, updated = ? WHERE id = ?",
                (code, _text(message), now, job),
            )

    def tried(self, job: int) -> list[Tried]:
        """The files that were refused as its original."""
        return [_tried(row) for row in self._all("SELECT * FROM refused WHERE job = ? ORDER BY path", job)]

    def begins(self, job: int, now: float, lease: float) -> Entry:
        """Count an attempt before the work."""
        self._change(
            "UPDATE jobs SET state = 'running', attempts = attempts + 1, trouble = '', lease = ?, updated = ? "
            "WHERE id = ?",
            *(lease, now, job),
        )
        return self.entry(job)

    def later(self, job: int, error: PictureError, next_try: float, now: float, *, refund: bool) -> None:
        """Try again later. ``refund``: what stopped it was not the picture, so the attempt does not count."""
        self._change(
            "UPDATE jobs SET state = 'ready', code = ?, trouble = ?, next_try = ?, lease = NULL, "
            "attempts = attempts - ?, lost = lost + ?, updated = ? WHERE id = ?",
            *(error.code, _text(error.message), next_try, int(refund), int(not refund), now, job),
        )

    def stuck(self, job: int, error: PictureError, next_try: float, now: float) -> None:
        """It stays as it is, since the disk or the share refuses what it needs next."""
        self._change(
            "UPDATE jobs SET trouble = ?, next_try = ?, updated = ? WHERE id = ?",
            *(_text(error.message), next_try, now, job),
        )

    def gone(self, job: int, message: str, now: float) -> None:
        """The export left or changed under the work; nothing became of these bytes."""
        self._change(
            "UPDATE jobs SET state = 'gone', code = 'gone', message = ?, lease = NULL, updated = ? WHERE id = ?",
            *(_text(message), now, job),
        )

    # From finished files to a finished job: the journal.

    def journal(self, job: int, conclusion: Conclusion, steps: Sequence[Step], now: float) -> None:
        """Write down every finished file before the first is put into place, and the state that this leads to."""
        with transaction(self._connection):
            self._connection.execute("DELETE FROM staged WHERE job = ?", (job,))
            self._connection.executemany(
                "INSERT INTO staged (job, step, kind, temp, target, digest, replaces) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(job, number, *_step_row(step)) for number, step in enumerate(steps)],
            )
            self._connection.execute(
                "UPDATE jobs SET state = 'committing', outcome = ?, code = ?, message = ?, original_digest = ?, "
                "settings_digest = ?, version = ?, figures = ?, doubt = ?, lease = NULL, trouble = '', next_try = 0, "
                "updated = ? WHERE id = ?",
                (*_conclusion_row(conclusion), conclusion.doubt, now, job),
            )
            if conclusion.original is not None:
                self._connection.execute(
                    "UPDATE jobs SET original = ?, rule = ? WHERE id = ?",
                    (os.fsencode(conclusion.original.path), _text(conclusion.original.rule), job),
                )

    def steps(self, job: int) -> list[Step]:
        """The journal of a job, in order."""
        return [_step(row) for row in self._all("SELECT * FROM staged WHERE job = ? ORDER BY step", job)]

    def retarget(self, job: int, number: int, target: Path) -> None:
        """Somebody took the place of a step (counted from 0) meanwhile; it goes elsewhere and replaces nothing."""
        self._change(
            "UPDATE staged SET target = ?, replaces = NULL WHERE job = ? AND step = ?", os.fsencode(target), job, number
        )

    def finish(self, job: int, moved_to: Path | None, now: float) -> Entry:
        """Everything in the job's journal is in place: it has its outcome, and its files are pored's own.

        Args:
            job: its number.
            moved_to: where its export was put; None: it stays in the inbox.
            now: seconds since 1970.
        """
        with transaction(self._connection):
            self._connection.execute(
                "INSERT OR REPLACE INTO written (path, kind, digest, job, put) "
                "SELECT target, kind, digest, job, ? FROM staged WHERE job = ? AND kind != 'export'",
                (now, job),
            )
            self._connection.execute("DELETE FROM staged WHERE job = ?", (job,))
            self._connection.execute(
                "UPDATE jobs SET state = outcome, outcome = NULL, trouble = '', moved_to = ?, finished = ?, "
                "updated = ? WHERE id = ?",
                (None if moved_to is None else os.fsencode(moved_to), now, now, job),
            )
            if moved_to is not None:
                self._connection.execute(
                    "UPDATE files SET gone = 1 WHERE (hot_folder, path) = "
                    "(SELECT hot_folder, path FROM jobs WHERE id = ?)",
                    (job,),
                )
        return self.entry(job)

    def undo_journal(self, job: int, now: float) -> None:
        """A finished file was lost before it was in place: the job goes again."""
        with transaction(self._connection):
            self._connection.execute("DELETE FROM staged WHERE job = ?", (job,))
            self._again(job, now)

    # What pored wrote.

    def wrote(self, path: Path) -> Written | None:
        """What pored put under this name."""
        rows = self._all("SELECT * FROM written WHERE path = ?", os.fsencode(path))
        return written_from(rows[0]) if rows else None

    def is_staged(self, path: Path) -> bool:
        """Whether the journal is about to put something under this name."""
        return bool(self._all("SELECT 1 FROM staged WHERE target = ?", os.fsencode(path)))

    def written_for(self, job: int) -> list[Written]:
        """Every file that was written for a job."""
        return [written_from(row) for row in self._all("SELECT * FROM written WHERE job = ? ORDER BY path", job)]

    def reasons_of(self, hot_folder: str, path: PurePath) -> list[Written]:
        """Reason files of any job under an export's name."""
        rows = self._all(
            "SELECT written.* FROM written JOIN jobs ON jobs.id = job "
            "WHERE kind = 'reason' AND hot_folder = ? AND jobs.path = ?",
            *(hot_folder, os.fsencode(path)),
        )
        return [written_from(row) for row in rows]

    def expired(self, hot_folder: str, before: float) -> list[Written]:
        """Reports and previews of jobs that were finished before a time."""
        rows = self._all(
            "SELECT written.* FROM written JOIN jobs ON jobs.id = job "
            "WHERE kind IN ('report', 'preview') AND hot_folder = ? AND finished < ?",
            *(hot_folder, before),
        )
        return [written_from(row) for row in rows]

    def forget_written(self, path: Path) -> None:
        """That file is no longer pored's business."""
        self._change("DELETE FROM written WHERE path = ?", os.fsencode(path))

    # Requests.

    def requests(self) -> list[Request]:
        """What was asked for and not yet answered, oldest first."""
        rows = self._all("SELECT * FROM requests ORDER BY id")
        return [Request(row["id"], row["kind"], row["job"], row["wishes"]) for row in rows]

    def grant(self, request: Request, now: float) -> None:
        """The export lies in the inbox: the job goes again as was wished, and the request is done with."""
        with transaction(self._connection):
            self._again(request.job, now)
            self._connection.execute("UPDATE jobs SET wishes = ? WHERE id = ?", (request.wishes, request.job))
            self._connection.execute("DELETE FROM requests WHERE id = ?", (request.id,))

    def refuse(self, request: Request) -> None:
        """The request cannot be met, or has no object any more; it is done with."""
        self._change("DELETE FROM requests WHERE id = ?", request.id)

    def _all(self, query: str, *values: object) -> list[sqlite3.Row]:
        return self._connection.execute(query, values).fetchall()

    def _change(self, statement: str, *values: object) -> None:
        with transaction(self._connection):
            self._connection.execute(statement, values)

    def _note_file(self, hot_folder: str, path: PurePath, stamp: Stamp, digest: str) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO files (hot_folder, path, size, mtime_ns, inode, digest) VALUES (?, ?, ?, ?, ?, ?)",
            (hot_folder, os.fsencode(path), *stamp, digest),
        )

    def _drop_open_jobs(self, hot_folder: str, path: bytes, besides: str, now: float) -> None:
        """Jobs of an export that were not begun are off, except that of the digest ``besides``."""
        self._connection.execute(
            "UPDATE jobs SET state = 'gone', updated = ? WHERE hot_folder = ? AND path = ? AND digest != ? "
            "AND state IN (SELECT value FROM json_each(?))",
            (now, hot_folder, path, besides, json.dumps(OPEN_STATES)),
        )

    def _is_ready(self, job: int, original: bytes | None, rule: str, now: float) -> None:
        self._connection.execute(
            "UPDATE jobs SET state = 'ready', original = ?, rule = ?, code = '', message = '', looked_for = '[]', "
            "updated = ? WHERE id = ?",
            (original, _text(rule), now, job),
        )

    def _again(self, job: int, now: float) -> None:
        self._connection.execute("DELETE FROM refused WHERE job = ?", (job,))
        self._connection.execute(
            "UPDATE jobs SET state = 'waiting', attempts = 0, lost = 0, code = '', message = '', trouble = '', "
            "outcome = NULL, moved_to = NULL, first_seen = ?, updated = ?, finished = NULL, next_try = 0, "
            "lease = NULL, doubt = NULL WHERE id = ?",
            (now, now, job),
        )


def _path(raw: bytes) -> Path:
    return Path(os.fsdecode(raw))


def _path_or_none(raw: bytes | None) -> Path | None:
    return None if raw is None else _path(raw)


def _known(row: sqlite3.Row) -> Known:
    return Known(Stamp(row["size"], row["mtime_ns"], row["inode"]), row["digest"], bool(row["gone"]))


def written_from(row: sqlite3.Row) -> Written:
    """A row of what was written."""
    return Written(Piece(row["kind"]), _path(row["path"]), row["digest"], row["job"], row["put"])


def _step(row: sqlite3.Row) -> Step:
    return Step(Piece(row["kind"]), _path(row["temp"]), _path(row["target"]), row["digest"], row["replaces"])


def _step_row(step: Step) -> tuple[str, bytes, bytes, str, str | None]:
    return step.kind, os.fsencode(step.temp), os.fsencode(step.target), step.digest, step.replaces


def _conclusion_row(conclusion: Conclusion) -> tuple[str, ...]:
    digests = (conclusion.original_digest, conclusion.settings_digest, conclusion.version)
    return (conclusion.state, conclusion.code, _text(conclusion.message), *digests, conclusion.figures)


def _tried(row: sqlite3.Row) -> Tried:
    refusal = Refusal(_path(row["path"]), row["digest"], row["code"], row["message"], row["figure"])
    return Tried(refusal, Stamp(row["size"], row["mtime_ns"], row["inode"]))


def _tried_row(tried: Tried) -> tuple[bytes | int | str | float | None, ...]:
    refusal = tried.refusal
    key = (os.fsencode(refusal.path), *tried.stamp, refusal.digest)
    return (*key, refusal.code, _text(refusal.message), refusal.figure)


def in_batch(folder: PurePath) -> tuple[str, list[bytes]]:
    """A condition for ``jobs``, and its values: what belongs to a batch, as ``batch_of`` has it."""
    if folder == PurePath():
        return "instr(path, x'2f') = 0", []
    start = os.fsencode(folder)
    return "path > ? AND path < ?", [start + b"/", start + b"0"]  # 0 comes after /


def entry_from(row: sqlite3.Row) -> Entry:
    """A row of the jobs."""
    return Entry(
        id=row["id"],
        hot_folder=row["hot_folder"],
        path=PurePath(_path(row["path"])),
        digest=row["digest"],
        state=State(row["state"]),
        attempts=row["attempts"],
        lost=row["lost"],
        original=_path_or_none(row["original"]),
        rule=row["rule"],
        code=row["code"],
        message=row["message"],
        trouble=row["trouble"],
        looked_for=tuple(json.loads(row["looked_for"])),
        outcome=State(row["outcome"]) if row["outcome"] else None,
        moved_to=_path_or_none(row["moved_to"]),
        first_seen=row["first_seen"],
        updated=row["updated"],
        finished=row["finished"],
        next_try=row["next_try"],
        wishes=row["wishes"],
        figures=row["figures"],
    )
