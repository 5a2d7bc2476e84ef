"""Whether a hot folder can be worked on: its folders are there, are what they were, may be used, and take files."""

from __future__ import annotations

import grp
import os
import shutil
from typing import TYPE_CHECKING

from pored.errors import StorageError
from pored.files.staging import discard, stage
from pored.watch.inbox import identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pored.config import HotFolder
    from pored.hot_folder.desk import Desk
    from pored.watch.mounts import Mounts

FOLDER_CODES = frozenset({"disk-full", "read-only", "forbidden", "gone", "no-group"})
"""Of what the disk refuses to one file and may refuse to all."""

PROBE_BYTES = 1 << 20
"""Written to each folder to see whether it takes files again; quotas and used-up inodes show in no other way."""

ROOM_FACTOR = 2
"""Times an export's size must be free for what is made of it."""


class Health:
    """Looks at one hot folder's folders.

    Args:
        hot_folder: its settings, with links in its folders resolved.
        desk: the service's.

    Attributes:
        is_remote: at the last look, inbox or originals were on a network share, of which come no events.
    """

    def __init__(self, hot_folder: HotFolder, desk: Desk) -> None:
        self.is_remote = False
        self._hot_folder = hot_folder
        self._desk = desk
        self._board = desk.ledger.board
        self._room = 0

    def trouble(self) -> str | None:
        """What is wrong, for whoever looks after the server; None: nothing.

        Raises:
            OSError: a folder could not be looked at.
        """
        name = self._hot_folder.name
        if name in self._board.held():
            return f"paused by hand; `pored resume {name}` lets it go on"
        # Looking at a folder mounts what is to be mounted on demand; so what is mounted is asked after that.
        found = self._lacks_group() or self._is_away() or self._is_elsewhere(self._desk.mounts())
        if found is None and self._room:
            found = self._refuses()
        if found is None:
            self._room = 0
        return found

    def refused(self, size: int) -> str | None:
        """Something of an export of that size was refused: whether it is the folder that refuses, and why.

        If it is, ``trouble`` says so, too, until the folder takes files again.
        """
        self._room = PROBE_BYTES + ROOM_FACTOR * size
        found = self._lacks_group() or self._is_away() or self._refuses()
        if found is None:
            self._room = 0
        return found

    def _folders(self) -> Iterator[tuple[str, Path, bool]]:
        """Role, place, and whether it is written to."""
        hot_folder = self._hot_folder
        yield "inbox", hot_folder.inbox, hot_folder.processed is not None
        for root in hot_folder.originals:
            yield "originals", root, False
        for role in ("output", "failed", "reports"):
            yield role, getattr(hot_folder, role), True
        if hot_folder.processed:
            yield "processed", hot_folder.processed, True

    def _lacks_group(self) -> str | None:
        group = self._hot_folder.group
        if group is None:
            return None
        try:
            number = grp.getgrnam(group).gr_gid
        except KeyError:
            return f"there is no group {group}: `groupadd {group}` makes it"
        if os.geteuid() != 0 and number not in (os.getegid(), *os.getgroups()):
            return f"pored's user is not in the group {group}: see `pored check`"
        return None

    def _is_away(self) -> str | None:
        for role, folder, written in self._folders():
            try:
                identity(folder)
            except OSError as error:
                return f"the {role} folder {folder} is not there ({error.strerror}): make it, or mount its share"
            if not os.access(folder, os.R_OK | os.X_OK):
                return f"pored may not read the {role} folder {folder}: see `pored check`"
            if written and not os.access(folder, os.W_OK):
                return f"pored may not write to the {role} folder {folder}, or it is read-only: see `pored check`"
        return None

    def _is_elsewhere(self, mounts: Mounts) -> str | None:
        """Whether a folder lies on an empty mount point; else what it lies on is remembered, over restarts as well."""
        before, root = self._board.volumes(self._hot_folder.name), mounts.root
        now = {folder: mounts.at(folder) for _, folder, _ in self._folders()}
        for role, folder, _ in self._folders():
            if point := mounts.lacking(folder):
                return f"nothing is mounted on {point}, where the {role} folder {folder} lies: mount its share"
            if folder in before and before[folder].is_lost_in(now[folder], root):
                source = before[folder].source
                return (
                    f"{source}, on which the {role} folder {folder} lay, is no longer mounted: mount it again. "
                    f"If the folder was moved on purpose: `pored resume {self._hot_folder.name}`"
                )
        if now != {folder: before.get(folder) for folder in now}:
            self._board.remember_volumes(self._hot_folder.name, now)
        roots = (self._hot_folder.inbox, *self._hot_folder.originals)
        self.is_remote = any(now[root].is_network for root in roots)
        return None

    def _refuses(self) -> str | None:
        """Whether a folder that is written to takes no file; tried, since rights and free space are not all."""
        hot_folder = self._hot_folder
        for role, folder, written in self._folders():
            if not written:
                continue
            if shutil.disk_usage(folder).free < self._room:
                return f"the disk of the {role} folder {folder} is full: free some space"
            try:
                discard(stage(folder, "probe", bytes(PROBE_BYTES), mode=hot_folder.mode, group=hot_folder.group))
            except StorageError as error:
                _, _, why = error.message.partition(": ")
                return f"the {role} folder {folder} takes no files: {why or error.message}"
        return None
