"""Reading an export's original: any kind of picture, RAW too, brought to the export's colours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pored.camera_raw import RAW_EXTENSIONS
from pored.errors import UnreadableError, UnsupportedError
from pored.files.codecs import open_picture, read_picture
from pored.files.colour import in_colours_of
from pored.files.kinds.raw import develop

if TYPE_CHECKING:
    from pathlib import Path

    from pored.files.picture import Picture


def read_original(path: Path, export: Picture) -> Picture:
    """The original of an export, upright, its numbers meaning the same colours as the export's.

    Args:
        path: any kind that exports may have, or a camera's RAW; its first bytes say which, where its name does not.
        export: as read; the original's size and depth may differ from it.

    Raises:
        PictureError: as for reading any picture, or a colour profile that cannot be used. The message says that it is
            the original, since both mostly have the same name.
    """
    try:
        picture = _read(path)
    except (UnreadableError, UnsupportedError) as error:
        raise type(error)(error.code, f"The original cannot be used: {error.message}") from error
    # An original is never written again: what would serve that, a JPEG's bytes and stored pixels, only takes memory.
    return in_colours_of(replace(picture, encoding=replace(picture.encoding, coding=None)), export)


def _read(path: Path) -> Picture:
    if path.suffix.lower().removeprefix(".") in RAW_EXTENSIONS:
        return _developed(path)
    try:
        return read_picture(path)
    except UnsupportedError as error:
        if error.code != "raw":
            raise
        return _developed(path)


def _developed(path: Path) -> Picture:
    with open_picture(path) as (name, file):
        return develop(name, file)
