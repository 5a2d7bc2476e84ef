from __future__ import annotations

from typing import TYPE_CHECKING

from typer.testing import CliRunner

from pored.cli.app import app

if TYPE_CHECKING:
    from pathlib import Path


def table(folder: Path, *files: str, options: tuple[str, ...] = ()) -> str:
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    done = CliRunner().invoke(app, ["pair", str(folder), "--dry-run", *options], env={"COLUMNS": "300"})
    assert done.exit_code == 0, done.output
    return done.output


def test_what_is_left_to_the_pictures_is_said_with_the_candidates(tmp_path: Path) -> None:
    shown = table(tmp_path, "one/a.jpg", "two/a.jpg", "out/a-Edit.jpg", "one/b.jpg", "one/b-Edit.jpg")
    [line] = [line for line in shown.splitlines() if "a-Edit.jpg" in line]
    assert "the pictures will decide" in line
    assert "one/a.jpg and two/a.jpg" in line
    assert "1 matched, 1 left to the pictures, 0 unmatched, 3 left alone" in shown


def test_lines_of_the_list_of_pairs_that_lead_nowhere_are_told(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("one-Edit,two\nnobody.jpg,two.tif\none-Edit.jpg,three\n", encoding="utf-8")
    shown = table(tmp_path / "job", "one-Edit.jpg", "one.jpg", "two.tif", options=("--csv", str(pairs)))
    mend = "write names as the files have them, or put the files there"
    assert f"list of pairs, line 2: no export nobody.jpg is in the inbox; {mend}\n" in shown
    assert f"list of pairs, line 3: no three is among the originals; {mend}\n" in shown
    assert "line 1" not in shown


def test_a_list_of_pairs_may_name_files_without_their_extension(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("one-Edit,sub/two.a\n", encoding="utf-8")
    shown = table(tmp_path / "job", "one-Edit.jpg", "one.jpg", "sub/two.a.tif", options=("--csv", str(pairs)))
    [line] = [line for line in shown.splitlines() if "one-Edit.jpg" in line]
    assert "sub/two.a.tif" in line
    assert "list of pairs" in line
    assert "line 1" not in shown
