"""Uploads through real programs and servers, on this machine alone, and looks what the real service takes when.

    python tests/bench/clients.py [--files 3] [--clients NAMES] [--folder DIR]

Needs root and, on Debian, the packages that it names if one is missing. Every client sends files that take it some
seconds, into an inbox that the service looks at all the while. A file counts as taken early where the service began a
job with other bytes than the whole file's, and as taken twice where one name had two jobs or two results. What is
broken off must not be taken before it was resumed. Its exit code is 1 where that is not so.

Columns: files sent; done; taken early; taken twice; seconds from a file's last change to its result, at most.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from running import HotFolder, House, InVainError, Running, until
from servers import HERE, PASSWORD, ftp, samba, ssh
from small import original, smoothed, with_comment
from table import table

from pored.files.ledger import read_ledger
from pored.files.records import DONE_STATES
from pored.files.staging import digest_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PROGRAMS = {
    "rsync": "rsync",
    "sftp": "openssh-client",
    "scp": "openssh-client",
    "/usr/sbin/sshd": "openssh-server",
    "smbd": "samba samba-vfs-modules",
    "smbclient": "smbclient",
    "curl": "curl",
    "vsftpd": "vsftpd",
    "lftp": "lftp",
}
"""What is needed, and the package of Debian that has it."""

SETTLE = 0.5
"""Seconds; short, so that a service that trusts in standing still alone would take files early."""

BYTES_PER_SECOND = 500_000
SECONDS = 2
"""That an upload takes at least, where its client can be slowed down."""

BROKEN_SECONDS = 8.0
"""How long an upload that was broken off lies there before it is resumed: many times the settle time."""

_SEGMENT = 60_000
_FALSE_END = b"\xff\xd9"


class ClientError(RuntimeError):
    """A client could not do its part, so that nothing was measured."""


@dataclass(frozen=True)
class Place:
    """Where clients find things.

    Attributes:
        outbox: the files to send.
        inbox: where they are to arrive.
        ssh: the client's settings.
        smb: port of the share that holds the inbox.
        ftp: port of the server whose root holds it.
        service: that runs.
    """

    outbox: Path
    inbox: Path
    ssh: Path
    smb: int
    ftp: int
    service: Running


def main(arguments: Sequence[str]) -> int:
    """Send files by every client; 1 where the service did not do as promised."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=3, help="by each client")
    parser.add_argument("--clients", type=_clients, default=tuple(CLIENTS), help="names, with commas; else all")
    parser.add_argument("--folder", type=Path, help="to make and work in; else a temporary one")
    wanted = parser.parse_args(arguments)
    missing = {package for program, package in PROGRAMS.items() if not shutil.which(program)}
    if missing:
        parser.error(f"programs are missing: apt-get install {' '.join(sorted(missing))}")
    if os.geteuid():
        parser.error("the servers want root: use sudo")
    root = Path(wanted.folder or tempfile.mkdtemp(prefix="pored-clients-"))
    root.mkdir(exist_ok=not wanted.folder)
    root.chmod(0o755)
    rows, faults = _measured(root, wanted.clients, wanted.files)
    _say(table(("client", "files", "done", "early", "twice", "seconds"), rows))
    if faults:
        _say(f"\nBroken (see {root}):\n  " + "\n  ".join(faults))
        return 1
    shutil.rmtree(root)
    return 0


def _clients(names: str) -> tuple[str, ...]:
    clients = tuple(names.split(","))
    if unknown := set(clients) - set(CLIENTS):
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(CLIENTS)}")
    return clients


