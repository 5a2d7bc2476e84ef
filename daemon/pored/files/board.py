"""What the ledger says of hot folders and inboxes as a whole: pauses, volumes, batches, and what lies beside the jobs.

With the ledger's own tables and on its connection.
"""

from __future__ import annotations

import os
from contextlib import closing, contextmanager
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from pored.files.records import Batch, Beside, Pause
from pored.files.schema import LEDGER_NAME, connect, refuse_other_versions, reported, transaction
from pored.volume import Volume

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping


def hold(state_dir: Path, hot_folder: str, now: float) -> None:
    """A person pauses a hot folder; it stays so until ``release``, also over restarts of the service.

    Args:
        state_dir: where the ledger is.
        hot_folder: its name.
        now: seconds since 1970.

    Raises:
        MachineError: the ledger cannot be written.
    """
    with _for_people(state_dir) as connection:
        connection.execute("INSERT OR IGNORE INTO held VALUES (?, ?)", (hot_folder, now))


def release(state_dir: Path, hot_folder: str) -> None:
    """A person lets a hot folder go on, on the disks and shares that its folders lie on now.

    Raises:
        MachineError: the ledger cannot be written.
    """
    with _for_people(state_dir) as connection, transaction(connection):
        connection.execute("DELETE FROM held WHERE hot_folder = ?", (hot_folder,))
        connection.execute("DELETE FROM volumes WHERE hot_folder = ?", (hot_folder,))


@contextmanager
def _for_people(state_dir: Path) -> Iterator[sqlite3.Connection]:
    path = state_dir / LEDGER_NAME
    with reported(path), closing(connect(path, "rw")) as connection:
        refuse_other_versions(connection, path)
        yield connection


def read_beside(connection: sqlite3.Connection) -> tuple[Beside, ...]:
    """Everything that lies in an inbox and is no job."""
    rows = connection.execute("SELECT * FROM beside ORDER BY hot_folder, path")
    return tuple(Beside(row["hot_folder"], PurePath(_path(row["path"])), row["kind"], row["reason"]) for row in rows)


def read_pauses(connection: sqlite3.Connection) -> dict[str, Pause]:
    """Hot folders that cannot be worked on, or shall not."""
    held = {name for (name,) in connection.execute("SELECT hot_folder FROM held")}
    rows = connection.execute("SELECT hot_folder, reason, since FROM paused")
    return {row["hot_folder"]: Pause(row["reason"], row["since"], row["hot_folder"] in held) for row in rows}


class Board:
    """The service's own view.

    Args:
        connection: the ledger's.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    # Pauses.

    def pause(self, hot_folder: str, reason: str, now: float) -> None:
        """A hot folder cannot be worked on, and why."""
        self._change("INSERT OR REPLACE INTO paused VALUES (?, ?, ?)", hot_folder, printable_text(reason), now)

    def resume(self, hot_folder: str) -> None:
        """A hot folder can be worked on (again)."""
        self._change("DELETE FROM paused WHERE hot_folder = ?", hot_folder)

    def held(self) -> frozenset[str]:
        """Hot folders that a person has paused."""
        return frozenset(name for (name,) in self._connection.execute("SELECT hot_folder FROM held"))

    # Pairs by hand.

    def pairs(self, hot_folder: str) -> dict[PurePath, Path]:
        """Originals that a person named on the review page, by export."""
        rows = self._all("SELECT export, original FROM pairs WHERE hot_folder = ?", hot_folder)
        return {PurePath(_path(row["export"])): _path(row["original"]) for row in rows}

    # Volumes.

    def volumes(self, hot_folder: str) -> dict[Path, Volume]:
        """What each of a hot folder's folders lay on when all was well."""
        rows = self._all("SELECT * FROM volumes WHERE hot_folder = ?", hot_folder)
        return {_path(row["folder"]): Volume(row["kind"], row["source"]) for row in rows}

    def remember_volumes(self, hot_folder: str, volumes: Mapping[Path, Volume]) -> None:
        """All is well with these."""
        with transaction(self._connection):
            self._connection.executemany(
                "INSERT OR REPLACE INTO volumes VALUES (?, ?, ?, ?)",
                [
                    (hot_folder, os.fsencode(folder), printable_text(volume.kind), printable_text(volume.source))
                    for folder, volume in volumes.items()
                ],
            )

    # What lies in an inbox and is no job.

    def clear_beside(self, hot_folder: str) -> None:
        """Nothing is known yet of what lies there."""
        self._change("DELETE FROM beside WHERE hot_folder = ?", hot_folder)

    def lie_beside(self, hot_folder: str, changes: Mapping[PurePath, tuple[str, str] | None]) -> None:
        """Files are no jobs, each with its kind and why; None: it is gone, or a job now."""
        with transaction(self._connection):
            for path, what in changes.items():
                key = (hot_folder, os.fsencode(path))
                if what is None:
                    self._connection.execute("DELETE FROM beside WHERE hot_folder = ? AND path = ?", key)
                else:
                    row = (*key, what[0], printable_text(what[1]))
                    self._connection.execute("INSERT OR REPLACE INTO beside VALUES (?, ?, ?, ?)", row)

    # Batches.

    def batch(self, hot_folder: str, folder: PurePath) -> Batch | None:
        """What was last told of a sub-folder."""
        rows = self._all(
            "SELECT * FROM batches WHERE hot_folder = ? AND folder = ? ORDER BY told DESC LIMIT 1",
            *(hot_folder, os.fsencode(folder)),
        )
        return _batch(rows[0]) if rows else None

    def told(self, hot_folder: str, folder: PurePath, now: float, summary: Path | None, digest: str) -> None:
        """A batch has come to its end, and its summary lies there, where one was written."""
        row = (hot_folder, os.fsencode(folder), now, os.fsencode(summary) if summary else None, digest)
        self._change("INSERT OR REPLACE INTO batches VALUES (?, ?, ?, ?, ?)", *row)

    def old_batches(self, hot_folder: str, before: float) -> list[Batch]:
        """Those whose summary was written before a time and is still kept."""
        return [
            _batch(row)
            for row in self._all("SELECT * FROM batches WHERE hot_folder = ? AND told < ?", hot_folder, before)
        ]

    def forget_batches(self, hot_folder: str, before: float) -> None:
        """What was told before a time is of no interest any more."""
        self._change("DELETE FROM batches WHERE hot_folder = ? AND told < ?", hot_folder, before)

    def _all(self, query: str, *values: object) -> list[sqlite3.Row]:
        return self._connection.execute(query, values).fetchall()

    def _change(self, statement: str, *values: object) -> None:
        with transaction(self._connection):
            self._connection.execute(statement, values)


def printable_text(text: str) -> str:
    """What SQLite takes for text: a file name in a message may be no UTF-8."""
    return text.encode("utf-8", "replace").decode()


def _path(raw: bytes) -> Path:
    return Path(os.fsdecode(raw))


def _batch(row: sqlite3.Row) -> Batch:
    return Batch(
        PurePath(_path(row["folder"])), row["told"], _path(row["summary"]) if row["summary"] else None, row["digest"]
    )
