"""What the disk says when it refuses, in words for people."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pored.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_CODES = {
    errno.ENOSPC: "disk-full",
    errno.EDQUOT: "disk-full",
    errno.EROFS: "read-only",
    errno.EACCES: "forbidden",
    errno.EPERM: "forbidden",
    errno.ENOENT: "gone",
    errno.ENOTDIR: "gone",
    errno.ESTALE: "gone",
    errno.ENODEV: "gone",
    errno.ENXIO: "gone",
    errno.ENOTCONN: "gone",
    errno.EHOSTDOWN: "gone",
    errno.EHOSTUNREACH: "gone",
}
_WORDS = {
    "disk-full": "the disk is full, or a quota is used up. Free some space.",
    "read-only": "the disk or share is read-only. Make it writable.",
    "forbidden": "pored's user has no right to do that there. `pored check` says which folder needs which right.",
    "gone": "the file, its folder or its share is no longer there. Bring it back.",
}


def storage_error(fault: OSError, action: str, name: str) -> StorageError:
    """The error for a fault while doing ``action`` ("read", "write", "move") to the file ``name``."""
    code = _CODES.get(fault.errno or 0, "io")
    why = _WORDS.get(code, f"the disk or share reports: {fault.strerror or 'no reason'}. Check it.")
    return StorageError(code, f"Could not {action} {name}: {why}")


@contextmanager
def storage_faults(action: str, name: str) -> Iterator[None]:
    """Turns any OSError within into a StorageError."""
    try:
        yield
    except OSError as fault:
        raise storage_error(fault, action, name) from fault
