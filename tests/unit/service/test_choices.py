"""Where names leave several originals, or none that is sure, the work says which one it is, if any."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pored.candidate import Refusal
from pored.capture import UNKNOWN, Capture
from pored.files.ledger import read_ledger
from pored.files.records import State
from pored.files.staging import digest_file
from pored.job import Outcome, RefusedError
from pored.watch.outcome import why_refused

if TYPE_CHECKING:
    from tests.unit.service.conftest import Studio

    from pored.job import Job

STRANGER = b"somebody else"


def by_pictures(studio: Studio) -> Studio:
    """Workers to whom any file but a stranger's is the original."""
    good = studio.workers.work

    def work(job: Job) -> Outcome:
        refusals = []
        for candidate in job.candidates:
            digest = digest_file(candidate.path)
            if candidate.path.read_bytes().startswith(STRANGER):
                message = f"{candidate.path.name} is not the picture that {job.export.name} was made from."
                refusals.append(Refusal(candidate.path, digest, "other-picture", message, 0.25))
            else:
                done = good(job)
                return Outcome(done.outcome, done.result, done.report_file, done.preview, candidate, digest, {})
        raise RefusedError(*why_refused(job.export.name, refusals), tuple(refusals))

    studio.workers.work = work
    return studio


@pytest.fixture
def choosy(studio: Studio) -> Studio:
    return by_pictures(studio).start()


def candidates(studio: Studio, number: int = -1) -> list[str]:
    root = studio.root / "originals"
    return [str(candidate.path.relative_to(root)) for candidate in studio.workers.jobs[number].candidates]


def test_of_equally_good_names_the_picture_that_agrees_is_taken_and_the_log_says_how(choosy: Studio) -> None:
    choosy.shoot("one/a.jpg", STRANGER)
    right = choosy.shoot("two/a.jpg")
    choosy.drop()

    choosy.go_on()

    (entry,) = choosy.entries()
    assert (entry.state, entry.original, entry.rule) == (State.DONE, right, "the pictures agree: same name")
    (line,) = choosy.log.of("picture")
    assert (line["original"], line["rule"]) == ("a.jpg", "the pictures agree: same name")
    assert candidates(choosy) == ["one/a.jpg", "two/a.jpg"]


def test_a_bare_counter_is_paired_where_the_pictures_agree(choosy: Studio) -> None:
    choosy.shoot("DSC_0001.jpg")
    choosy.drop("DSC_0001-2.jpg")

    choosy.go_on()

    (entry,) = choosy.entries()
    assert (entry.state, entry.rule) == (State.DONE, "the pictures agree: name less -2")


def test_where_none_agrees_the_export_waits_visibly_and_nothing_is_tried_again(choosy: Studio) -> None:
    choosy.shoot("one/a.jpg", STRANGER)
    choosy.shoot("two/a.jpg", STRANGER + b"'s sister")
    choosy.drop()

    choosy.go_on(200)

    (entry,) = read_ledger(choosy.root / "state").entries
    assert (entry.state, entry.code, entry.original) == (State.WAITING, "other-picture", None)
    assert entry.message == (
        "None of one/a.jpg and two/a.jpg is the picture that a.jpg was made from (eyes and lips agree to 25% at best). "
        "Give it its own original."
    )
    assert choosy.files("failed") == []
    assert len(choosy.workers.jobs) == 1
    (line,) = choosy.log.of("waiting")
    assert (line["code"], line["reason"]) == (entry.code, entry.message)


def test_it_is_not_tried_again_after_a_restart_either(choosy: Studio) -> None:
    choosy.shoot("DSC_0001.jpg", STRANGER)
    choosy.drop("DSC_0001-2.jpg")
    choosy.go_on()
    before = choosy.entries()

    choosy.start().go_on(100)

    assert len(choosy.workers.jobs) == 1
    assert choosy.entries() == before
    assert "DSC_0001.jpg is not the picture" in before[0].message


def test_a_new_candidate_is_tried_alone(choosy: Studio) -> None:
    choosy.shoot("one/a.jpg", STRANGER)
    choosy.shoot("two/a.jpg", STRANGER + b"'s sister")
    choosy.drop()
    choosy.go_on()

    choosy.shoot("three/a.jpg", STRANGER + b"'s mother")
    choosy.go_on()
    assert (candidates(choosy), choosy.states()) == (["three/a.jpg"], [State.WAITING])
    assert "one/a.jpg, three/a.jpg and two/a.jpg" in choosy.entries()[0].message

    choosy.shoot("four/a.jpg")
    choosy.go_on()

    assert (candidates(choosy), choosy.states()) == (["four/a.jpg"], [State.DONE])
    assert choosy.entries()[0].rule == "the pictures agree: same name"


def test_other_bytes_under_a_candidates_name_are_tried(choosy: Studio) -> None:
    choosy.shoot("DSC_0001.jpg", STRANGER)
    choosy.drop("DSC_0001-2.jpg")
    choosy.go_on()

    choosy.shoot("DSC_0001.jpg")
    choosy.go_on()

    assert choosy.states() == [State.DONE]


