"""What every part of the service works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pored.watch.mounts import Mounts, read_mounts

if TYPE_CHECKING:
    from collections.abc import Callable

    from pored.clock import Clock
    from pored.files.ledger import Ledger
    from pored.log import Counted, Once
    from pored.messenger import Messenger
    from pored.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Desk:
    """One for the whole service.

    Attributes:
        ledger: what became of every export.
        log: what people and machines are told.
        once: what was said already about an export (hot folder and path) or a hot folder (name).
        clock: the time.
        metrics: figures for machines.
        messenger: word to people outside.
        mounts: tells what is mounted now.
    """

    ledger: Ledger
    log: Counted
    once: Once
    clock: Clock
    metrics: Metrics
    messenger: Messenger
    mounts: Callable[[], Mounts] = read_mounts
