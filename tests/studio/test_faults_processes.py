"""Fault groups 1, 2 and 12: the service or a worker ends or grows at any step; many small jobs leave nothing open."""

from __future__ import annotations

import signal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from pored.files.records import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.studio.conftest import Studio

NAMES = ("a.jpg", "b.jpg")


@pytest.mark.parametrize(
    ("calls", "number"), [("link,linkat", 2), ("unlink,unlinkat", 3), ("fsync", 2), ("fdatasync", 25)]
)
def test_killed_at_a_certain_step_it_makes_exactly_one_result_of_each(
    small: Studio, strace: Callable[..., list[str]], calls: str, number: int
) -> None:
    for name in NAMES:
        small.shoot(name)
        small.drop(name)

    small.run("--once", under=strace(calls, f"signal=KILL:when={number}")).wait()
    small.run("--once").wait()

    assert small.is_done_once(*NAMES)


def test_a_worker_that_hangs_costs_one_attempt(open_studio: Callable[..., Studio]) -> None:
    small = open_studio("picture_seconds = 20")
    for name in NAMES:
        small.shoot(name)
        small.drop(name)
    service = small.run()
    small.waits_for(State.RUNNING)

    small.signal_a_worker(service, signal.SIGSTOP)

    assert service.says("attempt lost")["code"] == "time-limit"
    for name in NAMES:
        service.says("picture", file=name, outcome="done")
    assert service.end() == 0
    assert small.is_done_once(*NAMES)
    assert max(entry.attempts for entry in small.entries()) > 1


def test_a_picture_beyond_the_memory_limit_fails_alone(open_studio: Callable[..., Studio]) -> None:
    small = open_studio("picture_gigabytes = 1.0")  # Twice what a portrait takes; every core seen adds some more.
    huge = BytesIO()
    Image.new("RGB", (17000, 17000), "grey").save(huge, "PNG", compress_level=1)
    small.shoot("huge.png", data=huge.getvalue())
    small.inbox("huge.png").write_bytes(huge.getvalue() + b"another")
    small.shoot("a.jpg")
    small.drop("a.jpg")

    assert small.once() == 1

    states = {entry.path.name: (entry.state, entry.code) for entry in small.entries()}
    assert states["a.jpg"] == (State.DONE, "")
    assert states["huge.png"][0] is State.FAILED
    assert states["huge.png"][1] in {"out-of-memory", "worker-lost"}


def test_many_small_jobs_leave_nothing_open(small: Studio) -> None:
    def descriptors() -> int:
        return len(list(Path(f"/proc/{service.process.pid}/fd").iterdir()))

    service = small.run()
    small.shoot("a.jpg")
    small.drop("a.jpg")
    service.says("picture", file="a.jpg")
    before = descriptors()

    for number in range(300):
        small.inbox(f"{number}.jpg").write_text("This is a letter, not a picture.")
    small.drop("job/a.jpg")
    service.says("waiting", file="299.jpg")
    service.says("picture", file="job/a.jpg", outcome="done")

    assert descriptors() <= before
    assert service.end() == 0
