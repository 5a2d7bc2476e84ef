"""The README says what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pored.cli.app import app
from pored.config import render_table

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PACKAGE = ROOT / "daemon" / "pored"
RAISED = re.compile(r"\w+Error\(\s*\"([a-z0-9]+(?:-[a-z0-9]+)*)\",", re.MULTILINE)
FROM_TABLES = {
    *("raw", "gif", "bmp", "jpeg-xl", "jpeg-2000", "pdf"),
    *("disk-full", "read-only", "forbidden", "gone"),
}
WAITING = {"no-original", "other-frame", "needs-pictures"}
FIRST_COLUMN = re.compile(r"^\| (`.*?) \|", re.MULTILINE)


def between(name: str) -> str:
    return README.partition(f"<!-- {name} -->\n")[2].partition(f"<!-- /{name} -->")[0]


def test_the_settings_are_the_codes() -> None:
    assert between("settings").strip() == render_table().strip()


def raised_codes() -> set[str]:
    return {code for file in PACKAGE.rglob("*.py") for code in RAISED.findall(file.read_text())}


def test_every_message_is_explained() -> None:
    first_column = " ".join(FIRST_COLUMN.findall(between("messages")))
    explained = set(re.findall(r"`([a-z0-9-]+)`", first_column))
    assert len(raised_codes()) > 20
    assert explained == raised_codes() | FROM_TABLES | WAITING


@pytest.mark.parametrize("command", [group.callback.__name__ for group in app.registered_commands if group.callback])
def test_every_command_is_named(command: str) -> None:
    assert f"`pored {command.replace('_', '-')}" in README


def test_the_command_line_shows_what_there_is() -> None:
    shown = CliRunner().invoke(app, ["--help"])
    assert shown.exit_code == 0
    assert all(name in shown.output for name in ("demo", "run", "recover", "skin-mask", "check"))
