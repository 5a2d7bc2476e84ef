"""The systemd drop-in that opens, of a disk that is otherwise read-only to the service, the settings' folders."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from pored.errors import MachineError, StorageError, UsageError
from pored.files.staging import commit, stage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pored.config import HotFolder, Settings

DROPIN_FOLDER = Path("/etc/systemd/system/pored.service.d")
DROPIN = "pored-folders.conf"
HIDDEN = {
    "ProtectHome=read-only": ("/home", "/root", "/run/user"),
    "PrivateTmp=no": ("/tmp", "/var/tmp"),  # noqa: S108 - nothing is written there
}
"""What pored.service hides, and the line that shows it; only where a folder lies there."""

HEAD = """\
# Written by `pored check --dropin` from the settings; it is replaced whole. After a change of folders: again, then
# `systemctl daemon-reload` and `systemctl restart pored`.
"""


def render_dropin(settings: Settings) -> str:
    """The drop-in for pored.service.

    Raises:
        UsageError: a folder's name cannot be written in a unit file.
    """
    writable = _unique([settings.state_dir, *(folder for each in settings.hot_folders for folder in _writable(each))])
    originals = _unique(folder for each in settings.hot_folders for folder in each.originals)
    inboxes = [each.inbox for each in settings.hot_folders]
    everything = _unique([*writable, *inboxes, *originals])
    return "\n".join(
        [
            HEAD,
            "[Unit]",
            "# Start when the disks and shares that these lie on are mounted.",
            *(f"RequiresMountsFor={_quoted(folder)}" for folder in everything),
            "",
            "[Service]",
            "# What pored writes to. One that is not there keeps the service from starting.",
            *(f"ReadWritePaths={_quoted(folder)}" for folder in writable),
            "# Never written to, even where they lie in one of those above.",
            *(f"ReadOnlyPaths={_quoted(folder)}" for folder in originals if folder not in writable),
            *_shown(everything),
            "",
        ]
    )


def write_dropin(settings: Settings, folder: Path = DROPIN_FOLDER) -> Path:
    """Write the drop-in, whole, in place of an older one.

    Args:
        settings: whose folders it opens.
        folder: of the unit's drop-ins; made if it is not there.

    Returns:
        The file.

    Raises:
        UsageError: a folder's name cannot be written in a unit file.
        MachineError: the disk refused; root may write there.
    """
    text = render_dropin(settings)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return commit(stage(folder, DROPIN, text.encode(), mode=0o644), replace=True)
    except (OSError, StorageError) as error:
        raise MachineError(f"{folder / DROPIN} cannot be written: {error}. Run `sudo pored check --dropin`.") from error


def _writable(hot_folder: HotFolder) -> list[Path]:
    """Where it writes; the inbox only where done exports are moved out of it."""
    folders = [hot_folder.output, hot_folder.failed, hot_folder.reports]
    return folders if hot_folder.processed is None else [*folders, hot_folder.processed, hot_folder.inbox]


def _unique(folders: Iterable[Path]) -> list[Path]:
    return list(dict.fromkeys(folders))


def _shown(folders: Iterable[Path]) -> list[str]:
    """Lines for folders that the unit would hide."""
    return [
        line for line, hidden in HIDDEN.items() if any(each.is_relative_to(top) for each in folders for top in hidden)
    ]


def _quoted(folder: Path) -> str:
    r"""As systemd.syntax(7) reads it: quotes for blanks, ``\`` before quotes and itself, ``%`` doubled."""
    path = str(folder)
    if re.search(r"[\x00-\x1f\x7f]", path):
        raise UsageError(f"{path!r} has a control character in its name, which systemd cannot read. Rename the folder.")
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'
