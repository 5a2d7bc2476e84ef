from __future__ import annotations

import errno
import grp
import os
import tempfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pored.check.folders import check_folders
from pored.config import Recovery

if TYPE_CHECKING:
    from pathlib import Path

    from pored.check import Check, Machine
    from pored.config import Settings


def found(settings: Settings, machine: Machine, name: str) -> Check:
    (check,) = [check for check in check_folders(settings, machine) if check.name == name]
    return check


def changed(settings: Settings, **values: object) -> Settings:
    """The same with other values in its hot folder."""
    return settings.model_copy(update={"hot_folders": (settings.hot_folders[0].model_copy(update=values),)})


@pytest.mark.parametrize("key", ["inbox", "output", "failed", "reports"])
def test_a_folder_that_is_not_there(settings: Settings, machine: Machine, key: str) -> None:
    folder: Path = getattr(settings.hot_folders[0], key)
    folder.rmdir()
    check = found(settings, machine, f"headshots: {key}")
    assert (check.state, check.finding) == ("missing", f"{folder}: No such file or directory")
    assert check.mend == f"install -d -o {machine.service_user} {folder}"


def test_originals_that_are_not_there(settings: Settings, machine: Machine, tmp_path: Path) -> None:
    check = found(changed(settings, originals=(tmp_path / "a b",)), machine, "headshots: originals")
    assert check.mend == f"install -d -o {machine.service_user} '{tmp_path / 'a b'}'"


def test_a_texture_plate_is_looked_at_wherever_the_settings_name_one(
    settings: Settings, machine: Machine, tmp_path: Path
) -> None:
    assert "headshots: plate" not in {check.name for check in check_folders(settings, machine)}
    plate = tmp_path / "skin.jpg"
    [hot_folder] = settings.hot_folders
    soft = hot_folder.model_copy(update={"recovery": Recovery(method="graft", plate=plate)})
    with_plate = changed(settings, by_folder={"soft": soft})

    check = found(with_plate, machine, "headshots: plate")
    assert (check.state, check.finding) == ("missing", f"{plate}: No such file or directory")
    assert check.mend == f"cp SKIN.jpg {plate}"

    plate.write_bytes(b"skin")
    assert found(with_plate, machine, "headshots: plate").state == "ok"


def test_a_folder_of_plates_needs_a_picture(settings: Settings, machine: Machine, tmp_path: Path) -> None:
    plates = tmp_path / "plates"
    plates.mkdir()
    (plates / "notes.txt").write_text("of many people")
    (plates / "a.nef").write_bytes(b"raw")
    with_plates = changed(settings, recovery=Recovery(plate=plates))
    check = found(with_plates, machine, "headshots: plate")
    assert (check.state, check.finding) == ("missing", f"{plates} has no picture of skin in it")

    (plates / "a.jpg").write_bytes(b"skin")
    assert found(with_plates, machine, "headshots: plate").state == "ok"


def test_a_processed_folder_is_looked_at_where_there_is_one(
    settings: Settings, machine: Machine, tmp_path: Path
) -> None:
    check = found(changed(settings, processed=tmp_path / "done"), machine, "headshots: processed")
    assert check.state == "missing"


