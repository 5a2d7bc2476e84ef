"""Names of files that are not finished, or not anybody's work, and are never looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pored.suffixes import folded

if TYPE_CHECKING:
    from pathlib import PurePath

_ENDINGS = (
    "~",
    ".tmp",
    ".temp",
    ".part",
    ".partial",
    ".filepart",
    ".crdownload",
    ".download",
    ".opdownload",
    ".aria2",
    ".!sync",
    ".lock",
    ".lck",
    ".swp",
    ":zone.identifier",
    "@synoeastream",
    "@synoresource",
)
"""Of uploads and downloads under way, editors, and streams that copying from Windows or a Synology leaves behind."""

_NAMES = {
    "thumbs.db",
    "ehthumbs.db",
    "desktop.ini",
    "icon\r",
    "@eadir",
    "@recycle",
    "@recently-snapshot",
    "#recycle",
    "#snapshot",
    "$recycle.bin",
    "system volume information",
    "lost+found",
    "__macosx",
    "network trash folder",
    "temporary items",
}
"""Made by Finder, Explorer and the makers of network storage, as files or as folders."""


def is_temporary(name: str) -> bool:
    """Whether a file or folder of this name is unfinished, hidden or a system's own, and to be passed over.

    Hidden names (``.DS_Store``, ``._IMG_1.jpg``, ``.syncthing.IMG_1.jpg.tmp``, ``.nfs0001``) all begin with a dot.

    Args:
        name: one name, without folders; of any bytes (``surrogateescape``).
    """
    name = folded(name)
    return name.startswith((".", "~")) or name.endswith(_ENDINGS) or name in _NAMES or ".sb-" in name


def is_temporary_path(relative: PurePath) -> bool:
    """Whether a file, or one of the folders on the way to it, is temporary.

    Args:
        relative: relative to the folder that is watched; what lies above it does not count.
    """
    return any(is_temporary(part) for part in relative.parts)
