"""Which of the originals that have a name may be an export's original."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING

from pored.capture import agree
from pored.capture import contradict as contradict_capture
from pored.suffixes import folded
from pored.watch.folders import Folder, are_beside, contradict, steps_between
from pored.watch.suffixes import Part, unlisted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pored.watch.export import Export
    from pored.watch.facts import Facts
    from pored.watch.originals import Original, Originals
    from pored.watch.suffixes import Suffixes


class Candidates:
    """Originals, seen with an export's eyes.

    Args:
        originals: all that there are.
        suffixes: what is taken off names.
        facts: what metadata say.
    """

    def __init__(self, originals: Originals, suffixes: Suffixes, facts: Facts) -> None:
        self._originals = originals
        self._suffixes = suffixes
        self._facts = facts

    def nearest(self, export: Export, part: Part) -> list[Original]:
        """Those that have this part of the export's name and whose place says nothing against it, of the nearest jobs.

        Returns:
            All of the same number of steps from the export's job; empty if there are none at all.
        """
        places = self._originals.places(export.stem[part.start : part.end])
        jobs = [export.job(view) for view in self._originals.views]
        by_steps: defaultdict[int, list[Original]] = defaultdict(list)
        for (order, job), files in places.items():
            by_steps[steps_between(jobs[order], job)] += files
        for steps in sorted(by_steps):
            found = [
                one for one in by_steps[steps] if self._is_possible(one, export, part) and self._is_at_home(one, export)
            ]
            if found:
                return found
        return []

    def doubtful(self, export: Export, parts: Iterable[Part]) -> list[tuple[Original, Part]]:
        """Those that the pictures might show to be the original, but the names do not; in the order of their paths.

        Returns:
            Each with the longest part of the export's name that is its own.
        """
        found: dict[Path, tuple[Original, Part]] = {}
        for part in parts:
            shorter = [Part(part.start, part.start + rest.end) for rest in unlisted(export.stem[part.start : part.end])]
            for name in (part, *shorter):
                named = self._originals.named(export.stem[name.start : name.end])
                possible = {one.path: (one, name) for one in named if self._is_possible(one, export, name)}
                found = possible | found
        return [found[path] for path in sorted(found)]

    def vetoed(self, export: Export, parts: Iterable[Part]) -> list[Original]:
        """Those that have the export's name, and whose metadata say that they are of another frame."""
        named = (one for part in parts for one in self._originals.named(export.stem[part.start : part.end]))
        return [one for one in named if one.path not in {export.path, *export.refused} and self._is_vetoed(one, export)]

    def by_metadata(self, export: Export) -> list[Original]:
        """Those that the export's metadata name, or that theirs say are of its frame, in the order of their paths."""
        capture = self._facts.of(export.path)
        names = (PurePath(name) for name in capture.made_from)
        found = [one for name in names for one in self._originals.named(folded(name.stem))]
        found += [one for path in self._facts.twins(capture) if (one := self._originals.at(path))]
        dropped = {one.path for one in found if one.in_inbox and self._suffixes.shorter(one.stem)}
        left = {one.path: one for one in found if one.path not in {export.path, *export.refused, *dropped}}
        return [left[path] for path in sorted(left) if not self._is_vetoed(left[path], export)]

    def sure(self, candidates: list[Original], export: Export) -> list[Original]:
        """Of several those whose metadata say that they are of the export's frame; all where none says so."""
        if len(candidates) == 1:
            return candidates
        capture = self._facts.of(export.path)
        return [one for one in candidates if agree(capture, self._facts.of(one.path))] or candidates

    def _is_vetoed(self, original: Original, export: Export) -> bool:
        return contradict_capture(self._facts.of(export.path), self._facts.of(original.path))

    def serves(self, stem: str) -> bool:
        """Whether a file in the inbox has that stem as its original's name."""
        return stem in self._served

    def _is_possible(self, original: Original, export: Export, part: Part) -> bool:
        apart = original.path in export.refused or contradict(export.folder(original.view), original.folder)
        if apart or self._is_fellow(original, export, part) or self._is_export(original, export):
            return False
        return not self._is_vetoed(original, export)

    def _is_fellow(self, original: Original, export: Export, part: Part) -> bool:
        """Whether it was dropped just as the export was: the same file, or another of the same name in the inbox."""
        if original.path == export.path:
            return True
        if part != export.whole or not original.in_inbox or original.is_camera_raw:
            return False
        return not original.view.shared or bool(self._suffixes.shorter(export.stem))

    def _is_export(self, original: Original, export: Export) -> bool:
        """Whether it is an export itself: its name less suffixes is the name of another candidate.

        That one lies beside it, or no farther from the export. What a camera wrote is no export, nor is a JPEG with a
        camera's RAW of the same name.
        """
        earlier = any(_comes_before(one, original, export) for one in self._made_from(original))
        return earlier and not self._is_a_cameras(original)

    def _is_a_cameras(self, original: Original) -> bool:
        namesakes = self._originals.named(original.stem)
        return any(one.is_camera_raw and one.job == original.job for one in namesakes)

    def _made_from(self, original: Original) -> Iterator[Original]:
        for part in self._suffixes.shorter(original.stem):
            yield from self._originals.named(original.stem[part.start : part.end])

    def _is_at_home(self, original: Original, export: Export) -> bool:
        """Whether it does not lie in one job's folder while the export's own job has a folder among the originals."""
        job = export.job(original.view)
        homes = self._homes.get(original.view.above_exports, set())
        known = max((length for length in range(len(job) + 1) if job[:length] in homes), default=0)
        return original.job[:known] == job[:known] or original.job == job[: len(original.job)]

    @cached_property
    def _homes(self) -> dict[Folder, set[Folder]]:
        """Folders that have originals in or below them, by the place from where they are seen."""
        homes: defaultdict[Folder, set[Folder]] = defaultdict(set)
        for original in self._originals:
            if not original.in_inbox or (original.view.shared and not self._suffixes.shorter(original.stem)):
                ways = (original.job[:length] for length in range(len(original.job) + 1))
                homes[original.view.above_exports].update(ways)
        return homes

    @cached_property
    def _served(self) -> set[str]:
        dropped = (original for original in self._originals if original.in_inbox)
        return {one.stem[part.start : part.end] for one in dropped for part in self._suffixes.shorter(one.stem)}


def _comes_before(one: Original, original: Original, export: Export) -> bool:
    if one.path == export.path or contradict(one.folder, original.folder):
        return False
    return are_beside(one.job, original.job) or export.steps_to(one) <= export.steps_to(original)
