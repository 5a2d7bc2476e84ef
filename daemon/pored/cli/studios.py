"""``pored init``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from pored.cli.output import say
from pored.studio import make_studio


def init(folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Made if it is not there.")]) -> None:
    """Make the folders of a studio and a settings file to start from."""
    settings = make_studio(folder)
    say(f"{settings} and the folders beside it are ready. Put originals into originals/, then")
    say(f"    pored run --config {shlex.quote(str(settings))}")
    say("and drop AI-smoothed exports into inbox/.")
