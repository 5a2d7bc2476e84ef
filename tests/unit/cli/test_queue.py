from __future__ import annotations

import json
import os
from pathlib import PurePath
from types import SimpleNamespace
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from pored.cli.app import app
from pored.files.ledger import Ledger
from pored.stamp import Stamp

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_full_disk_of_the_ledger_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    CliRunner().invoke(app, ["init", str(tmp_path)])
    (tmp_path / "state").mkdir(exist_ok=True)
    command = ["status", "--config", str(tmp_path / "pored.toml")]
    assert "NOTHING" not in CliRunner().invoke(app, command).stdout
    full = SimpleNamespace(f_flag=0, f_bavail=0, f_frsize=4096, f_files=1, f_favail=1)
    monkeypatch.setattr(os, "statvfs", lambda _: full)
    said = " ".join(CliRunner().invoke(app, command).stdout.split())
    assert "NOTHING IS DONE NOW: the disk of the state folder" in said
    assert "is full" in json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)["trouble"]


def test_a_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    CliRunner().invoke(app, ["init", str(tmp_path)])
    with Ledger(tmp_path / "state") as ledger:
        ledger.enter("headshots", PurePath("\x1b[31mcaf\udce9.jpg"), Stamp(1, 2, 3), "digest", 1.0)
    command = ["status", "--config", str(tmp_path / "pored.toml")]
    said = CliRunner().invoke(app, command).stdout
    assert "\\x1b[31mcaf\\udce9.jpg" in said
    assert "\x1b" not in said
    [entry] = json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)["exports"]
    assert entry["export"] == "\x1b[31mcaf\\udce9.jpg"
