from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from pored.cli.app import app

if TYPE_CHECKING:
    from pathlib import Path


def test_the_command_that_it_names_can_be_pasted(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["init", str(tmp_path / "a new studio")]).stdout
    command = said.partition("pored run --config ")[2].partition("\n")[0]
    assert shlex.split(command) == [str(tmp_path / "a new studio" / "pored.toml")]
