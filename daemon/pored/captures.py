"""What is known of the files' metadata: each is read once, a few kilobytes of it, and only when names do not decide."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING

from pored.capture import UNKNOWN
from pored.files.captured import read_capture
from pored.watch.kinds import kind_of
from pored.watch.ready import stamp_at

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from pored.capture import Capture
    from pored.watch.folders import Listing


class Captures:
    """Facts for pairing, from the files themselves. A file is read again when its size or time has changed."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[tuple[int, int], Capture]] = {}
        self._twins: defaultdict[object, set[Path]] = defaultdict(set)
        self._to_read: deque[Path] = deque()
        self._queued: set[Path] = set()

    @property
    def is_reading(self) -> bool:
        """Whether there are files whose metadata are wanted and not known yet."""
        return bool(self._to_read)

    def of(self, path: Path) -> Capture:
        """A file's metadata; nothing where it is gone or says nothing."""
        stamp = stamp_at(path)
        if stamp is None:
            return UNKNOWN
        known = self._known.get(path)
        if known is None or known[0] != stamp.content:
            known = self._known[path] = (stamp.content, read_capture(path))
            for key in _keys(known[1]):
                self._twins[key].add(path)
        return known[1]

    def twins(self, capture: Capture) -> Collection[Path]:
        """Of the files read so far those of the same frame, and those that it was derived from."""
        found = self._twins.get(capture.moment, set()) if capture.moment else set()
        return found.union(*(self._twins.get(source, set()) for source in capture.sources))

    def wanted(self, listing: Listing) -> None:
        """An export waits whose name does not lead to its original: any of those that are there may be it."""
        paths = (tree.root / file for tree in listing.originals for file in tree.files)
        new = [path for path in paths if path not in self._queued and kind_of(path.name).is_picture]
        self._queued.update(new)
        self._to_read.extend(new)

    def read_all(self, listing: Listing) -> None:
        """All that are there."""
        self.wanted(listing)
        self.read_on(lambda: True)

    def read_on(self, may_go_on: Callable[[], bool]) -> bool:
        """Read what is wanted, as long as that is allowed; whether anything was read."""
        before = len(self._to_read)
        while self._to_read and may_go_on():
            self.of(self._to_read.popleft())
        return len(self._to_read) < before


def _keys(capture: Capture) -> list[object]:
    """By what a file is found: its moment and its XMP identifiers."""
    return [*([capture.moment] if capture.moment else []), *capture.documents]
