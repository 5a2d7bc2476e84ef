"""What the ledger's rows say, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal

from pored.words import as_sentence

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pored.candidate import Candidate, Refusal
    from pored.stamp import Stamp


class State(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    """For its original."""
    UNMATCHED = "unmatched"
    """Waiting for its original longer than it was meant to."""
    READY = "ready"
    """Paired; will be worked on."""
    RUNNING = "running"
    COMMITTING = "committing"
    """Its files are finished and written down, and are being put into place."""
    DONE = "done"
    NOTHING_MISSING = "nothing_missing"
    """Done: the export had its original's texture already, and was copied."""
    FAILED = "failed"
    GONE = "gone"
    """The export left, or got other bytes, before anything was done with these."""

    @property
    def shown(self) -> str:
        """The word for people."""
        return "queued" if self is State.READY else self.value.replace("_", " ")


OPEN_STATES = (State.WAITING, State.UNMATCHED, State.READY)
"""Nothing was begun that would have to be undone."""

DONE_STATES = (State.DONE, State.NOTHING_MISSING)


class Piece(StrEnum):
    """What a file is that pored put somewhere."""

    RESULT = "result"
    REPORT = "report"
    LAYERED = "layered"
    """The result as a layered document."""
    PREVIEW = "preview"
    REASON = "reason"
    EXPORT = "export"
    """The export itself, moved out of the inbox."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a file in an inbox.

    Attributes:
        gone: it was seen to have left; what comes back under its name is a new drop.
    """

    stamp: Stamp
    digest: str
    gone: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the journal: a finished file, and where it belongs.

    Attributes:
        temp: where the file lies now (an export: in the inbox).
        replaces: digest of the file under the target's name that may be replaced; None: nothing may.
    """

    kind: Piece
    temp: Path
    target: Path
    digest: str
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A file that pored has put into place for a job; somebody may have changed it since.

    Attributes:
        kind: what it is.
        path: where.
        digest: of its bytes.
        job: its job's number.
        put: when, in seconds since 1970.
    """

    kind: Piece
    path: Path
    digest: str
    job: int
    put: float


@dataclass(frozen=True, slots=True)
class Entry:
    """A job: one export's bytes under one name.

    Attributes:
        path: of the export, relative to its inbox.
        attempts: counted before the work.
        lost: how many of them came to nothing while the service lived (not because it ended).
        code, message: reason of the state, for programs and for people.
        trouble: why it does not go on just now; empty where nothing is in its way.
        looked_for: names of originals that would do.
        outcome: the state that the journal leads to.
        moved_to: where pored has put the export; None: it lies in the inbox.
        first_seen, updated, finished, next_try: seconds since 1970.
        wishes: settings that a person chose for this picture, in JSON.
        figures: what its report says in a few numbers, in JSON.
    """

    id: int
    hot_folder: str
    path: PurePath
    digest: str
    state: State
    attempts: int
    lost: int
    original: Path | None
    rule: str
    code: str
    message: str
    trouble: str
    looked_for: tuple[str, ...]
    outcome: State | None
    moved_to: Path | None
    first_seen: float
    updated: float
    finished: float | None
    next_try: float
    wishes: str = "{}"
    figures: str = "{}"

    @property
    def reason(self) -> str:
        """Why it is not done, as sentences, with the names of originals that would do."""
        looked_for = f"Looked for: {', '.join(self.looked_for)}." if self.looked_for else ""
        return " ".join(filter(None, (as_sentence(self.message), looked_for)))


def batch_of(path: PurePath) -> PurePath:
    """The sub-folder right below the inbox that an export was dropped into; ``.`` for those that lie in none."""
    return PurePath(path.parts[0]) if len(path.parts) > 1 else PurePath()


@dataclass(frozen=True, slots=True)
class Tried:
    """A file that is not an export's original.

    Attributes:
        stamp: of the file when it was tried.
    """

    refusal: Refusal
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What the work on a job came to, and what it was done with besides the export.

    Attributes:
        original: what it was done with; None: what the job was paired with before.
        figures: what the report says in a few numbers, in JSON.
        doubt: how much a person should look at it, from 0; None: there is nothing to look at.
    """

    state: State
    code: str = ""
    message: str = ""
    original: Candidate | None = None
    original_digest: str = ""
    settings_digest: str = ""
    version: str = ""
    figures: str = "{}"
    doubt: float | None = None


RequestKind = Literal["retry", "redo", "skip"]


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asked for a job to be done again, or to be left.

    Attributes:
        wishes: settings of its own, in JSON; ``{}``: those of its hot folder.
    """

    id: int
    kind: RequestKind
    job: int
    wishes: str = "{}"


@dataclass(frozen=True, slots=True)
class Pause:
    """Why a hot folder is not worked on.

    Attributes:
        since: seconds since 1970.
        by_hand: a person has paused it.
    """

    reason: str
    since: float
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """A file in an inbox that is no job: it is no export, or not there altogether yet.

    Attributes:
        path: relative to the inbox.
        kind: ``raw``, ``side file``, ``link``, ``unfinished`` ...
        reason: for a person.
    """

    hot_folder: str
    path: PurePath
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Batch:
    """A sub-folder of an inbox of which was said what became of it.

    Attributes:
        folder: relative to the inbox.
        told: seconds since 1970.
        summary: the file that says so, where one was written, and
        digest: of its bytes.
    """

    folder: PurePath
    told: float
    summary: Path | None
    digest: str


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that ``pored status`` shows.

    Attributes:
        entries: every job, the last one that changed first.
        results: paths of the results (not reports or previews) by job, the newest last.
        paused: hot folders that cannot be worked on, or shall not.
        beside: what lies in the inboxes and is no job.
        service_pid: of the service that runs on this ledger; None where none does.
    """

    entries: tuple[Entry, ...]
    results: Mapping[int, tuple[Path, ...]]
    paused: Mapping[str, Pause]
    beside: tuple[Beside, ...]
    service_pid: int | None

    def counts(self) -> dict[str, dict[State, int]]:
        """Number of jobs by hot folder and state."""
        counts: dict[str, dict[State, int]] = {}
        for entry in self.entries:
            states = counts.setdefault(entry.hot_folder, {})
            states[entry.state] = states.get(entry.state, 0) + 1
        return counts
