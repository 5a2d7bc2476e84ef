"""Which of several candidates is the original."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pored.watch.folders import steps_between
from pored.watch.kinds import Kind
from pored.watch.outcome import Ambiguous, Match, Waiting, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pored.watch.export import Export
    from pored.watch.folders import Folder
    from pored.watch.originals import Original

_NOT_READABLE = {Kind.HEIF: "a HEIF or AVIF"}


class Choice:
    """Chooses among candidates that are equally well named.

    Args:
        prefer: kinds of file, the best first, as in the settings; those not named come last.
    """

    def __init__(self, prefer: Iterable[str]) -> None:
        kinds = dict.fromkeys([*(Kind(name) for name in prefer), *Kind])
        self._rank = {kind: place for place, kind in enumerate(kinds)}

    def among(self, export: Export, candidates: Sequence[Original], rule: str) -> Match | Waiting | Ambiguous:
        """The nearest job's; of its files the preferred kind that can be read; of equal ones the first tree's.

        Args:
            export: the export.
            candidates: one at least, all of one name.
            rule: by which they were found.
        """
        nearest = min(export.steps_to(original) for original in candidates)
        frame = [original for original in candidates if export.steps_to(original) == nearest]
        if len({original.job for original in frame}) > 1:
            return _ambiguous(self.one_a_frame(frame), rule)
        readable = [original for original in frame if original.kind.is_readable]
        if not readable:
            return _not_readable(min(frame, key=self._order), rule)
        return self._of_one_frame(export, readable, rule)

    def one_a_frame(self, candidates: Sequence[Original]) -> list[Original]:
        """Of files of one job and name, that is, a RAW and its JPEG, those of the kind that is preferred."""

        def frame(original: Original) -> tuple[int, Folder, str]:
            return original.view.order, original.job, original.stem

        def rank(original: Original) -> tuple[bool, int]:
            return not original.kind.is_readable, self._rank[original.kind]

        best: dict[tuple[int, Folder, str], tuple[bool, int]] = {}
        for original in candidates:
            best[frame(original)] = min(rank(original), best.get(frame(original), rank(original)))
        return [original for original in candidates if rank(original) == best[frame(original)]]

    def _of_one_frame(self, export: Export, files: Sequence[Original], rule: str) -> Match | Ambiguous:
        def order(original: Original) -> tuple[int, int, int]:
            steps = steps_between(export.folder(original.view), original.folder)
            return self._rank[original.kind], steps, original.view.order

        best = min(map(order, files))
        first, *others = [original for original in files if order(original) == best]
        return _ambiguous([first, *others], rule) if others else Match(first.path, rule)

    def _order(self, original: Original) -> tuple[int, str]:
        return self._rank[original.kind], str(original.file)


def _ambiguous(candidates: Iterable[Original], rule: str) -> Ambiguous:
    ordered = sorted(candidates, key=lambda original: original.path)
    names = listed([original.file.as_posix() for original in ordered])
    readable = any(original.kind.is_readable for original in ordered)
    way_out = "the pictures decide" if readable else "leave one of them, or put a TIFF or JPEG of it beside it"
    reason = f"{names} could each be its original; {way_out}"
    return Ambiguous(tuple(original.path for original in ordered), reason, rule)


def _not_readable(original: Original, rule: str) -> Waiting:
    reason = (
        f"its original ({rule}) is {original.file.name}, {_NOT_READABLE[original.kind]}, which this version does not"
        " read yet; put a TIFF or JPEG of it, developed without smoothing, beside it"
    )
    return Waiting("original-not-readable", reason, (original.file.stem,), (original.path,))
