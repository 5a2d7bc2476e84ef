"""``--once``: what is there, and the exit code that tells how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pored.errors import NoFaceError
from pored.files.records import State

if TYPE_CHECKING:
    from tests.unit.service.conftest import Studio

    from pored.job import Job, Outcome


def _run(studio: Studio) -> int:
    studio.once = True
    studio.start()
    for _ in range(600):
        studio.go_on(1)
        if studio.service.is_over(studio.clock.now()):
            return studio.service.exit_code()
    raise AssertionError("it never ends")


def test_it_ends_when_all_is_done(studio: Studio) -> None:
    for name in ("a.jpg", "b.jpg", "c.jpg", "d.jpg"):
        studio.shoot(name)
        studio.drop(name)

    assert _run(studio) == 0
    assert len(studio.files("output")) == 4


def test_it_ends_at_once_where_there_is_nothing(studio: Studio) -> None:
    assert _run(studio) == 0


def test_it_does_not_wait_for_originals(studio: Studio) -> None:
    studio.drop()

    assert _run(studio) == 0
    assert studio.states() == [State.WAITING]


def test_a_picture_that_failed_shows_in_the_exit_code(studio: Studio) -> None:
    def work(_: Job) -> Outcome:
        raise NoFaceError("no-face", "No face was found in a.jpg.")

    studio.workers.work = work
    studio.shoot()
    studio.drop()

    assert _run(studio) == 1
    assert studio.files("failed") == ["a.jpg.reason.txt"]


def test_a_folder_that_is_missing_shows_in_the_exit_code(studio: Studio) -> None:
    (studio.root / "output").rmdir()

    assert _run(studio) == 3


def test_a_file_that_is_being_written_is_left_for_the_next_time(studio: Studio) -> None:
    studio.shoot()
    studio.drop(data=b"\xff\xd8\xff\xe0\x00\x10JFIF")

    assert _run(studio) == 1
    assert studio.entries() == []
    assert studio.files("failed") == []


@pytest.mark.parametrize(("data", "code"), [(b"\xff\xd8\xff\xe0\x00\x10JFIF", "truncated"), (b"", "empty")])
def test_a_file_that_has_long_been_cut_short_fails(data: bytes, code: str, studio: Studio) -> None:
    studio.shoot()
    studio.put("inbox", "a.jpg", data, mtime=studio.clock.wall - 3600)

    assert _run(studio) == 1
    assert studio.entries()[0].code == code
