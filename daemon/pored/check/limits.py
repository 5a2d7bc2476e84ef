"""Whether the kernel lets pored watch as many folders as the inboxes have."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pored.check.finding import Check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pored.check.machine import Machine
    from pored.config import Settings

SHARE = 0.5
"""Of a limit; the rest is for the server's other programs, which share it."""


def check_limits(settings: Settings, machine: Machine) -> Iterator[Check]:
    """inotify's watches, one a folder, and its instances, one an inbox."""
    inboxes = [hot_folder.inbox for hot_folder in settings.hot_folders]
    yield _limit("max_user_watches", sum(map(_folders, inboxes)), 524288, machine)
    yield _limit("max_user_instances", len(inboxes), 1024, machine)


def _folders(inbox: Path) -> int:
    return sum(1 for _ in os.walk(inbox))


def _limit(name: str, needed: int, better: int, machine: Machine) -> Check:
    try:
        limit = int((machine.proc / "sys" / "fs" / "inotify" / name).read_text())
    except OSError:
        return Check(
            name, "warning", "the kernel does not say how many folders may be watched", "ls /proc/sys/fs/inotify"
        )
    if needed <= limit * SHARE:
        return Check(name, "ok", f"{needed} of {limit} needed")
    line = f"fs.inotify.{name}={max(better, 4 * needed)}"
    mend = f"echo {line} > /etc/sysctl.d/60-pored-{name}.conf && sysctl --system"
    return Check(name, "missing" if needed > limit else "warning", f"{needed} of {limit} needed", mend)
