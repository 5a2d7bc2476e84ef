"""What was done to a picture, as XMP's history tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pored


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of ``xmpMM:History``.

    Attributes:
        sentence: what was done, with no path in it.
        when: seconds since 1970.
    """

    sentence: str
    when: float

    @property
    def fields(self) -> dict[str, str]:
        """By their names in ``stEvt``. Source: XMP Specification, Part 2, ResourceEvent."""
        return {
            "action": "edited",
            "when": datetime.fromtimestamp(self.when, UTC).isoformat(timespec="seconds"),
            "softwareAgent": f"pored {pored.__version__}",
            "parameters": self.sentence,
        }
