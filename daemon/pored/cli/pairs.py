"""``pored pair``: what the names say, before anything is done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from pored.cli.output import complain, out, say, visible
from pored.config import Pairing, load_settings
from pored.errors import UsageError
from pored.hot_folder.captures import Captures
from pored.watch.listing import list_files, list_originals
from pored.watch.outcome import NotAnExport, Waiting, for_pictures
from pored.watch.overrides import NO_OVERRIDES, Overrides, read_overrides
from pored.watch.pairing import Index, Row, pair_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pored.watch.outcome import Outcome


def pair(
    folder: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="Holds exports and originals, with sub-folders.")
    ] = None,
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="Every hot folder of a settings file.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show; this command never does more.")] = False,  # noqa: ARG001 - people expect the option
    overrides: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Pairs written down by a person: export,original.")
    ] = None,
) -> None:
    """Show each file's original, the rule that found it, and what stays unmatched and why."""
    if (folder is None) == (config is None):
        raise UsageError("Name either a FOLDER, or --config FILE for the hot folders of a settings file.")
    if folder is not None:
        by_hand = read_overrides(overrides) if overrides else NO_OVERRIDES
        _show(*_rows(folder, [folder], [], Pairing(), by_hand), folder.name)
        return
    for hot_folder in load_settings(config or Path()).hot_folders:
        own = [hot_folder.output, hot_folder.failed, hot_folder.reports, hot_folder.processed]
        leave_out = [path for path in own if path is not None]
        roots, written = list(hot_folder.originals), overrides or hot_folder.pairing.overrides
        by_hand = read_overrides(written) if written else NO_OVERRIDES
        _show(*_rows(hot_folder.inbox, roots, leave_out, hot_folder.pairing, by_hand), hot_folder.name)


def _rows(
    inbox: Path, roots: Sequence[Path], leave_out: Sequence[Path], pairing: Pairing, by_hand: Overrides
) -> tuple[list[Row], list[str]]:
    """The table, and what is wrong with lines of the list of pairs that lead nowhere."""
    missing = next((path for path in (inbox, *roots) if not path.is_dir()), None)
    if missing is not None:
        raise UsageError(f"{missing} is no folder, or is not there.")
    inbox = inbox.absolute()
    without = [path for path in leave_out if path != inbox]
    listing, unreadable = list_originals(inbox, [root.absolute() for root in roots], without)
    for each in unreadable:
        complain(f"{each} cannot be looked into; what is in it counts as not there.")
    captures, files = Captures(), list_files(inbox, without).tree.files
    index = Index(listing, pairing, by_hand, captures)
    rows, idle = pair_table(index, files), index.idle_lines(files)
    if not any(isinstance(row.outcome, Waiting) for row in rows):
        return rows, idle
    captures.read_all(listing)
    return pair_table(Index(listing, pairing, by_hand, captures), files), idle


def _show(rows: Sequence[Row], idle: Sequence[str], title: str) -> None:
    table = Table(title=escape(visible(title)), box=box.SIMPLE, title_justify="left")
    for heading in ("export", "original", "by"):
        table.add_column(heading, overflow="fold")
    left_alone = 0
    for row in rows:
        if isinstance(row.outcome, NotAnExport):
            left_alone += 1
        original = str(row.original) if row.original else _state(row.outcome)
        table.add_row(*(escape(visible(cell)) for cell in (str(row.export), original, row.rule or row.reason)))
    out.print(table)
    matched = sum(row.original is not None for row in rows)
    doubtful = sum(bool(for_pictures(row.outcome)) for row in rows)
    unmatched = len(rows) - matched - doubtful - left_alone
    by_pictures = f"{doubtful} left to the pictures, " if doubtful else ""
    for line in idle:
        say(f"list of pairs, {line}")
    say(f"{matched} matched, {by_pictures}{unmatched} unmatched, {left_alone} left alone")


def _state(outcome: Outcome) -> str:
    if for_pictures(outcome):
        return "the pictures will decide"
    return "waits" if isinstance(outcome, Waiting) else "left alone"