def _measured(root: Path, clients: Sequence[str], files: int) -> tuple[list[list[str]], list[str]]:
    settings = {"settle_seconds": SETTLE, "rescan_seconds": 2.0}
    heads = HotFolder(root / "studio" / "heads", settings=settings)
    house = House(root, [heads], workers=1)
    # The FTP server's user writes here.
    heads.place("inbox").chmod(0o777)
    outbox = root / "outbox"
    outbox.mkdir()
    rows, faults = [], []
    with ExitStack() as stack:
        shell = ssh(root / "ssh")
        share, files_server = samba(root / "samba", root / "studio"), ftp(root / "ftp", root / "studio")
        for server in (shell, share, files_server):
            stack.enter_context(server)
        service = stack.enter_context(Running(house))
        service.says("watching")
        place = Place(outbox, heads.place("inbox"), root / "ssh" / "client", share.port, files_server.port, service)
        for client in clients:
            names = [f"{client.replace(' ', '_').replace('-', '')}_{number}.jpg" for number in range(1, files + 1)]
            row, broken = _one(client, names, heads, house, place)
            rows.append(row)
            faults += broken
    return rows, faults


def _one(
    client: str, names: Sequence[str], heads: HotFolder, house: House, place: Place
) -> tuple[list[str], list[str]]:
    """One client's files: its line of the table, and what is wrong."""
    for name in names:
        heads.place("originals", name).write_bytes(original(name))
        (place.outbox / name).write_bytes(_slow_file(name))
        CLIENTS[client](place, name)
    with suppress(InVainError):
        until(lambda: all(place.service.heard("picture", file=name) for name in names), f"the results of {client}", 60)
    jobs = {name: [entry for entry in read_ledger(house.state).entries if entry.path.name == name] for name in names}
    whole = {name: digest_file(place.outbox / name) for name in names}
    done = [name for name in names if any(entry.state in DONE_STATES for entry in jobs[name])]
    early = [name for name in names if any(entry.digest != whole[name] for entry in jobs[name])]
    results = heads.names("output")
    twice = [name for name in names if len(jobs[name]) > 1 or name.replace(".", "-2.") in results]
    twice += [name for name in names if len(place.service.heard("picture", file=name)) > 1]
    seconds = [_seconds_after(place, name, jobs[name][0].finished) for name in done]
    faults = [f"{client}: {name} was not done" for name in names if name not in done or name not in results]
    faults += [f"{client}: {name} was taken early" for name in early]
    faults += [f"{client}: {name} was done twice" for name in twice]
    figures = (len(names), len(done), len(early), len(twice))
    return [client, *map(str, figures), f"{max(seconds, default=0.0):.1f}"], faults


def _seconds_after(place: Place, name: str, finished: float | None) -> float:
    """From the last change of an export to its result."""
    return (finished or 0.0) - (place.inbox / name).stat().st_ctime


def _slow_file(name: str) -> bytes:
    """An export that takes a client some time to send, full of what looks like a JPEG's end."""
    data = smoothed(name)
    filling = bytes(_SEGMENT - len(_FALSE_END)) + _FALSE_END
    for _ in range(BYTES_PER_SECOND * SECONDS // _SEGMENT):
        data = with_comment(data, filling)
    return data


# The clients, each with one file.


def _run(*command: str | Path, stdin: bytes | None = None) -> None:
    done = subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=120)
    if done.returncode:
        raise ClientError(f"{command[0]} ended with {done.returncode}: {done.stderr.decode(errors='replace')}")


def _cp(place: Place, name: str) -> None:
    _run("cp", place.outbox / name, place.inbox / name)


def _mv(place: Place, name: str) -> None:
    copy = place.outbox / f"{name}.copy"
    shutil.copyfile(place.outbox / name, copy)
    _run("mv", copy, place.inbox / name)


def _rsync(*options: str) -> Callable[[Place, str], None]:
    def send(place: Place, name: str) -> None:
        limit = f"--bwlimit={BYTES_PER_SECOND // 1024}"
        _run("rsync", "-a", limit, *options, "-e", f"ssh -F {place.ssh}", place.outbox / name, f"studio:{place.inbox}/")

    return send


