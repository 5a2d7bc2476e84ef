from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pored.config import Recovery, load_settings
from pored.errors import MachineError, UsageError
from pored.files import staging
from pored.studio import FOLDERS, make_studio

if TYPE_CHECKING:
    from pathlib import Path


def test_folders_and_settings_to_start_from(tmp_path: Path) -> None:
    studio = tmp_path / "a new" / "studio"
    file = make_studio(studio)
    assert file == studio / "pored.toml"
    assert sorted(path.name for path in studio.iterdir()) == sorted([*FOLDERS, "pored.toml"])
    settings = load_settings(file)
    (hot_folder,) = settings.hot_folders
    assert settings.state_dir == studio / "state"
    assert (hot_folder.inbox, hot_folder.originals) == (studio / "inbox", (studio / "originals",))
    assert (hot_folder.output, hot_folder.failed, hot_folder.reports) == (
        studio / "output",
        studio / "failed",
        studio / "reports",
    )
    assert hot_folder.recovery == Recovery()


@pytest.mark.parametrize("name", ["a b", 'quo"te', "back\\slash", "100%", "Größe", "日本"])
def test_any_name_will_do(tmp_path: Path, name: str) -> None:
    assert load_settings(make_studio(tmp_path / name)).hot_folders[0].inbox == tmp_path / name / "inbox"


def test_its_paths_are_absolute_so_that_the_file_may_be_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = make_studio(tmp_path / "x" / ".." / "studio").read_text()
    assert f'inbox = "{tmp_path.resolve() / "studio" / "inbox"}"' in text


def test_settings_that_are_there_are_kept(tmp_path: Path) -> None:
    (tmp_path / "pored.toml").write_text("mine")
    with pytest.raises(UsageError, match="is there already and is kept"):
        make_studio(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["pored.toml"]
    assert (tmp_path / "pored.toml").read_text() == "mine"


def test_even_those_that_come_at_the_last_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stage_late(folder: Path, name: str, data: bytes, *, mode: int) -> staging.Staged:
        (folder / name).write_text("mine")
        return staging.stage(folder, name, data, mode=mode)

    monkeypatch.setattr("pored.studio.stage", stage_late)
    with pytest.raises(UsageError, match="is there already and is kept"):
        make_studio(tmp_path)
    assert (tmp_path / "pored.toml").read_text() == "mine"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_folders_that_are_there_are_kept_with_what_is_in_them(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "a.jpg").write_bytes(b"a")
    make_studio(tmp_path)
    assert (tmp_path / "inbox" / "a.jpg").read_bytes() == b"a"


def test_a_disk_that_refuses(tmp_path: Path) -> None:
    (tmp_path / "inbox").write_text("a file")
    with pytest.raises(MachineError, match=r"inbox cannot be made: File exists\. Name another folder\."):
        make_studio(tmp_path)


def test_a_name_that_no_settings_file_can_hold(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not UTF-8"):
        make_studio(tmp_path / os.fsdecode(b"caf\xe9"))
