from __future__ import annotations

import logging
import os
import shutil
import threading
from contextlib import closing
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import pytest
from watchdog.observers import Observer

from pored.watch.inbox import Watcher, identity, scan
from pored.watch.settle import Hint

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 20.0


class Ears:
    """A watcher, and a wait for what it reports that ends as soon as it is there."""

    def __init__(self) -> None:
        self._rung = threading.Condition()
        self.heard: set[tuple[Path, Hint]] = set()
        self.rescan = False
        self.watcher = Watcher(self._ring)

    def _ring(self) -> None:
        with self._rung:
            hints, rescan = self.watcher.take()
            self.heard |= set(hints.items())
            self.rescan |= rescan
            self._rung.notify_all()

    def hears(self, path: Path, hint: Hint) -> bool:
        with self._rung:
            return self._rung.wait_for(lambda: (path, hint) in self.heard, PATIENCE)

    def hears_to_scan(self) -> bool:
        with self._rung:
            return self._rung.wait_for(lambda: self.rescan, PATIENCE)


@pytest.fixture
def ears() -> Iterator[Ears]:
    built = Ears()
    with closing(built.watcher):
        yield built


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def test_a_scan_lists_regular_files_with_their_sub_folders(inbox: Path) -> None:
    (inbox / "job" / "soft").mkdir(parents=True)
    (inbox / "job" / "soft" / "a.jpg").write_bytes(b"12345")
    (inbox / "b.jpg").write_bytes(b"1")

    found = scan(inbox)

    assert {str(path): stamp.size for path, stamp in found.files.items()} == {"job/soft/a.jpg": 5, "b.jpg": 1}
    assert found.whole
    assert not found.empty


def test_a_scan_follows_no_links_and_passes_over_what_is_temporary(inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"1")
    (inbox / "a.jpg").symlink_to(tmp_path / "a.jpg")
    (inbox / "folder").symlink_to(tmp_path)
    os.mkfifo(inbox / "c.jpg")
    (inbox / ".stversions").mkdir()
    (inbox / ".stversions" / "d.jpg").write_bytes(b"1")
    (inbox / "e.jpg.part").write_bytes(b"1")

    found = scan(inbox)

    assert found.files == {}
    assert not found.empty


def test_names_of_any_bytes_are_listed(inbox: Path) -> None:
    raw = b"\xff\xfe \n.jpg"
    Path(os.fsdecode(os.path.join(os.fsencode(inbox), raw))).write_bytes(b"1")  # noqa: PTH118 - bytes

    assert [os.fsencode(path) for path in scan(inbox).files] == [raw]


def test_a_folder_that_cannot_be_looked_into_makes_the_listing_partial(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox / "closed").mkdir()
    (inbox / "a.jpg").write_bytes(b"1")
    good = os.scandir

    def scandir(path: Path) -> object:
        if path.name == "closed":
            raise PermissionError
        return good(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = scan(inbox)

    assert list(found.files) == [PurePath("a.jpg")]
    assert not found.whole


def test_an_empty_root_is_told_from_one_with_nothing_to_do(inbox: Path) -> None:
    assert scan(inbox).empty
    (inbox / ".marker").touch()
    assert not scan(inbox).empty


def test_a_root_that_is_missing_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileNotFoundError):
        scan(tmp_path / "none")
    with pytest.raises(NotADirectoryError):
        identity(tmp_path / "file")


def test_a_folder_made_anew_is_another_one(inbox: Path, tmp_path: Path) -> None:
    before = identity(inbox)
    inbox.rename(tmp_path / "old")
    inbox.mkdir()

    assert identity(inbox) != before


def test_copying_ends_with_word_that_it_is_finished(ears: Ears, inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"1" * 100_000)
    assert ears.watcher.keep(inbox)

    shutil.copy(tmp_path / "a.jpg", inbox)

    assert ears.hears(inbox / "a.jpg", Hint.FINISHED)


def test_moving_in_is_heard_but_does_not_say_that_it_is_finished(ears: Ears, inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"1")
    ears.watcher.keep(inbox)

    (tmp_path / "a.jpg").rename(inbox / "a.jpg")

    assert ears.hears(inbox / "a.jpg", Hint.WRITTEN)


def test_renaming_within_is_heard_under_both_names(ears: Ears, inbox: Path) -> None:
    ears.watcher.keep(inbox)
    (inbox / ".a.jpg.part").write_bytes(b"1")
    assert ears.hears(inbox / ".a.jpg.part", Hint.FINISHED)

    (inbox / ".a.jpg.part").rename(inbox / "a.jpg")

    assert ears.hears(inbox / "a.jpg", Hint.FINISHED)


def test_leaving_is_heard(ears: Ears, inbox: Path) -> None:
    (inbox / "a.jpg").write_bytes(b"1")
    ears.watcher.keep(inbox)

    (inbox / "a.jpg").unlink()

    assert ears.hears(inbox / "a.jpg", Hint.SCANNED)


