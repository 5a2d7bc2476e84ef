"""What lies in a folder, and word that something may have changed there. The only door to watchdog.

The scan is the truth. Events only make it faster: they get lost when the queue overflows, a removed or unmounted root
sends none, and neither does a share for what other machines write. So a handler does nothing but note a path.
"""

from __future__ import annotations

import logging
import os
import stat
import threading
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NamedTuple

from watchdog.events import (
    EVENT_TYPE_CLOSED,
    EVENT_TYPE_CREATED,
    EVENT_TYPE_DELETED,
    EVENT_TYPE_MODIFIED,
    EVENT_TYPE_MOVED,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from pored.stamp import Stamp, stamp_of
from pored.watch.names import is_temporary
from pored.watch.settle import Hint

if TYPE_CHECKING:
    from collections.abc import Callable

    from watchdog.observers.api import BaseObserver, ObservedWatch

_EVENT_TYPE_ATTRIB = "attrib"  # Since watchdog 7; 6 calls it modified.

_HINTS = {
    EVENT_TYPE_CREATED: Hint.WRITTEN,
    EVENT_TYPE_MODIFIED: Hint.WRITTEN,
    EVENT_TYPE_CLOSED: Hint.FINISHED,
    EVENT_TYPE_DELETED: Hint.SCANNED,
    _EVENT_TYPE_ATTRIB: Hint.TOUCHED,
}
"""Event types that concern a file's content; opening and reading (pored's own, for the most part) do not."""

_STRONG = (Hint.WRITTEN, Hint.FINISHED)


class Identity(NamedTuple):
    """Which folder it is that a path leads to: another one may have been mounted or made there."""

    device: int
    inode: int


def identity(root: Path) -> Identity:
    """The folder at a path.

    Raises:
        OSError: there is none, or it may not be looked at.
    """
    status = root.stat()
    if not root.is_dir():
        raise NotADirectoryError(f"{root} is no folder")
    return Identity(status.st_dev, status.st_ino)


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan found.

    Attributes:
        files: regular files by their path relative to the root; no links, nothing temporary.
        others: what is neither file nor folder, likewise, each with its kind, one of ``STRANGE``.
        whole: every folder could be looked into, so that what is not listed is not there.
        empty: the root holds nothing at all, not even a hidden file, like a mount point without its share.
    """

    files: dict[PurePath, Stamp]
    others: dict[PurePath, str]
    whole: bool
    empty: bool


_DEVICE = "device"
_KINDS = {stat.S_IFLNK: "link", stat.S_IFIFO: "pipe", stat.S_IFSOCK: "socket"}
STRANGE = (*_KINDS.values(), _DEVICE)
"""What may lie in a folder besides files and folders."""


def scan(root: Path) -> Scan:
    """Everything below a folder that may be somebody's finished work.

    Raises:
        OSError: the root itself cannot be looked into.
    """
    waiting = [PurePath()]
    files: dict[PurePath, Stamp] = {}
    others: dict[PurePath, str] = {}
    names, whole = 0, True
    while waiting:
        folder = waiting.pop()
        try:
            entries = _entries(root / folder)
        except OSError:
            if folder == PurePath():
                raise
            # It left just now, or may not be read: its files are not listed, but not gone either.
            whole = False
            continue
        names += len(entries)
        for entry in entries:
            if is_temporary(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(folder / entry.name)
                continue
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # It left since it was listed.
            except OSError:
                whole = False
                continue
            if stat.S_ISREG(status.st_mode):
                files[folder / entry.name] = stamp_of(status)
            else:
                others[folder / entry.name] = _KINDS.get(stat.S_IFMT(status.st_mode), _DEVICE)
    return Scan(files, others, whole, empty=names == 0)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return list(entries)


@dataclass(slots=True)
class _Noted:
    """What the watching threads leave for the loop."""

    hints: dict[Path, Hint] = field(default_factory=dict)
    rescan: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def path(self, path: str | bytes, hint: Hint) -> None:
        where = Path(os.fsdecode(path))
        with self.lock:
            if hint in _STRONG or where not in self.hints:
                self.hints[where] = hint

    def everything(self) -> None:
        with self.lock:
            self.rescan = True

    def take(self) -> tuple[dict[Path, Hint], bool]:
        with self.lock:
            taken = self.hints, self.rescan
            self.hints, self.rescan = {}, False
        return taken


class _Handler(FileSystemEventHandler):
    """Notes paths and wakes the loop; an exception in here would end all events."""

    def __init__(self, noted: _Noted, wake: Callable[[], None]) -> None:
        self._noted = noted
        self._wake = wake

    def dispatch(self, event: FileSystemEvent) -> None:
        """Called by watchdog's thread for every event."""
        if event.is_directory:
            if event.event_type not in (EVENT_TYPE_DELETED, EVENT_TYPE_MOVED):
                return
            # A folder that left sends no word of the files in it.
            self._noted.everything()
        elif event.event_type == EVENT_TYPE_MOVED:
            self._noted.path(event.src_path, Hint.SCANNED)
            self._noted.path(event.dest_path, Hint.FINISHED)
        elif event.event_type in _HINTS:
            self._noted.path(event.src_path, _HINTS[event.event_type])
        else:
            return
        self._wake()


class _OverflowListener(logging.Handler):
    """Hears watchdog's warnings: the one sign that the kernel dropped events."""

    def __init__(self, noted: _Noted, wake: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._noted = noted
        self._wake = wake

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002 - whatever it says, a scan is right
        """Called by logging, in watchdog's thread."""
        self._noted.everything()
        self._wake()


class Watcher:
    """Events of any number of folders with all their sub-folders.

    Args:
        wake: called from other threads when there is something to take.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._noted = _Noted()
        self._handler = _Handler(self._noted, wake)
        self._listener = _OverflowListener(self._noted, wake)
        logging.getLogger("watchdog").addHandler(self._listener)
        self._observer: BaseObserver | None = None
        self._watched: dict[Path, tuple[ObservedWatch, Identity]] = {}

    def close(self) -> None:
        """End all threads."""
        logging.getLogger("watchdog").removeHandler(self._listener)
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()

    def take(self) -> tuple[dict[Path, Hint], bool]:
        """What was noted since the last time: absolute paths, and whether everything has to be scanned."""
        return self._noted.take()

    def keep(self, root: Path) -> bool:
        """Watch a folder, unless it is watched already and the watch is alive.

        Returns:
            Whether the watch is new, so that something may have happened unseen.

        Raises:
            OSError: it cannot be watched: it is not there, or the system's inotify limits are reached.
        """
        try:
            now_there = identity(root)
        except OSError:
            self.drop(root)  # what comes in its place may have the same number
            raise
        if self._holds(root, now_there):
            return False
        if self._observer is not None and not self._observer.is_alive():
            # The thread that hands out events has died, and with it all watches.
            self._watched.clear()
            self._observer = None
        self.drop(root)
        if self._observer is None:
            self._observer = Observer()
            self._observer.start()
        self._watched[root] = self._observer.schedule(self._handler, os.fspath(root), recursive=True), now_there
        return True

    def _holds(self, root: Path, now_there: Identity) -> bool:
        if self._observer is None or root not in self._watched:
            return False
        watch, was_there = self._watched[root]
        emitters = [emitter for emitter in self._observer.emitters if emitter.watch == watch]
        alive = self._observer.is_alive() and any(emitter.is_alive() for emitter in emitters)
        return alive and was_there == now_there

    def drop(self, root: Path) -> None:
        """Watch a folder no longer, if it is watched."""
        if self._observer is not None and root in self._watched:
            watch, _ = self._watched.pop(root)
            self._observer.unschedule(watch)
