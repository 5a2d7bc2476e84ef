"""Which of several candidates is the original."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pored.watch.folders import steps_between
from pored.watch.kinds import Kind
from pored.watch.outcome import Ambiguous, Match, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pored.watch.export import Export
    from pored.watch.folders import Folder
    from pored.watch.originals import Original


class Choice:
    """Chooses among candidates that are equally well named.

    Args:
        prefer: kinds of file, the best first, as in the settings; those not named come last.
    """

    def __init__(self, prefer: Iterable[str]) -> None:
        kinds = dict.fromkeys([*(Kind(name) for name in prefer), *Kind])
        self._rank = {kind: place for place, kind in enumerate(kinds)}

    def among(self, export: Export, candidates: Sequence[Original], rule: str) -> Match | Ambiguous:
        """The nearest job's; of its files the preferred kind; of equal ones the first tree's.

        Args:
            export: the export.
            candidates: one at least, all of one name.
            rule: by which they were found.
        """
        nearest = min(export.steps_to(original) for original in candidates)
        frame = [original for original in candidates if export.steps_to(original) == nearest]
        if len({original.job for original in frame}) > 1:
            return _ambiguous(self.one_a_frame(frame), rule)
        return self._of_one_frame(export, frame, rule)

    def one_a_frame(self, candidates: Sequence[Original]) -> list[Original]:
        """Of files of one job and name, that is, a RAW and its JPEG, those of the kind that is preferred."""

        def frame(original: Original) -> tuple[int, Folder, str]:
            return original.view.order, original.job, original.stem

        best: dict[tuple[int, Folder, str], int] = {}
        for original in candidates:
            rank = self._rank[original.kind]
            best[frame(original)] = min(rank, best.get(frame(original), rank))
        return [original for original in candidates if self._rank[original.kind] == best[frame(original)]]

    def _of_one_frame(self, export: Export, files: Sequence[Original], rule: str) -> Match | Ambiguous:
        def order(original: Original) -> tuple[int, int, int]:
            steps = steps_between(export.folder(original.view), original.folder)
            return self._rank[original.kind], steps, original.view.order

        best = min(map(order, files))
        first, *others = [original for original in files if order(original) == best]
        return _ambiguous([first, *others], rule) if others else Match(first.path, rule)


def _ambiguous(candidates: Iterable[Original], rule: str) -> Ambiguous:
    ordered = sorted(candidates, key=lambda original: original.path)
    names = listed([original.file.as_posix() for original in ordered])
    reason = f"{names} could each be its original; the pictures decide"
    return Ambiguous(tuple(original.path for original in ordered), reason, rule)
