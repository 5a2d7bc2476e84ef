"""What looking for an export's original can come to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal

from pored.candidate import BY_PICTURES, LIST_OF_PAIRS, MOST_TRIED, SAME_NAME, Candidate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pored.candidate import Refusal

_MOST_NAMES = 4


class Role(Enum):
    """What a file in an inbox that is no export is there for."""

    ORIGINAL = "original"
    RESULT = "result"
    MASK = "mask"
    RAW = "raw"
    SIDE_FILE = "side file"
    TEMPORARY = "temporary"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Match:
    """The original was found.

    Attributes:
        original: its absolute path.
        rule: by what, for a person: ``same name``, ``name less -Edit``, ``list of pairs``.
    """

    original: Path
    rule: str

    @property
    def is_exact(self) -> bool:
        """Whether no part of the export's name was taken off to find it, and nothing else had that name."""
        return self.rule in {SAME_NAME, LIST_OF_PAIRS}


@dataclass(frozen=True, slots=True)
class Waiting:
    """No original yet; look again when the originals change.

    Attributes:
        code: ``no-original``; ``other-frame`` (what has its name is of another frame by its metadata);
            ``needs-pictures`` (only comparing the pictures can tell).
        reason: for a person.
        looked_for: the names that would do, without extension, in the order of preference.
        candidates: absolute paths of the originals that the reason speaks of, sorted.
        rules: by what each of them was found, where it was.
    """

    code: Literal["no-original", "other-frame", "needs-pictures"]
    reason: str
    looked_for: tuple[str, ...]
    candidates: tuple[Path, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several files could be the original, and nothing in their names or folders tells them apart.

    Attributes:
        candidates: their absolute paths, sorted.
        reason: for a person; names them.
        rule: by what they were found.
    """

    candidates: tuple[Path, ...]
    reason: str
    rule: str


@dataclass(frozen=True, slots=True)
class NotAnExport:
    """A file that pored leaves alone; for now, where its role is ORIGINAL: another listing may tell otherwise.

    Attributes:
        role: what it is there for.
        reason: for a person.
    """

    role: Role
    reason: str


Outcome = Match | Waiting | Ambiguous | NotAnExport


def for_pictures(outcome: Outcome) -> tuple[Candidate, ...]:
    """What the pictures can choose from, where the names leave it to them; empty where they do not."""
    if isinstance(outcome, Ambiguous):
        rules: Sequence[str] = [outcome.rule] * len(outcome.candidates)
    elif isinstance(outcome, Waiting) and outcome.code == "needs-pictures":
        rules = outcome.rules
    else:
        return ()
    found = zip(outcome.candidates, rules, strict=True)
    return tuple(Candidate(path, BY_PICTURES + rule) for path, rule in found)[:MOST_TRIED]


def why_refused(export: str, refusals: Sequence[Refusal]) -> tuple[str, str]:
    """Why an export has no original among the files that were tried.

    Args:
        export: its name.
        refusals: one at least.

    Returns:
        A code, and sentences for a person.
    """
    first, *others = refusals
    if not others:
        return first.code, first.message
    names = listed([f"{refusal.path.parent.name}/{refusal.path.name}" for refusal in refusals])
    figures = [refusal.figure for refusal in refusals if refusal.figure is not None]
    agreed = f" (eyes and lips agree to {max(figures):.0%} at best)" if figures else ""
    message = f"None of {names} is the picture that {export} was made from{agreed}. Give it its own original."
    return "other-picture", message


def listed(names: Sequence[str]) -> str:
    """Names as one says them: ``a``, ``a and b``, ``a, b, c and 7 more``."""
    if len(names) > _MOST_NAMES:
        names = [*names[: _MOST_NAMES - 1], f"{len(names) - _MOST_NAMES + 1} more"]
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
