"""What the disk of the ledger tells to whoever looks on."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from pored.files.schema import disk_trouble

STATE = Path("/var/lib/pored")
WELL = {"f_flag": 0, "f_bavail": 5000, "f_frsize": 4096, "f_files": 100, "f_favail": 10}


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({}, ""),
        ({"f_bavail": 200}, "is full"),
        ({"f_favail": 0}, "is full"),
        ({"f_files": 0, "f_favail": 0}, ""),  # Btrfs counts no inodes
        ({"f_flag": os.ST_RDONLY}, "is read-only"),
    ],
)
def test_a_disk_that_takes_nothing_is_named(found: dict[str, int], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(**{**WELL, **found}))
    trouble = disk_trouble(STATE)
    assert said in trouble
    assert bool(trouble) is bool(said)
    assert not trouble or str(STATE) in trouble


def test_of_a_folder_that_is_not_there_nothing_is_said(tmp_path: Path) -> None:
    assert not disk_trouble(tmp_path / "none")
