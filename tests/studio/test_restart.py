"""The service ends in the middle of its work, gently or not; what comes after is as if it never had."""

from __future__ import annotations

import signal
import socket
from typing import TYPE_CHECKING

from pored.files.records import State

if TYPE_CHECKING:
    from tests.studio.conftest import Studio

NAMES = [f"IMG_{number}.jpg" for number in range(1, 5)]


def _fill(studio: Studio) -> None:
    for name in NAMES:
        studio.shoot(name)
        studio.drop(name)


def _is_all_done_once(studio: Studio) -> None:
    assert studio.files("output") == NAMES
    assert studio.files("reports") == sorted(
        f"{name}{ending}" for name in NAMES for ending in (".json", ".preview.jpg")
    )
    assert studio.files("inbox") == NAMES
    assert studio.files("failed") == []
    assert [entry.state for entry in studio.entries()] == [State.DONE] * len(NAMES)


def test_asked_to_stop_it_finishes_what_runs_and_begins_nothing_more(studio: Studio) -> None:
    _fill(studio)
    service = studio.run()
    studio.waits_for(State.RUNNING)

    assert service.end(signal.SIGTERM) == 0

    done = studio.files("output")
    assert 1 <= len(done) < len(NAMES)
    assert not any(name.startswith(".") for name in done)
    assert {entry.state for entry in studio.entries()} <= {State.DONE, State.READY}
    before = {name: studio.output(name).stat().st_mtime_ns for name in done}

    service = studio.run()
    for name in set(NAMES) - set(done):
        service.says("picture", file=name, outcome="done")
    assert service.end() == 0

    _is_all_done_once(studio)
    assert {name: studio.output(name).stat().st_mtime_ns for name in done} == before


def test_killed_again_and_again_it_makes_exactly_one_result_of_each(studio: Studio) -> None:
    _fill(studio)
    service = studio.run()
    studio.waits_for(State.RUNNING)
    assert service.end(signal.SIGKILL) == -signal.SIGKILL

    service = studio.run()
    service.says("picture")
    assert service.end(signal.SIGKILL) == -signal.SIGKILL

    studio.run("--once").wait()

    _is_all_done_once(studio)


def test_a_worker_that_is_killed_costs_one_attempt(studio: Studio) -> None:
    _fill(studio)
    service = studio.run()
    studio.waits_for(State.RUNNING)

    studio.signal_a_worker(service, signal.SIGKILL)
    for name in NAMES:
        service.says("picture", file=name, outcome="done")

    assert service.count("attempt lost") <= 2
    assert service.end() == 0
    _is_all_done_once(studio)


def test_once_does_what_is_there_and_says_how_it_went(studio: Studio) -> None:
    _fill(studio)
    studio.shoot("broken.jpg")
    studio.inbox("broken.jpg").write_text("no picture")

    assert studio.run("--once").wait() == 1
    assert studio.files("output") == NAMES
    assert studio.files("failed") == ["broken.jpg.reason.txt"]

    assert studio.run("--once").wait() == 0
    assert studio.files("output") == NAMES


def test_it_tells_systemd_when_it_is_ready_that_it_lives_and_when_it_stops(studio: Studio) -> None:
    address = studio.root / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(address))
        manager.settimeout(60)
        service = studio.run(NOTIFY_SOCKET=str(address))

        assert manager.recv(4096) == b"READY=1"
        assert manager.recv(4096) == b"WATCHDOG=1"
        words = iter(lambda: manager.recv(4096), b"")
        assert next(word for word in words if word != b"WATCHDOG=1") == b"STATUS=watching 1 of 1 hot folders"

        assert service.end() == 0
        manager.settimeout(0)
        assert b"STOPPING=1" in iter(lambda: manager.recv(4096), b"")


def test_a_second_service_is_refused(studio: Studio) -> None:
    service = studio.run()

    second = studio.pored("run")

    assert second.returncode == 2
    assert f"process {service.process.pid}" in second.stderr
    assert service.end(signal.SIGINT) == 0


def test_a_folder_that_is_away_is_waited_for(studio: Studio) -> None:
    output, away = studio.output(""), studio.root / "away"
    output.rename(away)
    service = studio.run()
    assert "the output folder" in service.says("paused")["reason"]
    studio.shoot("a.jpg")
    studio.drop("a.jpg")

    away.rename(output)

    service.says("picture", file="a.jpg", outcome="done")
    assert service.end() == 0
