"""One sentence about what was done to a picture, for the history in its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pored.files.event import Event
from pored.files.names import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pored.clock import Moment

FROM_ORIGINAL = "high-pass"
"""The method whose texture is the original's own."""


def history_of(report: Mapping[str, object], original: str | None, now: Moment) -> Event:
    """What a report says, in a sentence; texture that was made up is called so.

    Args:
        report: as :func:`pored.pipeline.describe` makes it.
        original: the original's file name; None where there was none.
        now: when.
    """
    settings, faces = report.get("settings"), report.get("faces")
    method = str(settings.get("method")) if isinstance(settings, dict) else FROM_ORIGINAL
    count = len(faces) if isinstance(faces, list) else 0
    what = "skin texture made up, not the original's"
    if method == FROM_ORIGINAL and original:
        what = f"skin texture of {printable(original)} brought back"
    people = f"{count} face{'' if count == 1 else 's'}"
    return Event(f"{what}; {method}, {people}, opacity {report.get('opacity_percent')} %", now.wall)
