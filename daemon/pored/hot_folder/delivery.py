"""From finished files to a finished job: journal, rename, move, remember. Each step may be the last before a power cut.

What a worker made lies under hidden names. It is written into the ledger's journal with its digests, then renamed into
place, then the job is finished. ``deliver`` does what is left of that, so that after any interruption it is simply
called again: a file that is in place already is recognized by its digest, one that was lost sends the job round again.
"""

from __future__ import annotations

import itertools
import os
import stat
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pored
from pored.config import digest as settings_digest
from pored.config import wished
from pored.errors import PictureError, StorageError
from pored.figures import doubt_about, figures_of
from pored.files.endings import with_ending
from pored.files.names import numbered, printable
from pored.files.reason import render_reason
from pored.files.records import DONE_STATES, Conclusion, Piece, State, Step
from pored.files.staging import (
    Staged,
    TargetExistsError,
    commit,
    digest_file,
    discard,
    make_folders,
    move,
    stage,
    sweep,
)
from pored.hot_folder.batches import Batches
from pored.job import PREVIEW_ENDING, REPORT_ENDING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pored.clock import Moment
    from pored.config import HotFolder
    from pored.files.records import Entry
    from pored.hot_folder.desk import Desk
    from pored.job import Outcome

SECONDS_PER_DAY = 86400

RESULTS = (Piece.RESULT, Piece.LAYERED)
RENAME_SECONDS = 5.0
"""Until finished files are put into place again that the disk or share refused, and"""

RETRY_SECONDS = 30.0
"""until a picture is worked on again; twice as long after each further refusal, up to"""

LONGEST_RETRY_SECONDS = 300.0
"""this."""


