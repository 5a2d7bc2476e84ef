"""What a picture's metadata say of where it comes from: by which frames are told apart whose names do not."""

from __future__ import annotations

from dataclasses import dataclass

QUARTER_HOUR = 15 * 60
"""Clocks are set to another time zone by multiples of this, also afterwards and in one of two files only."""


@dataclass(frozen=True, slots=True)
class Capture:
    """When and with what a frame was taken, and what the file was made from; empty where nothing is said.

    Attributes:
        taken: seconds since 1970 as if the camera's clock showed UTC.
        fraction: digits behind the second; ``""`` where the camera wrote none.
        serial: of the body, without leading zeros.
        made_from: file names, as XMP's RawFileName and PreservedFileName give them.
        documents: XMP's identifiers of the file itself.
        sources: XMP's identifiers of what it was derived from.
    """

    taken: int | None = None
    fraction: str = ""
    serial: str = ""
    made_from: tuple[str, ...] = ()
    documents: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()

    @property
    def moment(self) -> tuple[int, str, str] | None:
        """What only files of one frame share; None where it is not known exactly enough."""
        if self.taken is None or not self.fraction or not self.serial:
            return None
        return self.taken, self.fraction, self.serial


UNKNOWN = Capture()


def contradict(one: Capture, other: Capture) -> bool:
    """Whether two files cannot be of one frame: another camera, or another time that no time zone explains."""
    if one.serial and other.serial and one.serial != other.serial:
        return True
    if one.taken is None or other.taken is None:
        return False
    if (one.taken - other.taken) % QUARTER_HOUR:
        return True
    return bool(one.fraction and other.fraction and _differ(one.fraction, other.fraction))


def agree(export: Capture, original: Capture) -> bool:
    """Whether the metadata alone say that an export is of an original's frame, or was derived from that very file."""
    same_moment = export.moment is not None and export.moment == original.moment
    return same_moment or bool(export.sources & original.documents)


def _differ(one: str, other: str) -> bool:
    """Fractions of a second, as far as both are written."""
    digits = min(len(one), len(other))
    return one[:digits] != other[:digits]
