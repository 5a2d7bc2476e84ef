"""Settings that are named already but not built yet: refused, never silently ignored."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pored.config.layers import Layered, part

if TYPE_CHECKING:
    from pored.config.mistakes import Mistakes


class NotYet(NamedTuple):
    """Values of a setting that a later version brings."""

    path: str
    values: tuple[bool | str, ...]
    says: str


NOT_YET = (NotYet("recovery.scope", ("all",), 'skin besides the face\'s comes with a later version; write "face"'),)
"""Whoever builds one of these deletes its line."""


def refuse_unbuilt(layered: Layered, mistakes: Mistakes) -> None:
    """Note where the settings of a hot folder, or of one run, ask for something that is not built."""
    for path, values, says in NOT_YET:
        *groups, key = path.split(".")
        asked = part(layered, *groups).values.get(key)
        if any(asked == value and type(asked) is type(value) for value in values):
            mistakes.add(layered.place((*groups, key)), says)