class Delivery:
    """Puts the files of one hot folder's jobs where they belong.

    Args:
        hot_folder: its settings, with links in its folders resolved.
        desk: the service's.
        is_in_trouble: told of every refusal; whether it is the folder's, which then rests.

    Attributes:
        failures: how many jobs have failed since the service was started.
        batches: told of every export that is dropped or over.
    """

    def __init__(
        self, hot_folder: HotFolder, desk: Desk, is_in_trouble: Callable[[Entry, StorageError, Moment], bool]
    ) -> None:
        self.failures = 0
        self.batches = Batches(hot_folder, desk)
        self._is_in_trouble = is_in_trouble
        self._refusals: Counter[int] = Counter()
        self._hot_folder = hot_folder
        self._desk = desk
        self._ledger = desk.ledger
        self._once = desk.once
        self._facts: dict[int, Mapping[str, object]] = {}

    # What a job can come to.

    def done(self, entry: Entry, outcome: Outcome, facts: Mapping[str, object], now: Moment) -> None:
        """A worker has made a job's files. ``facts`` go into the picture's line of the log."""
        variant = self._hot_folder.for_subfolder(entry.path.parent)
        try:
            steps = self._steps(entry, outcome, replace=variant.result.on_exist == "replace")
        except StorageError as trouble:
            for staged in outcome.files:
                with suppress(StorageError):
                    discard(staged)
            self.not_now(entry, trouble, now)
            return
        recovery = wished(variant.recovery, entry.wishes)
        made_with = settings_digest(recovery, variant.result)
        state = State.NOTHING_MISSING if outcome.outcome == "nothing_missing" else State.DONE
        conclusion = Conclusion(
            state,
            original=outcome.original,
            original_digest=outcome.original_digest,
            settings_digest=made_with,
            version=pored.__version__,
            figures=figures_of(outcome.report),
            doubt=doubt_about(outcome.report),
        )
        self._ledger.journal(entry.id, conclusion, steps, now.wall)
        self._facts[entry.id] = facts
        self.deliver(self._ledger.entry(entry.id), now)

    def _steps(self, entry: Entry, outcome: Outcome, *, replace: bool) -> list[Step]:
        result = self._step(entry, Piece.RESULT, outcome.result, replace=replace)
        return [
            result,
            *self._layered(entry, outcome, result, replace=replace),
            self._beside(entry, Piece.REPORT, outcome.report_file, result, REPORT_ENDING),
            self._beside(entry, Piece.PREVIEW, outcome.preview, result, PREVIEW_ENDING),
            *self._moves(entry, self._hot_folder.processed),
        ]

    def _layered(self, entry: Entry, outcome: Outcome, result: Step, *, replace: bool) -> Iterator[Step]:
        """The layered document, with the number that the result may have got."""
        staged = outcome.layered
        if staged is not None:
            ending = staged.target.name.removeprefix(outcome.result.target.stem)
            wanted = staged.target.with_name(with_ending(result.target.stem, ending))
            yield self._step(entry, Piece.LAYERED, Staged(staged.temp, wanted, staged.digest), replace=replace)

    def fail(self, entry: Entry, error: PictureError, facts: Mapping[str, object], now: Moment) -> None:
        """A job cannot be done: the reason goes to ``failed``, and the export too where exports are moved at all."""
        try:
            moves = list(self._moves(entry, self._failed()))
            steps = [self._step(entry, Piece.REASON, self._stage_reason(entry, error, now), replace=True), *moves]
        except StorageError as trouble:
            self.not_now(entry, trouble, now)
            return
        conclusion = Conclusion(State.FAILED, error.code, error.message, version=pored.__version__)
        self._ledger.journal(entry.id, conclusion, steps, now.wall)
        self._facts[entry.id] = facts
        self.deliver(self._ledger.entry(entry.id), now)

    def deliver(self, entry: Entry, now: Moment) -> None:
        """Do what is left of a job's journal. Where the disk refuses, it stays as it is, to be called again."""
        try:
            moved_to = None
            for number, step in enumerate(self._ledger.steps(entry.id)):
                if step.kind is Piece.EXPORT:
                    moved_to = self._move_export(step)
                elif not self._put_in_place(entry, number, step):
                    self._start_over(entry, now)
                    return
        except StorageError as trouble:
            self.not_now(entry, trouble, now)
            return
        self._finish(self._ledger.finish(entry.id, moved_to, now.wall))
        self.batches.touched(entry.path, now)

    def _finish(self, entry: Entry) -> None:
        is_done = entry.state in DONE_STATES
        self._refusals.pop(entry.id, None)
        if is_done:
            for reason in self._ledger.reasons_of(entry.hot_folder, entry.path):
                self._remove_own(reason.path, reason.digest)
        else:
            self.failures += 1
        self._once.forget((entry.hot_folder, entry.path))
        written = [each for each in self._ledger.written_for(entry.id) if each.put == entry.finished]
        results = [self._shown(each.path) for each in written if each.kind in RESULTS]
        facts = {**_line(entry), "result": results, **self._facts.pop(entry.id, {"resumed": True})}
        say = self._desk.log.info if is_done else self._desk.log.warning
        say("picture", **facts)
        self._desk.metrics.picture(entry.hot_folder, entry.state.value, entry.code, facts.get("seconds"))

    def _shown(self, result: Path) -> str:
        return str(result.relative_to(self._hot_folder.output))

    def _start_over(self, entry: Entry, now: Moment) -> None:
        for step in self._ledger.steps(entry.id):
            if step.kind is not Piece.EXPORT:
                discard(Staged(step.temp, step.target, step.digest))
        self._ledger.undo_journal(entry.id, now.wall)
        self._desk.log.warning("staged file lost, done again", hot_folder=entry.hot_folder, file=str(entry.path))

    def not_now(self, entry: Entry, trouble: StorageError, now: Moment) -> None:
        """The disk or the share refused. What was worked on is tried again later; anything else stays as it is."""
        if self._is_in_trouble(entry, trouble, now):
            # It rests with its hot folder, and its turn comes as soon as that goes on.
            self._put_off(entry, trouble, now.wall, now)
            return
        first = RETRY_SECONDS if entry.state is State.RUNNING else RENAME_SECONDS
        pause = min(first * 2 ** self._refusals[entry.id], LONGEST_RETRY_SECONDS)
        self._refusals[entry.id] += 1
        self._put_off(entry, trouble, now.wall + pause, now)
        if self._once.news((entry.hot_folder, entry.path), trouble.message):
            facts = {"hot_folder": entry.hot_folder, "file": str(entry.path), "code": trouble.code}
            self._desk.log.error("storage", **facts, reason=trouble.message)

    def _put_off(self, entry: Entry, trouble: StorageError, until: float, now: Moment) -> None:
        if entry.state is State.RUNNING:
            known_to_pass = trouble.code != "io"
            self._ledger.later(entry.id, trouble, until, now.wall, refund=known_to_pass)
        else:
            self._ledger.stuck(entry.id, trouble, until, now.wall)

    # One file.

    def _put_in_place(self, entry: Entry, number: int, step: Step) -> bool:
        """Rename a staged file to its name, unless it has it already; False where it is nowhere."""
        while _digest_at(step.target) != step.digest:
            if not step.temp.exists():
                return False
            step = self._still_free(entry, number, step)
            with suppress(TargetExistsError):
                commit(Staged(step.temp, step.target, step.digest), replace=step.replaces is not None)
        discard(Staged(step.temp, step.target, step.digest))
        return True

    def _still_free(self, entry: Entry, number: int, step: Step) -> Step:
        """The step itself, or one to another name where somebody has taken this one since it was chosen."""
        if _digest_at(step.target) in (None, step.replaces):
            return step
        target, _ = self._free_place(entry, step.target, step.digest, replace=False)
        self._ledger.retarget(entry.id, number, target)
        return Step(step.kind, step.temp, target, step.digest)

    def _move_export(self, step: Step) -> Path | None:
        """Where the export was moved to; None where it left by itself, or where other bytes have its name now."""
        lies, moved = _digest_at(step.temp), _digest_at(step.target) == step.digest
        if lies is None:
            return step.target if moved else None
        if lies != step.digest:
            return None
        if moved:
            # A copy to another file system was finished before the interruption, but its source was not removed.
            discard(Staged(step.temp, step.target, step.digest))
            return step.target
        return move(step.temp, step.target.parent, step.target.name)

    def _step(self, entry: Entry, kind: Piece, staged: Staged, *, replace: bool) -> Step:
        target, replaces = self._free_place(entry, staged.target, staged.digest, replace=replace)
        return Step(kind, staged.temp, target, staged.digest, replaces)

    def _beside(self, entry: Entry, kind: Piece, staged: Staged, result: Step, ending: str) -> Step:
        """A file that is named after the result, wherever that went."""
        wanted = staged.target.with_name(with_ending(result.target.name, ending))
        return self._step(entry, kind, Staged(staged.temp, wanted, staged.digest), replace=True)

    def _moves(self, entry: Entry, root: Path | None) -> Iterator[Step]:
        """The step that takes the export out of the inbox, where it is to be taken out."""
        if root is None:
            return
        folder = self._folder(root, entry)
        target, _ = self._free_place(entry, folder / entry.path.name, None, replace=False)
        yield Step(Piece.EXPORT, self._hot_folder.inbox / entry.path, target, entry.digest)

    def _free_place(self, entry: Entry, wanted: Path, digest: str | None, *, replace: bool) -> tuple[Path, str | None]:
        """Where a file may go: under the name that is wanted, or the first number behind it that will do.

        A name will do that is free, that has these very bytes already (``digest``), or (``replace``) that has what
        pored wrote for this same export and nobody has changed since.

        Returns:
            The place, and the digest of what may be replaced there.
        """
        for number in itertools.count(1):
            target = wanted if number == 1 else wanted.with_name(numbered(wanted.name, number))
            found = _digest_at(target)
            is_free = found is None and not self._ledger.is_staged(target)
            if is_free or (found and found == digest):
                return target, None
            if replace and found and self._is_own(target, found, entry):
                return target, found
        raise AssertionError("numbers do not end")

    def _is_own(self, path: Path, found: str, entry: Entry) -> bool:
        wrote = self._ledger.wrote(path)
        if wrote is None or wrote.digest != found:
            return False
        owner = self._ledger.entry(wrote.job)
        return (owner.hot_folder, owner.path) == (entry.hot_folder, entry.path)

    def _stage_reason(self, entry: Entry, error: PictureError, now: Moment) -> Staged:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(now.wall))
        text = render_reason(printable(entry.path.name), error, when).encode("utf-8", "replace")
        folder = self._folder(self._hot_folder.failed, entry)
        name = with_ending(entry.path.name, ".reason.txt")
        return stage(folder, name, text, mode=self._hot_folder.mode, group=self._hot_folder.group)

    def _folder(self, root: Path, entry: Entry) -> Path:
        """The export's sub-folder, below another root; made where it is missing."""
        folder = root / entry.path.parent
        make_folders(folder, root, mode=self._hot_folder.mode, group=self._hot_folder.group)
        return folder

    def _failed(self) -> Path | None:
        return self._hot_folder.failed if self._hot_folder.processed else None

    def _remove_own(self, path: Path, digest: str) -> None:
        """Remove a file that pored wrote, unless somebody changed it."""
        try:
            if _digest_at(path) == digest:
                discard(Staged(path, path, digest))
        except StorageError:
            return  # It stays, and stays remembered.
        self._ledger.forget_written(path)

    # Later.

    def results_in_place(self, entry: Entry) -> bool:
        """Whether a done job's results lie where they were put, unchanged; a layered one is there to be worked on."""
        written = self._ledger.written_for(entry.id)
        results = [each for each in written if each.kind is Piece.RESULT]
        if any(not each.path.exists() for each in written if each.kind is Piece.LAYERED):
            return False
        return bool(results) and all(_digest_at(result.path) == result.digest for result in results)

    def put_away(self, entry: Entry) -> Path | None:
        """Take an export out of the inbox that is done already; where it was put."""
        moved_to = None
        for step in self._moves(entry, self._hot_folder.processed):
            moved_to = self._move_export(step)
        return moved_to

    def bring_back(self, entry: Entry) -> None:
        """Lay an export that was moved away into the inbox again.

        Raises:
            PictureError: it is gone, or there is another file of its name in the inbox.
        """
        place = self._hot_folder.inbox / entry.path
        found = _digest_at(place)
        if found == entry.digest:
            return
        name = printable(place.name)
        if found is not None:
            raise PictureError("other-bytes", f"There is another {name} in the inbox now.")
        if entry.moved_to is None or _digest_at(entry.moved_to) != entry.digest:
            raise PictureError("gone", f"{name} is no longer where it was. Drop it into the inbox again.")
        self._folder(self._hot_folder.inbox, entry)
        move(entry.moved_to, place.parent, place.name)

    def expire(self, now: Moment) -> None:
        """Remove reports and previews that were kept for long enough."""
        before = now.wall - self._hot_folder.keep_days * SECONDS_PER_DAY
        for written in self._ledger.expired(self._hot_folder.name, before):
            self._remove_own(written.path, written.digest)
        self.batches.expire(now, before)

    def sweep(self, alive: Callable[[], None]) -> None:
        """Remove what an interrupted service left half written. Nobody may be at work, and every journal delivered.

        Args:
            alive: called from time to time, since big trees take long.
        """
        hot_folder = self._hot_folder
        roots = {hot_folder.output, hot_folder.reports, hot_folder.failed, hot_folder.processed} - {None}
        for folder in {folder for root in roots if root for folder, _, _ in os.walk(root)}:
            alive()
            with suppress(StorageError):
                for stray in sweep(Path(folder), recursive=False):
                    self._desk.log.info("swept", hot_folder=hot_folder.name, file=stray.name)


def _digest_at(path: Path) -> str | None:
    """Of the regular file at a path; None where nothing is there; empty for a link, folder or the like.

    Raises:
        StorageError: it cannot be read.
    """
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    except OSError:
        return digest_file(path)  # Which says what is wrong, in words for people.
    return digest_file(path) if stat.S_ISREG(status.st_mode) else ""


def _line(entry: Entry) -> dict[str, object]:
    """What the ledger says about a picture, for the log."""
    line: dict[str, object] = {
        "hot_folder": entry.hot_folder,
        "file": str(entry.path),
        "outcome": entry.state.value,
        "original": entry.original.name if entry.original else None,
        "rule": entry.rule,
        "attempts": entry.attempts,
    }
    if entry.state is State.FAILED:
        line |= {"code": entry.code, "reason": entry.message}
    return line
