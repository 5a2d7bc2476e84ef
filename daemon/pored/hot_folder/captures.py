"""What is known of the files' metadata: each is read once, a few kilobytes of it, and only when names do not decide."""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque
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


MOST_RECENT = 10_000
"""Files of which it is remembered what they say, besides the originals that are wanted."""

_Known = tuple[tuple[int, int], "Capture"]
"""Size and time of a file, and what it says."""


class Captures:
    """Facts for pairing, from the files themselves. A file is read again when its size or time has changed."""

    def __init__(self) -> None:
        self._wanted: dict[Path, _Known | None] = {}
        self._recent: OrderedDict[Path, _Known] = OrderedDict()
        self._twins: defaultdict[object, set[Path]] = defaultdict(set)
        self._to_read: deque[Path] = deque()

    @property
    def is_reading(self) -> bool:
        """Whether there are files whose metadata are wanted and not known yet."""
        return bool(self._to_read)

    def of(self, path: Path) -> Capture:
        """A file's metadata; nothing where it is gone or says nothing."""
        stamp = stamp_at(path)
        if stamp is None:
            return UNKNOWN
        known = self._wanted.get(path) or self._recent.get(path)
        if known is None or known[0] != stamp.content:
            known = stamp.content, read_capture(path)
            self._remember(path, known)
        return known[1]

    def _remember(self, path: Path, known: _Known) -> None:
        """For as long as the service may need it: exports come and go for years."""
        if path in self._wanted:
            self._forget_twin(path)
            self._wanted[path] = known
            for key in _keys(known[1]):
                self._twins[key].add(path)
            return
        self._recent[path] = known
        self._recent.move_to_end(path)
        if len(self._recent) > MOST_RECENT:
            self._recent.popitem(last=False)

    def twins(self, capture: Capture) -> Collection[Path]:
        """Of the wanted files read so far those of the same frame, and those that it was derived from."""
        found = self._twins.get(capture.moment, set()) if capture.moment else set()
        return found.union(*(self._twins.get(source, set()) for source in capture.sources))

    def wanted(self, listing: Listing) -> None:
        """An export waits whose name does not lead to its original: any of those that are there may be it."""
        paths = [tree.root / file for tree in listing.originals for file in tree.files if kind_of(file.name).is_picture]
        for path in self._wanted.keys() - set(paths):
            self._forget_twin(path)
            del self._wanted[path]
        new = [path for path in paths if path not in self._wanted]
        self._wanted.update(dict.fromkeys(new))
        self._to_read.extend(new)

    def _forget_twin(self, path: Path) -> None:
        known = self._wanted.get(path)
        for key in _keys(known[1]) if known else ():
            self._twins[key].discard(path)
            if not self._twins[key]:
                del self._twins[key]

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
