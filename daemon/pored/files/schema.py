"""The ledger's tables, and how they are opened. With the ledger, the only door to SQLite."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from pored.errors import MachineError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LedgerFault = sqlite3.OperationalError
"""The disk of the ledger is full, away or locked: what passes. Nothing of the change that met it was done."""

LEDGER_NAME = "ledger.sqlite"
LEAST_FREE = 1 << 20
"""Bytes; with less on its disk the ledger's next change may be refused."""
BUSY_SECONDS = 10.0
"""How long to wait for somebody else's write to end."""

_FIRST = """
CREATE TABLE files (
    hot_folder TEXT NOT NULL,
    path BLOB NOT NULL,                     -- relative to the inbox; names are bytes
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    digest TEXT NOT NULL,
    gone INTEGER NOT NULL DEFAULT 0,        -- was seen to have left; what comes back is a new drop
    PRIMARY KEY (hot_folder, path)
) WITHOUT ROWID;
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY,
    hot_folder TEXT NOT NULL,
    path BLOB NOT NULL,
    digest TEXT NOT NULL,                   -- of the export
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,    -- counted before the work
    lost INTEGER NOT NULL DEFAULT 0,        -- attempts that came to nothing while the service lived
    original BLOB,
    original_digest TEXT NOT NULL DEFAULT '',
    settings_digest TEXT NOT NULL DEFAULT '',
    version TEXT NOT NULL DEFAULT '',
    rule TEXT NOT NULL DEFAULT '',          -- that found the original
    code TEXT NOT NULL DEFAULT '',          -- reason of the state, for programs and for people
    message TEXT NOT NULL DEFAULT '',
    looked_for TEXT NOT NULL DEFAULT '[]',
    outcome TEXT,                           -- the state that the journal leads to
    moved_to BLOB,                          -- where pored has put the export
    first_seen REAL NOT NULL,
    updated REAL NOT NULL,
    finished REAL,
    lease REAL,                             -- until when a worker may hold it
    next_try REAL NOT NULL DEFAULT 0,
    UNIQUE (hot_folder, path, digest)
);
CREATE INDEX jobs_by_state ON jobs (state, hot_folder, first_seen);
CREATE TABLE staged (                       -- the journal
    job INTEGER NOT NULL REFERENCES jobs (id),
    step INTEGER NOT NULL,
    kind TEXT NOT NULL,
    temp BLOB NOT NULL,
    target BLOB NOT NULL,
    digest TEXT NOT NULL,
    replaces TEXT,                          -- digest of the file that may be replaced
    PRIMARY KEY (job, step)
) WITHOUT ROWID;
CREATE TABLE written (                      -- the files that are pored's own
    path BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,
    job INTEGER NOT NULL REFERENCES jobs (id)
) WITHOUT ROWID;
CREATE INDEX written_by_job ON written (job);
CREATE TABLE requests (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    job INTEGER NOT NULL UNIQUE REFERENCES jobs (id),
    asked REAL NOT NULL
);
CREATE TABLE paused (
    hot_folder TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    since REAL NOT NULL
) WITHOUT ROWID;
"""

_CANDIDATES = """
CREATE TABLE candidates (                   -- of a ready job whose original the pictures have to show
    job INTEGER NOT NULL REFERENCES jobs (id),
    place INTEGER NOT NULL,
    path BLOB NOT NULL,
    rule TEXT NOT NULL,
    PRIMARY KEY (job, place)
) WITHOUT ROWID;
CREATE TABLE refused (                      -- files that are not the original of a job's export
    job INTEGER NOT NULL REFERENCES jobs (id),
    path BLOB NOT NULL,
    size INTEGER NOT NULL,                  -- as it was when it was tried
    mtime_ns INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    digest TEXT NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    figure REAL,                            -- how far eyes and lips agreed
    PRIMARY KEY (job, path)
) WITHOUT ROWID;
"""

_BOARD = """
ALTER TABLE jobs ADD COLUMN trouble TEXT NOT NULL DEFAULT '';   -- why a job does not go on just now
CREATE TABLE held (                         -- paused by a person
    hot_folder TEXT PRIMARY KEY,
    since REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE volumes (                      -- what each folder lay on when all was well
    hot_folder TEXT NOT NULL,
    folder BLOB NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (hot_folder, folder)
) WITHOUT ROWID;
CREATE TABLE beside (                       -- what lies in an inbox and is no job
    hot_folder TEXT NOT NULL,
    path BLOB NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (hot_folder, path)
) WITHOUT ROWID;
CREATE TABLE batches (                      -- sub-folders of which was said what became of them
    hot_folder TEXT NOT NULL,
    folder BLOB NOT NULL,
    told REAL NOT NULL,
    summary BLOB,                           -- the file that says so
    digest TEXT NOT NULL,
    PRIMARY KEY (hot_folder, folder, told)
) WITHOUT ROWID;
"""

