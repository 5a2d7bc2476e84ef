from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

import pytest

import pored.hot_folder.captures
from pored.capture import UNKNOWN, Capture
from pored.hot_folder.captures import Captures
from pored.watch.folders import Listing, Tree

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were read; a file's content is its serial."""
    names: list[str] = []

    def read(path: Path) -> Capture:
        names.append(path.name)
        return Capture(
            taken=5, fraction="25", serial=path.read_text(), documents=frozenset({f"did:{path.read_text()}"})
        )

    monkeypatch.setattr(pored.hot_folder.captures, "read_capture", read)
    return names


def listing(root: Path, *names: str) -> Listing:
    for name in names:
        (root / name).write_text(name[0])
    return Listing(root, (Tree(root, tuple(map(PurePath, names))),))


def test_a_file_is_read_once_and_again_when_it_changes(tmp_path: Path, reads: list[str]) -> None:
    captures = Captures()
    listing(tmp_path, "1.jpg")
    assert captures.of(tmp_path / "1.jpg") == captures.of(tmp_path / "1.jpg")
    assert reads == ["1.jpg"]
    (tmp_path / "1.jpg").write_text("22")
    assert captures.of(tmp_path / "1.jpg").serial == "22"
    assert captures.of(tmp_path / "gone.jpg") == UNKNOWN


def test_twins_are_found_by_moment_and_by_document(tmp_path: Path, reads: list[str]) -> None:
    captures = Captures()
    captures.read_all(listing(tmp_path, "1.jpg", "1.cr2", "2.jpg", "3.txt"))
    assert sorted(reads) == ["1.cr2", "1.jpg", "2.jpg"]
    assert captures.twins(Capture(taken=5, fraction="25", serial="1")) == {tmp_path / "1.jpg", tmp_path / "1.cr2"}
    assert captures.twins(Capture(sources=frozenset({"did:2"}))) == {tmp_path / "2.jpg"}
    assert captures.twins(Capture(taken=5, serial="1")) == set()


def test_reading_stops_when_its_time_is_over_and_goes_on_later(tmp_path: Path, reads: list[str]) -> None:
    captures, there = Captures(), listing(tmp_path, "1.jpg", "2.jpg", "3.jpg")
    captures.wanted(there)
    turns = iter([True, False])
    assert captures.read_on(lambda: next(turns))
    assert (len(reads), captures.is_reading) == (1, True)
    captures.wanted(there)
    assert captures.read_on(lambda: True)
    assert (len(reads), captures.is_reading) == (3, False)


def test_what_is_gone_is_forgotten_and_what_has_changed_is_nobodys_twin_any_more(
    tmp_path: Path, reads: list[str]
) -> None:
    captures = Captures()
    captures.read_all(listing(tmp_path, "1.jpg", "2.jpg"))
    first, second = Capture(sources=frozenset({"did:1"})), Capture(sources=frozenset({"did:2"}))
    (tmp_path / "2.jpg").write_text("77")
    captures.of(tmp_path / "2.jpg")
    assert captures.twins(second) == set()

    captures.read_all(listing(tmp_path, "3.jpg"))

    assert captures.twins(first) == set()
    assert captures.twins(Capture(sources=frozenset({"did:3"}))) == {tmp_path / "3.jpg"}
    assert reads == ["1.jpg", "2.jpg", "2.jpg", "3.jpg"]


def test_of_files_that_come_and_go_only_the_latest_are_remembered(
    tmp_path: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pored.hot_folder.captures, "MOST_RECENT", 2)
    captures = Captures()
    listing(tmp_path, "1.jpg", "2.jpg", "3.jpg")

    for name in ("1.jpg", "2.jpg", "3.jpg", "3.jpg", "2.jpg", "1.jpg"):
        captures.of(tmp_path / name)

    assert reads == ["1.jpg", "2.jpg", "3.jpg", "1.jpg"]
