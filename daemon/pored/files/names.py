"""File names: shown to people, numbered, hidden while the file is not finished. A name may hold any bytes."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import PurePath

LONGEST = 255
"""Bytes of a file name on every file system that matters here."""

_TEMP = re.compile(r"\..+\.pored-[0-9a-f]{16}\.tmp", re.DOTALL)


def printable(name: str) -> str:
    """A name for messages and reports: what is no UTF-8 or no printable character becomes a mark."""
    text = os.fsencode(name).decode("utf-8", "replace")
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def as_argument(name: str) -> str:
    """A printable name as a command can be given it: quoted, and after ``--`` where it looks like an option."""
    quoted = shlex.quote(name)
    return f"-- {quoted}" if name.startswith("-") else quoted


def numbered(name: str, number: int) -> str:
    """``numbered("a.jpg", 2)`` is ``"a-2.jpg"``; a name that would get too long loses the end of its stem."""
    path = PurePath(name)
    ending = f"-{number}{path.suffix}"
    return _shortened(path.stem, LONGEST - len(os.fsencode(ending))) + ending


def temp_name(name: str, token: str) -> str:
    """The hidden name of a file that is to become ``name``; ``token`` is 16 hexadecimal digits."""
    ending = f".pored-{token}.tmp"
    return "." + _shortened(name, LONGEST - 1 - len(ending)) + ending


def is_temp_name(name: str) -> bool:
    """Whether only :func:`temp_name` can have made this name."""
    return _TEMP.fullmatch(name) is not None


def _shortened(name: str, longest: int) -> str:
    """Whole characters from the start, at most ``longest`` bytes of them."""
    while len(os.fsencode(name)) > longest:
        name = name[:-1]
    return name
