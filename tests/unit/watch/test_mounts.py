from __future__ import annotations

from pathlib import Path

import pytest

from pored.volume import Volume
from pored.watch.mounts import Mounts, read_mounts

MOUNTINFO = r"""22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/vda rw
23 22 0:40 / /srv/nas rw shared:2 - nfs4 nas:/studio rw,vers=4.2
24 22 0:41 / /srv/the\040nas rw - cifs //nas/my\040studio rw
25 22 8:2 / /srv/nas/local rw - xfs /dev/sda1 rw
26 22 0:42 / /srv/twice rw - ext4 /dev/sdb1 rw
27 26 0:43 / /srv/twice rw - fuse.sshfs nas:/ rw
"""
FSTAB = r"""# what the machine mounts
/dev/vda    /            ext4  defaults 0 1
nas:/studio /srv/nas     nfs4  _netdev  0 0
nas:/old    /srv/old\040nas nfs4 _netdev  0 0
/dev/sdc1   none         swap  sw       0 0
"""


@pytest.mark.parametrize(
    ("folder", "volume"),
    [
        ("/", Volume("ext4", "/dev/vda")),
        ("/srv", Volume("ext4", "/dev/vda")),
        ("/srv/nas", Volume("nfs4", "nas:/studio")),
        ("/srv/nas/2026/inbox", Volume("nfs4", "nas:/studio")),
        ("/srv/nas2", Volume("ext4", "/dev/vda")),
        ("/srv/nas/local/x", Volume("xfs", "/dev/sda1")),
        ("/srv/the nas/inbox", Volume("cifs", "//nas/my studio")),
        ("/srv/twice/x", Volume("fuse.sshfs", "nas:/")),
    ],
)
def test_the_nearest_mount_point_and_the_last_one_there_decides(folder: str, volume: Volume) -> None:
    assert Mounts(MOUNTINFO).at(Path(folder)) == volume


def test_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "self").mkdir()
    (tmp_path / "self" / "mountinfo").write_text(
        f"22 1 8:1 / / rw - ext4 x rw\n23 22 0:4 / {tmp_path.resolve()}/share rw - nfs nas:/ rw\n"
    )
    (tmp_path / "share").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "share")

    assert read_mounts(tmp_path, tmp_path / "no fstab").at(tmp_path / "link" / "state").kind == "nfs"


@pytest.mark.parametrize(
    ("folder", "point"),
    [("/srv/nas/inbox", None), ("/srv/old nas/inbox", "/srv/old nas"), ("/srv/older", None), ("/home", None)],
)
def test_what_fstab_names_must_be_mounted(folder: str, point: str | None) -> None:
    assert Mounts(MOUNTINFO, FSTAB).lacking(Path(folder)) == (Path(point) if point else None)


def test_this_machine_says_what_it_has_mounted() -> None:
    assert read_mounts().at(Path("/proc")).kind == "proc"
