"""Opening a file where anybody may put links, pipes and devices: nothing but a regular file is ever opened."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading.

    The name is first taken hold of without opening what it stands for (O_PATH, open(2)), so that a pipe that was put in
    a file's place just now can neither be opened nor hold the reader up, and a link leads nowhere.

    Raises:
        OSError: it is not there, may not be read, or is no regular file (EINVAL).
    """
    handle = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        return open(f"/proc/self/fd/{handle}", "rb")  # noqa: PTH123 - not a path of anybody's
    finally:
        os.close(handle)
