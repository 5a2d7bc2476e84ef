"""One hot folder's originals: which one an export belongs to, and whether it is all there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pored.candidate import MADE_UP, Candidate
from pored.errors import PairError, UsageError
from pored.files.names import printable
from pored.files.records import State
from pored.hot_folder.captures import Captures
from pored.watch.kinds import kind_of
from pored.watch.listing import Remembered, list_files, list_originals
from pored.watch.outcome import Ambiguous, Match, Waiting, for_pictures, why_refused
from pored.watch.overrides import NO_OVERRIDES, read_overrides
from pored.watch.pairing import Index
from pored.watch.ready import check_due, stamp_at
from pored.watch.settle import UNFINISHED_FACTOR, Hint, Settle, Verdict
from pored.words import as_sentence

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import PurePath

    from pored.candidate import Refusal
    from pored.clock import Moment
    from pored.config import HotFolder, Pairing
    from pored.files.records import Entry
    from pored.hot_folder.delivery import Delivery
    from pored.hot_folder.desk import Desk
    from pored.stamp import Stamp
    from pored.watch.folders import Listing
    from pored.watch.outcome import Outcome
    from pored.watch.overrides import Overrides

LEAST_PAUSE = 0.5
"""Seconds between two listings of the originals, however many arrive."""

PAUSE_FACTOR = 10.0
"""A listing that took long is not repeated before so many times its duration."""

TURN_SECONDS = 1.0
"""How long trying may go on before the service looks after everything else again."""

MOST_LINES = 5
"""So many lines of a list of pairs are named in the log."""

NANOSECONDS = 1e9


class Reason(NamedTuple):
    """Why an export waits.

    Attributes:
        code, text: for programs and for people.
        looked_for: names of originals that would do; empty for what is over in a moment.
    """

    code: str
    text: str
    looked_for: tuple[str, ...] = ()


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
        self._broken: dict[Path, Stamp] = {}
        self._listing: Listing | None = None
        self._indexes: dict[Pairing, Index] = {}
        self._list_at: float | None = None
        self._not_before = 0.0
        self._pass_due = True
        self._overrides: Stamp | None = None
        self._pairs: Mapping[PurePath, Path] = {}
        self._to_try: list[Entry] = []
        self._captures = Captures()
        self._is_short = False
        self._learnt: Listing | None = None
        self._is_local = False
        self._folders = Remembered()

    def calm(self, settle_seconds: float, *, is_local: bool) -> None:
        """How long an original must have stood still, and whether this machine knows who has it open."""
        self._settle.be(settle_seconds)
        self._is_local = is_local

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
        rewritten = self._was_rewritten()
        if self._listing is not None and (self._list_at is None or now.steady < self._list_at):
            return rewritten
        listing, unreadable = list_originals(
            self._hot_folder.inbox,
            self._hot_folder.originals,
            self._own_folders(),
            self._folders if self._is_local else None,
            int(now.wall * NANOSECONDS),
        )
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
            return rewritten
        self._listing = listing
        self._indexes.clear()
        self._pass_due = True
        return True

    def _was_rewritten(self) -> bool:
        """Whether a person has changed the list of pairs since the last look."""
        overrides = self._hot_folder.pairing.overrides
        stamp = stamp_at(overrides) if overrides else None
        pairs = self._ledger.board.pairs(self._hot_folder.name)
        if (stamp, pairs) == (self._overrides, self._pairs):
            return False
        self._overrides, self._pairs = stamp, pairs
        self._indexes.clear()
        self._pass_due = True
        return True

    def _by_hand(self, pairing: Pairing) -> Overrides:
        """The pairs that a person wrote down; a list with mistakes counts as none, and the log says so once."""
        if pairing.overrides is None:
            return NO_OVERRIDES
        try:
            return read_overrides(pairing.overrides)
        except UsageError as error:
            if self._desk.once.news(("overrides", self._hot_folder.name), error.message):
                self._desk.log.warning("overrides", hot_folder=self._hot_folder.name, problem=error.message)
            return NO_OVERRIDES

    def _tell_idle_lines(self, pairing: Pairing) -> None:
        """Say which lines of the list of pairs lead nowhere as yet, once for each list that a person wrote."""
        written = pairing.overrides
        if written is None or not self._desk.once.news(
            ("idle lines", self._hot_folder.name, written), stamp_at(written)
        ):
            return
        name, inbox = self._hot_folder.name, self._hot_folder.inbox
        known = [entry.path for entry in self._ledger.entries(name, *State)]
        files = list_files(inbox, [folder for folder in self._own_folders() if folder != inbox]).tree.files
        idle = self._indexes[pairing].idle_lines([*known, *files])
        if idle:
            more = [f"and {len(idle) - MOST_LINES} more, which pored pair shows"] if len(idle) > MOST_LINES else []
            problem = "; ".join([*idle[:MOST_LINES], *more])
            self._desk.log.warning("overrides", hot_folder=name, problem=f"{written.name}: {problem}")

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
        for path, stamp, verdict in check_due(self._settle, Path(), now.steady, is_local=self._is_local):
            if verdict is Verdict.READY:
                self._complete[path] = stamp
                self._pass_due = True
            elif verdict is Verdict.TRUNCATED:
                self._broken[path] = stamp
                self._pass_due = True

    def next_due(self) -> float | None:
        """When there will be something to do without anything happening, in steady seconds."""
        if self._to_try or self._captures.is_reading:
            return 0.0
        times = [time for time in (self._list_at, self._settle.next_due()) if time is not None]
        return min(times, default=None)

    def is_busy(self) -> bool:
        """Whether there is something to list or try, or an original that is waited for may soon be ready."""
        is_trying = self._pass_due or bool(self._to_try) or self._captures.is_reading
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

    def outcome(self, relative: PurePath, refused: frozenset[Path] = frozenset()) -> Outcome | None:
        """What pairing says about a file of the inbox; None before the originals were listed.

        Args:
            relative: the file.
            refused: what is known not to be its original.
        """
        if self._listing is None:
            return None
        pairing = self._hot_folder.for_subfolder(relative.parent).pairing
        if pairing not in self._indexes:
            named = self._by_hand(pairing).with_pairs(self._pairs)
            self._indexes[pairing] = Index(self._listing, pairing, named, self._captures)
            self._tell_idle_lines(pairing)
        return self._indexes[pairing].pair(relative, refused)

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
        self._learn(now)
        return none

    def _learn(self, now: Moment) -> None:
        """Where names do not lead to an original, read what the files' metadata say, as long as a turn may last."""
        if not self._is_short or self._listing is None or self._learnt is self._listing:
            return
        self._captures.wanted(self._listing)
        self._captures.read_on(lambda: self._desk.clock.now().steady - now.steady < TURN_SECONDS)
        if not self._captures.is_reading:
            self._learnt, self._is_short, self._pass_due = self._listing, False, True

    def _match(self, entry: Entry, now: Moment) -> bool:
        """Try one export; False where it is none."""
        refusals = self._refusals(entry)
        outcome = self.outcome(entry.path, frozenset(refusal.path for refusal in refusals))
        candidates = for_pictures(outcome) if outcome else ()
        if isinstance(outcome, (Match, Waiting, Ambiguous)) and self._needs_none(entry):
            self._ledger.paired(entry.id, None, MADE_UP, now.wall)
        elif candidates:
            self._doubt(entry, candidates, now)
        elif isinstance(outcome, Match):
            self._found(entry, outcome, now)
        elif refusals:
            looked_for = outcome.looked_for if isinstance(outcome, Waiting) else ()
            self._wait(entry, Reason(*why_refused(printable(entry.path.name), refusals), looked_for), now)
        elif isinstance(outcome, Waiting):
            self._wait(entry, Reason(outcome.code, outcome.reason, outcome.looked_for), now)
        else:
            return False
        return True

    def _needs_none(self, entry: Entry) -> bool:
        """Whether an export is done without any original."""
        return self._hot_folder.for_subfolder(entry.path.parent).recovery.method == "grain"

    def _refusals(self, entry: Entry) -> list[Refusal]:
        """Files that were tried for an export and still lie there as they did then."""
        tried = self._ledger.tried(entry.id)
        return [one.refusal for one in tried if _content_at(one.refusal.path) == one.stamp.content]

    def _found(self, entry: Entry, match: Match, now: Moment) -> None:
        if not match.is_exact:
            self._doubt(entry, (Candidate(match.original, match.rule),), now)
        elif self._are_complete(entry, [match.original], now):
            self._ledger.paired(entry.id, match.original, match.rule, now.wall)

    def _doubt(self, entry: Entry, candidates: tuple[Candidate, ...], now: Moment) -> None:
        """Have the pictures tell, as soon as all of them are there but those whose end never came."""
        whole = tuple(one for one in candidates if self._broken.get(one.path) != stamp_at(one.path))
        candidates = whole or candidates
        if self._are_complete(entry, [candidate.path for candidate in candidates], now):
            self._ledger.doubted(entry.id, candidates, now.wall)

    def _are_complete(self, entry: Entry, originals: list[Path], now: Moment) -> bool:
        """Whether all may be used; else it is said that they are waited for, or that an end never came."""
        unfinished = [path for path in originals if not self._is_complete(path, now)]
        if unfinished:
            first, its = unfinished[0], f"its original {printable(unfinished[0].name)}"
            if self._broken.get(first) == stamp_at(first):
                self._wait(entry, Reason("truncated", f"{its} is cut short: its end never came; copy it again"), now)
            else:
                self._note(entry, State.WAITING, Reason("no-original", f"{its} is still being written"), now)
            return False
        for path in originals:
            del self._complete[path]
        self._desk.once.forget((entry.hot_folder, entry.path))
        return True

    def _wait(self, entry: Entry, reason: Reason, now: Moment) -> None:
        self._is_short = True
        is_early = now.wall - entry.first_seen < self._hot_folder.wait_for_original
        if is_early or self._learnt is not self._listing:
            self._note(entry, State.WAITING, reason, now)
        elif self._hot_folder.when_unmatched == "fail":
            self._delivery.fail(entry, PairError(reason.code, as_sentence(reason.text)), {}, now)
        elif self._hot_folder.when_unmatched in ("graft", "grain"):
            self._ledger.paired(entry.id, None, MADE_UP, now.wall)
        else:
            self._note(entry, State.UNMATCHED, reason, now)

    def _note(self, entry: Entry, state: State, reason: Reason, now: Moment) -> None:
        """Make it visible that an export waits, and why; once in the log."""
        known = (entry.state, entry.code, entry.message, entry.looked_for)
        if known != (state, reason.code, reason.text, reason.looked_for):
            self._ledger.waits(entry.id, state, reason.text, reason.looked_for, now.wall, code=reason.code)
        needs_a_person = reason.looked_for or reason.code == "truncated"
        if needs_a_person and self._desk.once.news((entry.hot_folder, entry.path), (state, reason)):
            facts = {"hot_folder": entry.hot_folder, "file": str(entry.path), "reason": reason.text}
            names = {"looked_for": list(reason.looked_for)} if reason.looked_for else {}
            self._desk.log.info(state.value, **facts, code=reason.code, **names)


def _content_at(path: Path) -> tuple[int, int] | None:
    stamp = stamp_at(path)
    return stamp.content if stamp else None
