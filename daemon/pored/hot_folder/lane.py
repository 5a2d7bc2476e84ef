"""One hot folder in the service: its inbox, its originals, its outcomes, and whether it can be worked on at all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pored.files.records import State
from pored.hot_folder.delivery import Delivery
from pored.hot_folder.health import FOLDER_CODES, Health
from pored.hot_folder.intake import Intake
from pored.hot_folder.matching import Matching
from pored.watch.ready import stamp_at

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from pored.clock import Moment
    from pored.config import HotFolder
    from pored.errors import StorageError
    from pored.files.records import Entry
    from pored.hot_folder.desk import Desk
    from pored.watch.inbox import Watcher
    from pored.watch.settle import Hint

SHARE_SETTLE_SECONDS = 10.0
"""At least, on a network share: what it says about a growing file is late."""

LEAST_POLL_SECONDS = 5.0
"""Between two searches where there are no events; and"""

POLL_FACTOR = 20.0
"""so many times what a search takes."""

PAUSE_SECONDS = 2.0
"""Between two looks at a hot folder that cannot be worked on."""


class Lane:
    """A hot folder at work.

    Args:
        hot_folder: its settings.
        desk: the service's.
        watcher: for events; None: nobody waits for any.

    Attributes:
        paused: why it cannot be worked on; None: it can.
        is_tidy: what an interrupted service left has been seen to.
        expire_at: when to look again for reports that were kept for long enough, in steady seconds.
    """

    def __init__(self, hot_folder: HotFolder, desk: Desk, watcher: Watcher | None) -> None:
        self.hot_folder = hot_folder = _resolved(hot_folder)
        self.health = Health(hot_folder, desk)
        self.delivery = Delivery(hot_folder, desk, self._is_in_trouble)
        self.batches = self.delivery.batches
        self.batches.recall(desk.clock.now())
        self.matching = Matching(hot_folder, desk, self.delivery)
        self.intake = Intake(hot_folder, desk, self.matching, self.delivery, patient=watcher is not None)
        self.paused: str | None = "not looked at yet"
        self.is_tidy = False
        self.expire_at = 0.0
        self._desk = desk
        self._watcher = watcher
        self._look_at: float | None = 0.0
        self._poll_seconds = hot_folder.rescan_seconds

    @property
    def name(self) -> str:
        """As the settings name it."""
        return self.hot_folder.name

    @property
    def roots(self) -> set[Path]:
        """The folders that it watches."""
        return {self.intake.root, *self.matching.roots}

    def close(self, kept: Collection[Path]) -> None:
        """Watch no longer, but for the folders that others watch as well."""
        self._desk.ledger.board.resume(self.name)
        if self._watcher:
            for root in self.roots.difference(kept):
                self._watcher.drop(root)

    def begin_anew(self) -> None:
        """What was seen and made may not have been written down: look for it again, and sweep what nobody knows of."""
        self.is_tidy = False
        if self._watcher:
            self._look_at = 0.0

    def hear(self, path: Path, hint: Hint, now: Moment) -> None:
        """Something happened to a file somewhere."""
        if self.paused:
            return
        if path.is_relative_to(self.intake.root):
            self.intake.hear(path, hint, now)
        if any(path.is_relative_to(root) for root in self.matching.roots):
            self.matching.hear(path, hint, now)

    def look(self, now: Moment, *, at_once: bool) -> None:
        """Scan the inbox where that is due, after making sure that every folder is there."""
        if not at_once and (self._look_at is None or now.steady < self._look_at):
            return
        try:
            trouble = self.health.trouble()
            if trouble is None:
                self._search(now)
        except OSError as error:
            trouble = f"a folder cannot be looked into: {error}"
        if trouble is None:
            self._resume(now)
        else:
            self.pause(trouble, now)

    def _search(self, now: Moment) -> None:
        """Look for what is there, in the way that suits what the folders lie on."""
        is_scanned = self._is_scanned()
        if not is_scanned:
            self._watch()
        settle = self.hot_folder.settle_seconds
        calm = max(settle, SHARE_SETTLE_SECONDS) if self.health.is_remote else settle
        self.intake.calm(calm, is_local=not is_scanned)
        self.matching.calm(calm, is_local=not is_scanned)
        self.intake.look(now)
        self.matching.list_again(now)
        self.matching.try_again()
        took = self._desk.clock.now().steady - now.steady
        often = max(LEAST_POLL_SECONDS, POLL_FACTOR * took) if is_scanned else math.inf
        self._poll_seconds = min(often, self.hot_folder.rescan_seconds)

    def _is_scanned(self) -> bool:
        """Whether events are not to be expected, or not wanted."""
        watch = self.hot_folder.watch
        return watch == "scan" or (watch == "auto" and self.health.is_remote)

    def _is_in_trouble(self, entry: Entry, error: StorageError, now: Moment) -> bool:
        """The disk has refused something of a job: if it is the folder that refuses, the hot folder rests."""
        if error.code not in FOLDER_CODES:
            return False
        if self.paused:
            return True
        stamp = stamp_at(self.intake.root / entry.path)
        trouble = self.health.refused(stamp.size if stamp else 0)
        if trouble:
            self.pause(trouble, now)
        return trouble is not None

    def next_due(self) -> float | None:
        """When there will be something to do without anything happening, in steady seconds."""
        times = [self._look_at]
        if not self.paused:
            times += [self.intake.next_due(), self.matching.next_due(), self.batches.next_due()]
        return min((time for time in times if time is not None), default=None)

    def is_idle(self, now: Moment) -> bool:
        """Whether nothing is to be expected here unless something happens."""
        if self.paused:
            return True
        ready = self._desk.ledger.next_ready(self.name, now.wall, 1)
        return not (ready or self.intake.hopeful() or self.matching.is_busy())

    def has_failures(self) -> bool:
        """Whether a picture failed, could not be done yet though it was ready, or is not all there."""
        left = self._desk.ledger.entries(self.name, State.READY, State.COMMITTING)
        return self.delivery.failures > 0 or bool(left or self.intake.unfinished())

    def pause(self, reason: str, now: Moment, seconds: float = PAUSE_SECONDS) -> None:
        """It cannot be worked on for now; it is looked at again after so long."""
        self._look_at = now.steady + seconds if self._watcher else None
        self.intake.lose_sight()
        was, self.paused = self.paused, reason
        if reason != was:
            self._desk.ledger.board.pause(self.name, reason, now.wall)
            self._desk.log.error("paused", hot_folder=self.name, reason=reason)

    def _resume(self, now: Moment) -> None:
        # Without a watcher the inbox is looked at once and no more.
        self._look_at = now.steady + self._poll_seconds if self._watcher else None
        was, self.paused = self.paused, None
        if was is not None:
            self._desk.ledger.board.resume(self.name)
            self._desk.log.info("watching", hot_folder=self.name, inbox=str(self.intake.root))

    def _watch(self) -> None:
        if self._watcher is None:
            return
        try:
            if self._watcher.keep(self.intake.root):
                self.intake.lose_sight()
            for root in self.matching.roots:
                self._watcher.keep(root)
        except OSError as error:
            if self._desk.once.news(f"events of {self.name}", str(error)):
                every = f"every {self.hot_folder.rescan_seconds:g} s"
                self._desk.log.warning("no events", hot_folder=self.name, reason=str(error), scanned=every)


def _resolved(hot_folder: HotFolder) -> HotFolder:
    """The same with every folder under its one true name, so that a file is the same from wherever it is reached."""
    roles = ("inbox", "output", "failed", "reports", "processed")
    folders = {role: folder.resolve() for role in roles if (folder := getattr(hot_folder, role)) is not None}
    originals = tuple(root.resolve() for root in hot_folder.originals)
    by_folder = {name: _resolved(variant) for name, variant in hot_folder.by_folder.items()}
    return hot_folder.model_copy(update={**folders, "originals": originals, "by_folder": by_folder})
