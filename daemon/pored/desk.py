"""What every part of the service works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pored.clock import Clock
    from pored.files.ledger import Ledger
    from pored.log import Log, Once


@dataclass(frozen=True, slots=True)
class Desk:
    """One for the whole service.

    Attributes:
        ledger: what became of every export.
        log: what people and machines are told.
        once: what was said already about an export (hot folder and path) or a hot folder (name).
        clock: the time.
    """

    ledger: Ledger
    log: Log
    once: Once
    clock: Clock
