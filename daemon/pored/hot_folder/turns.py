"""Whose turn it is at a free worker: no backlog makes a new drop, or another hot folder, wait for its end."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pored.config import Order
    from pored.files.records import Entry


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is ready in a hot folder.

    Attributes:
        oldest: as many as may be needed, those that have waited longest first.
        newest: likewise, those that came last first.
    """

    hot_folder: str
    order: Order
    oldest: Sequence[Entry]
    newest: Sequence[Entry]


class Turns:
    """Remembers who had the last ones."""

    def __init__(self) -> None:
        self._count = itertools.count(1)
        self._served: dict[str, int] = {}
        self._is_newest_next: dict[str, bool] = {}

    def take(self, waiting: Iterable[Waiting], most: int) -> list[Entry]:
        """The next jobs: hot folders one after the other, each by its own order.

        Args:
            waiting: of every hot folder that is worked on.
            most: so many at most.
        """
        folders = list(waiting)
        taken: dict[int, Entry] = {}
        while len(taken) < most:
            left = [folder for folder in folders if any(entry.id not in taken for entry in folder.oldest)]
            if not left:
                break
            folder = min(left, key=lambda each: self._served.get(each.hot_folder, 0))
            self._served[folder.hot_folder] = next(self._count)
            queue = folder.newest if self._wants_newest(folder) else folder.oldest
            entry = next(entry for entry in queue if entry.id not in taken)
            taken[entry.id] = entry
        return list(taken.values())

    def _wants_newest(self, folder: Waiting) -> bool:
        if folder.order != "alternate":
            return folder.order == "newest"
        now = self._is_newest_next.get(folder.hot_folder, False)
        self._is_newest_next[folder.hot_folder] = not now
        return now
