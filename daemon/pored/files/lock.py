"""One service a state folder, held by a lock that dies with its process."""

from __future__ import annotations

import fcntl
import os
import struct
from typing import TYPE_CHECKING

from pored.errors import MachineError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

LOCK_NAME = "service.lock"

# struct flock of fcntl(2): a write lock on the whole file. Locks of the open file description, unlike the older ones of
# the process, are not dropped when another part of the process opens and closes the same file.
_WHOLE_FILE = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)


def own(state_dir: Path) -> int:
    """Become the owner of a state folder, which is made where it is missing.

    Returns:
        A file descriptor; closing it, or the end of the process, gives the folder free.

    Raises:
        UsageError: another service owns it.
        MachineError: it cannot be made or written.
    """
    try:
        state_dir.mkdir(mode=0o750, parents=True, exist_ok=True)
        lock = os.open(state_dir / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise MachineError(
            f"The state folder {state_dir} cannot be written: {error.strerror}. Give it to pored's user, or name "
            "another as state_dir."
        ) from error
    try:
        fcntl.fcntl(lock, fcntl.F_OFD_SETLK, _WHOLE_FILE)
    except OSError as error:
        os.close(lock)
        owner = service_pid(state_dir)
        raise UsageError(
            f"Another pored (process {owner or 'unknown'}) runs with the state folder {state_dir}. "
            "Stop it first, or give this one a state_dir of its own."
        ) from error
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def service_pid(state_dir: Path) -> int | None:
    """Process id of the service that owns a state folder now; None where none does, or nobody may know."""
    try:
        with (state_dir / LOCK_NAME).open("rb") as lock:
            # Asking must not take the lock, or a service that starts just now would find it taken.
            answer = fcntl.fcntl(lock, fcntl.F_OFD_GETLK, _WHOLE_FILE)
            owned = struct.unpack_from("h", answer)[0] != fcntl.F_UNLCK
            return int(lock.read()) if owned else None
    except (OSError, ValueError):
        return None
