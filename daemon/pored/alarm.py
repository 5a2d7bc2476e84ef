"""What wakes the service's loop: other threads, and signals from outside."""

from __future__ import annotations

import queue
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Alarm:
    """Ends the loop's rest. May be rung from any thread and from a signal handler."""

    def __init__(self) -> None:
        self._rings: queue.SimpleQueue[None] = queue.SimpleQueue()
        self.stop_asked = False
        self.reload_asked = False

    def ring(self, _: object = None) -> None:
        """There is something to do."""
        self._rings.put(None)

    def ask_to_stop(self) -> None:
        """Begin nothing more."""
        self.stop_asked = True
        self.ring()

    def ask_to_reload(self) -> None:
        """Read the settings anew."""
        self.reload_asked = True
        self.ring()

    def rest(self, seconds: float) -> None:
        """Until it rings, or for so long; after that no ring is left."""
        try:
            self._rings.get(timeout=max(0.0, seconds))
            while True:
                self._rings.get_nowait()
        except queue.Empty:
            return


@contextmanager
def told_by_signals(alarm: Alarm, *, may_reload: bool) -> Iterator[None]:
    """SIGTERM and SIGINT ask to stop; asked twice, the default holds, for whoever cannot wait. SIGHUP: new settings."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, _: object) -> None:
        signal.signal(number, signal.default_int_handler)
        alarm.ask_to_stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    if may_reload:
        before[signal.SIGHUP] = signal.signal(signal.SIGHUP, lambda _number, _frame: alarm.ask_to_reload())
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
