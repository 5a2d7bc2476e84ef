"""What the review page asks of the ledger, a page at a time, and what people ask of the service through it.

Whoever calls this is another process than the service; every question opens the ledger anew, which takes a fraction of
a millisecond, and every answer is consistent in itself.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from pored.files.board import read_pauses
from pored.files.ledger import entry_from, in_batch, written_from
from pored.files.records import DONE_STATES, OPEN_STATES, Piece, State, Written
from pored.files.schema import LEDGER_NAME, connect, open_to_read, refuse_other_versions, reported, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence

    from pored.files.records import Entry, Pause, RequestKind

RECENT = 20
"""Results whose mean duration is what is usual."""

_SHOWN = "state != 'gone'"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs are asked for.

    Attributes:
        hot_folder: "": of all.
        states: none: of every state that is shown.
        text: what the export's path holds, big and small letters alike; "": anything.
        batch: the batch that the exports belong to, as ``batch_of`` has it; None: any.
        before: time of change and number of the job behind which the page begins.
        most: jobs on a page.
    """

    hot_folder: str = ""
    states: tuple[State, ...] = ()
    text: str = ""
    batch: PurePath | None = None
    before: tuple[float, int] | None = None
    most: int = 100


@dataclass(frozen=True, slots=True)
class Batch:
    """What was dropped into one sub-folder of an inbox, or beside them, at a glance.

    Attributes:
        folder: as ``batch_of`` has it.
        states: number of jobs by state.
        updated: when something last changed, seconds since 1970.
    """

    hot_folder: str
    folder: PurePath
    states: Mapping[State, int]
    updated: float

    def count(self, *states: State) -> int:
        """Jobs in any of these states."""
        return sum(self.states.get(state, 0) for state in states)


