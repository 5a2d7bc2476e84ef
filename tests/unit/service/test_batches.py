"""The end of a batch: a sub-folder gone quiet is told of once, with all failures together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pored.config import Batch
from pored.errors import NoFaceError
from pored.files.records import State

if TYPE_CHECKING:
    from tests.unit.service.conftest import Studio

    from pored.job import Job, Outcome

QUIET = Batch(quiet_seconds=60.0, webhook="https://chat.studio/hook", command=("/usr/sbin/sendmail", "a@studio"))
DAY = 86400


def _fill(studio: Studio) -> None:
    good = studio.workers.work

    def work(job: Job) -> Outcome:
        if job.export.name == "faceless.jpg":
            raise NoFaceError("no-face", "No face was found in faceless.jpg.")
        return good(job)

    studio.workers.work = work
    studio.start(batch=QUIET)
    for name in ("job/a.jpg", "job/sub/b.jpg", "job/faceless.jpg"):
        studio.shoot(name)
        studio.drop(name)
    studio.drop("job/lonely-Edit.jpg")


def test_a_folder_gone_quiet_is_told_of_once(studio: Studio) -> None:
    _fill(studio)
    studio.go_on(150)

    (line,) = studio.log.of("batch")
    counts = {key: line[key] for key in ("folder", "done", "waiting", "failed", "level")}
    assert counts == {"folder": "job", "done": 2, "waiting": 1, "failed": 1, "level": "warning"}
    summary = (studio.root / "reports" / "job" / line["summary"]).read_text()
    assert summary == (
        "heads, job: 2 done, 1 waiting, 1 failed\n"
        "\nFailed\n- job/faceless.jpg: No face was found in faceless.jpg.\n"
        "\nWaiting for their originals\n- job/lonely-Edit.jpg: looked for lonely-Edit, lonely\n"
    )
    ((webhook, command, message),) = studio.messenger.sent
    assert (webhook, command, message.text) == (QUIET.webhook, QUIET.command, summary)
    assert message.facts["failures"] == [
        {"export": "job/faceless.jpg", "code": "no-face", "message": "No face was found in faceless.jpg."}
    ]


def test_what_comes_later_is_told_by_itself(studio: Studio) -> None:
    _fill(studio)
    studio.go_on(150)

    studio.shoot("job/lonely.jpg")
    studio.go_on(150)

    first, second = studio.log.of("batch")
    assert (second["done"], second["waiting"], second["failed"]) == (1, 0, 0)
    assert first["summary"] != second["summary"]


def test_a_clock_that_was_set_back_silences_nobody(studio: Studio) -> None:
    _fill(studio)
    studio.go_on(150)

    studio.clock.wall -= DAY
    studio.shoot("job/lonely.jpg")
    studio.go_on(150)

    assert [line["waiting"] for line in studio.log.of("batch")] == [1, 0]


def test_a_restart_neither_forgets_a_batch_nor_tells_it_again(studio: Studio) -> None:
    _fill(studio)
    studio.go_on(40)
    assert studio.log.of("batch") == []

    studio.start().go_on(150)
    assert len(studio.log.of("batch")) == 1
    studio.start().go_on(150)
    assert len(studio.log.of("batch")) == 1


def test_a_folder_into_which_something_is_still_written_is_not_quiet(studio: Studio) -> None:
    studio.start(batch=QUIET).shoot("job/a.jpg")
    studio.drop("job/a.jpg")
    studio.drop("job/b.jpg", data=b"\xff\xd8\xff\xe0\x00\x10JFIF")
    studio.go_on(200)
    assert studio.log.of("batch") == []

    studio.go_on(300)
    (line,) = studio.log.of("batch")
    assert (line["done"], line["failed"]) == (1, 1)


def test_with_once_every_batch_is_over_at_the_end(studio: Studio) -> None:
    studio.once = True
    studio.shoot("job/a.jpg")
    studio.drop("job/a.jpg")
    studio.start()
    studio.go_on(30)
    studio.service.end(studio.clock.now())

    assert studio.states() == [State.DONE]
    (line,) = studio.log.of("batch")
    assert line["done"] == 1


def test_a_summary_is_kept_as_long_as_reports_unless_somebody_changed_it(studio: Studio) -> None:
    _fill(studio)
    studio.go_on(150)
    studio.shoot("job/lonely.jpg")
    studio.go_on(150)
    first, second = (studio.root / "reports" / "job" / line["summary"] for line in studio.log.of("batch"))
    second.write_text("mine now")

    studio.clock.go_on(91 * DAY)
    studio.go_on(5)

    assert not first.exists()
    assert second.exists()


def test_what_cannot_be_summed_up_in_writing_is_told_later(studio: Studio) -> None:
    _fill(studio)
    studio.go_on(40)
    (studio.root / "reports" / "job" / "sub").rename(studio.root / "sub")
    (studio.root / "reports" / "job").rename(studio.root / "job")
    (studio.root / "reports" / "job").write_text("a file in the folder's place")
    studio.go_on(100)
    assert studio.messenger.sent == []

    (studio.root / "reports" / "job").unlink()
    studio.go_on(100)

    assert len(studio.messenger.sent) == 1
