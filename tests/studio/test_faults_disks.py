"""Fault groups 4, 5 and 6: disks full, broken, read-only, forbidden; shares lost and mounted over."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from pored.files.records import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.studio.conftest import Studio

NAMES = ("a.jpg", "b.jpg", "c.jpg")


def _fill(studio: Studio) -> None:
    for name in NAMES:
        studio.shoot(name)
        studio.drop(name)


@pytest.mark.parametrize("limit", ["size=1500k", "size=20m,nr_inodes=4"])
def test_a_full_disk_pauses_the_hot_folder_until_there_is_room(
    small: Studio, mount: Callable[..., None], limit: str
) -> None:
    output = small.output("")
    mount(output, "-t", "tmpfs", "-o", limit, "none")
    filler = [output / f"filler {number}" for number in range(3)]
    for each in filler:
        each.write_bytes(bytes(512_000))
    service = small.run()
    _fill(small)

    assert "the output folder" in small.pause_reason()
    assert service.says("paused")["level"] == "error"
    assert small.files("inbox") == list(NAMES)
    assert small.files("failed") == []

    for each in filler:
        each.unlink()
    subprocess.run(["mount", "-o", "remount,size=20m,nr_inodes=100", output], check=True)
    for name in NAMES:
        service.says("picture", file=name, outcome="done")
    assert service.end() == 0
    assert small.is_done_once(*NAMES)
    assert all(entry.attempts == 1 for entry in small.entries())


def test_a_disk_that_breaks_now_and_then_costs_an_attempt_and_no_more(
    small: Studio, strace: Callable[..., list[str]]
) -> None:
    _fill(small)

    assert small.run("--once", under=strace("fsync", "error=EIO:when=2")).wait() == 1
    assert {"Input/output error" in entry.trouble for entry in small.entries() if entry.state is State.READY} == {True}
    assert small.once() == 0

    assert small.is_done_once(*NAMES)


def test_a_disk_that_became_read_only_is_waited_for(small: Studio, mount: Callable[..., None]) -> None:
    reports = small.root / "heads" / "reports"
    mount(reports, "-t", "tmpfs", "none")
    service = small.run()
    subprocess.run(["mount", "-o", "remount,ro", reports], check=True)
    _fill(small)
    assert "the reports folder" in small.pause_reason()

    subprocess.run(["mount", "-o", "remount,rw", reports], check=True)
    for name in NAMES:
        service.says("picture", file=name, outcome="done")
    assert service.end() == 0
    assert small.is_done_once(*NAMES)


def test_a_folder_without_the_right_to_write_is_waited_for(small: Studio) -> None:
    """Root may do everything, so root runs it without the capability that lets it."""
    setpriv = shutil.which("setpriv")
    assert setpriv, "setpriv is missing: apt-get install util-linux"
    rights = "-dac_override,-dac_read_search"
    _fill(small)
    small.output("").chmod(0o555)
    service = small.run(under=[setpriv, f"--bounding-set={rights}", f"--inh-caps={rights}"])
    assert "pored may not write to the output folder" in small.pause_reason()

    small.output("").chmod(0o755)
    for name in NAMES:
        service.says("picture", file=name, outcome="done")
    assert service.end() == 0
    assert small.is_done_once(*NAMES)


def test_a_share_that_goes_and_comes_is_noticed_and_nothing_is_written_below_its_mount_point(
    small: Studio, mount: Callable[..., None]
) -> None:
    share, output = small.root / "share", small.output("")
    share.mkdir()
    mount(share, "-t", "tmpfs", "none")
    mount(output, "--bind", str(share))
    service = small.run()
    service.says("watching")
    assert service.end() == 0

    subprocess.run(["umount", output], check=True)
    _fill(small)
    service = small.run()
    assert "is no longer mounted" in small.pause_reason()
    assert small.files("output") == []

    mount(output, "--bind", str(share))
    for name in NAMES:
        service.says("picture", file=name, outcome="done")
    assert service.end() == 0
    assert small.is_done_once(*NAMES)


def test_a_share_mounted_over_the_inbox_is_watched(small: Studio, mount: Callable[..., None]) -> None:
    service = small.run()
    service.says("watching")
    mount(small.inbox(""), "-t", "tmpfs", "none")
    _fill(small)
    for name in NAMES:
        service.says("picture", file=name, outcome="done")

    small.drop("late.jpg")
    service.says("waiting", file="late.jpg")
    assert service.end() == 0
    assert small.files("output") == list(NAMES)


@pytest.mark.parametrize("how", ["renamed", "removed"])
def test_an_inbox_that_is_another_folder_now_is_watched(small: Studio, how: str) -> None:
    service = small.run()
    service.says("watching")
    inbox = small.inbox("")
    if how == "renamed":
        inbox.rename(small.root / "away")
    else:
        inbox.rmdir()
    small.pause_reason()
    inbox.mkdir()
    service.says("watching", since=len(service.lines))

    _fill(small)
    for name in NAMES:
        service.says("picture", file=name, outcome="done")
    assert service.end() == 0
    assert small.is_done_once(*NAMES)
