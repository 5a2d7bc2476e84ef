"""Fault groups 3 and 11: events that get lost, limits that are low, a damaged ledger, settings with a mistake."""

from __future__ import annotations

import shutil
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from pored.files.ledger import read_ledger
from pored.files.records import State

if TYPE_CHECKING:
    from tests.studio.conftest import Studio

YEAR = 365 * 86400

SHIFTED_CLOCK = """
import os, time
true = time.time
def shifted():
    with open(os.environ["CLOCK"]) as shift:
        return true() + float(shift.read())
time.time = shifted
"""
"""The wall clock of every process of a service, wrong by as much as a file says. The steady one goes on as it does."""

FLOOD = 6000
"""Files; each means several events, and the kernel's queue holds 16,384 by default."""


def test_what_came_while_it_was_stopped_is_found_although_events_were_lost(small: Studio) -> None:
    service = small.run()
    service.says("watching")
    service.process.send_signal(signal.SIGSTOP)
    for number in range(FLOOD):
        small.inbox(f"job/{number}.docx").write_bytes(b"nothing")
    small.shoot("job/a.jpg")
    small.drop("job/a.jpg")

    service.process.send_signal(signal.SIGCONT)

    service.says("picture", file="job/a.jpg", outcome="done")
    assert service.end() == 0
    small.once()
    assert len(read_ledger(small.root / "state").beside) == FLOOD
    assert small.files("output") == ["job/a.jpg"]


def test_where_nothing_more_may_be_watched_it_searches_and_says_so_once(small: Studio) -> None:
    limited = 'echo 2 > /proc/sys/user/max_inotify_watches && exec "$@"'
    under = [shutil.which("unshare") or "unshare", "--user", "--map-root-user", "/bin/sh", "-c", limited, "sh"]
    if subprocess.run([*under, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this needs the right to make user namespaces, which containers seldom have")
    for name in ("one/a.jpg", "two/b.jpg"):
        small.inbox(name).parent.mkdir(exist_ok=True)
        small.shoot(name)
    service = small.run(under=under)
    service.says("no events")

    for name in ("one/a.jpg", "two/b.jpg"):
        small.drop(name)
        service.says("picture", file=name, outcome="done")

    assert service.count("no events") == 1
    assert service.end() == 0


def test_a_ledger_that_is_damaged_is_said_and_nothing_is_touched(small: Studio) -> None:
    small.shoot("a.jpg")
    small.drop("a.jpg")
    (small.root / "state").mkdir()
    (small.root / "state" / "ledger.sqlite").write_bytes(b"no database at all " * 1000)

    refused = small.pored("run")

    assert refused.returncode == 3
    assert "ledger" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert small.files("output") == []


def test_settings_are_taken_over_while_it_runs_unless_they_have_a_mistake(small: Studio) -> None:
    service = small.run()
    good = small.config.read_text()
    small.config.write_text(good.replace("settle_seconds = 0.2", "settle_seconds = -1"))
    service.process.send_signal(signal.SIGHUP)
    assert "settle_seconds" in service.says("settings", level="error")["problem"]
    small.shoot("a.jpg")
    small.drop("a.jpg")
    service.says("picture", file="a.jpg", outcome="done", result=["a.jpg"])

    small.config.write_text(f'{good}\nresult.name = "{{stem}}_pores"\n')
    service.process.send_signal(signal.SIGHUP)
    assert service.says("settings", level="info")["changed"] == ["heads"]
    small.shoot("b.jpg")
    small.drop("b.jpg")

    service.says("picture", file="b.jpg", outcome="done", result=["b_pores.jpg"])
    assert service.end() == 0


def test_a_clock_that_is_set_costs_nobody_a_picture(small: Studio) -> None:
    shift, library = small.root / "shift", small.root / "library"
    library.mkdir()
    (library / "sitecustomize.py").write_text(SHIFTED_CLOCK)
    shift.write_text("0")
    small.drop("late.jpg")
    service = small.run(PYTHONPATH=str(library), CLOCK=str(shift))
    service.says("waiting", file="late.jpg")

    for name, seconds in (("back.jpg", -YEAR), ("again.jpg", 0), ("on.jpg", YEAR)):
        (small.root / "next").write_text(str(seconds))
        (small.root / "next").replace(shift)
        small.shoot(name)
        small.drop(name)
        service.says("picture", file=name, outcome="done")
    small.shoot("late.jpg")
    service.says("picture", file="late.jpg", outcome="done")

    assert service.end() == 0
    assert small.is_done_once("again.jpg", "back.jpg", "late.jpg", "on.jpg")


def test_a_hot_folder_is_paused_and_resumed_by_hand(small: Studio) -> None:
    service = small.run()
    service.says("watching")
    assert small.pored("pause", "heads").returncode == 0
    assert "paused by hand" in small.pause_reason()
    small.shoot("a.jpg")
    small.drop("a.jpg")
    assert "paused since" in small.pored("status").stdout

    assert small.pored("resume", "heads").returncode == 0

    service.says("picture", file="a.jpg", outcome="done")
    assert service.end() == 0
    assert [entry.state for entry in small.entries()] == [State.DONE]
    assert small.pored("pause", "nobody").returncode == 2
