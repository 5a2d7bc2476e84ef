"""Settings that a person chose on the review page: for one picture, or for a hot folder from now on.

Only how texture comes back can be set there. What holds for a hot folder lies in a file of the state folder, since the
settings file is not the service's to write; it is laid over the hot folder's table.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pored.config.layers import Layered, lay, written
from pored.config.mistakes import Mistakes
from pored.config.models import Recovery
from pored.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

CHOSEN_NAME = "review.json"
"""In the state folder."""

WISHES = ("method", "scope", "opacity", "radius", "guard_blemishes", "guard_strength")
"""Keys of recovery that may be chosen."""

Wishes = Mapping[str, object]


def adjusted(recovery: Recovery, wishes: Wishes) -> Recovery:
    """A recovery with some of its settings chosen anew.

    Args:
        recovery: resolved.
        wishes: values as a settings file has them, by key.

    Raises:
        UsageError: a key that cannot be chosen, or a value out of range; each on a line.
    """
    mistakes = Mistakes()
    for key in wishes:
        if key not in WISHES:
            mistakes.add(key, f"cannot be chosen here; only {', '.join(WISHES)} can")
    mistakes.raise_any()
    values = {key: getattr(recovery, key) for key in Recovery.model_fields}
    layered = Layered({**values, **wishes}, {(key,): key for key in wishes})
    changed = mistakes.validated(Recovery, layered)
    mistakes.raise_any()
    return changed or recovery


def wishes_from(text: str) -> dict[str, object]:
    """Wishes as the ledger keeps them, in JSON."""
    return dict(json.loads(text))


def wished(recovery: Recovery, text: str) -> Recovery:
    """A recovery with what a person chose for one picture, as the ledger keeps it; errors as of ``adjusted``."""
    return adjusted(recovery, wishes_from(text))


def values_of(recovery: Recovery) -> dict[str, object]:
    """What a settings file would say for each key that may be chosen."""
    shown = recovery.model_dump(mode="json")
    return {key: shown[key] for key in WISHES}


def read_chosen(state_dir: Path) -> dict[str, dict[str, object]]:
    """What was chosen for hot folders, by their names; nothing where nobody may look.

    Raises:
        UsageError: the file is not what pored writes.
    """
    path = state_dir / CHOSEN_NAME
    try:
        chosen = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return {}
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read ({error}). Remove it: settings chosen there are lost.") from error
    if not isinstance(chosen, dict) or not all(isinstance(each, dict) for each in chosen.values()):
        raise UsageError(f"{path} is not what the review page writes. Remove it: settings chosen there are lost.")
    return chosen


def with_chosen(table: Layered, chosen: Mapping[str, Wishes]) -> Layered:
    """A hot folder's table with what was chosen for it laid over."""
    name = table.values.get("name")
    wishes = chosen.get(name, {}) if isinstance(name, str) else {}
    if not wishes:
        return table
    return replace(lay(table, written({"recovery": dict(wishes)}, f"{CHOSEN_NAME}, {name}")), home=table.home)
