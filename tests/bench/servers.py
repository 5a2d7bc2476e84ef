"""File servers on this machine alone, each on a port of its own, for clients to upload through."""

from __future__ import annotations

import grp
import os
import pwd
import re
import socket
import subprocess
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from running import until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

HERE = "127.0.0.1"
PASSWORD = "pores"  # noqa: S105 - of an account that only this run knows
README = Path(__file__).parents[2] / "README.md"
_SNIPPET = re.compile(r"<!-- smb\.conf -->\n```ini\n(.*?)```", re.DOTALL)


class Server:
    """A program that serves until it is closed.

    Args:
        folder: for its own files.
        port: that it listens on.
        command: that runs it.
    """

    def __init__(self, folder: Path, port: int, command: Sequence[str | Path]) -> None:
        self.port = port
        with (folder / "log").open("ab") as log:
            # In a session of its own: vsftpd ends its whole process group when a client leaves.
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        until(self._listens, f"{command[0]} to listen; see {folder / 'log'}", 30)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(30)

    def _listens(self) -> bool:
        with suppress(OSError), closing(socket.create_connection((HERE, self.port), 1)):
            return True
        return False


def ssh(folder: Path) -> Server:
    """For sftp, scp and rsync; ``folder`` then holds the client's settings too, as ``client``."""
    folder.mkdir()
    port = _free_port()
    Path("/run/sshd").mkdir(exist_ok=True)
    for key in ("host", "user"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / key)]
        subprocess.run(command, check=True)
    settings = [
        f"Port {port}",
        f"ListenAddress {HERE}",
        f"HostKey {folder}/host",
        f"AuthorizedKeysFile {folder}/user.pub",
        "StrictModes no",
        "PermitRootLogin yes",
        "UsePAM no",
        "PidFile none",
        "Subsystem sftp internal-sftp",
    ]
    (folder / "server").write_text("\n".join(settings) + "\n")
    client = [
        "Host studio",
        f"HostName {HERE}",
        f"Port {port}",
        f"User {_me()}",
        f"IdentityFile {folder}/user",
        "StrictHostKeyChecking no",
        f"UserKnownHostsFile {folder}/known",
        "LogLevel ERROR",
    ]
    (folder / "client").write_text("\n".join(client) + "\n")
    return Server(folder, port, ["/usr/sbin/sshd", "-D", "-e", "-f", folder / "server"])


def samba(folder: Path, served: Path) -> Server:
    """A share named ``studio`` with the settings that the README recommends; the user is this one.

    Args:
        folder: for its own files.
        served: what is shared.
    """
    folder.mkdir()
    port = _free_port()
    for name in ("private", "lock", "state", "cache", "ncalrpc", "pid"):
        (folder / name).mkdir()
    own = [
        "[global]",
        *(f"{name} dir = {folder}/{name}" for name in ("private", "ncalrpc")),
        *(f"{name} directory = {folder}/{name}" for name in ("lock", "state", "cache", "pid")),
        f"smb ports = {port}",
        f"interfaces = {HERE}",
        "bind interfaces only = yes",
        "server role = standalone",
        "disable netbios = yes",
        "load printers = no",
        "log file = /dev/stdout",
    ]
    settings = folder / "smb.conf"
    settings.write_text("\n".join(own) + "\n" + _recommended(served))
    subprocess.run(
        ["smbpasswd", "-c", str(settings), "-a", "-s", _me()],
        input=f"{PASSWORD}\n{PASSWORD}\n",
        text=True,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return Server(folder, port, ["smbd", "--foreground", "--no-process-group", f"--configfile={settings}"])


def ftp(folder: Path, served: Path) -> Server:
    """Anybody may upload.

    Args:
        folder: for its own files.
        served: what is served; what is to be written to must be writable for everybody.
    """
    folder.mkdir()
    port = _free_port()
    (folder / "empty").mkdir()
    settings = {
        "listen": "YES",
        "listen_address": HERE,
        "listen_port": port,
        "background": "NO",
        "anonymous_enable": "YES",
        "no_anon_password": "YES",
        "anon_root": served,
        "write_enable": "YES",
        "anon_upload_enable": "YES",
        "anon_other_write_enable": "YES",
        "anon_umask": "022",
        "secure_chroot_dir": folder / "empty",
        "seccomp_sandbox": "NO",
    }
    (folder / "vsftpd.conf").write_text("".join(f"{key}={value}\n" for key, value in settings.items()))
    return Server(folder, port, ["vsftpd", folder / "vsftpd.conf"])


def _recommended(served: Path) -> str:
    """The README's smb.conf, for this folder and this user's group."""
    found = _SNIPPET.search(README.read_text("utf-8"))
    if found is None:
        raise SystemExit("README.md has no smb.conf any more")
    group = grp.getgrgid(os.getgid()).gr_name
    return found[1].replace("/srv/pored", str(served)).replace("@studio", f"@{group}").replace("= studio", f"= {group}")


def _me() -> str:
    return pwd.getpwuid(os.getuid()).pw_name


def _free_port() -> int:
    with closing(socket.socket()) as tried:
        tried.bind((HERE, 0))
        port: int = tried.getsockname()[1]
    return port
