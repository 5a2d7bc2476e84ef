"""Why a picture was not done: the text that lies beside it for whoever retouches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pored import __version__
from pored.files.names import as_argument

if TYPE_CHECKING:
    from pored.errors import PictureError


def render_reason(name: str, error: PictureError, when: str) -> str:
    """The text of NAME.reason.txt.

    Args:
        name: of the export, printable.
        error: why it was not done.
        when: date and time, as a person writes it.
    """
    parts = [
        f"{name} was not done.\n",
        f"Why\n{error.message}\n",
        f"Try again\nDrop {name} into its inbox once more, or on the server: pored retry {as_argument(name)}\n",
        f"{when}, pored {__version__}, code: {error.code}\n",
    ]
    return "\n".join(parts)
