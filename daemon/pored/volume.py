"""What a folder's files lie on: a disk of this machine, or a share that another one serves."""

from __future__ import annotations

import re
from typing import NamedTuple

_NETWORK = re.compile(
    r"nfs4?|cifs|smb3|smbfs|smb2|9p|afs|autofs|ceph|ncpfs|davfs|virtiofs|vboxsf|fuse\.vmhgfs-fuse|"
    r"fuse\.(sshfs|rclone|glusterfs|davfs2?|s3fs|smbnetfs)"
)


class Volume(NamedTuple):
    """A mounted file system.

    Attributes:
        kind: as mount(8) names it: ``ext4``, ``nfs4``, ``cifs``.
        source: what is mounted: ``/dev/sda1``, ``//nas/studio``.
    """

    kind: str
    source: str

    @property
    def is_network(self) -> bool:
        """Whether other machines write to it, of which the kernel here sends no events."""
        return _NETWORK.fullmatch(self.kind) is not None

    def is_lost_in(self, now: Volume, root: Volume) -> bool:
        """Whether a folder that was on this volume lies on the empty mount point below it now.

        Another share in a share's place, or another disk in a disk's, is somebody's wish (devices change their names at
        a restart); a folder of the machine's own disk in place of either is hardly ever.

        Args:
            now: what the folder lies on.
            root: what the machine's own ``/`` lies on.
        """
        if now == self:
            return False
        return not now.is_network if self.is_network else now == root
