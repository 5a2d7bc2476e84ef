"""What lies in a folder, read from the disk."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from pored.watch.folders import Listing, Tree
from pored.watch.names import is_temporary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Found:
    """What a walk found.

    Attributes:
        tree: the folder and its files.
        unreadable: folders that could not be looked into, relative to the root (``.`` is the root itself).
    """

    tree: Tree
    unreadable: tuple[PurePath, ...]


SURE_NS = 2_000_000_000
"""A folder that was changed less long ago than this may be changed again without its time telling."""


@dataclass(frozen=True, slots=True)
class _Folder:
    """What one folder holds: files and folders relative to the root, in order."""

    files: tuple[PurePath, ...]
    folders: tuple[PurePath, ...]


class Remembered:
    """What folders held when they were last looked into.

    One to which nothing came and from which nothing went since, as its own time says, need not be looked into again.
    For one set of folders to leave out; not for network shares, whose times cannot be relied on.
    """

    def __init__(self) -> None:
        self._held: dict[tuple[Path, PurePath], tuple[tuple[int, int, int], _Folder]] = {}

    def look(self, root: Path, folder: PurePath, without: Collection[str], now_ns: int) -> _Folder:
        """A folder's content.

        Args:
            root: absolute.
            folder: relative to the root.
            without: absolute folders that count as not there.
            now_ns: nanoseconds since 1970.

        Raises:
            OSError: it cannot be looked into.
        """
        status = (root / folder).stat()
        mark = status.st_dev, status.st_ino, status.st_mtime_ns
        known = self._held.get((root, folder))
        if known is not None and known[0] == mark:
            return known[1]
        self._held.pop((root, folder), None)
        held = _looked_into(root, folder, without)
        if status.st_mtime_ns < now_ns - SURE_NS:
            self._held[root, folder] = mark, held
        return held

    def forget_others(self, root: Path, kept: Collection[PurePath]) -> None:
        """Keep nothing of a root's folders but these."""
        gone = [key for key in self._held if key[0] == root and key[1] not in kept]
        for key in gone:
            del self._held[key]


def list_files(
    root: Path, leave_out: Collection[Path] = (), remembered: Remembered | None = None, now_ns: int = 0
) -> Found:
    """The regular files below a folder; no links, nothing temporary; as long as nothing changes, in the same order.

    Args:
        root: absolute; links in it are resolved.
        leave_out: absolute folders not to look into (output, processed, failed, reports); the root itself always is.
        remembered: spares folders that were not changed.
        now_ns: nanoseconds since 1970; for what is remembered.
    """
    root = Path(os.path.realpath(root))
    without = {os.path.realpath(folder) for folder in leave_out}
    files: list[PurePath] = []
    unreadable: list[PurePath] = []
    folders = [PurePath()]
    seen: set[PurePath] = set()
    while folders:
        folder = folders.pop()
        seen.add(folder)
        try:
            held = remembered.look(root, folder, without, now_ns) if remembered else _looked_into(root, folder, without)
        except OSError:
            unreadable.append(folder)
            continue
        files.extend(held.files)
        folders.extend(held.folders)
    if remembered:
        remembered.forget_others(root, seen)
    return Found(Tree(root, tuple(files)), tuple(unreadable))


def _looked_into(root: Path, folder: PurePath, without: Collection[str]) -> _Folder:
    entries = sorted(_entries(root / folder, without), key=lambda entry: entry.name)
    return _Folder(
        tuple(folder / entry.name for entry in entries if entry.is_file(follow_symlinks=False)),
        tuple(folder / entry.name for entry in entries if entry.is_dir(follow_symlinks=False)),
    )


def list_originals(
    inbox: Path,
    roots: Iterable[Path],
    leave_out: Collection[Path] = (),
    remembered: Remembered | None = None,
    now_ns: int = 0,
) -> tuple[Listing, tuple[Path, ...]]:
    """What pairing needs to know of the disk.

    Args:
        inbox: absolute.
        roots: of the originals, absolute, in the order configured.
        leave_out: absolute folders that hold no originals though they may lie among them (output, processed, failed,
            reports).
        remembered: spares folders that were not changed.
        now_ns: nanoseconds since 1970; for what is remembered.

    Returns:
        The listing, and the folders that could not be looked into (absolute): what is in them counts as not there.
    """
    found = [list_files(root, leave_out, remembered, now_ns) for root in roots]
    listing = Listing(Path(os.path.realpath(inbox)), tuple(one.tree for one in found))
    return listing, tuple(one.tree.root / folder for one in found for folder in one.unreadable)


def _entries(folder: Path, without: Collection[str]) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        yield from (entry for entry in entries if not is_temporary(entry.name) and entry.path not in without)
