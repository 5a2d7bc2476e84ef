"""A hot folder one of whose folders is away rests, says why, and goes on by itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pored.files.ledger import read_ledger
from pored.files.records import State

if TYPE_CHECKING:
    from tests.unit.service.conftest import Studio

ROLES = ("inbox", "originals", "output", "failed", "reports")


@pytest.mark.parametrize("role", ROLES)
def test_a_folder_that_is_away_is_waited_for(studio: Studio, role: str) -> None:
    away = studio.root / "away"
    (studio.root / role).rename(away)
    studio.start().go_on(5)
    overview = read_ledger(studio.root / "state")
    assert f"the {role} folder" in overview.paused["heads"]
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


def test_a_share_that_was_mounted_and_no_longer_is_is_waited_for(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = studio.root / "output"
    with monkeypatch.context() as patch:
        patch.setattr(Path, "is_mount", lambda path: path == output)
        studio.start().go_on(2)

    studio.shoot()
    studio.drop()
    studio.go_on(60)

    assert studio.files("output") == []
    assert "no longer mounted" in read_ledger(studio.root / "state").paused["heads"]


def test_other_hot_folders_go_on(studio: Studio) -> None:
    studio.more = {"other": {"inbox": studio.root / "nowhere"}}
    studio.start().shoot()
    studio.drop()

    studio.go_on()

    assert studio.states() == [State.DONE]
    assert list(read_ledger(studio.root / "state").paused) == ["other"]
