"""``pored init``: folders and settings to start from."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pored.config import render_sample
from pored.errors import MachineError, StorageError, UsageError
from pored.files.staging import TargetExistsError, commit, discard, stage

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = "pored.toml"
FOLDERS = ("inbox", "originals", "output", "failed", "reports", "state")


def make_studio(folder: Path) -> Path:
    """Make a studio's folders and their settings file.

    Folders that are there already are kept as they are.

    Args:
        folder: made if it is not there.

    Returns:
        The settings file; every path in it is absolute.

    Raises:
        UsageError: there is a settings file already, or the folder's name cannot be written in one.
        MachineError: the disk refused.
    """
    studio = folder.resolve()
    text = _settings_text(studio)
    if os.path.lexists(studio / SETTINGS):
        raise _there_already(studio)
    try:
        for name in FOLDERS:
            (studio / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MachineError(f"{error.filename} cannot be made: {error.strerror}. Name another folder.") from error
    return _written(studio, text)


def _written(studio: Path, text: bytes) -> Path:
    try:
        staged = stage(studio, SETTINGS, text, mode=0o644)
        try:
            return commit(staged)
        except TargetExistsError as error:  # made this moment by somebody else
            discard(staged)
            raise _there_already(studio) from error
    except StorageError as error:
        raise MachineError(error.message) from error


def _settings_text(studio: Path) -> bytes:
    folders = {f"hot_folder.{name}": str(studio / name) for name in ("inbox", "output", "failed", "reports")}
    values = {**folders, "hot_folder.originals": [str(studio / "originals")], "state_dir": str(studio / "state")}
    try:
        return render_sample(values).encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"The name {str(studio)!r} is not UTF-8, as settings must be. Name another folder.") from error


def _there_already(studio: Path) -> UsageError:
    return UsageError(f"{studio / SETTINGS} is there already and is kept. Name another folder, or move that file away.")
