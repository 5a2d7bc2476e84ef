"""What the review page has worker processes do: bring a picture to the screen, and try other settings on a face.

Only those processes import this module's libraries: they read files that people have dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pored.review.tasks import Glimpse, ReplacedError

if TYPE_CHECKING:
    from pathlib import Path

    from pored.review.tasks import Showing, Trial, Tried


def show(task: Showing | Glimpse) -> None:
    """Bring a picture to the screen, or a small one to a list.

    Raises:
        PictureError: it cannot be read, or is another by now.
    """
    from pored.files.codecs import read_picture  # noqa: PLC0415 - the page starts without the picture libraries
    from pored.files.colour import in_srgb  # noqa: PLC0415 - likewise
    from pored.files.glimpse import glimpse  # noqa: PLC0415 - likewise
    from pored.files.limits import at_most  # noqa: PLC0415 - likewise
    from pored.files.screen import keep, store  # noqa: PLC0415 - likewise

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
    from pored.files.staging import digest_file  # noqa: PLC0415 - likewise

    if digest_file(path) != digest:
        raise ReplacedError("other-bytes", f"{path.name} was changed since. Reload the page.")
