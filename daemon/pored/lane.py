"""One hot folder in the service: its inbox, its originals, its outcomes, and whether it can be worked on at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pored.delivery import Delivery
from pored.files.records import State
from pored.intake import Intake
from pored.matching import Matching
from pored.watch.inbox import Watcher, identity

if TYPE_CHECKING:
    from pathlib import Path

    from pored.clock import Moment
    from pored.config import HotFolder
    from pored.desk import Desk
    from pored.watch.settle import Hint

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
        self.delivery = Delivery(hot_folder, desk)
        self.matching = Matching(hot_folder, desk, self.delivery)
        self.intake = Intake(hot_folder, desk, self.matching, self.delivery, patient=watcher is not None)
        self.paused: str | None = "not looked at yet"
        self.is_tidy = False
        self.expire_at = 0.0
        self._desk = desk
        self._watcher = watcher
        self._look_at: float | None = 0.0
        self._mount_points: set[Path] = set()

    @property
    def name(self) -> str:
        """As the settings name it."""
        return self.hot_folder.name

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
            trouble = self._trouble()
            if trouble is None:
                self._watch()
                self.intake.look(now)
                self.matching.list_again(now)
                self.matching.try_again()
        except OSError as error:
            trouble = f"a folder cannot be looked into: {error}"
        if trouble is None:
            self._resume(now)
        else:
            self.pause(trouble, now)

    def next_due(self) -> float | None:
        """When there will be something to do without anything happening, in steady seconds."""
        times = [self._look_at]
        if not self.paused:
            times += [self.intake.next_due(), self.matching.next_due()]
        return min((time for time in times if time is not None), default=None)

    def is_idle(self, now: Moment) -> bool:
        """Whether nothing is to be expected here unless something happens."""
        if self.paused:
            return True
        ready = self._desk.ledger.next_ready(self.name, now.wall, 1)
        return not (ready or self.intake.hopeful() or self.matching.is_busy())

    def has_failures(self) -> bool:
        """Whether a picture failed, or could not be done yet though it was ready."""
        left = self._desk.ledger.entries(self.name, State.READY, State.COMMITTING)
        return self.delivery.failures > 0 or bool(left)

    def pause(self, reason: str, now: Moment, seconds: float = PAUSE_SECONDS) -> None:
        """It cannot be worked on for now; it is looked at again after so long."""
        self._look_at = now.steady + seconds if self._watcher else None
        self.intake.lose_sight()
        was, self.paused = self.paused, reason
        if reason != was:
            self._desk.ledger.pause(self.name, reason, now.wall)
            self._desk.log.error("paused", hot_folder=self.name, reason=reason)

    def _resume(self, now: Moment) -> None:
        # Without a watcher the inbox is looked at once and no more.
        self._look_at = now.steady + self.hot_folder.rescan_seconds if self._watcher else None
        was, self.paused = self.paused, None
        if was is not None:
            self._desk.ledger.resume(self.name)
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

    def _trouble(self) -> str | None:
        """What is wrong with one of the folders, for whoever looks after the server."""
        takes_away = self.hot_folder.processed is not None
        needs = [("inbox", self.hot_folder.inbox, takes_away)]
        needs += [("originals", root, False) for root in self.hot_folder.originals]
        needs += [(role, getattr(self.hot_folder, role), True) for role in ("output", "failed", "reports")]
        if self.hot_folder.processed:
            needs.append(("processed", self.hot_folder.processed, True))
        return next((trouble for need in needs if (trouble := self._trouble_with(*need))), None)

    def _trouble_with(self, role: str, folder: Path, written: bool) -> str | None:  # noqa: FBT001 - a row of the table
        try:
            identity(folder)
        except OSError as error:
            return f"the {role} folder {folder} is not there ({error.strerror}): make it, or mount its share"
        if not os.access(folder, os.R_OK | os.X_OK | (os.W_OK if written else 0)):
            return f"pored may not {'write to' if written else 'read'} the {role} folder {folder}: see `pored check`"
        if folder.is_mount():
            self._mount_points.add(folder)
        elif folder in self._mount_points:
            return f"the share of the {role} folder {folder} is no longer mounted: mount it again"
        return None


def _resolved(hot_folder: HotFolder) -> HotFolder:
    """The same with every folder under its one true name, so that a file is the same from wherever it is reached."""
    roles = ("inbox", "output", "failed", "reports", "processed")
    folders = {role: folder.resolve() for role in roles if (folder := getattr(hot_folder, role)) is not None}
    originals = tuple(root.resolve() for root in hot_folder.originals)
    by_folder = {name: _resolved(variant) for name, variant in hot_folder.by_folder.items()}
    return hot_folder.model_copy(update={**folders, "originals": originals, "by_folder": by_folder})
