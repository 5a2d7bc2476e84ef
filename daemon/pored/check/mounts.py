"""Which filesystem a folder lies on."""

from __future__ import annotations

import os
import re
from pathlib import Path

NETWORK = re.compile(
    r"nfs4?|cifs|smb3|smbfs|smb2|9p|afs|ceph|ncpfs|davfs|fuse\.(sshfs|rclone|glusterfs|davfs2?|s3fs|smbnetfs)"
)


def network_filesystem(folder: Path, proc: Path) -> str | None:
    """The kind of network filesystem, for example ``nfs4``, that ``folder`` lies on; None on a local disk.

    Args:
        folder: need not exist.
        proc: the kernel's ``/proc``.
    """
    kind = filesystem(
        Path(os.path.realpath(folder)), (proc / "self" / "mountinfo").read_text("utf-8", "surrogateescape")
    )
    return kind if NETWORK.fullmatch(kind) else None


def filesystem(folder: Path, mountinfo: str) -> str:
    r"""The kind of filesystem at ``folder``: of the mount point nearest above it, and of these the last one mounted.

    Args:
        folder: absolute, without links.
        mountinfo: as in proc(5): mount point in the fifth field, filesystem after the lone hyphen; blanks as ``\040``.
    """
    nearest, kind = -1, ""
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        point = Path(_unescaped(before.split(" ")[4]))
        if folder.is_relative_to(point) and len(point.parts) >= nearest:
            nearest, kind = len(point.parts), after.split(" ")[0]
    return kind


def _unescaped(field: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), field)
