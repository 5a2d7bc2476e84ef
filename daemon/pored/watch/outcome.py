"""What looking for an export's original can come to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_MOST_NAMES = 4


class Role(Enum):
    """What a file in an inbox that is no export is there for."""

    ORIGINAL = "original"
    RESULT = "result"
    MASK = "mask"
    RAW = "raw"
    UNSUPPORTED = "unsupported"
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


@dataclass(frozen=True, slots=True)
class Waiting:
    """No original yet; look again when the originals change.

    Attributes:
        code: ``no-original``; ``original-not-readable`` (it is there, but of a kind that this version does not read);
            ``needs-pictures`` (only comparing the pictures could tell, which this version does not do).
        reason: for a person.
        looked_for: the names that would do, without extension, in the order of preference.
        candidates: absolute paths of the originals that the reason speaks of, sorted.
    """

    code: Literal["no-original", "original-not-readable", "needs-pictures"]
    reason: str
    looked_for: tuple[str, ...]
    candidates: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several files could be the original, and nothing in their names or folders tells them apart.

    Attributes:
        candidates: their absolute paths, sorted.
        reason: for a person; names them.
    """

    candidates: tuple[Path, ...]
    reason: str


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


def listed(names: Sequence[str]) -> str:
    """Names as one says them: ``a``, ``a and b``, ``a, b, c and 7 more``."""
    if len(names) > _MOST_NAMES:
        names = [*names[: _MOST_NAMES - 1], f"{len(names) - _MOST_NAMES + 1} more"]
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
