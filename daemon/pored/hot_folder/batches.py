"""The end of a batch: a sub-folder of an inbox in which nothing has happened for a while, and what became of it.

Whoever has dropped 417 exports wants to hear once, and all failures together.
"""

from __future__ import annotations

import itertools
import time
from collections import defaultdict
from pathlib import PurePath
from typing import TYPE_CHECKING

from pored.errors import StorageError
from pored.files.names import numbered, printable
from pored.files.records import DONE_STATES, OPEN_STATES, State, batch_of
from pored.files.staging import TargetExistsError, commit, digest_file, discard, make_folders, stage
from pored.messenger import Message

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pored.clock import Moment
    from pored.config import HotFolder
    from pored.files.records import Entry
    from pored.hot_folder.desk import Desk

MEMORY_SECONDS = 7 * 86400.0
"""What happened before is not told any more after a restart."""

_AT_WORK = (State.READY, State.RUNNING, State.COMMITTING)
_WAITING = (State.WAITING, State.UNMATCHED)


class Batches:
    """One hot folder's. What lies in no sub-folder is told of, too, but without a file.

    Args:
        hot_folder: its settings, with links in its folders resolved.
        desk: the service's.
    """

    def __init__(self, hot_folder: HotFolder, desk: Desk) -> None:
        self._hot_folder = hot_folder
        self._desk = desk
        self._board = desk.ledger.board
        self._quiet_at: dict[PurePath, float] = {}

    def recall(self, now: Moment) -> None:
        """Take up the batches that the last service has left open."""
        latest: defaultdict[PurePath, float] = defaultdict(float)
        for entry in self._desk.ledger.changed_since(self._hot_folder.name, now.wall - MEMORY_SECONDS):
            folder = batch_of(entry.path)
            latest[folder] = max(latest[folder], entry.updated)
        for folder, changed in latest.items():
            told = self._board.batch(self._hot_folder.name, folder)
            if told is None or told.told < changed:
                self.touched(folder / "any", now)

    def touched(self, path: PurePath, now: Moment) -> None:
        """Something happened to an export."""
        self._quiet_at[batch_of(path)] = now.steady + self._hot_folder.batch.quiet_seconds

    def next_due(self) -> float | None:
        """When the next batch may be over, in steady seconds."""
        return min(self._quiet_at.values(), default=None)

    def look(self, now: Moment, settling: Iterable[PurePath], *, at_once: bool = False) -> None:
        """Tell of those that are over.

        Args:
            now: the time.
            settling: exports that are still on their way into the inbox.
            at_once: nothing more will happen, so every batch is over.
        """
        due = [folder for folder, quiet in self._quiet_at.items() if at_once or quiet <= now.steady]
        if not due:
            return
        coming = set(map(batch_of, settling))
        for folder in due:
            entries = self._desk.ledger.in_batch(self._hot_folder.name, folder)
            if not at_once and (folder in coming or any(entry.state in _AT_WORK for entry in entries)):
                self.touched(folder / "any", now)
                continue
            del self._quiet_at[folder]
            told = self._board.batch(self._hot_folder.name, folder)
            # Told in the future: somebody has set the clock back since.
            since = told.told if told and told.told <= now.wall else 0.0
            new = [entry for entry in entries if entry.state in OPEN_STATES or (entry.finished or 0.0) > since]
            if new:
                self._tell(folder, new, now)

    def expire(self, now: Moment, before: float) -> None:
        """Remove summaries that were written before a time, unless somebody changed them."""
        name = self._hot_folder.name
        for batch in self._board.old_batches(name, before):
            if batch.summary and _digest_or_none(batch.summary) == batch.digest:
                batch.summary.unlink(missing_ok=True)
        self._board.forget_batches(name, min(before, now.wall - MEMORY_SECONDS))

    def _tell(self, folder: PurePath, entries: list[Entry], now: Moment) -> None:
        summary = _Summary(self._hot_folder.name, folder, entries)
        try:
            place, digest = self._write(folder, summary.text, now) if folder != PurePath() else (None, "")
        except StorageError as trouble:
            if self._desk.once.news(("batch", self._hot_folder.name, folder), trouble.message):
                self._desk.log.warning("storage", hot_folder=self._hot_folder.name, reason=trouble.message)
            self.touched(folder / "any", now)
            return
        self._board.told(self._hot_folder.name, folder, now.wall, place, digest)
        say = self._desk.log.warning if summary.counts["failed"] else self._desk.log.info
        say("batch", **summary.facts, **({"summary": place.name} if place else {}))
        batch = self._hot_folder.batch
        self._desk.messenger.send(batch.webhook, batch.command, Message(summary.subject, summary.text, summary.facts))

    def _write(self, folder: PurePath, text: str, now: Moment) -> tuple[Path, str]:
        hot_folder = self._hot_folder
        place = hot_folder.reports / folder
        make_folders(place, hot_folder.reports, mode=hot_folder.mode, group=hot_folder.group)
        name = time.strftime("summary %Y-%m-%d %H.%M.txt", time.localtime(now.wall))
        data = text.encode("utf-8", "replace")
        for number in itertools.count(1):
            name_here = name if number == 1 else numbered(name, number)
            staged = stage(place, name_here, data, mode=hot_folder.mode, group=hot_folder.group)
            try:
                return commit(staged), staged.digest
            except TargetExistsError:
                discard(staged)
        raise AssertionError("numbers do not end")


class _Summary:
    """What became of a batch, in numbers and in words.

    Args:
        hot_folder: its name.
        folder: relative to the inbox.
        entries: the jobs.
    """

    def __init__(self, hot_folder: str, folder: PurePath, entries: list[Entry]) -> None:
        self._entries = entries
        self._where = hot_folder if folder == PurePath() else f"{hot_folder}, {printable(str(folder))}"
        self.counts = {
            "done": self._count(*DONE_STATES),
            "waiting": self._count(*_WAITING),
            "failed": self._count(State.FAILED),
        }
        self.subject = f"{self._where}: " + ", ".join(f"{number} {word}" for word, number in self.counts.items())
        self.facts: dict[str, object] = {
            "hot_folder": hot_folder,
            "folder": printable(str(folder)),
            **self.counts,
            "failures": [
                {"export": printable(str(each.path)), "code": each.code, "message": each.message}
                for each in self._of(State.FAILED)
            ],
        }

    @property
    def text(self) -> str:
        """For people."""
        failed = [f"- {printable(str(each.path))}: {each.message}" for each in self._of(State.FAILED)]
        waiting = [f"- {printable(str(each.path))}: {_looked_for(each)}" for each in self._of(*_WAITING)]
        parts = [self.subject, *_listed("Failed", failed), *_listed("Waiting for their originals", waiting)]
        return "\n".join(parts) + "\n"

    def _of(self, *states: State) -> list[Entry]:
        return sorted((entry for entry in self._entries if entry.state in states), key=lambda entry: entry.path)

    def _count(self, *states: State) -> int:
        return sum(entry.state in states for entry in self._entries)


def _looked_for(entry: Entry) -> str:
    names = ", ".join(map(printable, entry.looked_for))
    return f"looked for {names}" if names else entry.message or "its original is on its way"


def _listed(title: str, lines: list[str]) -> list[str]:
    return ["", title, *lines] if lines else []


def _digest_or_none(path: Path) -> str | None:
    try:
        return digest_file(path)
    except StorageError:
        return None
