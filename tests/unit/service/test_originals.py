"""An export waits for its original, visibly, and is done when it comes."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Literal

import pytest
from PIL import Image

from pored.config import Pairing, Recovery
from pored.files.records import State
from pored.watch.settle import Hint

if TYPE_CHECKING:
    from tests.unit.service.conftest import Studio


@pytest.fixture(scope="module")
def jpeg() -> bytes:
    file = BytesIO()
    Image.effect_noise((64, 64), 50).save(file, "JPEG")
    return file.getvalue()


def test_an_export_waits_and_says_so_once(studio: Studio) -> None:
    studio.start().drop("a-Edit.jpg")

    studio.go_on(120)

    (entry,) = studio.entries()
    assert entry.state is State.WAITING
    assert entry.looked_for == ("a-Edit", "a")
    (line,) = studio.log.of("waiting")
    assert line["file"] == "a-Edit.jpg"
    assert line["looked_for"] == ["a-Edit", "a"]


def test_it_is_done_within_seconds_of_its_originals_arrival(studio: Studio) -> None:
    studio.start().drop()
    studio.go_on()

    original = studio.shoot()
    studio.watcher.hints = {original: Hint.FINISHED}
    studio.go_on(5)

    assert studio.states() == [State.DONE]


def test_an_original_that_sends_no_events_is_found_by_the_scan(studio: Studio) -> None:
    studio.start().drop()
    studio.go_on()

    studio.shoot()
    studio.go_on(40)

    assert studio.states() == [State.DONE]


def test_it_goes_on_waiting_after_a_restart(studio: Studio) -> None:
    studio.start().drop()
    studio.go_on()
    studio.start().go_on(5)

    studio.shoot()
    studio.go_on()

    assert studio.states() == [State.DONE]


def test_an_original_is_not_used_before_it_is_all_there(studio: Studio, jpeg: bytes) -> None:
    studio.start().drop()
    original = studio.shoot(data=jpeg[: len(jpeg) // 2])
    studio.go_on(60)
    assert studio.states() == [State.WAITING]

    studio.shoot(data=jpeg)
    studio.watcher.hints = {original: Hint.FINISHED}
    studio.go_on()

    assert studio.states() == [State.DONE]


def test_an_original_that_grows_is_waited_for(studio: Studio) -> None:
    studio.start().drop()
    for length in range(1, 40):
        studio.shoot(data=b"r" * length)
        studio.go_on(1)
    assert studio.states() == [State.WAITING]

    studio.go_on(10)

    assert studio.states() == [State.DONE]


def test_an_original_that_goes_again_before_the_work_is_waited_for(studio: Studio) -> None:
    original = studio.shoot()
    studio.workers.count = 0
    studio.start().drop()
    studio.go_on()
    assert studio.states() == [State.READY]

    original.unlink()
    studio.workers.count = 1
    studio.go_on()

    assert studio.states() == [State.WAITING]
    assert studio.workers.jobs == []


def test_after_its_time_it_is_held_and_still_done_when_the_original_comes(studio: Studio) -> None:
    studio.start(wait_for_original=100.0).drop()
    studio.go_on(200)
    assert studio.states() == [State.UNMATCHED]
    assert [line["file"] for line in studio.log.of("unmatched")] == ["a.jpg"]

    studio.shoot()
    studio.go_on()

    assert studio.states() == [State.DONE]


def test_an_original_whose_end_never_comes_is_called_so_until_it_is_copied_again(studio: Studio, jpeg: bytes) -> None:
    studio.start().shoot(data=jpeg[:200])
    studio.drop()
    studio.go_on(200)
    assert [entry.message for entry in studio.entries()] == ["its original a.jpg is still being written"]
    assert studio.log.of("waiting") == []

    studio.go_on(250)

    [entry] = studio.entries()
    assert (entry.state, entry.code) == (State.WAITING, "truncated")
    assert entry.message == "its original a.jpg is cut short: its end never came; copy it again"
    [line] = studio.log.of("waiting")
    assert (line["file"], line["code"]) == ("a.jpg", "truncated")

    studio.shoot(data=jpeg)
    studio.go_on(60)
    assert studio.states() == [State.DONE]


def test_an_export_whose_original_stays_cut_short_is_one_without_original(studio: Studio, jpeg: bytes) -> None:
    studio.start(wait_for_original=100.0, when_unmatched="fail").shoot(data=jpeg[:200])
    studio.drop()
    studio.go_on(200)
    assert studio.states() == [State.WAITING]

    studio.go_on(250)

    assert studio.states() == [State.FAILED]
    assert "Its original a.jpg is cut short" in (studio.root / "failed" / "a.jpg.reason.txt").read_text()


def test_after_its_time_it_fails_where_that_is_set(studio: Studio) -> None:
    studio.start(wait_for_original=100.0, when_unmatched="fail").drop()
    studio.go_on(60)
    assert studio.files("failed") == []

    studio.go_on(120)

    assert studio.states() == [State.FAILED]
    assert "no original named a has come yet" in (studio.root / "failed" / "a.jpg.reason.txt").read_text().lower()
    assert studio.files("inbox") == ["a.jpg"]


@pytest.mark.parametrize("method", ["graft", "grain"])
def test_after_its_time_its_texture_is_made_up_where_that_is_set_and_its_name_says_so(
    studio: Studio, method: Literal["graft", "grain"]
) -> None:
    studio.start(wait_for_original=100.0, when_unmatched=method).drop()
    studio.go_on(60)
    assert studio.workers.jobs == []

    studio.go_on(120)

    [job] = studio.workers.jobs
    assert (job.candidates, job.recovery.method, job.template) == ((), method, f"{{stem}}_{method}")
    assert studio.states() == [State.DONE]


def test_grain_waits_for_no_original(studio: Studio) -> None:
    studio.start(recovery=Recovery(method="grain")).drop()
    studio.shoot()

    studio.go_on()

    [job] = studio.workers.jobs
    assert (job.candidates, job.recovery.method, job.template) == ((), "grain", "{stem}")
    assert studio.states() == [State.DONE]
    assert studio.entries()[0].original is None


def test_in_a_shared_folder_only_a_name_that_says_so_is_an_export(studio: Studio) -> None:
    inbox = studio.root / "inbox"
    studio.start(originals=(inbox,)).drop("a.jpg", b"rough")
    studio.drop("a-topaz.jpg", b"smooth")
    studio.drop("a.cr3", b"raw")
    studio.drop("a.xmp", b"side")

    studio.go_on()

    assert studio.files("output") == ["a-topaz.jpg"]
    assert studio.files("inbox") == ["a-topaz.jpg", "a.cr3", "a.jpg", "a.xmp"]
    assert [entry.path.name for entry in studio.entries()] == ["a-topaz.jpg"]


def test_what_was_taken_for_no_export_is_one_when_its_original_comes(studio: Studio) -> None:
    inbox = studio.root / "inbox"
    studio.start(originals=(inbox,)).drop("a-2.jpg", b"smooth")
    studio.go_on()
    assert studio.entries() == []

    studio.drop("a-2-Edit.jpg", b"smoother")
    studio.go_on()

    assert studio.files("output") == ["a-2-Edit.jpg"]


def test_what_cannot_be_an_export_is_left_alone(studio: Studio) -> None:
    studio.start()
    names = ["a.cr3", "a.xmp", "a.mask.png", "a.txt", "noextension", ".hidden.jpg", "a.jpg.part"]
    for name in names:
        studio.drop(name)
        studio.shoot(name)

    studio.go_on()

    assert studio.entries() == []
    assert studio.files("inbox") == sorted(names)


def test_a_list_of_pairs_wins_over_every_rule_and_is_read_again_when_it_changes(studio: Studio) -> None:
    studio.shoot("b.jpg")
    pairs = studio.root / "pairs.csv"
    studio.start(pairing=Pairing(overrides=pairs)).drop("a.jpg")
    studio.go_on()
    assert studio.states() == [State.WAITING]

    pairs.write_text("a.jpg;b.jpg;much;too;much\n")
    studio.go_on()
    assert studio.states() == [State.WAITING]
    absent, wrong = studio.log.of("overrides")
    assert "cannot be read" in str(absent["problem"])
    assert "line 1" in str(wrong["problem"])

    pairs.write_text("a.jpg;b.jpg\n")
    studio.go_on()
    (entry,) = studio.entries()
    assert (entry.state, entry.rule) == (State.DONE, "list of pairs")


def test_lines_of_the_list_of_pairs_that_lead_nowhere_are_told_once(studio: Studio) -> None:
    studio.shoot("b.jpg")
    pairs = studio.root / "pairs.csv"
    pairs.write_text("a,b\nother.jpg,b.jpg\n" + "".join(f"{number}.jpg,b.jpg\n" for number in range(6)))
    studio.start(pairing=Pairing(overrides=pairs)).drop("a.jpg")
    studio.go_on()
    studio.shoot("c.jpg")
    studio.go_on(60)

    assert [entry.rule for entry in studio.entries()] == ["list of pairs"]
    (line,) = studio.log.of("overrides")
    problem = str(line["problem"])
    assert problem.startswith("pairs.csv: line 2: no export other.jpg is in the inbox; ")
    assert "line 1:" not in problem
    assert problem.endswith("; and 2 more, which pored pair shows")
