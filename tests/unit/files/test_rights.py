from __future__ import annotations

import grp
import os
import stat
from typing import TYPE_CHECKING

import pytest

from pored.errors import StorageError
from pored.files.rights import give_rights

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"x")
    path.chmod(0o600)
    return path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def refuse(*_: object) -> None:
    raise PermissionError(1, "Operation not permitted")


def test_the_mode_holds_whatever_the_umask(file: Path) -> None:
    umask = os.umask(0o077)
    try:
        give_rights(file, "a.jpg", mode=0o664, group=None)
    finally:
        os.umask(umask)
    assert mode(file) == 0o664


def test_an_open_file_too(file: Path) -> None:
    with file.open("rb") as held:
        give_rights(held.fileno(), "a.jpg", mode=0o640, group=None)
    assert mode(file) == 0o640


def test_a_folders_group_bit_stays(tmp_path: Path) -> None:
    folder = tmp_path / "sub"
    folder.mkdir()
    folder.chmod(0o2700)
    give_rights(folder, "sub", mode=0o775, group=None)
    assert mode(folder) == 0o2775


def test_a_share_that_sets_the_wanted_mode_itself_is_fine(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "chmod", refuse)
    give_rights(file, "a.jpg", mode=0o600, group=None)
    with pytest.raises(StorageError, match=r"mode 0664: the share sets modes itself\. Mount it") as caught:
        give_rights(file, "a.jpg", mode=0o664, group=None)
    assert caught.value.code == "forbidden"


def test_the_group_that_the_file_has_already(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "chown", refuse)
    give_rights(file, "a.jpg", mode=0o660, group=grp.getgrgid(file.stat().st_gid).gr_name)
    assert mode(file) == 0o660


def test_another_group(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, int, int]] = []
    other = next(entry for entry in grp.getgrall() if entry.gr_gid != file.stat().st_gid)
    monkeypatch.setattr(os, "chown", lambda *arguments: asked.append(arguments))
    give_rights(file, "a.jpg", mode=0o660, group=other.gr_name)
    assert asked == [(file, -1, other.gr_gid)]


def test_a_group_that_pored_is_not_in_names_the_mend(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = next(entry for entry in grp.getgrall() if entry.gr_gid != file.stat().st_gid)
    monkeypatch.setattr(os, "chown", refuse)
    with pytest.raises(StorageError, match=f"`usermod -aG {other.gr_name} pored`") as caught:
        give_rights(file, "a.jpg", mode=0o660, group=other.gr_name)
    assert caught.value.code == "forbidden"


def test_a_group_that_does_not_exist(file: Path) -> None:
    with pytest.raises(StorageError, match="`groupadd no-such-group`") as caught:
        give_rights(file, "a.jpg", mode=0o660, group="no-such-group")
    assert caught.value.code == "no-group"
