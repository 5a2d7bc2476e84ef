"""Folders that must not lie in one another, or pored would take its own writing for somebody's picture.

Paths only; no disk. Links on the disk are the business of ``pored check``, which asks again with what they lead to.
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from pored.config.layers import Layered
from pored.config.mistakes import Mistakes
from pored.config.models import HotFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pored.config.models import Settings

Placed = tuple[Layered, HotFolder]
"""A hot folder and where each of its settings was written."""

WRITTEN = ("output", "processed", "failed", "reports")
ALONE = ("output", "processed", "failed")


def check_folders(placed: Sequence[Placed], state_dir: Path, mistakes: Mistakes) -> None:
    """Note names that occur twice, and folders that lie where they must not."""
    for (_, hot_folder), (layered, other) in combinations(placed, 2):
        if hot_folder.name == other.name:
            mistakes.add(layered.place(("name",)), "another hot folder has this name")
    for layered, hot_folder in placed:
        _check_apart(layered, hot_folder, mistakes)
        for _, other in placed:
            _check_inboxes(layered, hot_folder, other, mistakes)
            _check_originals(layered, hot_folder, other, mistakes)
    for _, hot_folder in placed:
        if state_dir.is_relative_to(hot_folder.inbox):
            mistakes.add("state_dir", f"lies in the inbox of {hot_folder.name}")


def conflicts(settings: Settings, path: Callable[[Path], str]) -> list[str]:
    """What ``check_folders`` notes if each folder of valid settings is put through ``path``, for example realpath."""
    mistakes = Mistakes()
    placed = [(Layered({}, {}, hot_folder.name), _mapped(hot_folder, path)) for hot_folder in settings.hot_folders]
    check_folders(placed, Path(path(settings.state_dir)), mistakes)
    return mistakes.lines


def _mapped(hot_folder: HotFolder, path: Callable[[Path], str]) -> HotFolder:
    folders = {key: getattr(hot_folder, key) for key in ("inbox", *WRITTEN)}
    mapped: dict[str, object] = {key: folder and Path(path(folder)) for key, folder in folders.items()}
    return hot_folder.model_copy(
        update=mapped | {"originals": tuple(Path(path(folder)) for folder in hot_folder.originals)}
    )


def _check_apart(layered: Layered, hot_folder: HotFolder, mistakes: Mistakes) -> None:
    """Files of one name would meet in folders that are the same."""
    for first, second in combinations(ALONE, 2):
        if getattr(hot_folder, first) == getattr(hot_folder, second):
            mistakes.add(layered.place((second,)), f"is the {first} folder; it needs one of its own")
    if _in_its_inbox(hot_folder) and any(each.result.name == "{stem}" for each in _variants(hot_folder)):
        mistakes.add(
            layered.place(("result", "name")),
            'results would take the exports\' names, as output is the inbox; write something besides "{stem}", as in '
            '"{stem}_pores"',
        )


def _check_inboxes(layered: Layered, hot_folder: HotFolder, other: HotFolder, mistakes: Mistakes) -> None:
    """What pored writes would be taken for exports, and exports be taken twice."""
    if hot_folder is not other and hot_folder.inbox.is_relative_to(other.inbox):
        mistakes.add(layered.place(("inbox",)), f"lies in the inbox of {other.name}; exports would be taken twice")
    for key in WRITTEN:
        if key == "output" and hot_folder is other and _in_its_inbox(hot_folder):
            continue
        folder: Path | None = getattr(hot_folder, key)
        if folder is not None and folder.is_relative_to(other.inbox):
            mistakes.add(
                layered.place((key,)), f"lies in the inbox of {other.name}; what is put there would be taken again"
            )


def _check_originals(layered: Layered, hot_folder: HotFolder, other: HotFolder, mistakes: Mistakes) -> None:
    """What pored writes would be taken for an original: it has the right name."""
    for key in WRITTEN:
        if key == "output" and _in_its_inbox(hot_folder):
            continue
        folder: Path | None = getattr(hot_folder, key)
        if folder is not None and any(folder.is_relative_to(originals) for originals in other.originals):
            mistakes.add(
                layered.place((key,)),
                f"lies in the originals of {other.name}; what is put there would pass for originals",
            )


def _in_its_inbox(hot_folder: HotFolder) -> bool:
    return hot_folder.output == hot_folder.inbox


def _variants(hot_folder: HotFolder) -> tuple[HotFolder, ...]:
    return (hot_folder, *hot_folder.by_folder.values())
