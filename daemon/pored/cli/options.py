"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

SETTINGS_FILE = Path("/etc/pored/pored.toml")

ConfigOption = Annotated[
    Path, typer.Option("--config", metavar="FILE", help="The settings file.", show_default=str(SETTINGS_FILE))
]
