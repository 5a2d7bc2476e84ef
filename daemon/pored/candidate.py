"""Files that may be an export's original, and those that turned out not to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SAME_NAME = "same name"
LIST_OF_PAIRS = "list of pairs"
MADE_UP = "no original; texture made up"
BY_METADATA = "metadata"
NOBODY = "nobody in the picture; copied"
BY_PICTURES = "the pictures agree: "
"""Before the rule of the name, where that alone did not decide."""

MOST_TRIED = 12
"""Candidates whose pictures are looked at in one go; where none of them is the original, the next have their turn."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may be the original.

    Attributes:
        path: absolute.
        rule: by what it was found, for a person.
    """

    path: Path
    rule: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that is not the export's original.

    Attributes:
        path: absolute.
        digest: of its bytes.
        code, message: why not, for programs and for people.
        figure: how far eyes and lips agreed, 0..1; None where it was refused for another reason.
    """

    path: Path
    digest: str
    code: str
    message: str
    figure: float | None
