"""Which original belongs to an export, by names and folders alone.

An index is made of the files that are there, and asked for one export after the other. Rules, in order; the first that
knows decides:

0. a list of pairs that a person wrote;
1. the same stem, whatever case, Unicode form and extension;
2. the stem less known suffixes, as few of them as possible;
3. metadata: not in this version;
4. the pictures: what only they can tell is left to them (``outcome.for_pictures``).

Of the originals of that name none that is an export itself (``IMG_1-Edit.tif`` beside ``IMG_1.cr3``); then the nearest
job's; then of one frame's files the kind that the settings prefer. What is still equal is left to the pictures, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pored.candidate import BY_METADATA, BY_PICTURES, LIST_OF_PAIRS, SAME_NAME
from pored.suffixes import folded
from pored.watch.candidates import Candidates
from pored.watch.choice import Choice
from pored.watch.export import Export
from pored.watch.facts import NO_FACTS
from pored.watch.kinds import Kind, kind_of
from pored.watch.names import is_temporary_path
from pored.watch.originals import Originals
from pored.watch.outcome import Ambiguous, Match, NotAnExport, Outcome, Role, Waiting, listed
from pored.watch.overrides import NO_OVERRIDES, Overrides
from pored.watch.suffixes import Part, Suffixes, is_only_numbered, is_own_result

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path, PurePath

    from pored.config import Pairing
    from pored.watch.facts import Facts
    from pored.watch.folders import Listing

_LEFT_ALONE = {
    Kind.RAW: (Role.RAW, "a RAW is left as it is"),
    Kind.MASK: (Role.MASK, "a mask"),
    Kind.SIDE_FILE: (Role.SIDE_FILE, "a side file of another program"),
    Kind.TEMPORARY: (Role.TEMPORARY, "unfinished, hidden or the system's own"),
    Kind.UNKNOWN: (Role.UNKNOWN, "no kind of picture that pored knows"),
}


class Index:
    """Finds originals among the files that are there.

    Args:
        listing: the files.
        pairing: the settings. Their ``suffixes`` are the whole list: nothing is added here.
        overrides: pairs that a person wrote down.
        facts: what the files' metadata say; nothing by default.

    Raises:
        ValueError: one of the suffixes is not of their language.
    """

    def __init__(
        self, listing: Listing, pairing: Pairing, overrides: Overrides = NO_OVERRIDES, facts: Facts = NO_FACTS
    ) -> None:
        self._inbox = listing.inbox
        self._overrides = overrides
        self._originals = Originals(listing)
        self._suffixes = Suffixes(pairing.suffixes)
        self._candidates = Candidates(self._originals, self._suffixes, facts)
        self._choice = Choice(pairing.prefer)

    def pair(self, relative: PurePath, refused: frozenset[Path] = frozenset()) -> Outcome:
        """Find a file's original, or say why not.

        Args:
            relative: the file, relative to the inbox; it need not be in the listing.
            refused: absolute paths of what is known not to be its original; a list of pairs names it nevertheless.
        """
        export = Export(self._inbox / relative, relative, refused)
        return (
            _left_alone(export)
            or self._by_list(export)
            or self._bare_among_originals(export)
            or self._by_name(export)
            or self._an_original_itself(export)
            or self._by_metadata(export)
            or self._by_pictures(export)
            or self._waiting(export)
        )

    def idle_lines(self, files: Iterable[PurePath]) -> list[str]:
        """What is wrong with the lines of the list of pairs that lead nowhere; a sentence a line.

        Args:
            files: of the inbox, relative to it.
        """
        return self._overrides.idle(files, lambda named: bool(self._originals.called(named)))

    def _by_list(self, export: Export) -> Match | Waiting | Ambiguous | None:
        named = self._overrides.original_of(export.relative)
        if named is None:
            return None
        found = [original for original in self._originals.called(named) if original.path != export.path]
        if not found:
            reason = f"the list of pairs names {named.name}, which is not among the originals"
            return Waiting("no-original", reason, (named.stem,))
        return self._choice.among(export, found, LIST_OF_PAIRS)

    def _bare_among_originals(self, export: Export) -> NotAnExport | None:
        """In a folder that is inbox and originals at once, a name without suffixes is an original's."""
        shared = any(export.path.is_relative_to(view.tree.root) for view in self._originals.views if view.shared)
        if shared and not self._suffixes.shorter(export.stem):
            return NotAnExport(
                Role.ORIGINAL, "lies among the originals, and its name does not say that it is an export"
            )
        return None

    def _by_name(self, export: Export) -> Match | Waiting | Ambiguous | None:
        """Rules 1 and 2."""
        for part in self._names(export):
            found = self._candidates.nearest(export, part)
            if found:
                outcome = self._choice.among(export, self._candidates.sure(found, export), _rule(export, part))
                if isinstance(outcome, Match) and _is_namesake_refused(export, part):
                    return Match(outcome.original, f"{BY_PICTURES}{outcome.rule}")
                return outcome
        return None

    def _an_original_itself(self, export: Export) -> NotAnExport | None:
        """Where the inbox is among the originals: what others were made from, or what has no earlier name at all."""
        if not any(export.path.is_relative_to(view.tree.root) for view in self._originals.views):
            return None
        if self._candidates.serves(export.stem):
            return NotAnExport(Role.ORIGINAL, "serves as the original of another file")
        if all(is_only_numbered(export.stem, part) for part in self._suffixes.shorter(export.stem)):
            return NotAnExport(Role.ORIGINAL, "lies among the originals, and none of them has its name")
        return None

    def _by_metadata(self, export: Export) -> Waiting | None:
        """Rule 3; what is found so is proved by the pictures."""
        found = self._choice.one_a_frame(self._candidates.by_metadata(export))
        if not found:
            return None
        names = listed([original.file.as_posix() for original in found])
        paths = tuple(original.path for original in found)
        reason = f"its metadata say that it was made from {names}; the pictures decide"
        return Waiting("needs-pictures", reason, self._looked_for(export), paths, (BY_METADATA,) * len(found))

    def _by_pictures(self, export: Export) -> Waiting | None:
        found = self._candidates.doubtful(export, self._names(export))
        if not found:
            return None
        chosen = self._choice.one_a_frame([original for original, _ in found])
        found = [(original, part) for original, part in found if original in chosen]
        names = listed([original.file.as_posix() for original, _ in found])
        paths = tuple(original.path for original, _ in found)
        rules = tuple(_rule(export, part) for _, part in found)
        reason = f"only the pictures can tell whether it belongs to {names}"
        return Waiting("needs-pictures", reason, self._looked_for(export), paths, rules)

    def _waiting(self, export: Export) -> Waiting:
        names = self._looked_for(export)
        vetoed = [original.file.as_posix() for original in self._candidates.vetoed(export, self._names(export))]
        if vetoed:
            reason = f"what has its name ({listed(vetoed)}) was taken at another time or with another camera"
            return Waiting("other-frame", reason, names)
        return Waiting("no-original", f"no original named {' or '.join(names)} has come yet", names)

    def _names(self, export: Export) -> list[Part]:
        """What the original may be called, the most likely first."""
        return [export.whole, *self._suffixes.shorter(export.stem)]

    def _looked_for(self, export: Export) -> tuple[str, ...]:
        names = dict.fromkeys(export.shown[part.start : part.end] for part in self._names(export))
        return tuple(name for name in names if name.rstrip(" _-") == name or name.rstrip(" _-") not in names)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table that ``pored pair --dry-run`` prints.

    Attributes:
        export: relative to the inbox.
        outcome: what looking for its original came to.
        original: its absolute path, if it was found.
        rule: by what it was found; else ``""``.
        reason: why it was not; else ``""``.
    """

    export: PurePath
    outcome: Outcome
    original: Path | None
    rule: str
    reason: str


def pair_table(index: Index, files: Iterable[PurePath]) -> list[Row]:
    """What becomes of each file of an inbox.

    Args:
        index: of the originals.
        files: relative to the inbox; what is temporary is passed over.

    Returns:
        A row each, in the order of their paths.
    """
    present = sorted(file for file in files if not is_temporary_path(file))
    return [_row(file, index.pair(file)) for file in present]


def _row(export: PurePath, outcome: Outcome) -> Row:
    if isinstance(outcome, Match):
        return Row(export, outcome, outcome.original, outcome.rule, "")
    return Row(export, outcome, None, "", outcome.reason)


def _left_alone(export: Export) -> NotAnExport | None:
    kind = Kind.TEMPORARY if is_temporary_path(export.relative) else kind_of(export.relative.name)
    if kind in _LEFT_ALONE:
        return NotAnExport(*_LEFT_ALONE[kind])
    if is_own_result(export.stem):
        return NotAnExport(Role.RESULT, "its name says that pored wrote it")
    return None


def _is_namesake_refused(export: Export, part: Part) -> bool:
    return any(folded(path.stem) == export.stem[part.start : part.end] for path in export.refused)


def _rule(export: Export, part: Part) -> str:
    removed = (export.shown[: part.start], export.shown[part.end :])
    return "name less " + " and ".join(filter(None, removed)) if any(removed) else SAME_NAME
