"""What the review page has worker processes do: bring a picture to the screen, and try other settings on a face.

Only those processes import this module's libraries: they read files that people have dropped.
"""

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


def show(task: Showing | Glimpse) -> None:
    """Bring a picture to the screen, or a small one to a list.

    Raises:
        PictureError: it cannot be read, or is another by now.
    """
    from pored.files.codecs import read_picture  # noqa: PLC0415 - the page starts without the picture libraries
    from pored.files.colour import in_srgb  # noqa: PLC0415
    from pored.files.glimpse import glimpse  # noqa: PLC0415
    from pored.files.limits import at_most  # noqa: PLC0415
    from pored.files.screen import keep, store  # noqa: PLC0415

    _refuse_other(task.path, task.digest)
    if isinstance(task, Glimpse):
        data = glimpse(task.path, task.most_megapixels)
        keep(task.place, lambda file: file.write(data))
        return
    with at_most(task.most_megapixels):
        picture = read_picture(task.path)
    store(in_srgb(picture), task.shown)


def try_out(task: Trial) -> Tried:
    """Try settings on a part of a picture.

    Raises:
        PictureError: the pair cannot be worked on.
    """
    from pored.review.trial import session_for  # noqa: PLC0415 - brings MediaPipe

    session = session_for(task)
    tried = session.look(task)
    if task.ahead:
        session.get_ahead(task)
    return tried


def _refuse_other(path: Path, digest: str) -> None:
    from pored.files.staging import digest_file  # noqa: PLC0415

    if digest_file(path) != digest:
        raise ReplacedError("other-bytes", f"{path.name} was changed since. Reload the page.")