def test_folders_that_come_later_are_watched_too(ears: Ears, inbox: Path, tmp_path: Path) -> None:
    ears.watcher.keep(inbox)
    (tmp_path / "job" / "soft").mkdir(parents=True)
    (tmp_path / "job" / "soft" / "a.jpg").write_bytes(b"1")

    (tmp_path / "job").rename(inbox / "job")
    assert ears.hears(inbox / "job" / "soft" / "a.jpg", Hint.WRITTEN)
    (inbox / "job" / "soft" / "b.jpg").write_bytes(b"1")

    assert ears.hears(inbox / "job" / "soft" / "b.jpg", Hint.FINISHED)


def test_a_folder_that_leaves_asks_for_a_scan(ears: Ears, inbox: Path, tmp_path: Path) -> None:
    (inbox / "job").mkdir()
    (inbox / "job" / "a.jpg").write_bytes(b"1")
    ears.watcher.keep(inbox)

    (inbox / "job").rename(tmp_path / "elsewhere")

    assert ears.hears_to_scan()


def test_reading_a_file_is_no_news(ears: Ears, inbox: Path) -> None:
    (inbox / "a.jpg").write_bytes(b"1")
    ears.watcher.keep(inbox)

    (inbox / "a.jpg").read_bytes()
    (inbox / "b.jpg").write_bytes(b"1")

    assert ears.hears(inbox / "b.jpg", Hint.FINISHED)
    assert inbox / "a.jpg" not in {path for path, _ in ears.heard}


def test_a_warning_of_watchdog_asks_for_a_scan(ears: Ears) -> None:
    logging.getLogger("watchdog.observers.inotify").warning("Inotify queue overflowed")

    assert ears.hears_to_scan()


def test_a_watch_is_kept_while_it_is_good(ears: Ears, inbox: Path) -> None:
    assert ears.watcher.keep(inbox)
    assert not ears.watcher.keep(inbox)


def test_a_root_made_anew_is_watched_anew(ears: Ears, inbox: Path, tmp_path: Path) -> None:
    ears.watcher.keep(inbox)
    inbox.rename(tmp_path / "old")
    inbox.mkdir()

    assert ears.watcher.keep(inbox)
    (inbox / "a.jpg").write_bytes(b"1")

    assert ears.hears(inbox / "a.jpg", Hint.FINISHED)


def test_a_root_that_was_removed_can_be_watched_again(ears: Ears, inbox: Path) -> None:
    ears.watcher.keep(inbox)
    inbox.rmdir()
    with pytest.raises(FileNotFoundError):
        ears.watcher.keep(inbox)

    inbox.mkdir()
    assert ears.watcher.keep(inbox)
    (inbox / "a.jpg").write_bytes(b"1")

    assert ears.hears(inbox / "a.jpg", Hint.FINISHED)


@pytest.mark.parametrize("dies", ["the thread that hands out events", "the one that reads them"])
def test_a_thread_that_died_is_noticed_and_replaced(ears: Ears, inbox: Path, dies: str) -> None:
    ears.watcher.keep(inbox)
    observer = ears.watcher._observer  # noqa: SLF001 - there is no other way to its threads
    assert observer is not None
    threads = [observer] if dies.endswith("events") else list(observer.emitters)
    for thread in threads:
        thread.stop()
        thread.join()

    assert ears.watcher.keep(inbox)
    (inbox / "a.jpg").write_bytes(b"1")

    assert ears.hears(inbox / "a.jpg", Hint.FINISHED)


def test_a_folder_that_is_dropped_is_heard_of_no_more(ears: Ears, inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    ears.watcher.keep(inbox)
    ears.watcher.keep(tmp_path / "other")

    ears.watcher.drop(inbox)
    (inbox / "a.jpg").write_bytes(b"1")
    (tmp_path / "other" / "b.jpg").write_bytes(b"1")

    assert ears.hears(tmp_path / "other" / "b.jpg", Hint.FINISHED)
    assert inbox / "a.jpg" not in {path for path, _ in ears.heard}


def test_inotify_limits_that_are_reached_are_an_error_each_time(
    ears: Ears, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "inotify watch limit reached")

    with monkeypatch.context() as patch:
        patch.setattr(Observer, "schedule", full)
        for _ in range(2):
            with pytest.raises(OSError, match="limit"):
                ears.watcher.keep(inbox)

    assert ears.watcher.keep(inbox)


def test_a_closed_watcher_leaves_no_thread(inbox: Path) -> None:
    before = threading.active_count()
    watcher = Watcher(lambda: None)
    watcher.keep(inbox)

    watcher.close()

    assert threading.active_count() == before
    assert logging.getLogger("watchdog").handlers == []
