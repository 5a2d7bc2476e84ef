"""``pored status``, ``retry`` and ``redo``: what became of each export, and once more; ``pause`` and ``resume``."""

from __future__ import annotations

import json
import shlex
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from pored.cli.options import SETTINGS_FILE, ConfigOption
from pored.cli.output import out, printable, say, visible
from pored.config import load_settings
from pored.errors import UsageError
from pored.files.board import hold, release
from pored.files.ledger import ask_again, read_ledger
from pored.files.records import DONE_STATES
from pored.files.schema import disk_trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pored.files.records import Beside, Entry, Overview

NOT_THERE = ("unfinished", "not readable")
"""Kinds of file that may become exports yet, and so concern somebody."""

RECENT = 20
"""Finished exports that are listed without ``--all``."""

NamesArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="NAME...", help="As `pored status` shows them; sub-folders may be left out."),
]


def status(
    config: ConfigOption = SETTINGS_FILE,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    everything: Annotated[bool, typer.Option("--all", help=f"Not only the last {RECENT} that are done.")] = False,
) -> None:
    """Show what waits, runs, was done and failed."""
    state_dir = load_settings(config).state_dir
    overview, trouble = read_ledger(state_dir), disk_trouble(state_dir)
    if as_json:
        out.print_json(json.dumps({**_as_data(overview), "trouble": printable(trouble)}))
        return
    runs = overview.service_pid is not None
    say(f"The service runs (process {overview.service_pid})." if runs else "The service does not run.")
    if trouble:
        say(f"NOTHING IS DONE NOW: {trouble}.")
    for name, states in overview.counts().items():
        say(f"{name}: " + ", ".join(f"{number} {state.shown}" for state, number in sorted(states.items())))
    for name, rest in overview.paused.items():
        say(f"{name} is paused since {_when(rest.since)}: {rest.reason}")
    for line in _besides(overview, everything=everything):
        say(line)
    _show(overview, everything=everything)


def retry(
    names: NamesArgument = None,
    everything: Annotated[bool, typer.Option("--all", help="All that failed.")] = False,
    config: ConfigOption = SETTINGS_FILE,
) -> None:
    """Try failed exports again, once what made them fail was mended."""
    _ask("retry", names, everything=everything, config=config)


def redo(
    names: NamesArgument = None,
    everything: Annotated[bool, typer.Option("--all", help="All that were done.")] = False,
    config: ConfigOption = SETTINGS_FILE,
) -> None:
    """Do exports again that are done, with the settings and the version of now."""
    _ask("redo", names, everything=everything, config=config)


HotFolderArgument = Annotated[str, typer.Argument(metavar="HOTFOLDER", help="Its name in the settings.")]


def pause(hot_folder: HotFolderArgument, config: ConfigOption = SETTINGS_FILE) -> None:
    """Begin nothing more in a hot folder, until it is resumed; what runs is finished, and files stay where they are."""
    hold(_state_dir_of(hot_folder, config), hot_folder, time.time())
    say(f"{hot_folder} rests from now on, also after a restart, until: pored resume {shlex.quote(hot_folder)}")


def resume(hot_folder: HotFolderArgument, config: ConfigOption = SETTINGS_FILE) -> None:
    """Let a hot folder go on that was paused, or whose folders were moved to another disk on purpose."""
    release(_state_dir_of(hot_folder, config), hot_folder)
    say(f"{hot_folder} goes on.")


def _state_dir_of(hot_folder: str, config: Path) -> Path:
    settings = load_settings(config)
    names = [each.name for each in settings.hot_folders]
    if hot_folder not in names:
        raise UsageError(f"There is no hot folder {hot_folder} in the settings, but {', '.join(names)}.")
    return settings.state_dir


def _ask(kind: str, names: list[str] | None, *, everything: bool, config: Path) -> None:
    if bool(names) == everything:
        raise UsageError(f"Name the exports (pored {kind} NAME...), or say --all.")
    state_dir = load_settings(config).state_dir
    wanted = ask_again(state_dir, "retry" if kind == "retry" else "redo", None if everything else names, time.time())
    for name in wanted:
        say(name)
    running = read_ledger(state_dir).service_pid is not None
    say(f"{len(wanted)} to {kind}: " + ("at once." if running else "as soon as the service runs."))


def _when(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def _besides(overview: Overview, *, everything: bool) -> Iterator[str]:
    """What lies in the inboxes and is no job: by number, and by name what is not all there."""
    others = [each for each in overview.beside if each.kind not in NOT_THERE]
    for (name, kind), number in sorted(Counter((each.hot_folder, each.kind) for each in others).items()):
        if not everything:
            yield f"{name}: {number} left alone ({kind})"
    for each in overview.beside:
        if everything or each.kind in NOT_THERE:
            yield f"{each.hot_folder}: {each.path} is {_kind_for_people(each)}: {each.reason}"


def _kind_for_people(beside: Beside) -> str:
    return beside.kind if beside.kind in NOT_THERE else f"left alone ({beside.kind})"


def _show(overview: Overview, *, everything: bool) -> None:
    done = [entry for entry in overview.entries if entry.state in DONE_STATES]
    shown = [entry for entry in overview.entries if entry.state not in DONE_STATES]
    shown += done if everything else done[:RECENT]
    if not shown:
        say("Nothing was dropped yet.")
        return
    table = Table(box=box.SIMPLE)
    for heading in ("state", "export", "original", "what to know"):
        table.add_column(heading, overflow="fold")
    for entry in shown:
        original = entry.original.name if entry.original else ""
        cells = (entry.state.shown, str(entry.path), original, _note(entry, overview))
        table.add_row(*(escape(visible(cell)) for cell in cells))
    out.print(table)


def _note(entry: Entry, overview: Overview) -> str:
    if entry.state in DONE_STATES:
        return ", ".join(path.name for path in overview.results.get(entry.id, ()))
    if entry.trouble:
        return entry.trouble
    return entry.reason


def _as_data(overview: Overview) -> dict[str, object]:
    return {
        "service_pid": overview.service_pid,
        "paused": {name: asdict(rest) for name, rest in overview.paused.items()},
        "counts": {name: {state.shown: n for state, n in states.items()} for name, states in overview.counts().items()},
        "beside": [
            {"hot_folder": each.hot_folder, "file": printable(str(each.path)), "kind": each.kind, "reason": each.reason}
            for each in overview.beside
        ],
        "exports": [_entry_data(entry, overview) for entry in overview.entries],
    }


def _entry_data(entry: Entry, overview: Overview) -> dict[str, object]:
    return {
        "hot_folder": entry.hot_folder,
        "export": printable(str(entry.path)),
        "state": entry.state.shown,
        "original": printable(str(entry.original)) if entry.original else None,
        "rule": entry.rule,
        "code": entry.code,
        "message": printable(entry.message),
        "trouble": printable(entry.trouble),
        "looked_for": [printable(name) for name in entry.looked_for],
        "results": [printable(str(path)) for path in overview.results.get(entry.id, ())],
        "attempts": entry.attempts,
        "first_seen": entry.first_seen,
        "updated": entry.updated,
        "finished": entry.finished,
    }
