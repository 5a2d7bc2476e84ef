"""What the review page asks of its worker processes, and what comes back; it travels between processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pored.errors import PictureError

if TYPE_CHECKING:
    from pathlib import Path

    from pored.config import Recovery
    from pored.files.screen import Shown
    from pored.model import Box


@dataclass(frozen=True, slots=True)
class Showing:
    """A picture to be brought to the screen.

    Attributes:
        path: the file.
        digest: that its bytes must have.
        shown: where it goes.
        most_megapixels: a larger one is refused.
    """

    path: Path
    digest: str
    shown: Shown
    most_megapixels: int


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A picture to be made small, for lists.

    Attributes:
        path: the file.
        digest: that its bytes must have.
        place: where the JPEG goes.
        most_megapixels: a larger one is refused.
    """

    path: Path
    digest: str
    place: Path
    most_megapixels: int


@dataclass(frozen=True, slots=True)
class Trial:
    """Settings to be tried on what is looked at.

    Attributes:
        export, original: the pair; None: the texture is made up.
        digest: of the export's bytes.
        recovery: the settings to be tried.
        part: of the picture, in pixels.
        most_megapixels: a larger picture is refused.
        smallest_face: width in pixels; narrower ones need not be looked for.
        mask: where the skin mask goes; None: it is not wanted.
        ahead: whether other choices are to be made ready as well, after the answer.
    """

    export: Path
    original: Path | None
    digest: str
    recovery: Recovery
    part: Box
    most_megapixels: int
    smallest_face: float = 0.0
    mask: Shown | None = None
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Tried:
    """How it would look.

    Attributes:
        image: a JPEG in sRGB of the part.
        part: what it shows.
    """

    image: bytes
    part: Box


class ReplacedError(PictureError):
    """The file is no longer the one that was asked for."""
