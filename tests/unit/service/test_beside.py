"""What lies in an inbox and is no job shows in the ledger, and once in the log."""

from __future__ import annotations

import os
from pathlib import PurePath
from typing import TYPE_CHECKING

import pored.hot_folder.intake
from pored.errors import StorageError
from pored.files.ledger import read_ledger
from pored.files.records import State

if TYPE_CHECKING:
    import pytest
    from tests.unit.service.conftest import Studio


def _beside(studio: Studio) -> dict[str, str]:
    return {str(each.path): each.kind for each in read_ledger(studio.root / "state").beside}


def test_what_is_left_alone_is_listed_and_said_once(studio: Studio) -> None:
    studio.start()
    for name in ("a.cr2", "a.xmp", "letter.docx"):
        studio.drop(name)
    (studio.root / "inbox" / "link.jpg").symlink_to(studio.root / "originals")
    os.mkfifo(studio.root / "inbox" / "pipe.jpg")

    studio.go_on(100)

    kinds = {"a.cr2": "raw", "a.xmp": "side file", "letter.docx": "unknown", "link.jpg": "link", "pipe.jpg": "pipe"}
    assert _beside(studio) == kinds
    said = [name for line in studio.log.of("left alone") for name in line["named"]]
    assert sorted(said) == ["a.cr2", "letter.docx", "link.jpg", "pipe.jpg"]


def test_what_is_gone_is_no_longer_listed(studio: Studio) -> None:
    studio.start().drop("a.cr2")
    (studio.root / "inbox" / "link.jpg").symlink_to(studio.root)
    studio.go_on()

    for name in ("a.cr2", "link.jpg"):
        (studio.root / "inbox" / name).unlink()
    studio.go_on()

    assert _beside(studio) == {}


def test_an_unfinished_file_is_listed_until_it_is_taken(studio: Studio) -> None:
    studio.start().shoot()
    path = studio.drop(data=b"\xff\xd8\xff\xe0\x00\x10JFIF")
    studio.go_on(40)
    (unfinished,) = read_ledger(studio.root / "state").beside
    assert (unfinished.path, unfinished.kind) == (PurePath("a.jpg"), "unfinished")
    assert unfinished.reason == "its end is not there yet"

    path.write_bytes(b"smooth")
    studio.go_on(60)

    assert studio.states() == [State.DONE]
    assert _beside(studio) == {}


def test_a_file_that_somebody_writes_to_is_waited_for(studio: Studio) -> None:
    studio.start().shoot()
    path = studio.drop()
    with path.open("ab"):
        studio.go_on(60)
        assert studio.states() == []
        assert read_ledger(studio.root / "state").beside[0].reason == "a program still has it open for writing"
    studio.go_on(70)

    assert studio.states() == [State.DONE]


def test_a_file_that_cannot_be_read_is_listed(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> str:
        raise StorageError("forbidden", "Could not read a.jpg: pored's user has no right to do that there.")

    studio.start().shoot()
    with monkeypatch.context() as patch:
        patch.setattr(pored.hot_folder.intake, "digest_file", forbidden)
        studio.drop()
        studio.go_on(60)
        assert _beside(studio) == {"a.jpg": "not readable"}
    studio.go_on(60)

    assert studio.states() == [State.DONE]
