"""Names with something put behind them, still short enough for a file system."""

from __future__ import annotations

import os
from pathlib import PurePath

from pored.files.names import LONGEST


def with_ending(name: str, ending: str) -> str:
    """A name with an ending; the name is cut where the whole would be longer than file systems take."""
    while len(os.fsencode(name + ending)) > LONGEST:
        name = name[:-1]
    return name + ending


def shortened(name: str) -> str:
    """A name that fits, cut at the end of its stem where it does not."""
    path = PurePath(name)
    return with_ending(path.stem, path.suffix)
