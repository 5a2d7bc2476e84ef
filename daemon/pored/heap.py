"""The C library's heap: what one step of the work has freed, the next one gets without asking the machine.

As it is, glibc gives a plane of some megabytes back as soon as it is freed, and the machine clears new pages for the
next one: a tenth of a picture's time, and more on a busy machine.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

IDLE_SECONDS = 1.0
"""After so long without a picture, the machine gets back what was freed. In a backlog the next one comes at once."""

_TRIM_THRESHOLD, _MMAP_MAX = -1, -4
"""M_TRIM_THRESHOLD and M_MMAP_MAX of mallopt(3)."""
_NEVER = 2**31 - 1


def keep_what_is_freed() -> None:
    """From now on, this process asks the machine for memory only where its own does not suffice."""
    with suppress(AttributeError):  # another C library than glibc
        own = ctypes.CDLL(None)
        own.mallopt(_MMAP_MAX, 0)
        own.mallopt(_TRIM_THRESHOLD, _NEVER)


def give_back() -> None:
    """The machine gets what was freed."""
    with suppress(AttributeError):  # as above
        ctypes.CDLL(None).malloc_trim(0)


class Idleness:
    """Gives memory back when a worker has had nothing to do for a while.

    Args:
        seconds: the while.
        rest: what gives it back.
    """

    def __init__(self, seconds: float = IDLE_SECONDS, rest: Callable[[], None] = give_back) -> None:
        self._seconds = seconds
        self._rest = rest
        self._timer: Timer | None = None

    def begins(self) -> None:
        """A picture is done."""
        self.ends()
        self._timer = Timer(self._seconds, self._rest)
        self._timer.daemon = True
        self._timer.start()

    def ends(self) -> None:
        """The next one has come."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
