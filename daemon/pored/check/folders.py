"""Whether each folder of the settings is there, with the rights and the room that the service needs."""

from __future__ import annotations

import errno
import grp
import os
import shlex
import tempfile
from typing import TYPE_CHECKING

from pored.check.finding import Check
from pored.check.mounts import network_filesystem
from pored.config.folders import conflicts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pored.check.machine import Machine
    from pored.config import HotFolder, Settings

LOW_BYTES = 10**9
"""Below this a disk is called nearly full: some twenty layered results."""
SHARE_SETTLE_SECONDS = 10.0
"""A share's news of a growing file are late; what settles sooner may not be whole."""


def check_folders(settings: Settings, machine: Machine) -> Iterator[Check]:
    """The state folder's and every hot folder's."""
    if machine.user == 0:
        yield Check(
            "user",
            "warning",
            "root may do everything, so the rights of the service's user were not tried",
            "sudo -u pored /opt/pored/.venv/bin/pored check",
        )
    yield from _lead_into_each_other(settings)
    yield _writable("state_dir", settings.state_dir, machine)
    yield from _room("state_dir", settings.state_dir, machine)
    yield from _local("state_dir", settings.state_dir, machine)
    for hot_folder in settings.hot_folders:
        yield from _hot_folder(hot_folder, machine)


def _hot_folder(hot_folder: HotFolder, machine: Machine) -> Iterator[Check]:
    name = hot_folder.name
    yield (_readable if hot_folder.processed is None else _writable)(f"{name}: inbox", hot_folder.inbox, machine)
    yield from _slow_enough(hot_folder, machine)
    for originals in hot_folder.originals:
        yield _readable(f"{name}: originals", originals, machine)
    for key in ("output", "processed", "failed", "reports"):
        folder: Path | None = getattr(hot_folder, key)
        if folder is not None:
            yield _writable(f"{name}: {key}", folder, machine)
    yield from _room(f"{name}: output", hot_folder.output, machine)
    if hot_folder.group is not None:
        yield _group(f"{name}: group", hot_folder.group, machine)


def _lead_into_each_other(settings: Settings) -> Iterator[Check]:
    """The settings' rules once more, for the folders that links on the disk lead to."""
    for line in conflicts(settings, os.path.realpath):
        yield Check("links", "missing", line, "give each folder a place of its own on the disk")


def _readable(name: str, folder: Path, machine: Machine) -> Check:
    try:
        with os.scandir(folder) as entries:
            next(entries, None)
    except OSError as error:
        return Check(name, "missing", f"{folder}: {error.strerror}", _mend(error, folder, "rx", machine))
    return Check(name, "ok", f"{folder} can be read")


def _writable(name: str, folder: Path, machine: Machine) -> Check:
    """Really tried: rights alone say nothing about a share or a disk that is mounted read-only."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".pored-check-") as file:
            file.write(b"pored")
            file.flush()
    except OSError as error:
        return Check(name, "missing", f"{folder}: {error.strerror}", _mend(error, folder, "rwx", machine))
    return Check(name, "ok", f"{folder} can be written to")


def _mend(error: OSError, folder: Path, rights: str, machine: Machine) -> str:
    path, user = shlex.quote(str(folder)), machine.service_user
    commands = {
        errno.ENOENT: f"install -d -o {user} {path}",
        errno.EACCES: f"apt-get install acl && setfacl -m u:{user}:{rights} {path}",
        errno.EROFS: f'mount -o remount,rw "$(findmnt -no TARGET -T {path})"',
        errno.ENOSPC: f"df -h {path}",
    }
    return commands.get(error.errno or 0, f"ls -ld {path} && findmnt -T {path}")


def _room(name: str, folder: Path, machine: Machine) -> Iterator[Check]:
    try:
        free = machine.free_bytes(folder)
    except OSError:
        return  # said already: it is not there
    if free < LOW_BYTES:
        yield Check(name, "warning", f"{free / 1e6:.0f} MB are free on its disk", f"df -h {shlex.quote(str(folder))}")


def _local(name: str, folder: Path, machine: Machine) -> Iterator[Check]:
    if kind := network_filesystem(folder, machine.proc):
        yield Check(name, "warning", f"{folder} is on a network share ({kind})", 'state_dir = "/var/lib/pored"')


def _slow_enough(hot_folder: HotFolder, machine: Machine) -> Iterator[Check]:
    kind = network_filesystem(hot_folder.inbox, machine.proc)
    if kind and hot_folder.settle_seconds < SHARE_SETTLE_SECONDS:
        finding = f"{hot_folder.inbox} is on a network share ({kind}), which is late to tell that a file still grows"
        yield Check(
            f"{hot_folder.name}: settle_seconds", "warning", finding, f"settle_seconds = {SHARE_SETTLE_SECONDS:g}"
        )


def _group(name: str, group: str, machine: Machine) -> Check:
    quoted, user = shlex.quote(group), machine.service_user
    try:
        number = grp.getgrnam(group).gr_gid
    except KeyError:
        return Check(name, "missing", f"there is no group {group}", f"groupadd {quoted} && usermod -aG {quoted} {user}")
    if machine.user != 0 and number not in (os.getegid(), *os.getgroups()):
        return Check(name, "missing", f"this user is not in the group {group}", f"usermod -aG {quoted} {user}")
    return Check(name, "ok", f"{group} can be given to results")
