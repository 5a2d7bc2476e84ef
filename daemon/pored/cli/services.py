"""``pored run``."""

from __future__ import annotations

from typing import Annotated

import typer

from pored.cli.options import SETTINGS_FILE, ConfigOption
from pored.config import load_settings


def run(
    config: ConfigOption = SETTINGS_FILE,
    once: Annotated[bool, typer.Option("--once", help="Do what is there, then exit.")] = False,
) -> None:
    """Watch the hot folders and give every export its pores back, until SIGTERM or Ctrl-C."""
    from pored.service import run as serve

    raise typer.Exit(
        serve(load_settings(config), once=once, read_settings=lambda: load_settings(config), config=config.absolute())
    )
