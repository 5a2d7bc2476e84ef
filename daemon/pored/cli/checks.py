"""``pored check``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from pored.check import DROPIN_FOLDER, Check, render_dropin, run_checks, write_dropin
from pored.cli.options import SETTINGS_FILE, ConfigOption
from pored.cli.output import out, printable, say, visible
from pored.config import Settings, load_settings
from pored.errors import MachineError, UsageError

MARKS = {"ok": "[green]ok[/]      ", "warning": "[yellow]warning[/] ", "missing": "[red]missing[/] "}


def check(
    config: ConfigOption = SETTINGS_FILE,
    dropin: Annotated[
        bool,
        typer.Option(help=f"Write {DROPIN_FOLDER}/pored-folders.conf, which names the folders to systemd."),
    ] = False,
    show_dropin: Annotated[bool, typer.Option("--show-dropin", help="Print the drop-in and nothing else.")] = False,
) -> None:
    """Look at the settings, folders, rights, libraries and limits; name what is missing and what mends it."""
    if dropin and show_dropin:
        raise UsageError("--dropin writes the drop-in and --show-dropin prints it; say one of them.")
    settings = _settings(config)
    if show_dropin:
        out.print(escape(printable(render_dropin(_needed(settings, config)))), end="")
        return
    checks = run_checks(settings)
    for each in checks:
        _show(each)
    if settings is None:
        say(f"{config} is not there, so no folders were looked at. `pored init FOLDER` makes one to start from.")
    elif dropin:
        say(f"Written: {write_dropin(settings)}. Now: systemctl daemon-reload && systemctl restart pored")
    if any(each.state == "missing" for each in checks):
        raise MachineError("Something that pored needs is missing; what mends it stands beside it above.")


def _settings(config: Path) -> Settings | None:
    """None where nobody has written settings yet: on a new machine the libraries are what matters."""
    return load_settings(config) if config.exists() or config != SETTINGS_FILE else None


def _show(each: Check) -> None:
    mend = f"\n         -> {each.mend}" if each.mend else ""
    out.print(MARKS[each.state] + escape(visible(f"{each.name}: {each.finding}{mend}")))


def _needed(settings: Settings | None, config: Path) -> Settings:
    if settings is None:
        raise UsageError(f"{config} is not there, and the drop-in is made from it. `pored init FOLDER` makes one.")
    return settings
