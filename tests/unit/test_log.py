from __future__ import annotations

import io
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from pored.clock import Moment
from pored.log import COUNTED_SECONDS, SAID_AT_ONCE, Counted, Once, open_log

if TYPE_CHECKING:
    from pathlib import Path


def test_a_machine_gets_one_json_object_a_line_with_what_every_line_has_first() -> None:
    stream = io.StringIO()

    open_log(stream=stream).info("picture", file="a.jpg", seconds={"load": 0.5}, result=["a.jpg"])

    line = json.loads(stream.getvalue())
    assert list(line) == ["timestamp", "level", "event", "file", "seconds", "result"]
    assert (line["level"], line["event"], line["seconds"]) == ("info", "picture", {"load": 0.5})
    assert line["timestamp"].endswith("Z")


class Unbuffered(io.RawIOBase):
    """What another process may write between."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | memoryview, /) -> int:  # type: ignore[override]  # what a text layer gives
        self.writes.append(bytes(data))
        return len(self.writes[-1])


def test_a_line_and_its_end_are_written_at_once() -> None:
    raw = Unbuffered()
    log = open_log("json", io.TextIOWrapper(cast("BinaryIO", raw), write_through=True))

    log.info("watching", hot_folder="heads")
    log.info("choose", hot_folder="heads")

    assert [data.count(b"\n") for data in raw.writes] == [1, 1]
    assert all(data.endswith(b"}\n") for data in raw.writes)


def test_a_person_gets_words_and_columns() -> None:
    stream = io.StringIO()

    open_log("text", stream).warning("waiting", file="a.jpg")

    assert "waiting" in stream.getvalue()
    assert "a.jpg" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_a_name_of_any_bytes_is_one_line_that_can_be_read(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w", encoding="ascii") as stream:
        open_log(stream=stream).error("picture", file="Müller\udcff\n.jpg")

    (line,) = (tmp_path / "log").read_bytes().splitlines()
    assert json.loads(line)["file"] == "Müller\udcff\n.jpg"
    assert "Müller".encode() in line


def test_what_was_said_is_not_said_again_until_it_changes() -> None:
    once = Once()

    assert once.news("a.jpg", "waiting")
    assert not once.news("a.jpg", "waiting")
    assert once.news("b.jpg", "waiting")
    assert once.news("a.jpg", "unmatched")
    assert once.news("a.jpg", "waiting")


def test_what_is_forgotten_is_news() -> None:
    once = Once()
    once.news("a.jpg", "waiting")

    once.forget("a.jpg")
    once.forget("never mentioned")

    assert once.news("a.jpg", "waiting")


def test_in_the_journal_each_line_is_a_sentence_with_its_priority(tmp_path: Path) -> None:
    with (tmp_path / "journal").open("w") as stream:
        status = os.fstat(stream.fileno())
        log = open_log(stream=stream, environment={"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"})
        log.error("paused", hot_folder="heads", reason="the disk is full")
        log.warning("internal", hot_folder="heads", trace="Traceback\n  in a.py\n")

    assert (tmp_path / "journal").read_text().splitlines() == [
        "<3>heads: PAUSED, the disk is full",
        "<4>heads: internal",
        "<4>  Traceback",
        "<4>    in a.py",
    ]


@dataclass
class HandClock:
    steady: float = 0.0

    def now(self) -> Moment:
        return Moment(self.steady, self.steady)


def test_what_repeats_itself_is_counted() -> None:
    clock, stream = HandClock(), io.StringIO()
    log = Counted(open_log("json", stream), clock)
    for number in range(50):
        log.warning("attempt lost", hot_folder="heads", code="time-limit", reason=f"{number}.jpg took too long.")
    log.warning("attempt lost", hot_folder="school", code="time-limit", reason="x.jpg took too long.")
    log.flush()
    assert stream.getvalue().count("attempt lost") == SAID_AT_ONCE + 1

    clock.steady = COUNTED_SECONDS
    log.flush()
    log.flush()

    last = json.loads(stream.getvalue().splitlines()[-1])
    assert (last["event"], last["number"], last["what"]) == ("repeated", 50 - SAID_AT_ONCE, "49.jpg took too long.")
    assert stream.getvalue().count("repeated") == 1


def test_pictures_are_each_said() -> None:
    stream = io.StringIO()
    log = Counted(open_log("json", stream), HandClock())

    for number in range(50):
        log.warning("picture", hot_folder="heads", code="no-face", file=f"{number}.jpg")

    assert stream.getvalue().count("picture") == 50
