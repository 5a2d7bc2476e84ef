"""What the report of a result says of its faces."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pored.model import Box

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class KnownFace:
    """A face of a report.

    Attributes:
        box: in pixels of the export.
        width: of the face, likewise.
        spots: guarded ones: x, y and radius, likewise.
        facts: everything that the report says of it.
    """

    box: Box
    width: float
    spots: Sequence[tuple[float, float, float]] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def faces_in(report: Mapping[str, object]) -> list[KnownFace]:
    """The faces that a report names; what makes no sense in it is left away."""
    faces = report.get("faces")
    known = []
    for face in faces if isinstance(faces, list) else []:
        with suppress(ArithmeticError, LookupError, TypeError, ValueError, AttributeError):
            box = Box(*(int(side) for side in face["box"]))
            spots = [(spot["x"], spot["y"], spot["radius"]) for spot in face.get("blemishes", ())]
            known.append(KnownFace(box, float(face.get("width_px") or box.width), spots, face))
    return known
