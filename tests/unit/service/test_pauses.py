"""A hot folder one of whose folders is away rests, says why, and goes on by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import pored.hot_folder.health
from pored.errors import StorageError
from pored.files.board import hold, release
from pored.files.ledger import read_ledger
from pored.files.records import State
from pored.watch.mounts import Mounts

if TYPE_CHECKING:
    from tests.unit.service.conftest import Studio

    from pored.files.records import Pause
    from pored.job import Job, Outcome

ROLES = ("inbox", "originals", "output", "failed", "reports")


def _pause(studio: Studio) -> Pause:
    return read_ledger(studio.root / "state").paused["heads"]


@pytest.mark.parametrize("role", ROLES)
def test_a_folder_that_is_away_is_waited_for(studio: Studio, role: str) -> None:
    away = studio.root / "away"
    (studio.root / role).rename(away)
    studio.start().go_on(5)
    overview = read_ledger(studio.root / "state")
    assert f"the {role} folder" in overview.paused["heads"].reason
    assert len(studio.log.of("paused")) == 1

    away.rename(studio.root / role)
    studio.shoot()
    studio.drop()
    studio.go_on()

    assert studio.states() == [State.DONE]
    assert read_ledger(studio.root / "state").paused == {}


def test_nothing_is_written_or_made_while_a_share_is_away(studio: Studio) -> None:
    studio.start().shoot()
    studio.drop()
    away = studio.root / "away"

    (studio.root / "output").rename(away)
    studio.go_on(100)
    assert not (studio.root / "output").exists()
    assert studio.files("failed") == []

    away.rename(studio.root / "output")
    studio.go_on()
    assert studio.files("output") == ["a.jpg"]


def test_an_inbox_that_was_away_was_not_emptied(studio: Studio) -> None:
    studio.start().shoot()
    studio.drop()
    studio.go_on()
    (studio.root / "output" / "a.jpg").unlink()

    (studio.root / "inbox").rename(studio.root / "away")
    studio.go_on()
    (studio.root / "inbox").mkdir()
    studio.go_on()
    (studio.root / "inbox").rmdir()
    (studio.root / "away").rename(studio.root / "inbox")
    studio.go_on()

    assert studio.files("output") == []
    assert studio.states() == [State.DONE]


def test_a_share_that_was_mounted_and_no_longer_is_is_waited_for(studio: Studio) -> None:
    studio.mount(out="output")
    studio.start().go_on(2)

    studio.mount()
    studio.start().shoot()
    studio.drop()
    studio.go_on(60)

    assert studio.files("output") == []
    assert "nas:/out, on which the output folder" in _pause(studio).reason
    assert "is no longer mounted" in _pause(studio).reason

    studio.mount(out="output")
    studio.go_on()
    assert studio.files("output") == ["a.jpg"]


def test_a_folder_that_was_moved_from_its_share_on_purpose_is_used_when_a_person_says_so(studio: Studio) -> None:
    studio.mount(out="output")
    studio.start().go_on(2)
    studio.mount()
    studio.go_on()
    assert "`pored resume heads`" in _pause(studio).reason

    release(studio.root / "state", "heads")
    studio.shoot()
    studio.drop()
    studio.go_on()

    assert studio.states() == [State.DONE]


def test_a_share_that_fstab_names_is_waited_for_from_the_first_start(studio: Studio) -> None:
    studio.mounts = Mounts("22 1 8:1 / / rw - ext4 /dev/vda rw", f"nas:/x {studio.root} nfs4 _netdev 0 0")
    studio.start().shoot()
    studio.drop()
    studio.go_on()

    assert studio.files("output") == []
    assert f"nothing is mounted on {studio.root}" in _pause(studio).reason


def test_on_a_share_files_are_searched_for_and_stand_still_for_longer(studio: Studio) -> None:
    studio.mount(studio="")
    studio.start(rescan_seconds=600.0).go_on(2)
    studio.watcher.kept.clear()
    studio.shoot()
    studio.drop()

    studio.go_on(26)
    assert studio.states() == []
    studio.go_on(10)

    assert studio.states() == [State.DONE]
    assert studio.watcher.kept == []


def test_paused_by_hand_it_stays_so_until_it_is_resumed(studio: Studio) -> None:
    studio.start().shoot()
    hold(studio.root / "state", "heads", studio.clock.wall)
    studio.go_on(2)
    studio.drop()
    studio.go_on()
    assert _pause(studio).by_hand

    studio.start().go_on()
    assert studio.states() == []
    assert _pause(studio).reason == "paused by hand; `pored resume heads` lets it go on"

    release(studio.root / "state", "heads")
    studio.go_on()
    assert studio.states() == [State.DONE]


@pytest.mark.parametrize("place", ["stage", "discard"])
def test_a_full_disk_pauses_the_hot_folder_until_it_takes_files_again(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    good = studio.workers.work
    full = StorageError("disk-full", "Could not write a.jpg: the disk is full. Free some space.")

    def refused(*_: object, **__: object) -> None:
        raise full

    def work(_: Job) -> Outcome:
        raise full

    with monkeypatch.context() as patch:
        patch.setattr(pored.hot_folder.health, place, refused)
        studio.workers.work = work
        studio.start()
        for name in ("a.jpg", "b.jpg", "c.jpg"):
            studio.shoot(name)
            studio.drop(name)
        studio.go_on(300)
        assert "takes no files: the disk is full. Free some space." in _pause(studio).reason
        assert len(studio.workers.jobs) <= studio.workers.count
        assert [line["reason"] for line in studio.log.of("paused")] == [_pause(studio).reason]
    studio.workers.work = good
    studio.go_on(4)

    assert studio.states() == [State.DONE] * 3
    assert [entry.attempts for entry in studio.entries()] == [1] * 3


def test_other_hot_folders_go_on(studio: Studio) -> None:
    studio.more = {"other": {"inbox": studio.root / "nowhere"}}
    studio.start().shoot()
    studio.drop()

    studio.go_on()

    assert studio.states() == [State.DONE]
    assert list(read_ledger(studio.root / "state").paused) == ["other"]


def test_a_group_that_is_missing_is_said_before_the_first_picture(studio: Studio) -> None:
    studio.start(group="no such group").go_on(2)

    assert _pause(studio).reason == "there is no group no such group: `groupadd no such group` makes it"