def _sftp(place: Place, name: str) -> None:
    batch = f"put {place.outbox}/{name} {place.inbox}/{name}\n"
    _run("sftp", "-F", place.ssh, "-l", str(BYTES_PER_SECOND * 8 // 1024), "-b", "-", "studio", stdin=batch.encode())


def _sftp_part(place: Place, name: str) -> None:
    """As WinSCP, Cyberduck and others do: under another name first."""
    inbox = place.inbox
    batch = f"put {place.outbox}/{name} {inbox}/{name}.filepart\nrename {inbox}/{name}.filepart {inbox}/{name}\n"
    _run("sftp", "-F", place.ssh, "-l", str(BYTES_PER_SECOND * 8 // 1024), "-b", "-", "studio", stdin=batch.encode())


def _scp(*options: str) -> Callable[[Place, str], None]:
    def send(place: Place, name: str) -> None:
        limit = str(BYTES_PER_SECOND * 8 // 1024)
        _run("scp", *options, "-F", place.ssh, "-l", limit, place.outbox / name, f"studio:{place.inbox}/{name}")

    return send


def _smb(place: Place, *words: str) -> list[str]:
    return ["smbclient", f"//{HERE}/studio", PASSWORD, "-p", str(place.smb), *words]


def _smbclient(place: Place, name: str) -> None:
    _run(*_smb(place, "-c", f"cd heads\\inbox; put {place.outbox}/{name} {name}"))


def _smbclient_slowly(place: Place, name: str) -> None:
    """The file is open on the share for as long as its data trickle in."""
    data, tick = (place.outbox / name).read_bytes(), threading.Event()
    command = _smb(place, "-c", f"cd heads\\inbox; put - {name}")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as put:
        assert put.stdin is not None
        for start in range(0, len(data), BYTES_PER_SECOND // 4):
            put.stdin.write(data[start : start + BYTES_PER_SECOND // 4])
            put.stdin.flush()
            tick.wait(0.25)
        put.stdin.close()
        if put.wait(60):
            raise ClientError(f"smbclient ended with {put.returncode}")


def _smbclient_renaming(place: Place, name: str) -> None:
    _run(*_smb(place, "-c", f"cd heads\\inbox; put {place.outbox}/{name} {name}.part; rename {name}.part {name}"))


def _url(place: Place, name: str) -> str:
    return f"ftp://{HERE}:{place.ftp}/heads/inbox/{name}"


def _curl(place: Place, name: str) -> None:
    _run("curl", "-sS", "--limit-rate", str(BYTES_PER_SECOND), "-T", place.outbox / name, _url(place, name))


def _curl_broken(place: Place, name: str) -> None:
    """Broken off in the middle, left so, and resumed."""
    command = ["curl", "-sS", "--limit-rate", str(BYTES_PER_SECOND), "-T", str(place.outbox / name), _url(place, name)]
    total = (place.outbox / name).stat().st_size
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as upload:
        until(lambda: _size(place.inbox / name) > total / 3 or upload.poll() is not None, "half of the upload", 60)
        upload.kill()
    if not 0 < _size(place.inbox / name) < total:
        raise ClientError(f"{name} could not be broken off in the middle")
    if place.service.says("picture", BROKEN_SECONDS, file=name):
        return
    _run("curl", "-sS", "-C", "-", "-T", place.outbox / name, _url(place, name))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _lftp(*settings: str) -> Callable[[Place, str], None]:
    def send(place: Place, name: str) -> None:
        words = [f"set net:limit-rate {BYTES_PER_SECOND}", *settings, f"open -u anonymous,x -p {place.ftp} {HERE}"]
        words.append(f"cd heads/inbox; put {place.outbox}/{name} -o {name}")
        _run("lftp", "--norc", "-c", "; ".join(words))

    return send


CLIENTS: dict[str, Callable[[Place, str], None]] = {
    "cp": _cp,
    "mv": _mv,
    "rsync": _rsync(),
    "rsync --inplace": _rsync("--inplace"),
    "rsync --delay-updates": _rsync("--delay-updates"),
    "sftp": _sftp,
    "sftp .filepart": _sftp_part,
    "scp": _scp(),
    "scp -O": _scp("-O"),
    "smbclient": _smbclient,
    "smbclient slowly": _smbclient_slowly,
    "smbclient .part": _smbclient_renaming,
    "curl to vsftpd": _curl,
    "curl broken off": _curl_broken,
    "lftp": _lftp(),
    "lftp temp file": _lftp("set xfer:use-temp-file yes", "set xfer:temp-file-name .in.*"),
}


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
