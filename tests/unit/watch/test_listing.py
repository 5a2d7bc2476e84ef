from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from pored.watch.listing import Remembered, list_files, list_originals

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest


def make(root: Path, *files: str) -> None:
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).touch()


def found(root: Path, *leave_out: Path) -> list[str]:
    return sorted(file.as_posix() for file in list_files(root, leave_out).tree.files)


def test_files_of_all_folders(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", "job/b.CR3", "job/day 1/c.xmp", "Müller/d.jpg")
    assert found(tmp_path) == ["Müller/d.jpg", "a.jpg", "job/b.CR3", "job/day 1/c.xmp"]


def test_the_order_is_the_same_each_time(tmp_path: Path) -> None:
    make(tmp_path, "c.jpg", "a.jpg", "job/b.jpg", "b.jpg")
    assert [file.name for file in list_files(tmp_path).tree.files] == ["a.jpg", "b.jpg", "c.jpg", "b.jpg"]


def test_nothing_temporary(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", "a.jpg.part", ".hidden", "@eaDir/a.jpg/thumb.jpg", "job/.~tmp~/b.jpg", "job/Thumbs.db")
    assert found(tmp_path) == ["a.jpg"]


def test_no_links_and_no_devices(tmp_path: Path) -> None:
    make(tmp_path, "in/a.jpg", "out/b.jpg")
    (tmp_path / "in/link.jpg").symlink_to(tmp_path / "out/b.jpg")
    (tmp_path / "in/folder").symlink_to(tmp_path / "out")
    (tmp_path / "in/round").symlink_to(tmp_path / "in")
    os.mkfifo(tmp_path / "in/pipe.jpg")
    (tmp_path / "in/folder.jpg").mkdir()
    assert found(tmp_path / "in") == ["a.jpg"]


def test_the_root_itself_may_be_a_link(tmp_path: Path) -> None:
    make(tmp_path, "real/a.jpg")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    tree = list_files(tmp_path / "link").tree
    assert tree.root == tmp_path / "real"
    assert tree.files == (PurePath("a.jpg"),)


def test_folders_left_out(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", "output/a.jpg", "job/output/b.jpg")
    assert found(tmp_path, tmp_path / "output", tmp_path) == ["a.jpg", "job/output/b.jpg"]


def test_names_of_any_bytes(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/M\xfcller.jpg")).touch()
    assert list_files(tmp_path).tree.files == (PurePath(os.fsdecode(b"M\xfcller.jpg")),)


def test_what_cannot_be_looked_into_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a.jpg", "locked/b.jpg")
    scan = os.scandir

    def refusing(folder: Path) -> object:
        if folder.name == "locked":
            raise PermissionError(13, "Permission denied")
        return scan(folder)

    monkeypatch.setattr(os, "scandir", refusing)
    listing, unreadable = list_originals(tmp_path / "inbox", [tmp_path, tmp_path / "gone"])
    assert listing.originals[0].files == (PurePath("a.jpg"),)
    assert unreadable == (tmp_path / "locked", tmp_path / "gone")


def test_listing_has_the_trees_in_the_order_configured(tmp_path: Path) -> None:
    make(tmp_path, "two/b.jpg", "one/a.jpg")
    listing, unreadable = list_originals(tmp_path / "inbox", [tmp_path / "two", tmp_path / "one"])
    assert [tree.root.name for tree in listing.originals] == ["two", "one"]
    assert listing.inbox == tmp_path / "inbox"
    assert unreadable == ()


def aged(folder: Path, seconds: int) -> None:
    os.utime(folder, (seconds, seconds))


def test_a_folder_that_was_not_changed_is_not_looked_into_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one").mkdir()
    for name in ("a.jpg", "one/b.jpg"):
        (tmp_path / name).touch()
    for folder in (tmp_path / "one", tmp_path):
        aged(folder, 100)
    looked: list[str] = []
    scandir = os.scandir

    def noted(folder: Path) -> Iterator[os.DirEntry[str]]:
        looked.append(folder.name)
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", noted)
    remembered = Remembered()
    first = list_files(tmp_path, (), remembered, 200 * 10**9)
    assert len(looked) == 2
    assert list_files(tmp_path, (), remembered, 230 * 10**9) == first
    assert len(looked) == 2

    (tmp_path / "one" / "c.jpg").touch()
    found = list_files(tmp_path, (), remembered, 260 * 10**9)
    assert looked[2:] == ["one"]
    assert [file.name for file in found.tree.files] == ["a.jpg", "b.jpg", "c.jpg"]


def test_a_folder_that_was_changed_just_now_is_looked_into_again(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    aged(tmp_path, 100)
    remembered = Remembered()
    list_files(tmp_path, (), remembered, 101 * 10**9)
    (tmp_path / "b.jpg").touch()
    aged(tmp_path, 100)
    found = list_files(tmp_path, (), remembered, 130 * 10**9)
    assert [file.name for file in found.tree.files] == ["a.jpg", "b.jpg"]


def test_what_lies_in_another_folder_of_the_same_name_is_not_what_is_remembered(tmp_path: Path) -> None:
    remembered = Remembered()
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / "old").mkdir()
        (tmp_path / "old" / name).touch()
        aged(tmp_path / "old", 100)
        found = list_files(tmp_path / "old", (), remembered, 200 * 10**9)
        assert [file.name for file in found.tree.files] == [name]
        (tmp_path / "old").rename(tmp_path / f"was {name}")


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    aged(tmp_path / "a", 100)
    remembered = Remembered()
    list_files(tmp_path / "a", (), remembered, 200 * 10**9)
    (tmp_path / "a").rmdir()
    assert list_files(tmp_path / "a", (), remembered, 230 * 10**9).unreadable == (PurePath(),)
