"""From a settings file to settings: its tables are laid over one another, the preset beneath them, and then checked.

The layers of a hot folder, each winning over the one before: preset, ``[defaults]``, ``[[hot_folder]]``,
what was chosen on the review page, ``[hot_folder.by_folder.NAME]``. Everything that is wrong is reported at once.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pored.config.folders import Placed, check_folders
from pored.config.layers import Layered, lay, part, without, written
from pored.config.mistakes import Mistakes
from pored.config.models import General, HotFolder, Recovery, Settings
from pored.config.own import read_chosen, with_chosen
from pored.config.presets import BUILT_IN, all_presets, with_preset
from pored.errors import UsageError
from pored.suffixes import folded

if TYPE_CHECKING:
    from pathlib import Path

TABLES = ("defaults", "presets", "hot_folder")
EACH_ITS_OWN = ("name", "inbox")
BY_FOLDER = ("pairing", "result", "recovery")


def load_settings(path: Path) -> Settings:
    """Read a settings file.

    Args:
        path: of the TOML file; relative paths in it start from its folder.

    Raises:
        UsageError: the file cannot be read; or every mistake in it, one a line.
    """
    file, folder = written(_toml(path), ""), path.absolute().parent
    mistakes = Mistakes()
    general = mistakes.validated(General, without(file, *TABLES), folder) or General()
    presets = all_presets(_table(file, "presets", mistakes), mistakes)
    own = {name: _preset(name, keys, mistakes) for name, keys in presets.items() if name not in BUILT_IN}
    chosen = read_chosen(general.state_dir)
    placed = _hot_folders(file, presets, folder, mistakes, chosen)
    check_folders(placed, general.state_dir, mistakes)
    mistakes.raise_any(f"These settings in {path} must be mended:")
    return Settings(**dict(general), hot_folders=tuple(hot_folder for _, hot_folder in placed), presets=own)


def _toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # some editors begin with a mark
    except OSError as error:
        raise UsageError(
            f"The settings file {path} cannot be read: {error.strerror}. Name another with --config."
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"The settings file {path} is not UTF-8 text. Save it as UTF-8.") from error
    except ValueError as error:  # TOMLDecodeError, or numbers too long for Python
        raise UsageError(f"The settings file {path} is not TOML: {error}.") from error


def _table(file: Layered, key: str, mistakes: Mistakes) -> Layered:
    if not isinstance(file.values.get(key, {}), Mapping):
        mistakes.add(file.place((key,)), "is no table of settings")
    return part(file, key)


def _preset(name: str, keys: Layered, mistakes: Mistakes) -> Recovery:
    named = lay(keys, Layered({"preset": name}, {}, keys.home))
    return mistakes.validated(Recovery, named) or Recovery()


def _hot_folders(
    file: Layered,
    presets: Mapping[str, Layered],
    folder: Path,
    mistakes: Mistakes,
    chosen: Mapping[str, Mapping[str, object]],
) -> list[Placed]:
    defaults = _table(file, "defaults", mistakes)
    for key in EACH_ITS_OWN:
        if key in defaults.values:
            mistakes.add(defaults.place((key,)), "hot folders cannot share this; write it in each")
    placed = []
    for table in _hot_folder_tables(file, mistakes):
        layered = with_chosen(lay(defaults, table), chosen)
        hot_folder = _hot_folder(without(layered, "by_folder"), presets, folder, mistakes)
        by_folder = _by_folder(layered, presets, folder, mistakes)
        if hot_folder is not None:
            placed.append((layered, hot_folder.model_copy(update={"by_folder": by_folder})))
    return placed


def _hot_folder_tables(file: Layered, mistakes: Mistakes) -> list[Layered]:
    tables = file.values.get("hot_folder", [])
    if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
        mistakes.add("hot_folder", "is no list of tables; begin each with [[hot_folder]]")
        return []
    if not tables:
        mistakes.add("hot_folder", "there is none, so nothing to do; begin one with [[hot_folder]]")
    return [written(table, _title(table, place)) for place, table in enumerate(tables)]


def _title(table: Mapping[str, object], place: int) -> str:
    name = table.get("name")
    return f"hot_folder {json.dumps(name, ensure_ascii=False)}" if isinstance(name, str) else f"hot_folder[{place}]"


def _hot_folder(layered: Layered, presets: Mapping[str, Layered], folder: Path, mistakes: Mistakes) -> HotFolder | None:
    resolved = with_preset(layered, presets, mistakes)
    return mistakes.validated(HotFolder, resolved, folder)


def _by_folder(
    layered: Layered, presets: Mapping[str, Layered], folder: Path, mistakes: Mistakes
) -> dict[str, HotFolder]:
    """The hot folder as it is for each sub-folder that has a table of its own."""
    by_folder: dict[str, HotFolder] = {}
    for name in _table(layered, "by_folder", mistakes).values:
        overrides = _table(part(layered, "by_folder"), name, mistakes)
        _check_overrides(name, overrides, by_folder, mistakes)
        whole = lay(without(layered, "by_folder"), without(overrides, *(overrides.values.keys() - BY_FOLDER)))
        hot_folder = _hot_folder(whole, presets, folder, mistakes)
        if hot_folder is not None:
            by_folder[folded(name)] = hot_folder
    return by_folder


def _check_overrides(name: str, overrides: Layered, others: Mapping[str, HotFolder], mistakes: Mistakes) -> None:
    if "/" in name or name in ("", ".", ".."):
        mistakes.add(overrides.home, "is no folder's name; it is looked for at any depth, so write one name")
    if folded(name) in others:
        mistakes.add(overrides.home, "is there twice; big and small letters are the same here")
    for key in overrides.values.keys() - BY_FOLDER:
        mistakes.add(overrides.place((key,)), f"cannot be set by sub-folder; only {', '.join(BY_FOLDER)} can")
