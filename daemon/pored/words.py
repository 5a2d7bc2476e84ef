"""Sentences for people: events of the log, and reasons.

Each event has sentences, the first of which is said whose facts are all there; facts that no sentence takes up follow
in brackets. An event without sentences is its name and its facts.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Any

_SENTENCES: Mapping[str, tuple[str, ...]] = {
    "started": ("pored {version} begins with {hot_folders}, process {pid}",),
    "stopped": ("stopped; still to do: {unfinished}",),
    "watching": ("{hot_folder}: watching {inbox}",),
    "paused": ("{hot_folder}: PAUSED, {reason}",),
    "settings": (
        "the settings have a mistake, so {kept} go on: {problem}",
        "other settings hold now for {changed}",
    ),
    "picture": (
        "{hot_folder}: {file} {outcome}: {reason}",
        "{hot_folder}: {file} {outcome}, from {original} ({rule}), as {result}",
        "{hot_folder}: {file} {outcome} ({rule}), as {result}",
    ),
    "waiting": (
        "{hot_folder}: {file} waits (looked for {looked_for}): {reason}",
        "{hot_folder}: {file} waits: {reason}",
    ),
    "unmatched": (
        "{hot_folder}: {file} has waited for long (looked for {looked_for}): {reason}",
        "{hot_folder}: {file} has waited for long: {reason}",
    ),
    "unfinished": ("{hot_folder}: {file} is not taken yet: {reason}",),
    "already done": ("{hot_folder}: {file} is done already",),
    "left alone": ("{hot_folder}: {files} left alone ({kinds}), {named}: {reason}",),
    "batch": (
        "{hot_folder}: the batch in {folder} is over: {done} done, {waiting} waiting, {failed} failed; see {summary}",
        "{hot_folder}: the batch in the inbox itself is over: {done} done, {waiting} waiting, {failed} failed",
    ),
    "storage": ("{hot_folder}: {reason}",),
    "attempt lost": ("{hot_folder}: an attempt was lost: {reason}",),
    "no events": ("{hot_folder}: no events to be had ({reason}), so it is searched {scanned}",),
    "review": ("the review page: {reason}", "the review page is at {address}, process {pid}"),
    "chosen": ("{hot_folder}: chosen on the review page: {settings}",),
    "refused": ("the review page: {reason} from {address}",),
    "not told": ("nobody could be told through {through}: {reason}",),
    "workers": ("the workers: {reason}",),
    "ledger": ("the ledger rests: {reason}",),
    "repeated": ("{hot_folder}: {number} times more: {what}",),
}
_UNSAID = frozenset(
    {"timestamp", "level", "event", "trace", "code", "seconds", "failures", "texture_before", "texture_after"}
    | {"file", "folder"}
)
"""Facts that are no part of a sentence's brackets: told otherwise, or too much for a line."""


def in_words(facts: Mapping[str, Any]) -> str:
    """One event as a line; more than one only where it has a trace."""
    said = {name: fact for name, fact in facts.items() if fact is not None} | _texture(facts)
    sentences = _SENTENCES.get(said["event"], ())
    sentence = next((each for each in sentences if _names(each) <= said.keys()), _generic(said))
    rest = said.keys() - _names(sentence) - _UNSAID
    brackets = ", ".join(
        f"{name.replace('_', ' ')} {_value(said[name])}" for name in said if name in rest and said[name]
    )
    values = {name: _value(value) for name, value in said.items()}
    line = sentence.format_map(values) + (f" ({brackets})" if brackets else "")
    trace = str(said.get("trace", "")).rstrip()
    return "\n".join([line, *(f"  {_printable(each)}" for each in trace.splitlines())])


def as_sentence(reason: str) -> str:
    """A reason as a sentence of its own; most are that already, but what is said behind a colon is a clause."""
    return reason if not reason or reason.endswith(".") else f"{reason[0].upper()}{reason[1:]}."


def _generic(facts: Mapping[str, Any]) -> str:
    places = [f"{{{name}}}" for name in ("hot_folder", "file") if name in facts]
    return ": ".join([*places, "{event}"])


def _names(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def _texture(facts: Mapping[str, Any]) -> dict[str, str]:
    """The skin's texture as shares of the original's."""
    before, after = facts.get("texture_before"), facts.get("texture_after")
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return {}
    return {"texture": f"{before.get('energy', 0):.0%} before and {after.get('energy', 0):.0%} after"}


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{_value(number)} {_value(name)}" for name, number in value.items()) or "nothing"
    if isinstance(value, list | tuple):
        return ", ".join(map(_value, value)) or "nothing"
    return _printable(str(value).replace("_", " ") if value == "nothing_missing" else str(value))


def _printable(text: str) -> str:
    """A name with a line break in it must not begin a line of its own."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
