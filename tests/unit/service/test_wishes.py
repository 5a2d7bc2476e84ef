"""What people ask for on the review page: settings for one picture, a picture set aside, a pair named by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pored.files.gallery import Gallery
from pored.files.records import State

if TYPE_CHECKING:
    from tests.unit.service.conftest import Studio


@pytest.fixture
def gallery(studio: Studio) -> Gallery:
    return Gallery(studio.root / "state")


def test_a_redo_with_settings_of_its_own(studio: Studio, gallery: Gallery) -> None:
    studio.start().shoot()
    studio.drop()
    studio.go_on()
    (entry,) = studio.entries()

    gallery.ask("redo", [entry.id], studio.clock.wall, {"opacity": "70% of match", "scope": "all"})
    studio.go_on(10)

    first, again = (job.recovery for job in studio.workers.jobs)
    assert (str(first.opacity), first.scope) == ("match", "face")
    assert (str(again.opacity), again.scope) == ("70% of match", "all")
    assert studio.entries()[0].state is State.DONE


def test_they_hold_over_a_restart_until_it_is_redone_as_its_folder(studio: Studio, gallery: Gallery) -> None:
    studio.start().shoot()
    studio.drop()
    studio.go_on()
    gallery.ask("redo", [1], studio.clock.wall, {"radius": 5.0})
    studio.start()
    studio.go_on()
    gallery.ask("redo", [1], studio.clock.wall)
    studio.go_on(10)
    studio.ask("redo", "a.jpg")
    studio.go_on(10)

    assert [job.recovery.radius for job in studio.workers.jobs] == [None, 5.0, 5.0, None]


def test_what_waits_is_set_aside_and_comes_back_by_retry(studio: Studio, gallery: Gallery) -> None:
    studio.start()
    studio.drop()
    studio.go_on()

    gallery.ask("skip", [1], studio.clock.wall)
    studio.go_on(3)
    (entry,) = studio.entries()
    assert (entry.state, entry.code) == (State.FAILED, "skipped")
    assert studio.files("failed") == ["a.jpg.reason.txt"]
    assert gallery.ask("skip", [1], studio.clock.wall) == 0

    studio.shoot()
    gallery.ask("retry", [1], studio.clock.wall)
    studio.go_on()
    assert studio.states() == [State.DONE]


def test_a_pair_named_by_hand_wins_at_once_and_after_a_restart(studio: Studio, gallery: Gallery) -> None:
    studio.start()
    studio.drop()
    original = studio.shoot("nothing alike.jpg")
    studio.go_on()
    (entry,) = studio.entries()
    assert entry.state is State.WAITING

    gallery.pair(entry, original)
    studio.go_on(5)
    assert studio.result() == b"pores of rough on smooth"
    assert studio.entries()[0].rule == "list of pairs"

    studio.start()
    gallery.ask("redo", [entry.id], studio.clock.wall)
    studio.go_on()
    assert len(studio.workers.jobs) == 2


def test_pairing_finds_it_by_itself_again_where_it_was_unnamed(studio: Studio, gallery: Gallery) -> None:
    studio.start().shoot(data=b"right")
    wrong = studio.shoot("wrong.jpg")
    studio.drop()
    studio.go_on()
    (entry,) = studio.entries()

    gallery.pair(entry, wrong)
    gallery.ask("redo", [entry.id], studio.clock.wall)
    studio.go_on(10)
    gallery.pair(entry, None)
    gallery.ask("redo", [entry.id], studio.clock.wall)
    studio.go_on(10)

    assert [job.candidates[0].path.name for job in studio.workers.jobs] == ["a.jpg", "wrong.jpg", "a.jpg"]
