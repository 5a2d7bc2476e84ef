"""The settle tracker asked about real files: what has stood still is looked at once more and checked to its end."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from pored.stamp import Stamp, stamp_of
from pored.watch.endcheck import Ending, looks_complete
from pored.watch.settle import Hint, PathT, Settle, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def stamp_at(path: Path) -> Stamp | None:
    """The stamp of the regular file at a path; None where there is none, or none that may be looked at."""
    try:
        status = path.lstat()
    except (OSError, ValueError):
        return None
    return stamp_of(status) if stat.S_ISREG(status.st_mode) else None


def check_due(settle: Settle[PathT], root: Path, now: float) -> Iterator[tuple[PathT, Stamp, Verdict]]:
    """Check the files that are due, one after the other as they are asked for.

    Args:
        settle: the tracker; files that left meanwhile are forgotten.
        root: what its paths are relative to.
        now: seconds, of the tracker's clock.

    Yields:
        Path, stamp and verdict.
    """
    for path in settle.due(now):
        stamp = stamp_at(root / path)
        if stamp is None:
            settle.forget(path)
            continue
        settle.saw(path, stamp, now, Hint.SCANNED)
        if settle.is_due(path, now):
            yield path, stamp, settle.checked(path, _ending(root / path), now)


def _ending(path: Path) -> Ending:
    try:
        return looks_complete(path)
    except OSError:
        # Gone, or not to be read now: it is asked again, ever more rarely.
        return Ending.INCOMPLETE
