from __future__ import annotations

import json
from pathlib import PurePosixPath

import pytest

from pored.files.report import SCHEMA, holds_absolute_path, render_report


def test_a_report_is_json_that_says_its_version() -> None:
    text = render_report({"export": "Zoë.jpg", "faces": ({"width": 12.5},), "seconds": {"read": 0.1}})
    assert json.loads(text) == {
        "schema": SCHEMA,
        "export": "Zoë.jpg",
        "faces": [{"width": 12.5}],
        "seconds": {"read": 0.1},
    }
    assert "Zoë" in text.decode("utf-8")
    assert text.endswith(b"\n")


@pytest.mark.parametrize(
    "text",
    [
        "/srv/pored/inbox/a.jpg",
        "could not read /srv/a.jpg",
        "path=/srv",
        "'/srv/a.jpg'",
        "(/etc/passwd)",
        "file:///srv/a.jpg",
        "C:\\Users\\zoe",
        "see D:/pictures",
        "\\\\nas\\share",
    ],
)
def test_absolute_paths_are_refused_wherever_they_stand(text: str) -> None:
    assert holds_absolute_path(text)
    for report in ({"a": text}, {"a": [{"b": text}]}, {"a": {text: 1}}, {"a": (text,)}):
        with pytest.raises(ValueError, match="absolute path"):
            render_report(report)


@pytest.mark.parametrize(
    "text",
    ["sub/a.jpg", "a.jpg", "4/5", "and / or", "https://example.org/a", "high-pass", "", "1:1", "12:30/13:00", "a/ b"],
)
def test_other_texts_are_not(text: str) -> None:
    assert not holds_absolute_path(text)
    assert json.loads(render_report({"a": text}))["a"] == text


def test_where_the_path_stands_is_said() -> None:
    with pytest.raises(ValueError, match=r"faces\[1\]\.crop"):
        render_report({"faces": [{}, {"crop": "/srv/x"}]})


def test_numbers_that_are_none_become_null() -> None:
    assert json.loads(render_report({"a": [float("nan"), float("inf"), 1.5]}))["a"] == [None, None, 1.5]


def test_a_name_that_is_no_text_still_makes_a_report() -> None:
    assert json.loads(render_report({"export": "\udce9.jpg"}))["export"] == "?.jpg"


def test_what_json_has_no_form_for_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError):
        render_report({"a": PurePosixPath("b")})
