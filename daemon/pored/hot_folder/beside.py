"""What lies in an inbox and is no job: left alone, or not all there yet; for ``pored status``, and once for the log."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pored.files.names import printable
from pored.watch.outcome import Role

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import PurePath

    from pored.hot_folder.desk import Desk

UNFINISHED = "unfinished"
NOT_READABLE = "not readable"

_EXPECTED = {role.value for role in (Role.ORIGINAL, Role.RESULT, Role.MASK, Role.SIDE_FILE, Role.TEMPORARY)}
"""Whoever puts these there wants nothing done with them."""

_NAMED = 5
"""So many are named in the log."""


class Besides:
    """One inbox's. What changes is written down together, since an inbox may hold many thousands.

    Args:
        hot_folder: its name.
        desk: the service's.
    """

    def __init__(self, hot_folder: str, desk: Desk) -> None:
        self._name = hot_folder
        self._desk = desk
        self._board = desk.ledger.board
        self._lying: dict[PurePath, tuple[str, str]] = {}
        self._changed: set[PurePath] = set()
        self._board.clear_beside(hot_folder)

    def __len__(self) -> int:
        return len(self._lying)

    def add(self, path: PurePath, kind: str, reason: str) -> None:
        """A file is no job, and why."""
        if self._lying.get(path) != (kind, reason):
            self._lying[path] = kind, reason
            self._changed.add(path)

    def remove(self, path: PurePath) -> None:
        """It is gone, or a job now."""
        if self._lying.pop(path, None):
            self._changed.add(path)

    def of(self, *kinds: str) -> list[PurePath]:
        """Files of these kinds."""
        return [path for path, (kind, _) in self._lying.items() if kind in kinds]

    def write(self) -> None:
        """Into the ledger, what has changed; into the log, what somebody may have expected to be done."""
        if not self._changed:
            return
        changed = {path: self._lying.get(path) for path in sorted(self._changed)}
        self._changed.clear()
        self._board.lie_beside(self._name, changed)
        self._say([path for path, what in changed.items() if what and self._is_news(path, *what)])

    def _is_news(self, path: PurePath, kind: str, reason: str) -> bool:
        told_elsewhere = kind in {UNFINISHED, NOT_READABLE} or kind in _EXPECTED
        return not told_elsewhere and self._desk.once.news((self._name, "beside", path), reason)

    def _say(self, paths: Iterable[PurePath]) -> None:
        paths = list(paths)
        if not paths:
            return
        kinds = Counter(self._lying[path][0] for path in paths)
        named = [printable(str(path)) for path in paths[:_NAMED]]
        why = "; ".join(dict.fromkeys(self._lying[path][1] for path in paths))
        self._desk.log.info(
            "left alone",
            hot_folder=self._name,
            files=len(paths),
            kinds=dict(kinds),
            named=named,
            reason=why,
        )
