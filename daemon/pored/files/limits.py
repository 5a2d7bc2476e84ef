"""How large a picture may be: refused by its header, before anything is decoded."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from pored.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Iterator

MEGA = 1_000_000
_MOST_MEGAPIXELS = ContextVar("most_megapixels", default=300)


@contextmanager
def at_most(megapixels: int) -> Iterator[None]:
    """Within this, no picture of more is read."""
    token = _MOST_MEGAPIXELS.set(megapixels)
    try:
        yield
    finally:
        _MOST_MEGAPIXELS.reset(token)


def refuse_too_large(name: str, width: int, height: int) -> None:
    """Make sure that a picture may be decoded.

    Raises:
        UnsupportedError: it has more pixels than that.
    """
    most = _MOST_MEGAPIXELS.get()
    if width * height > most * MEGA:
        raise UnsupportedError(
            "too-large",
            f"{name} has {width * height / MEGA:.0f} megapixels; pored takes {most} at most (most_megapixels).",
        )
