"""What Finder, Explorer and Photoshop do over SMB, acted out: the server's own program writes for them.

One service, and every file is done once and none early. Nothing here stands for a real client: tests/bench has those.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests.studio.conftest import Studio

from pored.files.records import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.studio.conftest import Service, Studio


@pytest.fixture(scope="module")
def day(open_studio: Callable[..., Studio]) -> Studio:
    return open_studio()


@pytest.fixture(scope="module")
def service(day: Studio) -> Service:
    running = day.run()
    running.says("watching")
    return running


def _is_done_once(day: Studio, service: Service, name: str) -> None:
    service.says("picture", file=name, outcome="done")
    assert [entry.state for entry in day.entries() if entry.path.name == name] == [State.DONE]


def test_finder_makes_an_empty_file_then_its_attributes_then_the_data(day: Studio, service: Service) -> None:
    day.shoot("finder.jpg")
    data = day.export("finder.jpg")
    path = day.inbox("finder.jpg")

    path.touch()
    day.inbox("._finder.jpg").write_bytes(b"\0\5\x16\7" + bytes(4092))
    service.says("unfinished", file="finder.jpg", bytes=0)
    with path.open("r+b", buffering=0) as file:
        for start in range(0, len(data), 8192):
            os.pwrite(file.fileno(), data[start : start + 8192], start)
    os.utime(path, (1_600_000_000, 1_600_000_000))
    day.inbox("._finder.jpg").write_bytes(b"\0\5\x16\7" + bytes(4092))

    _is_done_once(day, service, "finder.jpg")
    assert service.count("picture", file="._finder.jpg") == 0


def test_explorer_gives_the_full_size_at_once_and_the_end_before_the_middle(day: Studio, service: Service) -> None:
    day.shoot("explorer.jpg")
    data = day.export("explorer.jpg")
    third = len(data) // 3

    with day.inbox("explorer.jpg").open("wb", buffering=0) as file:
        os.ftruncate(file.fileno(), len(data))
        os.pwrite(file.fileno(), data[:third], 0)
        os.pwrite(file.fileno(), data[2 * third :], 2 * third)
        line = service.says("unfinished", file="explorer.jpg", reason="a program still has it open for writing")
        assert line["bytes"] == len(data)
        os.pwrite(file.fileno(), data[third : 2 * third], third)

    _is_done_once(day, service, "explorer.jpg")


def test_photoshop_writes_a_temporary_file_renames_it_and_opens_it_again(day: Studio, service: Service) -> None:
    day.shoot("photoshop.jpg")
    data = day.export("photoshop.jpg")
    path, temp = day.inbox("photoshop.jpg"), day.inbox("psA1B2.tmp")

    path.write_bytes(day.export("an older version")[:5000])
    service.says("unfinished", file="photoshop.jpg")
    with temp.open("wb", buffering=0) as file:
        file.write(data)
        path.unlink()
        temp.rename(path)
        os.pwrite(file.fileno(), data[:100], 0)
    with path.open("r+b") as again:
        again.write(data[:100])

    _is_done_once(day, service, "photoshop.jpg")


def test_in_the_evening(day: Studio, service: Service) -> None:
    assert service.end() == 0
    assert day.files("failed") == []
