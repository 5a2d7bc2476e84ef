from __future__ import annotations

from pathlib import Path

import pytest

from pored.check.mounts import filesystem, network_filesystem

MOUNTINFO = r"""22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/vda rw
23 22 0:40 / /srv/nas rw shared:2 - nfs4 nas:/studio rw,vers=4.2
24 22 0:41 / /srv/the\040nas rw - cifs //nas/studio rw
25 22 8:2 / /srv/nas/local rw - xfs /dev/sda1 rw
26 22 0:42 / /srv/twice rw - ext4 /dev/sdb1 rw
27 26 0:43 / /srv/twice rw - fuse.sshfs nas:/ rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", "ext4"),
        ("/srv", "ext4"),
        ("/srv/nas", "nfs4"),
        ("/srv/nas/2026/inbox", "nfs4"),
        ("/srv/nas2", "ext4"),
        ("/srv/nas/local/x", "xfs"),
        ("/srv/the nas/inbox", "cifs"),
        ("/srv/twice/x", "fuse.sshfs"),
    ],
)
def test_the_nearest_mount_point_and_the_last_one_there_decides(folder: str, kind: str) -> None:
    assert filesystem(Path(folder), MOUNTINFO) == kind


@pytest.mark.parametrize(
    ("kind", "network"),
    [("nfs", True), ("nfs4", True), ("cifs", True), ("smb3", True), ("fuse.sshfs", True), ("9p", True),
     ("ext4", False), ("xfs", False), ("zfs", False), ("btrfs", False), ("tmpfs", False), ("fuse.mergerfs", False)],
)  # fmt: skip
def test_which_are_of_the_network(tmp_path: Path, kind: str, network: bool) -> None:  # noqa: FBT001 - a table's column
    (tmp_path / "self").mkdir()
    (tmp_path / "self" / "mountinfo").write_text(f"22 1 8:1 / / rw - {kind} x rw\n")
    assert network_filesystem(tmp_path, tmp_path) == (kind if network else None)


def test_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "self").mkdir()
    (tmp_path / "self" / "mountinfo").write_text(
        f"22 1 8:1 / / rw - ext4 x rw\n23 22 0:4 / {tmp_path.resolve()}/share rw - nfs nas:/ rw\n"
    )
    (tmp_path / "share").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "share")
    assert network_filesystem(tmp_path / "link" / "state", tmp_path) == "nfs"
