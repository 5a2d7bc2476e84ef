"""retry, redo and other settings: asked from outside, done by the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pored.config import Result, Settings
from pored.errors import NoFaceError, UsageError
from pored.files.ledger import read_ledger
from pored.files.records import State

if TYPE_CHECKING:
    from tests.unit.service.conftest import Studio

    from pored.job import Job, Outcome


def _done(studio: Studio, **options: object) -> Studio:
    studio.start(**options).shoot()
    studio.drop()
    studio.go_on()
    return studio


def _failed(studio: Studio, **options: object) -> Studio:
    good = studio.workers.work

    def work(_: Job) -> Outcome:
        raise NoFaceError("no-face", "No face was found in a.jpg.")

    studio.workers.work = work
    _done(studio, **options)
    studio.workers.work = good
    return studio


def test_redo_does_it_again_though_the_result_is_in_place(studio: Studio) -> None:
    _done(studio)

    assert studio.ask("redo", "a.jpg") == ("a.jpg",)
    studio.go_on(3)

    assert len(studio.workers.jobs) == 2
    assert studio.files("output") == ["a.jpg"]


def test_redo_with_other_settings_numbers_the_new_result(studio: Studio) -> None:
    _done(studio)
    studio.shoot(data=b"rougher")
    studio.go_on()

    studio.ask("redo", "a")
    studio.go_on(10)

    assert studio.result() == b"pores of rough on smooth"
    assert studio.result("a-2.jpg") == b"pores of rougher on smooth"
    assert [line["result"] for line in studio.log.of("picture")] == [["a.jpg"], ["a-2.jpg"]]


def test_redo_brings_a_moved_export_back_and_away_again(studio: Studio) -> None:
    _done(studio, processed=studio.root / "processed")
    (studio.root / "output" / "a.jpg").unlink()

    studio.ask("redo", "a.jpg")
    studio.go_on(3)

    assert studio.files("output") == studio.files("processed") == ["a.jpg"]
    assert studio.files("inbox") == []


def test_retry_tries_again_what_has_failed(studio: Studio) -> None:
    _failed(studio)

    assert studio.ask("retry", "a.jpg") == ("a.jpg",)
    studio.go_on(3)

    assert studio.files("output") == ["a.jpg"]
    assert studio.files("failed") == []


def test_retry_brings_the_export_back_out_of_failed(studio: Studio) -> None:
    _failed(studio, processed=studio.root / "processed")

    studio.ask("retry", "a.jpg")
    studio.go_on(3)

    assert studio.files("output") == studio.files("processed") == ["a.jpg"]
    assert studio.files("failed") == studio.files("inbox") == []


def test_what_was_asked_for_while_no_service_ran_is_done_by_the_next(studio: Studio) -> None:
    _failed(studio).stop()

    studio.ask("retry", "a.jpg")
    studio.start().go_on(10)

    assert studio.states() == [State.DONE]


def test_an_unknown_name_is_refused_at_once(studio: Studio) -> None:
    _done(studio)

    with pytest.raises(UsageError, match=r"No export named a\.jpg is failed"):
        studio.ask("retry", "a.jpg")
    with pytest.raises(UsageError, match=r"b\.jpg"):
        studio.ask("redo", "b.jpg")


def test_an_export_that_is_gone_cannot_be_done_again(studio: Studio) -> None:
    _done(studio)
    (studio.root / "inbox" / "a.jpg").unlink()
    studio.go_on()

    studio.ask("redo", "a.jpg")
    studio.go_on()

    assert studio.states() == [State.DONE]
    (line,) = studio.log.of("redo")
    assert line["refused"] == "a.jpg is no longer where it was. Drop it into the inbox again."


def test_a_newer_export_in_the_inbox_is_not_overwritten(studio: Studio) -> None:
    _failed(studio, processed=studio.root / "processed")
    studio.drop(data=b"smoother")

    studio.ask("retry", "a.jpg")
    studio.go_on(1)

    assert (studio.root / "inbox" / "a.jpg").read_bytes() == b"smoother"
    assert studio.files("failed") == ["a.jpg", "a.jpg.reason.txt"]


def test_asking_twice_is_asking_once(studio: Studio) -> None:
    _done(studio)

    studio.ask("redo", "a.jpg")
    studio.ask("redo", "a.jpg")
    studio.go_on(5)

    assert len(studio.workers.jobs) == 2


def _with(studio: Studio, **options: object) -> Settings:
    hot_folder = studio.hot_folder.model_copy(update=options)
    return Settings(state_dir=studio.root / "state", workers=7, hot_folders=(hot_folder,))


def test_changed_settings_hold_from_the_next_picture_on(studio: Studio) -> None:
    studio.start().shoot()
    studio.drop()
    studio.go_on()
    studio.new_settings = lambda: _with(studio, result=Result(name="{stem}_new"))

    studio.alarm.ask_to_reload()
    studio.shoot("b.jpg")
    studio.drop("b.jpg")
    studio.go_on()

    assert studio.files("output") == ["a.jpg", "b_new.jpg"]
    (line,) = studio.log.of("settings")
    assert (line["changed"], line["after_a_restart"]) == (["heads"], ["workers"])


def test_settings_with_a_mistake_are_not_taken_over_and_why_is_said(studio: Studio) -> None:
    def mistaken() -> Settings:
        raise UsageError("hot_folder[0].inbox: is no folder")

    studio.start()
    studio.new_settings = mistaken
    studio.alarm.ask_to_reload()
    studio.shoot()
    studio.drop()
    studio.go_on()

    assert studio.states() == [State.DONE]
    (line,) = studio.log.of("settings")
    assert (line["level"], line["problem"]) == ("error", "hot_folder[0].inbox: is no folder")


def test_a_hot_folder_that_the_settings_no_longer_name_is_let_be(studio: Studio) -> None:
    studio.more = {"other": {"inbox": studio.root / "nowhere"}}
    studio.start().go_on(2)
    assert list(read_ledger(studio.root / "state").paused) == ["other"]
    studio.new_settings = lambda: _with(studio)

    studio.alarm.ask_to_reload()
    studio.go_on(2)

    assert read_ledger(studio.root / "state").paused == {}
