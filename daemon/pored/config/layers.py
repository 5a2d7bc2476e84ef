"""Tables of settings laid over one another before anything is checked, each key remembering where it was written.

So a mistake in ``[defaults]`` is reported there, once, however many hot folders it serves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

Loc = tuple[str | int, ...]
"""Keys and list positions on the way to a value."""


@dataclass(frozen=True, slots=True)
class Layered:
    """Settings not yet checked.

    Attributes:
        values: the table, as TOML gives it.
        origins: for each key on any level, its path as a person would write it.
        home: the path of the table itself; for keys that are not there.
    """

    values: dict[str, object]
    origins: dict[Loc, str]
    home: str = ""

    def place(self, loc: Loc) -> str:
        """The path of ``loc`` as a person would write it, for example ``hot_folder[0].recovery.radius``."""
        known = next((end for end in range(len(loc), 0, -1) if loc[:end] in self.origins), 0)
        path = self.origins[loc[:known]] if known else self.home
        for key in loc[known:]:
            path = joined(path, key)
        return path


def joined(path: str, key: str | int) -> str:
    """``path`` and one key more; keys that TOML wants quoted are quoted."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    name = key if re.fullmatch(r"[\w-]+", key, re.ASCII) else json.dumps(key, ensure_ascii=False)
    return f"{path}.{name}" if path else name


def written(table: Mapping[str, object], path: str) -> Layered:
    """A table as it was written at ``path``."""
    origins: dict[Loc, str] = {}
    for key, value in table.items():
        here = origins[(key,)] = joined(path, key)
        if isinstance(value, Mapping):
            origins |= {(key, *loc): place for loc, place in written(value, here).origins.items()}
    return Layered(dict(table), origins, path)


def lay(lower: Layered, upper: Layered) -> Layered:
    """Both, where ``upper`` wins key by key; lists are not merged."""
    return Layered(_merged(lower.values, upper.values), lower.origins | upper.origins, upper.home)


def part(layered: Layered, *keys: str) -> Layered:
    """The table that lies under ``keys``; empty where there is none."""
    table: object = layered.values
    for key in keys:
        table = table.get(key) if isinstance(table, Mapping) else None
    origins = {loc[len(keys) :]: place for loc, place in layered.origins.items() if loc[: len(keys)] == keys}
    origins.pop((), None)
    return Layered(dict(table) if isinstance(table, Mapping) else {}, origins, layered.place(keys))


def without(layered: Layered, *keys: str) -> Layered:
    """The table less some of its keys."""
    values = {key: value for key, value in layered.values.items() if key not in keys}
    return Layered(values, {loc: place for loc, place in layered.origins.items() if loc[0] not in keys}, layered.home)


def under(key: str, layered: Layered) -> Layered:
    """A table that holds ``layered`` as its only key."""
    origins: dict[Loc, str] = {(key, *loc): place for loc, place in layered.origins.items()}
    return Layered({key: layered.values}, {(key,): layered.home, **origins})


def _merged(lower: Mapping[str, object], upper: Mapping[str, object]) -> dict[str, object]:
    merged = dict(lower)
    for key, value in upper.items():
        below = merged.get(key)
        both = isinstance(value, Mapping) and isinstance(below, Mapping)
        merged[key] = _merged(below, value) if both else value  # type: ignore[arg-type]  # both are tables
    return merged
