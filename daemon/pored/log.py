"""What the service says: JSON, one event a line, where a machine listens; columns and colours on a terminal.

Every event has a short fixed name (``picture``, ``waiting``, ``unfinished`` ...) and its facts as named values, so that
a log can be searched. The only door to structlog.
"""

from __future__ import annotations

import json
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, Protocol, TextIO, cast

import structlog

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, MutableMapping


class Log(Protocol):
    """Says what happened."""

    def info(self, event: str, /, **facts: object) -> object:
        """Something that belongs to the day's work."""

    def warning(self, event: str, /, **facts: object) -> object:
        """Something that a person should look at when there is time."""

    def error(self, event: str, /, **facts: object) -> object:
        """Something that a person has to see to."""


def open_log(stream: TextIO | None = None, *, pretty: bool | None = None) -> Log:
    """A log that writes to a stream.

    Args:
        stream: standard error where None.
        pretty: for a person; None: where the stream is a terminal.
    """
    stream = stream or sys.stderr
    pretty = stream.isatty() if pretty is None else pretty
    if isinstance(stream, TextIOWrapper):
        # File names are bytes: one that is no UTF-8 must not stop the log.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    return cast(
        "Log",
        structlog.wrap_logger(
            structlog.PrintLogger(stream),
            processors=[
                structlog.processors.TimeStamper(fmt="iso", utc=not pretty),
                structlog.processors.add_log_level,
                _headed,
                structlog.dev.ConsoleRenderer(colors=True) if pretty else structlog.processors.JSONRenderer(_to_json),
            ],
            wrapper_class=structlog.BoundLogger,
            cache_logger_on_first_use=True,
        ),
    )


def _headed(_: object, __: str, facts: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """What every line has comes first."""
    head = ("timestamp", "level", "event")
    return {name: facts[name] for name in head} | {name: facts[name] for name in facts if name not in head}


def _to_json(facts: object, **options: Any) -> str:  # noqa: ANN401 - json's own options
    return json.dumps(facts, ensure_ascii=False, **options)


class Once:
    """Remembers what was said about a thing last, so that it is not said again until it changes."""

    def __init__(self) -> None:
        self._said: dict[Hashable, Hashable] = {}

    def news(self, thing: Hashable, said: Hashable) -> bool:
        """Whether this differs from what was said about the thing before."""
        if self._said.get(thing) == said:
            return False
        self._said[thing] = said
        return True

    def forget(self, thing: Hashable) -> None:
        """The thing has changed: whatever is said of it next is news."""
        self._said.pop(thing, None)
