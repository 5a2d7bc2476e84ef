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


def list_files(root: Path, leave_out: Collection[Path] = ()) -> Found:
    """The regular files below a folder; no links, nothing temporary; as long as nothing changes, in the same order.

    Args:
        root: absolute; links in it are resolved.
        leave_out: absolute folders not to look into (output, processed, failed, reports); the root itself always is.
    """
    root = Path(os.path.realpath(root))
    without = {os.path.realpath(folder) for folder in leave_out}
    files: list[PurePath] = []
    unreadable: list[PurePath] = []
    folders = [PurePath()]
    while folders:
        folder = folders.pop()
        try:
            entries = sorted(_entries(root / folder, without), key=lambda entry: entry.name)
        except OSError:
            unreadable.append(folder)
            continue
        files.extend(folder / entry.name for entry in entries if entry.is_file(follow_symlinks=False))
        folders.extend(folder / entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    return Found(Tree(root, tuple(files)), tuple(unreadable))


def list_originals(
    inbox: Path, roots: Iterable[Path], leave_out: Collection[Path] = ()
) -> tuple[Listing, tuple[Path, ...]]:
    """What pairing needs to know of the disk.

    Args:
        inbox: absolute.
        roots: of the originals, absolute, in the order configured.
        leave_out: absolute folders that hold no originals though they may lie among them (output, processed, failed,
            reports).

    Returns:
        The listing, and the folders that could not be looked into (absolute): what is in them counts as not there.
    """
    found = [list_files(root, leave_out) for root in roots]
    listing = Listing(Path(os.path.realpath(inbox)), tuple(one.tree for one in found))
    return listing, tuple(one.tree.root / folder for one in found for folder in one.unreadable)


def _entries(folder: Path, without: Collection[str]) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        yield from (entry for entry in entries if not is_temporary(entry.name) and entry.path not in without)
