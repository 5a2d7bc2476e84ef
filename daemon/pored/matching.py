"""One hot folder's originals: which one an export belongs to, and whether it is all there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pored.errors import PairError
from pored.files.records import State
from pored.watch.kinds import kind_of
from pored.watch.listing import list_originals
from pored.watch.outcome import Ambiguous, Match, Waiting
from pored.watch.pairing import Index
from pored.watch.ready import check_due, stamp_at
from pored.watch.settle import UNFINISHED_FACTOR, Hint, Settle, Verdict

if TYPE_CHECKING:
    from pathlib import PurePath

    from pored.clock import Moment
    from pored.config import HotFolder, Pairing
    from pored.delivery import Delivery
    from pored.desk import Desk
    from pored.files.records import Entry
    from pored.stamp import Stamp
    from pored.watch.folders import Listing
    from pored.watch.outcome import Outcome

LEAST_PAUSE = 0.5
"""Seconds between two listings of the originals, however many arrive."""

PAUSE_FACTOR = 10.0
"""A listing that took long is not repeated before so many times its duration."""

TURN_SECONDS = 1.0
"""How long trying may go on before the service looks after everything else again."""

NANOSECONDS = 1e9


class Matching:
    """Finds the originals of waiting exports.

    Args:
        hot_folder: its settings, with links in its folders resolved.
        desk: the service's.
        delivery: where exports go that can have no original.
    """

    def __init__(self, hot_folder: HotFolder, desk: Desk, delivery: Delivery) -> None:
        self.roots = hot_folder.originals
        self._hot_folder = hot_folder
        self._desk = desk
        self._ledger = desk.ledger
        self._delivery = delivery
        self._settle: Settle[Path] = Settle(hot_folder.settle_seconds)
        self._heard: dict[Path, tuple[float, Hint]] = {}
        self._complete: dict[Path, Stamp] = {}
        self._listing: Listing | None = None
        self._indexes: dict[Pairing, Index] = {}
        self._list_at: float | None = None
        self._not_before = 0.0
        self._pass_due = True
        self._to_try: list[Entry] = []

    # What is there.

    def hear(self, path: Path, hint: Hint, now: Moment) -> None:
        """Something happened to a file among the originals."""
        if not kind_of(path.name).is_picture:
            return
        self._heard[path] = (now.steady, hint)
        if path in self._settle and (stamp := stamp_at(path)):
            self._settle.saw(path, stamp, now.steady, hint)
        if hint is not Hint.TOUCHED:
            self.list_again(now)

    def list_again(self, now: Moment) -> None:
        """The listing is out of date."""
        if self._list_at is None:
            self._list_at = max(now.steady, self._not_before)

    def try_again(self) -> None:
        """There are more exports, or time has passed."""
        self._pass_due = True

    def refresh(self, now: Moment) -> bool:
        """List the originals where that is due; whether they are others than before."""
        if self._listing is not None and (self._list_at is None or now.steady < self._list_at):
            return False
        listing, unreadable = list_originals(self._hot_folder.inbox, self._hot_folder.originals, self._own_folders())
        self._list_at = None
        duration = self._desk.clock.now().steady - now.steady
        self._not_before = now.steady + max(LEAST_PAUSE, duration * PAUSE_FACTOR)
        recent = now.steady - self._hot_folder.settle_seconds * UNFINISHED_FACTOR
        self._heard = {path: heard for path, heard in self._heard.items() if heard[0] > recent}
        if unreadable and self._desk.once.news(self._hot_folder.name, unreadable):
            self._desk.log.warning(
                "not readable", hot_folder=self._hot_folder.name, folders=[str(one) for one in unreadable]
            )
        if listing == self._listing:
            return False
        self._listing = listing
        self._indexes.clear()
        self._pass_due = True
        return True

    def _own_folders(self) -> list[Path]:
        """What pored writes is nobody's original."""
        written = (
            self._hot_folder.output,
            self._hot_folder.processed,
            self._hot_folder.failed,
            self._hot_folder.reports,
        )
        return [folder for folder in written if folder is not None]

    # Whether it is all there.

    def settle(self, now: Moment) -> None:
        """Check the originals that are waited for and have stood still for long enough."""
        for path, stamp, verdict in check_due(self._settle, Path(), now.steady):
            if verdict is Verdict.READY:
                self._complete[path] = stamp
                self._pass_due = True

    def next_due(self) -> float | None:
        """When there will be something to do without anything happening, in steady seconds."""
        if self._to_try:
            return 0.0
        times = [time for time in (self._list_at, self._settle.next_due()) if time is not None]
        return min(times, default=None)

    def is_busy(self) -> bool:
        """Whether there is something to list or try, or an original that is waited for may soon be ready."""
        is_trying = self._pass_due or bool(self._to_try)
        return self._listing is None or self._list_at is not None or is_trying or self._settle.hopeful()

    def _is_complete(self, original: Path, now: Moment) -> bool:
        """Whether an original may be used; else it is watched until it may."""
        stamp = stamp_at(original)
        if stamp is None:
            self.list_again(now)
            return False
        if self._complete.get(original) == stamp:
            return True
        self._look_at(original, stamp, now)
        return False

    def _look_at(self, original: Path, stamp: Stamp, now: Moment) -> None:
        """Track an original, from when it was last heard of or, by its own time, written."""
        written = now.steady - max(0.0, now.wall - stamp.mtime_ns / NANOSECONDS)
        heard, hint = self._heard.get(original, (written, Hint.SCANNED))
        self._settle.saw(original, stamp, max(heard, written), hint)

    # Who belongs to whom.

    def outcome(self, relative: PurePath) -> Outcome | None:
        """What pairing says about a file of the inbox; None before the originals were listed."""
        if self._listing is None:
            return None
        pairing = self._hot_folder.for_subfolder(relative.parent).pairing
        if pairing not in self._indexes:
            self._indexes[pairing] = Index(self._listing, pairing)
        return self._indexes[pairing].pair(relative)

    def match(self, now: Moment) -> list[PurePath]:
        """Try waiting exports as long as a turn may last; all of them, where something has changed since the last time.

        Returns:
            Paths of those that are none after all, as the originals stand now.
        """
        if self._listing is None:
            return []
        if self._pass_due and not self._to_try:
            self._pass_due = False
            self._to_try = self._ledger.entries(self._hot_folder.name, State.UNMATCHED, State.WAITING)[::-1]
        none = []
        while self._to_try and self._desk.clock.now().steady - now.steady < TURN_SECONDS:
            entry = self._to_try.pop()
            if not self._match(entry, now):
                none.append(entry.path)
        return none

    def _match(self, entry: Entry, now: Moment) -> bool:
        """Try one export; False where it is none."""
        outcome = self.outcome(entry.path)
        if isinstance(outcome, Match):
            self._found(entry, outcome, now)
        elif isinstance(outcome, Waiting):
            self._wait(entry, outcome, now)
        elif isinstance(outcome, Ambiguous):
            error = PairError("ambiguous", f"{outcome.reason}. Take away all but the right one, and try again.")
            self._delivery.fail(entry, error, {}, now)
        else:
            return False
        return True

    def _found(self, entry: Entry, match: Match, now: Moment) -> None:
        if self._is_complete(match.original, now):
            del self._complete[match.original]
            self._desk.once.forget((entry.hot_folder, entry.path))
            self._ledger.paired(entry.id, match.original, match.rule, now.wall)
        else:
            self._note(entry, State.WAITING, f"{match.original.name} is still being written", (), now)

    def _wait(self, entry: Entry, outcome: Waiting, now: Moment) -> None:
        if now.wall - entry.first_seen < self._hot_folder.wait_for_original:
            self._note(entry, State.WAITING, outcome.reason, outcome.looked_for, now)
        elif self._hot_folder.when_unmatched == "fail":
            self._delivery.fail(entry, PairError(outcome.code, _sentence(outcome.reason)), {}, now)
        else:
            self._note(entry, State.UNMATCHED, outcome.reason, outcome.looked_for, now)

    def _note(self, entry: Entry, state: State, reason: str, looked_for: tuple[str, ...], now: Moment) -> None:
        """Make it visible that an export waits, and why; once in the log."""
        if (entry.state, entry.message, entry.looked_for) != (state, reason, looked_for):
            self._ledger.waits(entry.id, state, reason, looked_for, now.wall)
        if looked_for and self._desk.once.news((entry.hot_folder, entry.path), (state, reason)):
            facts = {"hot_folder": entry.hot_folder, "file": str(entry.path), "reason": reason}
            self._desk.log.info(state.value, **facts, looked_for=list(looked_for))


def _sentence(clause: str) -> str:
    return clause[:1].upper() + clause[1:] + "."
