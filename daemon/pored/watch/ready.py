"""The settle tracker asked about real files: what has stood still is looked at once more and checked to its end."""

from __future__ import annotations

import errno
import fcntl
import signal
import stat
from typing import TYPE_CHECKING

from pored.regular import open_regular
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


def check_due(
    settle: Settle[PathT], root: Path, now: float, *, is_local: bool = False
) -> Iterator[tuple[PathT, Stamp, Verdict]]:
    """Check the files that are due, one after the other as they are asked for.

    Args:
        settle: the tracker; files that left meanwhile are forgotten.
        root: what its paths are relative to.
        now: seconds, of the tracker's clock.
        is_local: the disk is this machine's own, which knows who has a file open.

    Yields:
        Path, stamp and verdict.
    """
    for path in settle.due(now):
        if checked := check(settle, root, path, now, is_local=is_local):
            yield path, *checked


def check(
    settle: Settle[PathT], root: Path, path: PathT, now: float, *, is_local: bool = False
) -> tuple[Stamp, Verdict] | None:
    """Check one that is due; arguments as for ``check_due``.

    Returns:
        Its stamp and the verdict; None where it left, or has changed and is due no more.
    """
    stamp = stamp_at(root / path)
    if stamp is None:
        settle.forget(path)
        return None
    settle.saw(path, stamp, now, Hint.SCANNED)
    if not settle.is_due(path, now):
        return None
    ending = _ending(root / path)
    is_held = is_local and ending is not Ending.INCOMPLETE and is_being_written(root / path)
    return stamp, settle.checked(path, ending, now, is_held=is_held)


def is_being_written(path: Path) -> bool:
    """Whether some process of this machine (a file server's too) has a file open for writing.

    The kernel grants a read lease (fcntl(2), F_SETLEASE) only while nobody has. It grants one to the file's owner, or
    with CAP_LEASE; where it is not to be had, nobody is said to write. Not for network file systems, which refuse
    leases for reasons of their own.
    """
    try:
        with open_regular(path) as file:
            # Somebody may open the file in the moment until the lease is given back. The signal that would say so ends
            # a process, if it is not one that is ignored.
            fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    return False


def _ending(path: Path) -> Ending:
    try:
        return looks_complete(path)
    except OSError:
        # Gone, or not to be read now: it is asked again, ever more rarely.
        return Ending.INCOMPLETE