def test_the_work_is_told_which_bytes_were_refused(choosy: Studio) -> None:
    original = choosy.shoot("DSC_0001.jpg", STRANGER)
    choosy.drop("DSC_0001-2.jpg")
    choosy.go_on()

    os.utime(original, (1.0, 1.0))
    choosy.go_on()
    choosy.go_on()

    first, second = choosy.workers.jobs
    assert (len(first.refused), list(second.refused)) == (0, [digest_file(original)])
    assert choosy.states() == [State.WAITING]


def test_a_refused_inexact_match_waits_for_a_better_one(choosy: Studio) -> None:
    wrong = choosy.shoot("a.jpg", STRANGER)
    choosy.drop("a-Edit.jpg")
    choosy.go_on(100)

    (entry,) = choosy.entries()
    assert (entry.state, entry.code, entry.attempts) == (State.WAITING, "other-picture", 0)
    assert entry.message == "a.jpg is not the picture that a-Edit.jpg was made from."
    assert len(choosy.workers.jobs) == 1

    wrong.rename(wrong.with_name("a-Edit.jpg"))
    choosy.shoot("a-Edit.jpg")
    choosy.go_on()

    assert choosy.entries()[0].rule == "same name"
    assert choosy.states() == [State.DONE]


def test_a_better_one_farther_away_is_left_to_the_pictures(choosy: Studio) -> None:
    choosy.shoot("a.jpg", STRANGER)
    choosy.drop("a-Edit.jpg")
    choosy.go_on()

    choosy.shoot("elsewhere/a.jpg")
    choosy.go_on()

    assert choosy.entries()[0].rule == "the pictures agree: name less -Edit"
    assert choosy.states() == [State.DONE]


def test_a_refused_exact_match_fails_with_its_reason(choosy: Studio) -> None:
    choosy.shoot("a.jpg", STRANGER)
    choosy.drop()

    choosy.go_on()

    (entry,) = choosy.entries()
    assert (entry.state, entry.code) == (State.FAILED, "other-picture")
    assert "a.jpg is not the picture" in (choosy.root / "failed" / "a.jpg.reason.txt").read_text()


def test_asked_for_again_everything_is_tried_again(choosy: Studio) -> None:
    choosy.start(wait_for_original=50.0, when_unmatched="fail").shoot("a.jpg", STRANGER)
    choosy.drop("a-Edit.jpg")
    choosy.go_on(100)
    assert choosy.states() == [State.FAILED]
    assert "a.jpg is not the picture" in (choosy.root / "failed" / "a-Edit.jpg.reason.txt").read_text()

    choosy.ask("retry", "a-Edit.jpg")
    choosy.go_on(10)

    assert len(choosy.workers.jobs) == 2
    assert choosy.workers.jobs[-1].refused == {}


def test_after_its_time_it_is_held_with_the_same_reason(choosy: Studio) -> None:
    choosy.start(wait_for_original=50.0).shoot("a.jpg", STRANGER)
    choosy.drop("a-Edit.jpg")
    choosy.go_on(100)

    (entry,) = choosy.entries()
    assert (entry.state, entry.code) == (State.UNMATCHED, "other-picture")
    assert len(choosy.workers.jobs) == 1


def test_many_candidates_have_their_turn_a_dozen_at_a_time(choosy: Studio) -> None:
    for number in range(20):
        choosy.shoot(f"{number:02}/a.jpg", STRANGER + bytes([number]))
    choosy.shoot("20/a.jpg")
    choosy.drop()

    choosy.go_on(60)

    assert [len(job.candidates) for job in choosy.workers.jobs] == [12, 9]
    assert choosy.states() == [State.DONE]


def test_a_candidate_that_goes_before_the_work_is_not_missed(choosy: Studio) -> None:
    gone = choosy.shoot("one/a.jpg", STRANGER)
    choosy.shoot("two/a.jpg")
    choosy.workers.count = 0
    choosy.drop()
    choosy.go_on()
    assert choosy.states() == [State.READY]

    gone.unlink()
    choosy.workers.count = 1
    choosy.go_on()

    assert choosy.states() == [State.DONE]


def test_a_candidate_whose_end_never_comes_does_not_keep_the_others(choosy: Studio) -> None:
    choosy.shoot("one/a.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF")
    choosy.shoot("two/a.jpg")
    choosy.drop()
    choosy.go_on(100)
    assert choosy.states() == [State.WAITING]

    choosy.go_on(400)

    assert candidates(choosy) == ["two/a.jpg"]
    assert choosy.states() == [State.DONE]


def test_an_export_under_another_name_finds_its_original_by_the_metadata(
    choosy: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = Capture(taken=100, fraction="25", serial="1")
    monkeypatch.setattr(
        "pored.hot_folder.captures.read_capture", lambda path: frame if path.stem in {"a", "DSC_7"} else UNKNOWN
    )
    choosy.shoot("DSC_6.jpg", STRANGER)
    original = choosy.shoot("DSC_7.jpg")
    choosy.drop()

    choosy.go_on()

    (entry,) = choosy.entries()
    assert (entry.state, entry.original, entry.rule) == (State.DONE, original, "the pictures agree: metadata")
