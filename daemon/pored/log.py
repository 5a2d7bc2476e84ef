"""What the service says: sentences on a terminal and in the journal; JSON, one event a line, where a machine listens.

Every event has a short fixed name (``picture``, ``waiting``, ``unfinished`` ...) and its facts as named values, so that
a log can be searched. The only door to structlog.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, Literal, Protocol, TextIO, cast

import structlog

from pored.words import in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, MutableMapping

    from pored.clock import Clock


class Log(Protocol):
    """Says what happened."""

    def info(self, event: str, /, **facts: object) -> object:
        """Something that belongs to the day's work."""

    def warning(self, event: str, /, **facts: object) -> object:
        """Something that a person should look at when there is time."""

    def error(self, event: str, /, **facts: object) -> object:
        """Something that a person has to see to."""


Form = Literal["auto", "text", "json"]


def open_log(form: Form = "auto", stream: TextIO | None = None, environment: Mapping[str, str] = os.environ) -> Log:
    """A log that writes to a stream.

    Args:
        form: sentences for people, or JSON; auto: sentences on a terminal and in the journal, else JSON.
        stream: standard error where None.
        environment: where systemd says which stream is the journal's.
    """
    stream = stream or sys.stderr
    if isinstance(stream, TextIOWrapper):
        # File names are bytes: one that is no UTF-8 must not stop the log.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    for_people = form == "text" or (form == "auto" and (stream.isatty() or _is_journal(stream, environment)))
    return cast(
        "Log",
        structlog.wrap_logger(
            # It writes a line and its end at once: other processes write to the same stream, which may be unbuffered.
            structlog.WriteLogger(stream),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="%H:%M:%S" if for_people else "iso", utc=not for_people),
                _headed,
                _renderer(stream, environment) if for_people else structlog.processors.JSONRenderer(_to_json),
            ],
            wrapper_class=structlog.BoundLogger,
            cache_logger_on_first_use=True,
        ),
    )


_PRIORITIES = {"error": 3, "warning": 4, "info": 6}
"""As in sd-daemon(3)."""
_COLOURS = {"error": "\x1b[31m", "warning": "\x1b[33m", "info": ""}
_PLAIN = "\x1b[0m"


def _is_journal(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether a stream leads to journald, which systemd names by device and inode."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return environment.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"


def _renderer(stream: TextIO, environment: Mapping[str, str]) -> Callable[[object, str, MutableMapping[str, Any]], str]:
    """Sentences: with priorities for the journal, which has times of its own; else with times, and colours."""
    if _is_journal(stream, environment):

        def to_journal(_: object, __: str, facts: MutableMapping[str, Any]) -> str:
            return "\n".join(f"<{_PRIORITIES[facts['level']]}>{line}" for line in in_words(facts).splitlines())

        return to_journal

    coloured = stream.isatty()

    def to_people(_: object, __: str, facts: MutableMapping[str, Any]) -> str:
        colour = _COLOURS[facts["level"]] if coloured else ""
        return f"{facts['timestamp']} {colour}{in_words(facts)}{_PLAIN if colour else ''}"

    return to_people


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


ALWAYS_SAID = frozenset({"picture", "batch", "paused", "settings"})
"""One a picture, or one a change: never too many."""

SAID_AT_ONCE = 3
"""So many alike are said before the others are counted."""

COUNTED_SECONDS = 600.0
"""How long they are counted, then their number is said."""


@dataclass(slots=True)
class _Alike:
    """Warnings or errors of one kind in one hot folder.

    Attributes:
        until: when their number is said, in steady seconds.
        said, counted: how many were, and how many were not.
        what: the last one that was not said.
    """

    until: float
    said: int = 0
    counted: int = 0
    what: str = ""


class Counted:
    """A log in which warnings and errors that repeat themselves are counted, not repeated.

    Args:
        log: what is written to.
        clock: the time.
    """

    def __init__(self, log: Log, clock: Clock) -> None:
        self._log = log
        self._clock = clock
        self._alike: dict[tuple[str, object, object], _Alike] = {}

    def info(self, event: str, /, **facts: object) -> object:
        """Something that belongs to the day's work."""
        return self._log.info(event, **facts)

    def warning(self, event: str, /, **facts: object) -> object:
        """Something that a person should look at when there is time."""
        return self._log.warning(event, **facts) if self._is_to_be_said(event, facts) else None

    def error(self, event: str, /, **facts: object) -> object:
        """Something that a person has to see to."""
        return self._log.error(event, **facts) if self._is_to_be_said(event, facts) else None

    def flush(self, *, everything: bool = False) -> None:
        """Say how many there were, where the time for that has come."""
        now = self._clock.now().steady
        for key in [key for key, alike in self._alike.items() if everything or alike.until <= now]:
            alike = self._alike.pop(key)
            event, hot_folder, code = key
            if alike.counted:
                facts = {"hot_folder": hot_folder, "number": alike.counted, "what": alike.what, "code": code}
                self._log.warning("repeated", of=event, **facts)

    def _is_to_be_said(self, event: str, facts: Mapping[str, object]) -> bool:
        if event in ALWAYS_SAID:
            return True
        key = event, facts.get("hot_folder"), facts.get("code")
        alike = self._alike.setdefault(key, _Alike(self._clock.now().steady + COUNTED_SECONDS))
        if alike.said < SAID_AT_ONCE:
            alike.said += 1
            return True
        alike.counted += 1
        alike.what = str(facts.get("reason") or facts.get("file") or event)
        return False
