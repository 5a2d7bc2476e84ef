"""``pored COMMAND``: what there is, and how it ends.

Exit codes: 0 done; 1 some picture failed (others were done); 2 wrong usage or settings; 3 the machine lacks something.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from pored.cli import checks, demos, masks, pairs, queue, recovering, services, studios
from pored.cli.output import complain
from pored.errors import PoredError

app = typer.Typer(
    name="pored",
    help="Gives AI-smoothed portraits their pores back.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demos.demo)
app.command("init")(studios.init)
app.command("run")(services.run)
app.command("recover")(recovering.recover)
app.command("skin-mask")(masks.skin_mask)
app.command("pair")(pairs.pair)
app.command("status")(queue.status)
app.command("retry")(queue.retry)
app.command("redo")(queue.redo)
app.command("pause")(queue.pause)
app.command("resume")(queue.resume)
app.command("check")(checks.check)


def main() -> None:
    """Run a command and leave with its exit code; an error is one message, never a traceback."""
    try:
        app()
    except PoredError as error:
        complain(error.message)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # Whoever read the output (head, less) has seen enough. Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - typer's protocol
    if wanted:
        import pored

        typer.echo(f"pored {pored.__version__}")
        raise typer.Exit


@app.callback()
def _pored(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    pass
