from __future__ import annotations

import pytest

from pored.volume import Volume

ROOT = Volume("ext4", "/dev/vda")
NAS = Volume("nfs4", "nas:/studio")
DISK = Volume("xfs", "/dev/sdb1")


@pytest.mark.parametrize(
    ("kind", "network"),
    [("nfs", True), ("nfs4", True), ("cifs", True), ("smb3", True), ("fuse.sshfs", True), ("9p", True),
     ("ext4", False), ("xfs", False), ("zfs", False), ("btrfs", False), ("tmpfs", False), ("fuse.mergerfs", False)],
)  # fmt: skip
def test_which_are_of_the_network(kind: str, network: bool) -> None:
    assert Volume(kind, "x").is_network == network


@pytest.mark.parametrize(
    ("before", "now", "lost"),
    [
        (NAS, NAS, False),
        (NAS, ROOT, True),
        (NAS, DISK, True),
        (NAS, Volume("cifs", "//other/studio"), False),
        (DISK, ROOT, True),
        (DISK, Volume("xfs", "/dev/sdc1"), False),
        (DISK, NAS, False),
        (ROOT, NAS, False),
        (ROOT, DISK, False),
    ],
)
def test_a_folder_that_fell_through_its_mount_point(before: Volume, now: Volume, lost: bool) -> None:
    assert before.is_lost_in(now, ROOT) == lost
