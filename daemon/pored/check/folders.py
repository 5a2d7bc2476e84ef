"""Whether each folder of the settings is there, with the rights and the room that the service needs."""

from __future__ import annotations

import errno
import grp
import os
import shlex
import tempfile
from typing import TYPE_CHECKING

from pored.check.finding import Check
from pored.config.folders import conflicts
from pored.files.schema import LEDGER_NAME
from pored.watch.kinds import Kind, kind_of
from pored.watch.mounts import read_mounts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pored.check.machine import Machine
    from pored.config import HotFolder, Settings

LOW_BYTES = 10**9
"""Below this a disk is called nearly full: some twenty layered results."""


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
    yield from _own_ledger(settings.state_dir, machine)
    for hot_folder in settings.hot_folders:
        yield from _hot_folder(hot_folder, machine)


def _hot_folder(hot_folder: HotFolder, machine: Machine) -> Iterator[Check]:
    name = hot_folder.name
    yield (_readable if hot_folder.processed is None else _writable)(f"{name}: inbox", hot_folder.inbox, machine)
    yield from _watched(hot_folder, machine)
    for originals in hot_folder.originals:
        yield _readable(f"{name}: originals", originals, machine)
    for key in ("output", "processed", "failed", "reports"):
        folder: Path | None = getattr(hot_folder, key)
        if folder is not None:
            yield _writable(f"{name}: {key}", folder, machine)
    yield from _room(f"{name}: output", hot_folder.output, machine)
    if hot_folder.group is not None:
        yield _group(f"{name}: group", hot_folder.group, machine)
    recoveries = [each.recovery for each in (hot_folder, *hot_folder.by_folder.values())]
    for plate in dict.fromkeys(each.plate for each in recoveries if each.plate is not None):
        yield _plate(f"{name}: plate", plate, machine)


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


def _plate(name: str, plate: Path, machine: Machine) -> Check:
    """A texture plate, or a folder that has some."""
    try:
        if plate.is_dir():
            kinds = [kind_of(file.name) for file in plate.iterdir()]
            if not any(kind.is_picture and kind is not Kind.RAW for kind in kinds):
                finding = f"{plate} has no picture of skin in it"
                return Check(name, "missing", finding, f"cp SKIN.jpg {shlex.quote(str(plate))}/")
        else:
            plate.open("rb").close()
    except FileNotFoundError as error:
        return Check(name, "missing", f"{plate}: {error.strerror}", f"cp SKIN.jpg {shlex.quote(str(plate))}")
    except OSError as error:
        return Check(name, "missing", f"{plate}: {error.strerror}", _mend(error, plate, "rx", machine))
    return Check(name, "ok", f"{plate} can be read")


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
    if (volume := read_mounts(machine.proc, machine.fstab).at(folder)).is_network:
        yield Check(name, "warning", f"{folder} is on a network share ({volume.kind})", 'state_dir = "/var/lib/pored"')


def _own_ledger(state_dir: Path, machine: Machine) -> Iterator[Check]:
    """A service that was once run by hand as root leaves a ledger that the service's user may not write to."""
    foreign = [file for file in state_dir.glob(f"{LEDGER_NAME}*") if not os.access(file, os.R_OK | os.W_OK)]
    if foreign:
        owner, path = machine.service_user, shlex.quote(str(state_dir))
        names = " and ".join(file.name for file in sorted(foreign))
        yield Check("ledger", "missing", f"{names} may not be written by {owner}", f"chown -R {owner}: {path}")


def _watched(hot_folder: HotFolder, machine: Machine) -> Iterator[Check]:
    """How new files will be noticed, and whether all shares are there."""
    mounts = read_mounts(machine.proc, machine.fstab)
    folders = [hot_folder.inbox, *hot_folder.originals]
    lacking = {mounts.lacking(each) for each in (*folders, hot_folder.output, hot_folder.failed, hot_folder.reports)}
    for point in sorted(filter(None, lacking)):
        yield Check(f"{hot_folder.name}: share", "missing", f"nothing is mounted on {point}", f"mount {point}")
    shares = [folder for folder in folders if mounts.at(folder).is_network]
    if shares and hot_folder.watch == "events":
        finding = f"{shares[0]} is on a network share, which tells nobody what other machines write to it"
        yield Check(f"{hot_folder.name}: watch", "warning", finding, 'watch = "auto"')
    elif shares:
        yield Check(f"{hot_folder.name}: watch", "ok", f"{shares[0]} is on a network share, and is searched every 5 s")


def _group(name: str, group: str, machine: Machine) -> Check:
    quoted, user = shlex.quote(group), machine.service_user
    try:
        number = grp.getgrnam(group).gr_gid
    except KeyError:
        return Check(name, "missing", f"there is no group {group}", f"groupadd {quoted} && usermod -aG {quoted} {user}")
    if machine.user != 0 and number not in (os.getegid(), *os.getgroups()):
        return Check(name, "missing", f"this user is not in the group {group}", f"usermod -aG {quoted} {user}")
    return Check(name, "ok", f"{group} can be given to results")
