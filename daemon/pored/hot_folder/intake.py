"""One hot folder's inbox: from what is seen there to what the ledger says is to be done.

A file that lies as the ledger knows it is nobody's wish, whatever became of its result. One that was dropped (it is
new, or its size or time changed, or it had been away, or another file took its place) is a request: new bytes are a new
job; the bytes of a finished job are done again where its result is no longer in place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pored.errors import StorageError, UnreadableError
from pored.files.kinds.source import empty
from pored.files.names import printable
from pored.files.records import DONE_STATES, State
from pored.files.staging import digest_file
from pored.hot_folder.beside import NOT_READABLE, UNFINISHED, Besides
from pored.watch.inbox import STRANGE, scan
from pored.watch.kinds import kind_of
from pored.watch.names import is_temporary_path
from pored.watch.outcome import NotAnExport, Role
from pored.watch.ready import check, stamp_at
from pored.watch.settle import Hint, Settle, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path, PurePath

    from pored.clock import Moment
    from pored.config import HotFolder
    from pored.files.records import Entry, Known
    from pored.hot_folder.delivery import Delivery
    from pored.hot_folder.desk import Desk
    from pored.hot_folder.matching import Matching
    from pored.stamp import Stamp

TURN_SECONDS = 1.0
"""How long taking files may go on before the service looks after everything else again."""

OLD_SECONDS = 300.0
"""Where nobody can wait and see (``--once``), an incomplete file of this age is taken for truncated."""

NANOSECONDS = 1e9


class Intake:
    """Sees what lies in an inbox, and enters what was dropped.

    Args:
        hot_folder: its settings, with links in its folders resolved.
        desk: the service's.
        matching: tells exports from other files.
        delivery: where files go that are cut short.
        patient: there is time to wait for files that are still being written.
    """

    def __init__(
        self, hot_folder: HotFolder, desk: Desk, matching: Matching, delivery: Delivery, *, patient: bool
    ) -> None:
        self.root = hot_folder.inbox
        self._name = hot_folder.name
        self._desk = desk
        self._ledger = desk.ledger
        self._matching = matching
        self._delivery = delivery
        self._settle: Settle[PurePath] = Settle(hot_folder.settle_seconds)
        self._patient = patient
        self._besides = Besides(hot_folder.name, desk)
        self._is_local = False
        self._own_names = _own_names(hot_folder)
        self._inodes: dict[PurePath, int] = {}
        self._aside: dict[PurePath, Stamp] = {}
        self._looked_before = self._is_real = False

    def __iter__(self) -> Iterator[PurePath]:
        """Files that are on their way: not known yet to be all there."""
        return iter(self._settle)

    def calm(self, settle_seconds: float, *, is_local: bool) -> None:
        """How long a file must have stood still, and whether this machine knows who has it open."""
        self._settle.be(settle_seconds)
        self._is_local = is_local

    # What is seen.

    def hear(self, path: Path, hint: Hint, now: Moment) -> None:
        """Something happened to a file in the inbox."""
        relative = path.relative_to(self.root)
        if is_temporary_path(relative):
            return
        stamp = stamp_at(path)
        known = self._ledger.known_file(self._name, relative)
        if stamp is None:
            self._left([relative], now)
        else:
            self._see(relative, stamp, known, hint, now)

    def look(self, now: Moment) -> None:
        """Scan the inbox.

        Raises:
            OSError: it cannot be looked into.
        """
        found = scan(self.root)
        known = self._ledger.known(self._name)
        hint = Hint.SCANNED if self._looked_before else Hint.PRESENT
        self._leave_alone(found.others)
        for path, stamp in found.files.items():
            self._see(path, stamp, known.get(path), hint, now)
        # An inbox that is altogether empty before anything was seen in it may be a share that is not mounted.
        self._is_real = self._is_real or not found.empty
        if found.whole and self._is_real:
            present = set(known).union(self._settle, self._aside)
            self._left(sorted(present.difference(found.files)), now)
        self._looked_before = True

    def _leave_alone(self, others: Mapping[PurePath, str]) -> None:
        """Links, pipes and devices, whatever their names say, are nobody's export."""
        for path in self._besides.of(*STRANGE):
            if path not in others:
                self._besides.remove(path)
        for path, kind in others.items():
            self._besides.add(path, kind, "only files are taken, nothing that stands for one")

    def lose_sight(self) -> None:
        """The inbox was away, or is another folder now: what it lacks next did not leave by anybody's wish."""
        self._looked_before = self._is_real = False

    def release(self, path: PurePath, now: Moment) -> None:
        """What was taken for an export is none, as far as can be told now."""
        self._left([path], now)
        why = self._why_none(path) or NotAnExport(Role.UNKNOWN, "it is no export as the originals stand now")
        self._set_aside(path, stamp_at(self.root / path), why)

    def was_replaced(self, path: PurePath, now: Moment) -> None:
        """A file left or got other bytes after it was taken, perhaps without its size and time telling."""
        self._left([path], now)
        self.hear(self.root / path, Hint.WRITTEN, now)

    def reconsider(self, now: Moment) -> None:
        """The originals are others now: what was no export may be one."""
        pictures = [(path, stamp) for path, stamp in self._aside.items() if kind_of(path.name).is_picture]
        for path, stamp in pictures:
            if self._why_none(path) is None:
                del self._aside[path]
                self._besides.remove(path)
                self._settle.saw(path, stamp, now.steady, Hint.PRESENT)

    def _left(self, paths: list[PurePath], now: Moment) -> None:
        for path in paths:
            self._settle.forget(path)
            self._aside.pop(path, None)
            self._inodes.pop(path, None)
            self._besides.remove(path)
            self._desk.once.forget((self._name, path))
        if paths:
            self._ledger.left(self._name, paths, now.wall)

    def _see(self, path: PurePath, stamp: Stamp, known: Known | None, hint: Hint, now: Moment) -> None:
        if not self._still_lies(path, stamp, known) and self._aside.get(path) != stamp:
            self._settle.saw(path, stamp, now.steady, hint)

    def _still_lies(self, path: PurePath, stamp: Stamp, known: Known | None) -> bool:
        """Whether a file is known and was not dropped since."""
        if known is None or known.gone or known.stamp.content != stamp.content:
            return False
        return self._inodes.setdefault(path, stamp.inode) == stamp.inode

    # What is taken.

    def take(self, now: Moment) -> None:
        """Enter what is ready, as long as a turn may last."""
        for path in self._settle.due(now.steady):
            if why := self._why_none(path):
                self._set_aside(path, self._settle.forget(path), why)
            elif checked := check(self._settle, self.root, path, now.steady, is_local=self._is_local):
                self._take(path, *checked, now)
            if self._desk.clock.now().steady - now.steady > TURN_SECONDS:
                break
        self._besides.write()

    def next_due(self) -> float | None:
        """When there will be something to take without anything happening, in steady seconds."""
        return self._settle.next_due()

    def hopeful(self) -> bool:
        """Whether a file in the inbox may soon be ready."""
        return self._settle.hopeful()

    def unfinished(self) -> list[PurePath]:
        """Files that are not all there, or cannot be read."""
        return self._besides.of(UNFINISHED, NOT_READABLE)

    def _why_none(self, path: PurePath) -> NotAnExport | None:
        """Whether a file is no export: pored's own, an original, or of no use."""
        place = self.root / path
        own = self._own_names and any(name.fullmatch(path.stem) for name in self._own_names)
        if own or self._ledger.wrote(place) or self._ledger.is_staged(place):
            return NotAnExport(Role.RESULT, "pored wrote it")
        outcome = self._matching.outcome(path)
        return outcome if isinstance(outcome, NotAnExport) else None

    def _set_aside(self, path: PurePath, stamp: Stamp | None, why: NotAnExport) -> None:
        if stamp is not None:
            self._aside[path] = stamp
            self._besides.add(path, why.role.value, why.reason)

    def _take(self, path: PurePath, stamp: Stamp, verdict: Verdict, now: Moment) -> None:
        truncated = verdict is Verdict.TRUNCATED
        if verdict is Verdict.HELD:
            self._say_unfinished(path, stamp, "a program still has it open for writing")
            return
        if verdict is Verdict.NOT_YET:
            truncated = not self._patient and now.wall - stamp.mtime_ns / NANOSECONDS > OLD_SECONDS
            if not truncated:
                self._say_unfinished(path, stamp, "its end is not there yet")
                return
        try:
            self._enter(path, stamp, now, truncated=truncated)
        except StorageError as trouble:
            self._settle.saw(path, stamp, now.steady, Hint.SCANNED)
            self._besides.add(path, NOT_READABLE, trouble.message)
            if self._desk.once.news((self._name, path), trouble.message):
                self._desk.log.warning(
                    "storage", hot_folder=self._name, file=str(path), code=trouble.code, reason=trouble.message
                )

    def _enter(self, path: PurePath, stamp: Stamp, now: Moment, *, truncated: bool) -> None:
        digest = digest_file(self.root / path)
        read = stamp_at(self.root / path)
        if read != stamp:
            if read is not None:
                self._settle.saw(path, read, now.steady, Hint.WRITTEN)
            return
        entry = self._ledger.enter(self._name, path, stamp, digest, now.wall)
        self._inodes[path] = stamp.inode
        self._settle.forget(path)
        self._besides.remove(path)
        self._delivery.batches.touched(path, now)
        if truncated:
            self._delivery.fail(entry, _never_ended(path, stamp), {}, now)
        else:
            self._decide(entry, now)
        self._matching.try_again()

    def _decide(self, entry: Entry, now: Moment) -> None:
        """What follows from a drop, where these bytes have been here before."""
        if entry.state in DONE_STATES and self._delivery.results_in_place(entry):
            put_away = self._delivery.put_away(entry)
            if put_away is not None:
                self._left([entry.path], now)
            self._desk.log.info("already done", hot_folder=self._name, file=str(entry.path))
        elif entry.state in (*DONE_STATES, State.FAILED):
            self._ledger.again(entry.id, now.wall)

    def _say_unfinished(self, path: PurePath, stamp: Stamp, reason: str) -> None:
        self._besides.add(path, UNFINISHED, reason)
        if self._desk.once.news((self._name, path), stamp):
            facts = {"hot_folder": self._name, "file": str(path), "bytes": stamp.size}
            self._desk.log.info("unfinished", **facts, reason=reason)


def _never_ended(path: PurePath, stamp: Stamp) -> UnreadableError:
    name = printable(path.name)
    if stamp.size == 0:
        return empty(name)
    return UnreadableError("truncated", f"{name} is cut short: its end never came. Export or copy it again.")


def _own_names(hot_folder: HotFolder) -> list[re.Pattern[str]]:
    """What the stems of results look like, where they lie among the exports."""
    if hot_folder.output != hot_folder.inbox:
        return []
    variants = (hot_folder, *hot_folder.by_folder.values())
    parts = [variant.result.name.split("{stem}") for variant in variants]
    return [re.compile(rf"{re.escape(before)}.+{re.escape(after)}(-\d+)?", re.DOTALL) for before, after in parts]
