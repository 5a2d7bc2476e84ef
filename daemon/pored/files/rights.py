"""Permission bits and group of what pored writes, so that others may rename and delete it."""

from __future__ import annotations

import grp
import os
import stat
from typing import TYPE_CHECKING

from pored.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path


def give_rights(file: int | Path, name: str, *, mode: int, group: str | None) -> None:
    """Sets group and permission bits, whatever the umask.

    Args:
        file: an open descriptor or a path.
        name: for messages.
        mode: permission bits; a folder's set-group-ID bit stays.
        group: its name; None leaves the group as it is.

    Raises:
        StorageError: the group does not exist, or one of the two may not be set here.
        OSError: the disk or the share refused for another reason.
    """
    if group is not None:
        _give_to_group(file, name, group)
    wanted = mode | os.stat(file).st_mode & stat.S_ISGID  # noqa: PTH116 - a descriptor is no path
    try:
        os.chmod(file, wanted)  # noqa: PTH101 - or a descriptor
    except PermissionError as fault:
        if stat.S_IMODE(os.stat(file).st_mode) != wanted:  # noqa: PTH116 - likewise
            raise StorageError(
                "forbidden",
                f"Could not give {name} the mode {mode:04o}: the share sets modes itself. "
                f"Mount it with that mode, or change `mode` in the settings.",
            ) from fault


def _give_to_group(file: int | Path, name: str, group: str) -> None:
    try:
        wanted = grp.getgrnam(group).gr_gid
    except KeyError as fault:
        raise StorageError(
            "no-group",
            f"Could not give {name} to the group {group}, which does not exist. `groupadd {group}` makes it.",
        ) from fault
    if os.stat(file).st_gid == wanted:  # noqa: PTH116 - likewise
        return
    try:
        os.chown(file, -1, wanted)
    except PermissionError as fault:
        raise StorageError(
            "forbidden",
            f"Could not give {name} to the group {group}: pored's user is not in it. "
            f"`usermod -aG {group} pored` puts it in; then restart pored.",
        ) from fault