def test_originals_and_an_inbox_that_nothing_is_moved_from_need_not_be_writable(
    settings: Settings, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(**_: object) -> object:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", read_only)
    states = {check.name.removeprefix("headshots: "): check.state for check in check_folders(settings, machine)}
    assert {name for name, state in states.items() if state == "ok"} == {"inbox", "originals"}
    moving = changed(settings, processed=settings.hot_folders[0].output)
    assert found(moving, machine, "headshots: inbox").state == "missing"


@pytest.mark.parametrize(
    ("code", "mend"),
    [
        (errno.EACCES, "setfacl -m u:{user}:rwx {folder}"),
        (errno.EROFS, 'mount -o remount,rw "$(findmnt -no TARGET -T {folder})"'),
        (errno.ENOSPC, "df -h {folder}"),
        (errno.EIO, "findmnt -T {folder}"),
    ],
)
def test_a_folder_that_refuses_a_file(
    settings: Settings, machine: Machine, monkeypatch: pytest.MonkeyPatch, code: int, mend: str
) -> None:
    def refuse(**_: object) -> object:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", refuse)
    check = found(settings, machine, "headshots: output")
    folder = settings.hot_folders[0].output
    assert (check.state, check.finding) == ("missing", f"{folder}: {os.strerror(code)}")
    assert check.mend.endswith(mend.format(folder=folder, user=machine.service_user))


def test_trying_leaves_nothing_behind(settings: Settings, machine: Machine, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    assert all(check.state == "ok" for check in check_folders(settings, machine))
    assert sorted(tmp_path.rglob("*")) == before


def test_root_is_told_that_it_proves_nothing(settings: Settings, machine: Machine) -> None:
    check = found(settings, replace(machine, user=0), "user")
    assert (check.state, check.mend) == ("warning", "sudo -u pored /opt/pored/.venv/bin/pored check")


def test_a_disk_that_is_nearly_full(settings: Settings, machine: Machine) -> None:
    nearly = replace(machine, free_bytes=lambda folder: 5 * 10**8 if folder.name == "output" else 10**12)
    warnings = [check for check in check_folders(settings, nearly) if check.state == "warning"]
    assert [(check.name, check.finding) for check in warnings] == [("headshots: output", "500 MB are free on its disk")]


def test_a_network_share(settings: Settings, machine: Machine) -> None:
    (machine.proc / "self" / "mountinfo").write_text("22 1 0:40 / / rw - cifs //nas/studio rw\n")
    warnings = {check.name: check for check in check_folders(settings, machine) if check.state == "warning"}
    assert set(warnings) == {"state_dir"}
    assert warnings["state_dir"].finding == f"{settings.state_dir} is on a network share (cifs)"
    assert found(settings, machine, "headshots: watch").state == "ok"
    assert found(changed(settings, watch="events"), machine, "headshots: watch").mend == 'watch = "auto"'


def test_a_share_that_is_not_mounted(settings: Settings, machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "fstab").write_text(f"nas:/studio {tmp_path} nfs4 _netdev 0 0\n")
    check = found(settings, replace(machine, fstab=tmp_path / "fstab"), "headshots: share")
    assert (check.state, check.mend) == ("missing", f"mount {tmp_path}")


def test_a_ledger_of_somebody_elses(settings: Settings, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    (settings.state_dir / "ledger.sqlite").touch()
    monkeypatch.setattr(os, "access", lambda path, _: "ledger" not in str(path))
    check = found(settings, machine, "ledger")
    assert check.finding == f"ledger.sqlite may not be written by {machine.service_user}"
    assert check.mend == f"chown -R {machine.service_user}: {settings.state_dir}"


def test_links_that_lead_into_each_other(settings: Settings, machine: Machine) -> None:
    hot_folder = settings.hot_folders[0]
    hot_folder.output.rmdir()
    hot_folder.output.symlink_to(hot_folder.inbox)
    check = found(settings, machine, "links")
    assert check.state == "missing"
    assert check.finding.startswith("headshots.result.name: results would take the exports' names")


class TestGroup:
    def test_one_that_does_not_exist(self, settings: Settings, machine: Machine) -> None:
        check = found(changed(settings, group="no such"), machine, "headshots: group")
        assert check.finding == "there is no group no such"
        assert check.mend == f"groupadd 'no such' && usermod -aG 'no such' {machine.service_user}"

    def test_ones_own(self, settings: Settings, machine: Machine) -> None:
        own = grp.getgrgid(os.getegid()).gr_name
        assert found(changed(settings, group=own), machine, "headshots: group").state == "ok"

    def test_one_that_the_user_is_not_in(self, settings: Settings, machine: Machine) -> None:
        other = next(each for each in grp.getgrall() if each.gr_gid not in (os.getegid(), *os.getgroups()))
        check = found(changed(settings, group=other.gr_name), machine, "headshots: group")
        assert (check.state, check.mend) == ("missing", f"usermod -aG {other.gr_name} {machine.service_user}")
