"""A file in the inbox whose original is looked for."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pored.suffixes import folded
from pored.watch.folders import Folder, folder_of, job_of, steps_between
from pored.watch.suffixes import Part

if TYPE_CHECKING:
    from pathlib import Path, PurePath

    from pored.watch.originals import Original, View


@dataclass(frozen=True)
class Export:
    """A file in the inbox.

    Attributes:
        path: absolute.
        relative: to the inbox.
        refused: absolute paths of what is known not to be its original.
    """

    path: Path
    relative: PurePath
    refused: frozenset[Path] = frozenset()

    @cached_property
    def stem(self) -> str:
        """Its name without extension, folded."""
        return folded(self.relative.stem)

    @cached_property
    def shown(self) -> str:
        """The stem as it is written, if the same places can be cut as in the folded one."""
        written = unicodedata.normalize("NFC", self.relative.stem)
        return written if len(written) == len(self.stem) else self.stem

    @property
    def whole(self) -> Part:
        """The whole stem."""
        return Part(0, len(self.stem))

    def folder(self, view: View) -> Folder:
        """Where it is, seen from where that tree's originals are seen."""
        return view.above_exports + self._folder

    def job(self, view: View) -> Folder:
        """Its folder, without names that only sort by kind."""
        return job_of(self.folder(view))

    @cached_property
    def _folder(self) -> Folder:
        return folder_of(self.relative)

    def steps_to(self, original: Original) -> int:
        """How far the original's job is from its own."""
        return steps_between(self.job(original.view), original.job)