class Gallery:
    """The ledger of a state folder, for whoever looks on.

    Args:
        state_dir: where it is; a service has made it.
    """

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / LEDGER_NAME

    # Questions.

    def jobs(self, wanted: Wanted) -> list[Entry]:
        """One page, what changed last first."""
        conditions, values = _conditions(wanted)
        order = f"WHERE {' AND '.join(conditions)} ORDER BY updated DESC, id DESC LIMIT ?"
        with self._reading() as connection:
            rows = connection.execute(f"SELECT * FROM jobs {order}", (*values, wanted.most))  # noqa: S608 - own words
            return [entry_from(row) for row in rows]

    def job(self, number: int) -> Entry | None:
        """One of them."""
        with self._reading() as connection:
            query = f"SELECT * FROM jobs WHERE id = ? AND {_SHOWN}"  # noqa: S608 - own words
            row = connection.execute(query, (number,)).fetchone()
            return entry_from(row) if row else None

    def counts(self) -> dict[str, dict[State, int]]:
        """Number of jobs by hot folder and state."""
        counts: dict[str, dict[State, int]] = {}
        columns = "hot_folder, state"
        query = f"SELECT {columns}, count(*) FROM jobs WHERE {_SHOWN} GROUP BY {columns}"  # noqa: S608 - own words
        with self._reading() as connection:
            for name, state, number in connection.execute(query):
                counts.setdefault(name, {})[State(state)] = number
        return counts

    def pauses(self) -> dict[str, Pause]:
        """Hot folders that rest, and why."""
        with self._reading() as connection:
            return read_pauses(connection)

    def files_of(self, job: int) -> dict[Piece, Written]:
        """The newest file of each kind that was written for a job."""
        with self._reading() as connection:
            rows = connection.execute("SELECT * FROM written WHERE job = ? ORDER BY put, path", (job,))
            return {Piece(row["kind"]): written_from(row) for row in rows}

    def to_approve(self, hot_folder: str = "", most: int = 200) -> list[Entry]:
        """Results that nobody has approved, those first that should be looked at most."""
        conditions = ["state IN ('done', 'nothing_missing')", "verdicts.job IS NULL"]
        values: list[object] = []
        if hot_folder:
            conditions.append("hot_folder = ?")
            values.append(hot_folder)
        query = (
            "SELECT jobs.* FROM jobs LEFT JOIN verdicts ON verdicts.job = jobs.id AND "  # noqa: S608 - own words
            f"verdicts.finished = jobs.finished WHERE {' AND '.join(conditions)} "
            "ORDER BY doubt DESC, id LIMIT ?"
        )
        with self._reading() as connection:
            return [entry_from(row) for row in connection.execute(query, (*values, most))]

    def is_approved(self, entry: Entry) -> bool:
        """Whether somebody has said that this very result is right."""
        with self._reading() as connection:
            found = connection.execute(
                "SELECT 1 FROM verdicts WHERE job = ? AND finished = ?", (entry.id, entry.finished)
            )
            return found.fetchone() is not None

    def is_named(self, entry: Entry) -> bool:
        """Whether somebody has named its original."""
        with self._reading() as connection:
            key = (entry.hot_folder, os.fsencode(entry.path))
            found = connection.execute("SELECT 1 FROM pairs WHERE hot_folder = ? AND export = ?", key)
            return found.fetchone() is not None

    def batches(self) -> list[Batch]:
        """Every batch, what changed last first."""
        numbers: dict[tuple[str, bytes], Counter[str]] = {}
        updated: dict[tuple[str, bytes], float] = {}
        columns = "hot_folder, path, state, updated"
        query = f"SELECT {columns} FROM jobs WHERE {_SHOWN} ORDER BY updated"  # noqa: S608 - own words
        with self._reading() as connection:
            for name, path, state, when in connection.execute(query):
                key = (name, path.partition(b"/")[0] if b"/" in path else b"")
                numbers.setdefault(key, Counter())[state] += 1
                updated[key] = when
        return [
            Batch(name, PurePath(os.fsdecode(folder)), {State(s): n for s, n in numbers[name, folder].items()}, when)
            for (name, folder), when in sorted(updated.items(), key=lambda item: -item[1])
        ]

    def usual_seconds(self, hot_folder: str) -> float | None:
        """How long the work on a picture took of late, on average; None where nothing was done yet."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT figures FROM jobs WHERE hot_folder = ? AND state = 'done' ORDER BY updated DESC LIMIT ?",
                (hot_folder, RECENT),
            )
            took = [seconds for row in rows if (seconds := json.loads(row["figures"]).get("worked"))]
        return sum(took) / len(took) if took else None

    def version(self, connection: sqlite3.Connection) -> int:
        """Another number on the same connection after every change of the ledger."""
        return int(connection.execute("PRAGMA data_version").fetchone()[0])

    def connection(self) -> sqlite3.Connection:
        """A connection to be asked for ``version``; whoever opens it closes it, in the same thread."""
        return open_to_read(self._path)

    # Requests.

    def ask(
        self, kind: RequestKind, jobs: Sequence[int], now: float, wishes: Mapping[str, object] | None = None
    ) -> int:
        """Ask for jobs to be done again, or to be set aside; the last word counts.

        Args:
            kind: what.
            jobs: their numbers.
            now: seconds since 1970.
            wishes: settings of its own.

        Returns:
            How many of them are in a state in which that can be asked.
        """
        states = {"retry": (State.FAILED,), "redo": DONE_STATES, "skip": OPEN_STATES}[kind]
        asked = 0
        with self._writing() as connection, transaction(connection):
            for job in jobs:
                found = connection.execute("SELECT state, wishes FROM jobs WHERE id = ?", (job,)).fetchone()
                if found is None or State(found["state"]) not in states:
                    continue
                own = found["wishes"] if wishes is None else json.dumps(dict(wishes))
                connection.execute(
                    "INSERT OR REPLACE INTO requests (kind, job, asked, wishes) VALUES (?, ?, ?, ?)",
                    (kind, job, now, own),
                )
                asked += 1
        return asked

    def take_back(self, job: int) -> bool:
        """Forget what was asked for a job, if the service has not begun with it."""
        with self._writing() as connection, transaction(connection):
            return connection.execute("DELETE FROM requests WHERE job = ?", (job,)).rowcount > 0

    def is_asked(self, job: int) -> bool:
        """Whether a request waits for the service."""
        with self._reading() as connection:
            return connection.execute("SELECT 1 FROM requests WHERE job = ?", (job,)).fetchone() is not None

    def approve(self, entry: Entry, now: float) -> None:
        """A person has looked at a result and says that it is right."""
        with self._writing() as connection, transaction(connection):
            connection.execute("INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?)", (entry.id, entry.finished, now))

    def disapprove(self, job: int) -> None:
        """Nobody has said so after all."""
        with self._writing() as connection, transaction(connection):
            connection.execute("DELETE FROM verdicts WHERE job = ?", (job,))

    def pair(self, entry: Entry, original: Path | None) -> None:
        """A person names an export's original; None: pairing finds it again by itself."""
        key = (entry.hot_folder, os.fsencode(entry.path))
        with self._writing() as connection, transaction(connection):
            if original is None:
                connection.execute("DELETE FROM pairs WHERE hot_folder = ? AND export = ?", key)
            else:
                connection.execute("INSERT OR REPLACE INTO pairs VALUES (?, ?, ?)", (*key, os.fsencode(original)))

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with reported(self._path), closing(open_to_read(self._path)) as connection:
            refuse_other_versions(connection, self._path)
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with reported(self._path), closing(connect(self._path, "rw")) as connection:
            refuse_other_versions(connection, self._path)
            yield connection


def _conditions(wanted: Wanted) -> tuple[list[str], list[object]]:
    conditions, values = [_SHOWN], list[object]()
    if wanted.hot_folder:
        conditions.append("hot_folder = ?")
        values.append(wanted.hot_folder)
    if wanted.states:
        conditions.append("state IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(wanted.states))
    if wanted.text:
        conditions.append("instr(lower(CAST(path AS TEXT)), lower(?)) > 0")
        values.append(wanted.text)
    if wanted.batch is not None:
        condition, bounds = in_batch(wanted.batch)
        conditions.append(condition)
        values += bounds
    if wanted.before:
        conditions.append("(updated, id) < (?, ?)")
        values += wanted.before
    return conditions, values
