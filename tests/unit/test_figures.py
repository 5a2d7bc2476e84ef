from __future__ import annotations

import json
from typing import Any

from pored.figures import doubt_about, figures_of


def face(outcome: str = "recovered", energy: float = 1.0, correlation: float = 1.0) -> dict[str, Any]:
    return {"outcome": outcome, "after": {"energy": energy, "correlation": correlation}}


def test_what_a_list_says_of_a_result() -> None:
    report = {
        "faces": [face(), face("other_frame")],
        "texture": {"before": {"energy": 0.4}, "after": {"energy": 0.98}},
        "blemishes_guarded": 3,
        "opacity_percent": 52.0,
        "seconds": {"load": 0.5, "texture": 2.0, "other": 9.0},
    }
    assert json.loads(figures_of(report)) == {
        "before": 0.4,
        "after": 0.98,
        "faces": 2,
        "left_alone": 1,
        "spots": 3,
        "opacity": 52.0,
        "worked": 2.5,
    }


def test_a_report_of_nobody_has_figures_too() -> None:
    assert json.loads(figures_of({"faces": []}))["after"] is None
    assert doubt_about({"faces": []}) == 0.0


def test_the_worst_face_decides() -> None:
    assert doubt_about({"faces": [face(), face(energy=0.8, correlation=0.9)]}) == 0.3
    assert doubt_about({"faces": [face(energy=1.1)]}) < doubt_about({"faces": [face(energy=0.7)]})


def test_a_face_left_alone_is_looked_at_first() -> None:
    assert doubt_about({"faces": [face("other_frame")]}) > doubt_about({"faces": [face(energy=0.6)]})
