"""What was done to a picture, for programs: a JSON file beside the preview."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = 1
"""Raised when a key changes its name or its meaning, not when one is added."""

_ABSOLUTE = re.compile(r"(?:^|[\s\"'`(\[<=,;:|])(?:/(?=[^/\s])|[A-Za-z]:[\\/]|\\\\\w)|file:/")
"""A path from the root at the start of a text or after what cannot belong to a name; a web address is none."""


def render_report(report: Mapping[str, object]) -> bytes:
    """A report as a JSON file: UTF-8, indented, with its schema version first.

    Args:
        report: JSON's own types, tuples, and numbers that float() or int() made; a number that is none becomes null.

    Raises:
        ValueError: a text holds an absolute path. Reports leave the house; the server's folders do not.
        TypeError: a value that JSON has no form for.
    """
    checked = {"schema": SCHEMA, **{key: _checked(value, key) for key, value in report.items()}}
    text = json.dumps(checked, ensure_ascii=False, indent=2, allow_nan=False)
    return f"{text}\n".encode("utf-8", "replace")


def holds_absolute_path(text: str) -> bool:
    """Whether a text names a place on some machine."""
    return _ABSOLUTE.search(text) is not None


def _checked(value: object, at: str) -> object:
    """The value with what JSON lacks replaced; ``at`` says where it stands in the report."""
    if isinstance(value, str) and holds_absolute_path(value):
        raise ValueError(f"{at}: a report names no absolute path: {value}")
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {_checked(key, at): _checked(part, f"{at}.{key}") for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_checked(part, f"{at}[{number}]") for number, part in enumerate(value)]
    return value
