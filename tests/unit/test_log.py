from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

from pored.log import Once, open_log

if TYPE_CHECKING:
    from pathlib import Path


def test_a_machine_gets_one_json_object_a_line_with_what_every_line_has_first() -> None:
    stream = io.StringIO()

    open_log(stream).info("picture", file="a.jpg", seconds={"load": 0.5}, result=["a.jpg"])

    line = json.loads(stream.getvalue())
    assert list(line) == ["timestamp", "level", "event", "file", "seconds", "result"]
    assert (line["level"], line["event"], line["seconds"]) == ("info", "picture", {"load": 0.5})
    assert line["timestamp"].endswith("Z")


def test_a_person_gets_words_and_columns() -> None:
    stream = io.StringIO()

    open_log(stream, pretty=True).warning("waiting", file="a.jpg")

    assert "waiting" in stream.getvalue()
    assert "a.jpg" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_a_name_of_any_bytes_is_one_line_that_can_be_read(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w", encoding="ascii") as stream:
        open_log(stream).error("picture", file="Müller\udcff\n.jpg")

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
