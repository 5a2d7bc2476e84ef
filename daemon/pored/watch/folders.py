"""Where files lie, and how far two folders are from each other; positions only, no disk."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pored.suffixes import folded
from pored.watch.kinds import is_picture_extension

if TYPE_CHECKING:
    from pathlib import Path, PurePath

Folder = tuple[str, ...]
"""The names of the folders on the way from a root to a file, folded."""

_CAMERA_FOLDER = re.compile(r"[1-9][0-9]{2}[a-z0-9_]{5}")
_DATE = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_OF_NO_MEANING = {"raw", "raws", "capture", "selects", "output"}


@dataclass(frozen=True, slots=True)
class Tree:
    """A folder and the files in it.

    Attributes:
        root: absolute; links on the way resolved, so that one file has one path.
        files: relative to the root.
    """

    root: Path
    files: tuple[PurePath, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """What pairing knows of the disk.

    Attributes:
        inbox: absolute, links resolved.
        originals: in the order configured. Roots may lie in one another, in the inbox, or around it.
    """

    inbox: Path
    originals: tuple[Tree, ...]


def folder_of(file: PurePath) -> Folder:
    """The folders on the way to a file."""
    return tuple(folded(part) for part in file.parts[:-1])


@lru_cache(maxsize=1 << 16)
def job_of(folder: Folder) -> Folder:
    """A folder without those of its names that only sort the files of one job by kind (``RAW``, ``JPG``, ``Capture``).

    RAW and JPEG of one frame often lie in two such folders, and are still one frame.
    """
    return tuple(name for name in folder if not _sorts_by_kind(name))


@lru_cache(maxsize=1 << 16)
def steps_between(one: Folder, other: Folder) -> int:
    """How many folder names one must leave out or put in to get from one folder to the other.

    In one tree this is the number of steps up and down, except that a folder of the same name counts as the same
    wherever it lies: ``soft/job1`` is one step from ``job1``, and three from ``job2``.
    """
    common = [0] * (len(other) + 1)
    for name in one:
        longer = [0]
        for place, theirs in enumerate(other):
            longer.append(common[place] + 1 if name == theirs else max(common[place + 1], longer[place]))
        common = longer
    return len(one) + len(other) - 2 * common[-1]


def are_beside(one: Folder, other: Folder) -> bool:
    """Whether two folders belong to one job: the same, one in the other, or sisters below a folder of their own.

    Sisters at the top of the originals are two jobs.
    """
    steps = steps_between(one, other)
    return steps <= 1 or (steps == 2 and one[:1] == other[:1] != ())  # noqa: PLR2004 - up and down again


def contradict(one: Folder, other: Folder) -> bool:
    """Whether two folders come from a camera and are not the same one (``100CANON`` and ``101CANON``).

    A camera's numbers start anew there, so one name means two frames.
    """
    mine, theirs = _camera_folder(one), _camera_folder(other)
    return mine is not None and theirs is not None and mine != theirs


def _camera_folder(folder: Folder) -> str | None:
    of_camera = (name for name in reversed(folder) if _CAMERA_FOLDER.fullmatch(name) and not _DATE.fullmatch(name))
    return next(of_camera, None)


@cache
def _sorts_by_kind(name: str) -> bool:
    return name in _OF_NO_MEANING or is_picture_extension(name) or is_picture_extension(name.removesuffix("s"))
