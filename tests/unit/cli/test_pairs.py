from __future__ import annotations

from typing import TYPE_CHECKING

from typer.testing import CliRunner

from pored.cli.app import app

if TYPE_CHECKING:
    from pathlib import Path


def table(folder: Path, *files: str) -> str:
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    done = CliRunner().invoke(app, ["pair", str(folder), "--dry-run"], env={"COLUMNS": "300"})
    assert done.exit_code == 0, done.output
    return done.output


def test_what_is_left_to_the_pictures_is_said_with_the_candidates(tmp_path: Path) -> None:
    shown = table(tmp_path, "one/a.jpg", "two/a.jpg", "out/a-Edit.jpg", "one/b.jpg", "one/b-Edit.jpg")
    [line] = [line for line in shown.splitlines() if "a-Edit.jpg" in line]
    assert "the pictures will decide" in line
    assert "one/a.jpg and two/a.jpg" in line
    assert "1 matched, 1 left to the pictures, 0 unmatched, 3 left alone" in shown
