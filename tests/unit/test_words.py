from __future__ import annotations

import ast
from pathlib import Path

import pytest

import pored
from pored.words import as_sentence, in_words

DONE = {
    "event": "picture",
    "hot_folder": "heads",
    "file": "job/a.jpg",
    "outcome": "done",
    "original": "a.jpg",
    "rule": "same name",
    "result": ["a.jpg"],
    "faces": 2,
    "texture_before": {"energy": 0.31},
    "texture_after": {"energy": 0.98},
    "seconds": {"load": 0.5},
}
CASES = [
    (
        DONE,
        "heads: job/a.jpg done, from a.jpg (same name), as a.jpg (faces 2, texture 31% before and 98% after)",
    ),
    (
        {**DONE, "original": None, "rule": "made up", "result": ["a_grain.jpg"]},
        "heads: job/a.jpg done (made up), as a_grain.jpg (faces 2, texture 31% before and 98% after)",
    ),
    (
        {"event": "picture", "hot_folder": "heads", "file": "a.jpg", "outcome": "failed", "reason": "No face."},
        "heads: a.jpg failed: No face.",
    ),
    (
        {
            "event": "waiting",
            "hot_folder": "heads",
            "file": "a-Edit.jpg",
            "reason": "none yet",
            "looked_for": ["a", "b"],
        },
        "heads: a-Edit.jpg waits (looked for a, b): none yet",
    ),
    (
        {
            "event": "unmatched",
            "hot_folder": "heads",
            "file": "a-Edit.jpg",
            "reason": "That is another frame. Give it its own original.",
            "looked_for": ["a"],
        },
        "heads: a-Edit.jpg has waited for long (looked for a): That is another frame. Give it its own original.",
    ),
    (
        {"event": "waiting", "hot_folder": "heads", "file": "a.jpg", "reason": "its original a.jpg is cut short"},
        "heads: a.jpg waits: its original a.jpg is cut short",
    ),
    (
        {"event": "unmatched", "hot_folder": "heads", "file": "a.jpg", "reason": "its original a.jpg is cut short"},
        "heads: a.jpg has waited for long: its original a.jpg is cut short",
    ),
    (
        {"event": "batch", "hot_folder": "heads", "folder": ".", "done": 2, "waiting": 1, "failed": 0},
        "heads: the batch in the inbox itself is over: 2 done, 1 waiting, 0 failed",
    ),
    ({"event": "stopped", "unfinished": {"waiting": 3}}, "stopped; still to do: 3 waiting"),
    ({"event": "stopped", "unfinished": {}}, "stopped; still to do: nothing"),
    ({"event": "swept", "hot_folder": "heads", "file": ".a.tmp"}, "heads: .a.tmp: swept"),
    (
        {"event": "paused", "hot_folder": "heads", "reason": "a\nb"},
        "heads: PAUSED, a\N{REPLACEMENT CHARACTER}b",
    ),
]


@pytest.mark.parametrize(("facts", "sentence"), CASES)
def test_an_event_is_a_sentence(facts: dict[str, object], sentence: str) -> None:
    assert in_words(facts) == sentence


def _events() -> set[str]:
    """The first argument of every call of a log in the package."""
    found: set[str] = set()
    for file in Path(pored.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("log.info", "log.warning", "log.error")):
                constants = [each.value for each in node.args[:1] if isinstance(each, ast.Constant)]
                found |= {value for value in constants if isinstance(value, str)}
    return found


def test_every_event_can_be_said() -> None:
    events = _events()
    assert len(events) > 10
    for event in events:
        assert in_words({"event": event, "hot_folder": "heads", "file": "a.jpg"}).startswith("heads")


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("no original has come yet", "No original has come yet."),
        ("Another frame. Look.", "Another frame. Look."),
        ("", ""),
    ],
)
def test_a_reason_is_a_sentence(reason: str, sentence: str) -> None:
    assert as_sentence(reason) == sentence
