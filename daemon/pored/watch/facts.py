"""What pairing may know of files besides their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pored.capture import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from pored.capture import Capture


class Facts(Protocol):
    """Knows files' metadata."""

    def of(self, path: Path) -> Capture:
        """A file's; nothing where it cannot be read."""

    def twins(self, capture: Capture) -> Collection[Path]:
        """Files that are known to be of the same frame, or the ones that it was derived from."""


class NoFacts:
    """Knows nothing: names alone decide."""

    def of(self, path: Path) -> Capture:  # noqa: ARG002 - the protocol's
        """Nothing."""
        return UNKNOWN

    def twins(self, capture: Capture) -> Collection[Path]:  # noqa: ARG002 - the protocol's
        """None."""
        return ()


NO_FACTS = NoFacts()