_REVIEW = """
ALTER TABLE jobs ADD COLUMN wishes TEXT NOT NULL DEFAULT '{}';   -- settings that a person chose for this picture
ALTER TABLE jobs ADD COLUMN figures TEXT NOT NULL DEFAULT '{}';  -- what its report says in a few numbers
ALTER TABLE jobs ADD COLUMN doubt REAL;                         -- how much it should be looked at; null: not done
ALTER TABLE requests ADD COLUMN wishes TEXT NOT NULL DEFAULT '{}';
ALTER TABLE written ADD COLUMN put REAL NOT NULL DEFAULT 0;     -- when
CREATE INDEX jobs_by_change ON jobs (updated);
CREATE INDEX jobs_by_doubt ON jobs (doubt);
CREATE TABLE verdicts (                     -- of a person who has looked at a result
    job INTEGER PRIMARY KEY REFERENCES jobs (id),
    finished REAL NOT NULL,                 -- the result that was looked at; a later one is to be looked at again
    given REAL NOT NULL
);
CREATE TABLE pairs (                        -- that a person named on the review page
    hot_folder TEXT NOT NULL,
    export BLOB NOT NULL,                   -- relative to the inbox
    original BLOB NOT NULL,
    PRIMARY KEY (hot_folder, export)
) WITHOUT ROWID;
"""

CHANGES = (_FIRST, _CANDIDATES, _BOARD, _REVIEW)
"""What made each version of the tables out of the one before, the first out of nothing."""


def connect(path: Path, mode: str, **options: int) -> sqlite3.Connection:
    """A connection whose changes take effect one by one, or together in a ``transaction``.

    Args:
        path: of the ledger.
        mode: ``ro``, ``rw``, or ``rwc`` to make it where it is missing.
        options: further parameters of SQLite's URI.
    """
    parameters = "".join(f"&{name}={value}" for name, value in options.items())
    uri = f"file:{quote(os.fsencode(path))}?mode={mode}{parameters}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS)
    connection.row_factory = sqlite3.Row
    return connection


def open_to_read(path: Path) -> sqlite3.Connection:
    """A connection that needs no right to write, not even for the files that SQLite keeps beside a ledger in use."""
    in_use = path.with_name(f"{path.name}-wal").exists()
    return connect(path, "ro") if in_use else connect(path, "ro", immutable=1)


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables, or bring those of an older pored up to date; every change is on the disk before the next.

    Raises:
        MachineError: a newer pored made them.
    """
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(CHANGES):
        raise MachineError(f"The ledger {path} is of a newer pored. Install that one, or set another state_dir.")
    if version < len(CHANGES):
        changes = " ".join(CHANGES[version:])
        connection.executescript(f"BEGIN; {changes} PRAGMA user_version = {len(CHANGES)}; COMMIT;")


def refuse_other_versions(connection: sqlite3.Connection, path: Path) -> None:
    """Only the service changes the tables; whoever reads them has to wait for it.

    Raises:
        MachineError: the tables are of another pored.
    """
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != len(CHANGES):
        if version > len(CHANGES):
            raise MachineError(f"The ledger {path} is of a newer pored than this command. Use the service's own pored.")
        raise MachineError(f"The ledger {path} is of an older pored. Restart the service, which brings it up to date.")


def disk_trouble(state_dir: Path) -> str:
    """Why the disk refuses what the service wants to write down; "" where it does not, as far as the disk tells.

    For whoever looks on: a service whose ledger cannot be written rests, and cannot write that down either.
    """
    try:
        disk = os.statvfs(state_dir)
    except OSError:
        return ""
    if disk.f_flag & os.ST_RDONLY:
        return f"the disk of the state folder {state_dir} is read-only: mend it, or mount it to be written"
    if disk.f_bavail * disk.f_frsize < LEAST_FREE or (disk.f_files and not disk.f_favail):
        return f"the disk of the state folder {state_dir} is full: free some space there"
    return ""


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """What SQLite refuses is said in words for whoever looks after the machine."""
    try:
        yield
    except sqlite3.Error as error:
        raise MachineError(
            f"The ledger {path} cannot be used ({error}). It must be on a local disk, undamaged, and pored must be "
            "allowed to write it."
        ) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All changes within take effect together or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may have ended it already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
