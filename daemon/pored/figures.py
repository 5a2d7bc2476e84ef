"""A report in a few numbers, for whoever looks at many results; and how much each should be looked at."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LEFT_ALONE = 1.0
"""Doubt about a picture with a face that was left as it is, on the scale of differences of energy."""
STEPS = ("load", "faces", "register", "texture", "compose", "encode", "layered", "preview")


def figures_of(report: Mapping[str, Any]) -> str:
    """What a list of results says of each, in JSON.

    Args:
        report: of the pipeline.
    """
    texture = report.get("texture") or {}
    faces = report.get("faces") or []
    return json.dumps(
        {
            "before": _energy(texture.get("before")),
            "after": _energy(texture.get("after")),
            "faces": len(faces),
            "left_alone": sum(face.get("outcome") in {"other_frame", "no_texture"} for face in faces),
            "spots": report.get("blemishes_guarded", 0),
            "opacity": report.get("opacity_percent"),
            "worked": round(sum((report.get("seconds") or {}).get(step, 0.0) for step in STEPS), 1),
        }
    )


def doubt_about(report: Mapping[str, Any]) -> float:
    """How far the worst face is from its original's texture, in energy and correlation; 0: as it was.

    Args:
        report: of the pipeline.
    """
    return max(map(_doubt, report.get("faces") or []), default=0.0)


def _doubt(face: Mapping[str, Any]) -> float:
    if face.get("outcome") in {"other_frame", "no_texture"}:
        return LEFT_ALONE
    after = face.get("after") or {}
    energy, correlation = (after.get(key, 1.0) or 0.0 for key in ("energy", "correlation"))
    return round(abs(1.0 - float(energy)) + 1.0 - float(correlation), 4)


def _energy(figures: object) -> float | None:
    return figures.get("energy") if isinstance(figures, dict) else None
