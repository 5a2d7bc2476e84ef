"""How the command line speaks: results on stdout, everything else on stderr."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from pored.errors import PictureError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

T = TypeVar("T")

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def printable(text: str) -> str:
    """Text for programs: file names are bytes and may hold what is no character."""
    return text.encode("utf-8", "backslashreplace").decode()


def visible(text: str) -> str:
    """Text for people: a name that somebody dropped may hold what steers a terminal, which is escaped but for lines."""
    return "".join(each.encode("unicode_escape").decode() if _steers(each) else each for each in text)


def _steers(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} and character != "\n"


def say(text: str) -> None:
    """A line of the result, or several."""
    out.print(escape(visible(text)))


def complain(text: str) -> None:
    """What went wrong."""
    err.print(escape(visible(text)), style="red" if err.is_terminal else "")


def must_be_file(path: Path) -> None:
    """Say what is wrong with a picture's name as it was typed, before anything is read.

    Raises:
        PictureError: nothing is there, or a folder.
    """
    if path.is_dir():
        raise PictureError("no-picture", f"{path} is a folder; name the pictures in it, as in {path / '*.jpg'}.")
    if not path.exists():
        raise PictureError("gone", f"There is no file {path}. Look at how its name is written.")


def make_folder(folder: Path) -> None:
    """Make a folder that the command line names, and those above it.

    Raises:
        UsageError: the disk refuses.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"The folder {folder} cannot be made: {error.strerror}. Name another one.") from error


def with_progress(items: Sequence[T], doing: str) -> Iterator[T]:
    """The items one after the other, with a bar on a terminal where there are several."""
    if len(items) < 2 or not err.is_terminal:  # noqa: PLR2004 - one picture needs no bar
        yield from items
        return
    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        yield from _tracked(items, progress)


def _tracked(items: Iterable[T], progress: Progress) -> Iterator[T]:
    yield from progress.track(items)
