"""One thing that was looked at, and how it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Check:
    """What ``pored check`` says about one thing.

    Attributes:
        name: the thing, for example ``mediapipe`` or ``headshots: output``.
        state: ``missing`` keeps pored from working; a ``warning`` does not.
        finding: how it is, in a clause.
        mend: the command that puts it right, or what a person has to change; empty where all is well.
    """

    name: str
    state: Literal["ok", "warning", "missing"]
    finding: str
    mend: str = ""
