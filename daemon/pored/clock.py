"""Time, handed in: no part of the service looks at a clock by itself."""

from __future__ import annotations

import time
from typing import NamedTuple, Protocol


class Moment(NamedTuple):
    """Now, in seconds.

    Attributes:
        steady: never goes back, whatever is done to the machine's clock; only good for differences.
        wall: since 1970.
    """

    steady: float
    wall: float


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> Moment:
        """This moment."""


class SystemClock:
    """The machine's own."""

    def now(self) -> Moment:
        """This moment."""
        return Moment(time.monotonic(), time.time())


SYSTEM_CLOCK = SystemClock()
