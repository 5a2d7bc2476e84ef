"""Pairs that a person wrote down: a CSV of export,original, which wins over every rule."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import PurePath, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from pored.errors import UsageError
from pored.suffixes import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_HEADER = ("export", "original")
_DELIMITERS = ";\t,"
"""Where several make two columns of as many lines, the first: names have commas in them more often."""

_COLUMNS = 2


class Line(NamedTuple):
    """A line of the list, as it was written.

    Attributes:
        number: from 1.
        export, original: its cells.
    """

    number: int
    export: str
    original: str


@dataclass(frozen=True)
class Overrides:
    """Which original a person named for an export.

    Attributes:
        originals: by folded export (path relative to the inbox, or bare name), the original: a path relative to one of
            the originals' folders, an absolute one, or a bare name. Both may lack the extension.
        lines: the lines that say so.
    """

    originals: Mapping[str, PurePath]
    lines: tuple[Line, ...] = ()

    def original_of(self, export: PurePath) -> PurePath | None:
        """What was named for an export; its path counts before its bare name, and both before those without extension.

        Args:
            export: relative to the inbox.
        """
        return next((self.originals[name] for name in _names_of(export) if name in self.originals), None)

    def idle(self, exports: Iterable[PurePath], is_original: Callable[[PurePath], bool]) -> list[str]:
        """What is wrong with the lines that lead nowhere, and what to do; a sentence a line.

        Args:
            exports: relative to the inbox.
            is_original: whether something is there that is meant by a line's original.
        """
        there = {name for export in exports for name in _names_of(export)}
        return [mistake for line in self.lines if (mistake := _leads_nowhere(line, there, is_original))]

    def with_pairs(self, pairs: Mapping[PurePath, Path]) -> Overrides:
        """These and others, which win; ``pairs`` has originals by export, relative to the inbox."""
        named = {folded(export.as_posix()): original for export, original in pairs.items()}
        return Overrides({**self.originals, **named}, self.lines)


NO_OVERRIDES = Overrides({})


def read_overrides(path: Path) -> Overrides:
    """Read a list of pairs as people and their spreadsheets write it.

    Two columns, export and original, with or without that heading; separated by commas, semicolons or tabs; in UTF-8
    (with or without its mark), UTF-16 with its mark, or, as older Excels write it, Windows-1252. Empty lines and lines
    that begin with ``#`` are passed over. Folders may be separated by ``/`` or a backslash.

    Raises:
        UsageError: the file cannot be read, or lines are wrong; the message has each with its number.
    """
    try:
        return _parsed(_decoded(path.read_bytes()), path.name)
    except OSError as error:
        raise UsageError(f"{path.name} cannot be read ({error.strerror}); give a CSV of export,original") from error
    except csv.Error as error:
        raise UsageError(f"{path.name} is no CSV ({error}); give one of export,original") from error


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _parsed(text: str, name: str) -> Overrides:
    originals: dict[str, PurePath] = {}
    lines: list[Line] = []
    mistakes: list[str] = []
    for number, row in _rows(text):
        mistake = _mistake(row, originals)
        if mistake:
            mistakes.append(f"line {number}: {mistake}")
        else:
            originals[_key(row[0])] = _path(row[1])
            lines.append(Line(number, *row))
    if mistakes:
        raise UsageError(f"{name} is no list of pairs; write export,original on each line\n" + "\n".join(mistakes))
    return Overrides(originals, tuple(lines))


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """The lines that should name a pair, with their numbers."""
    lines = text.splitlines()
    readings = [_read(lines, delimiter) for delimiter in _DELIMITERS]
    return max(readings, key=lambda rows: sum(len(cells) == _COLUMNS for _, cells in rows))


def _read(lines: Iterable[str], delimiter: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=delimiter)
    rows = ((reader.line_num, _trimmed(row)) for row in reader)
    return [(number, cells) for number, cells in rows if cells and not _is_no_pair(cells)]


def _trimmed(row: Iterable[str]) -> list[str]:
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _is_no_pair(cells: Sequence[str]) -> bool:
    return cells[0].startswith(("#", "sep=")) or tuple(cell.lower() for cell in cells) == _HEADER


def _mistake(row: list[str], known: Mapping[str, PurePath]) -> str | None:
    if len(row) != _COLUMNS:
        return f"{len(row)} column(s) instead of two"
    if not row[0]:
        return "the export is missing"
    if known.get(_key(row[0]), _path(row[1])) != _path(row[1]):
        return f"{row[0]} has another original already"
    return None


def _names_of(export: PurePath) -> Iterator[str]:
    """What a line may call an export, folded; what is surer first."""
    for named in (export, export.with_suffix("")):
        yield folded(named.as_posix())
        yield folded(named.name)


def _leads_nowhere(line: Line, exports: Collection[str], is_original: Callable[[PurePath], bool]) -> str | None:
    lacks = []
    if _key(line.export) not in exports:
        lacks.append(f"no export {line.export} is in the inbox")
    if not is_original(_path(line.original)):
        lacks.append(f"no {line.original} is among the originals")
    if not lacks:
        return None
    return f"line {line.number}: {' and '.join(lacks)}; write names as the files have them, or put the files there"


def _key(cell: str) -> str:
    return folded(_path(cell).as_posix())


def _path(cell: str) -> PurePath:
    return PurePosixPath(cell.replace("\\", "/"))
