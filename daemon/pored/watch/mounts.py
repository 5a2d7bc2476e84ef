"""Which file system a folder lies on, and which one it should lie on."""

from __future__ import annotations

import os
import re
from pathlib import Path

from pored.volume import Volume

PROC = Path("/proc")
FSTAB = Path("/etc/fstab")

_LEAST_FIELDS = 2
"""Of a line of fstab(5): what, and where."""


class Mounts:
    """What is mounted at one moment.

    Args:
        mountinfo: as in proc(5).
        fstab: what is meant to be mounted, as in fstab(5).
    """

    def __init__(self, mountinfo: str, fstab: str = "") -> None:
        # Of several on one mount point the last one mounted is seen.
        self._mounted = dict(map(_mounted, filter(None, mountinfo.splitlines())))
        self._meant = [Path(_unescaped(point)) for point in _points(fstab)]

    @property
    def root(self) -> Volume:
        """What ``/`` lies on."""
        return self.at(Path("/"))

    def at(self, folder: Path) -> Volume:
        """What a folder lies on, by the mount point nearest above it.

        Args:
            folder: absolute, need not exist; links are followed.
        """
        folder = Path(os.path.realpath(folder))
        points = [point for point in self._mounted if folder.is_relative_to(point)]
        return self._mounted[max(points, key=_depth)] if points else Volume("", "")

    def lacking(self, folder: Path) -> Path | None:
        """The mount point above a folder that fstab names and on which nothing is mounted now."""
        folder = Path(os.path.realpath(folder))
        meant = max((point for point in self._meant if folder.is_relative_to(point)), key=_depth, default=None)
        return None if meant in self._mounted else meant


def read_mounts(proc: Path = PROC, fstab: Path = FSTAB) -> Mounts:
    """What is mounted now.

    Args:
        proc: the kernel's ``/proc``.
        fstab: what the machine mounts; may be absent.
    """
    meant = _text(fstab) if fstab.exists() else ""
    return Mounts(_text(proc / "self" / "mountinfo"), meant)


def _text(path: Path) -> str:
    return path.read_text("utf-8", "surrogateescape")


def _mounted(line: str) -> tuple[Path, Volume]:
    before, _, after = line.partition(" - ")
    kind, source = after.split(" ")[:2]
    return Path(_unescaped(before.split(" ")[4])), Volume(kind, _unescaped(source))


def _points(fstab: str) -> list[str]:
    lines = [line.split() for line in fstab.splitlines() if not line.lstrip().startswith("#")]
    return [fields[1] for fields in lines if len(fields) >= _LEAST_FIELDS and fields[1].startswith("/")]


def _depth(point: Path) -> int:
    return len(point.parts)


def _unescaped(field: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), field)
