"""When is a file ready? A tracker that is told what was seen and when; it knows no disk and no clock.

Ready = neither size, time nor inode changed, and no event came, for the settle time; and then its end check passed.
How long that is depends on how the writing is known to have ended (measured: reference of hot folders in the design):

- closed by its writer, or renamed into place: the settle time;
- there since before the service looked: the settle time;
- only created, changed, or found by a scan: 2.5 times as long, since nobody said that it was finished.

A file whose end check fails is looked at again ever more rarely, and is called truncated when nothing happened to it
for five minutes. One that looks complete while a program has it open for writing (an SMB copy has its full size and may
have its end before its middle) waits for that program, but no longer than these five minutes: some never let go.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import PurePath
from typing import TYPE_CHECKING, Generic, TypeVar

from pored.watch.endcheck import Ending

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pored.stamp import Stamp

PathT = TypeVar("PathT", bound=PurePath)

UNFINISHED_FACTOR = 2.5
"""Times the settle time, where nothing says that the writer has finished."""

LONGEST_PAUSE = 60.0
"""Seconds between two end checks of the same file, at most; and how long a doubtful end must stay as it is."""

TRUNCATED_AFTER = 300.0
"""Seconds without any change after which an incomplete file is called truncated, and an open one is taken as it is."""


class Hint(Enum):
    """How a file came to notice."""

    PRESENT = auto()
    """It lay there when the folder was first looked at."""
    SCANNED = auto()
    """A later scan found it."""
    TOUCHED = auto()
    """Its times or rights were set."""
    WRITTEN = auto()
    """It was created or written to."""
    FINISHED = auto()
    """Its writer closed it, or it was renamed into place."""


class Verdict(Enum):
    """What a check comes to."""

    READY = auto()
    NOT_YET = auto()
    HELD = auto()
    """It looks complete, but a program still has it open for writing."""
    TRUNCATED = auto()


@dataclass(slots=True)
class _Tracked:
    stamp: Stamp
    still_since: float
    quiet: float
    check_at: float
    pause: float
    refused: bool = False


class Settle(Generic[PathT]):
    """The files that were seen and are not yet known to be ready.

    Args:
        settle_seconds: the settle time.
    """

    def __init__(self, settle_seconds: float) -> None:
        self.be(settle_seconds)
        self._files: dict[PathT, _Tracked] = {}

    def be(self, settle_seconds: float) -> None:
        """Wait so long for what is seen from now on."""
        self._short = settle_seconds
        self._long = settle_seconds * UNFINISHED_FACTOR

    def __len__(self) -> int:
        return len(self._files)

    def __iter__(self) -> Iterator[PathT]:
        return iter(self._files)

    def __contains__(self, path: object) -> bool:
        return path in self._files

    def saw(self, path: PathT, stamp: Stamp, now: float, hint: Hint) -> None:
        """A file was there, with this stamp. Times are seconds of a clock that never goes back."""
        known = self._files.get(path)
        if known is None:
            quiet = self._short if hint in (Hint.PRESENT, Hint.FINISHED) else self._long
            self._files[path] = _Tracked(stamp, now, quiet, now + quiet, quiet)
        elif known.stamp != stamp or hint in (Hint.WRITTEN, Hint.FINISHED):
            known.stamp = stamp
            self._restart(known, now, hint)

    def _restart(self, known: _Tracked, now: float, hint: Hint) -> None:
        if hint is Hint.FINISHED:
            known.quiet = self._short
        elif hint is not Hint.TOUCHED:
            # Set times after the close (rsync, SMB) do not mean that somebody writes again; anything else may.
            known.quiet = self._long
        known.still_since = now
        known.check_at = now + known.quiet
        known.pause = known.quiet
        known.refused = False

    def forget(self, path: PathT) -> Stamp | None:
        """The file is gone, or no longer of interest; its stamp, where it was tracked."""
        known = self._files.pop(path, None)
        return known.stamp if known else None

    def due(self, now: float) -> list[PathT]:
        """Files that have been still for long enough to be checked, oldest first."""
        due = [path for path, known in self._files.items() if known.check_at <= now]
        return sorted(due, key=lambda path: self._files[path].check_at)

    def is_due(self, path: PathT, now: float) -> bool:
        """Whether a file is tracked and due."""
        return path in self._files and self._files[path].check_at <= now

    def next_due(self) -> float | None:
        """When the next file will be due; None where nothing is tracked."""
        return min((known.check_at for known in self._files.values()), default=None)

    def checked(self, path: PathT, ending: Ending, now: float, *, is_held: bool = False) -> Verdict:
        """Judge a due file by its end check. One that is ready or truncated is tracked no longer.

        Args:
            path: the file's.
            ending: what its end says.
            now: seconds.
            is_held: somebody has it open for writing.

        Raises:
            KeyError: the file is not tracked.
        """
        known = self._files[path]
        still = now - known.still_since
        is_whole = ending is Ending.COMPLETE or (ending is Ending.DOUBTFUL and still >= LONGEST_PAUSE)
        if still >= TRUNCATED_AFTER or (is_whole and not is_held):
            self.forget(path)
            return Verdict.READY if is_whole else Verdict.TRUNCATED
        known.refused = True
        known.pause = min(2 * known.pause, LONGEST_PAUSE)
        known.check_at = now + known.pause
        return Verdict.HELD if is_whole else Verdict.NOT_YET

    def hopeful(self) -> bool:
        """Whether there is a file that was not refused since it changed last: it may soon be ready."""
        return any(not known.refused for known in self._files.values())
