"""Taking off a name what programs and people added to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pored.suffixes import ANYTHING, SEPARATORS, expression, is_prefix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_WAYS = 100
"""Nobody's names come near; it keeps a name like "copy copy copy ..." from taking seconds."""

_NOTHING = "(?!)"
_COUNTER = re.compile(rf"[{SEPARATORS}]+[0-9]{{1,2}}")
_UNLISTED = re.compile(rf"[^0-9]{ANYTHING}", re.DOTALL)
_BRACKETS = re.compile(rf"[{SEPARATORS}]*\([0-9]+\)")
_MADE_OF_SEVERAL = re.compile(r"(?<![^\W\d_])(?:hdr|pano|panoramas?|stack|stacked|merge|merged|collage)(?![^\W\d_])")
_OWN = re.compile(rf"_pores(?:[{SEPARATORS}]*\(?[0-9]+\)?)?")


class Part(NamedTuple):
    """What is left of a stem: ``stem[start:end]``."""

    start: int
    end: int


class Suffixes:
    """What is taken off names.

    Args:
        entries: as in the settings' ``pairing.suffixes``; see ``pored.suffixes`` for their language.

    Raises:
        ValueError: an entry is not of that language.
    """

    def __init__(self, entries: Iterable[str]) -> None:
        entries = tuple(entries)
        self._ending = _one_of((expression(entry) for entry in entries if not is_prefix(entry)), after=r"\Z")
        self._beginning = _one_of(expression(entry) for entry in entries if is_prefix(entry))
        self._known: dict[str, tuple[Part, ...]] = {}

    def shorter(self, stem: str) -> tuple[Part, ...]:
        """What a name may have been before: every way of taking endings and beginnings off, as often as they come.

        Args:
            stem: folded.

        Returns:
            Parts of it, the longest first, without the whole stem itself; of names that could be cut in very many ways,
            not all.
        """
        if stem not in self._known:
            found = sorted(self._every_way(stem), key=lambda part: (part.start - part.end, part.start))
            self._known[stem] = tuple(found)
        return self._known[stem]

    def _every_way(self, stem: str) -> set[Part]:
        found: set[Part] = set()
        left = [Part(0, len(stem))]
        while left and len(found) < _MOST_WAYS:
            new = [part for part in self._once(stem, left.pop()) if part not in found]
            found.update(new)
            left.extend(new)
        return found

    def _once(self, stem: str, part: Part) -> Iterator[Part]:
        """What is left after one ending or one beginning; the regular expressions' own search skips what cannot be."""
        first = self._ending.search(stem, part.start + 1, part.end)
        if first:
            cuts = range(first.start(), part.end)
            yield from (Part(part.start, cut) for cut in cuts if self._is_added(self._ending, stem, cut, part.end))
        if self._beginning.match(stem, part.start, part.end):
            cuts = range(part.start + 1, part.end)
            yield from (Part(cut, part.end) for cut in cuts if self._beginning.fullmatch(stem, part.start, cut))

    @staticmethod
    def _is_added(ending: re.Pattern[str], stem: str, cut: int, end: int) -> bool:
        splits_number = stem[cut - 1].isdigit() and stem[cut].isdigit()
        return not splits_number and ending.fullmatch(stem, cut, end) is not None


def unlisted(stem: str) -> Iterator[Part]:
    """What a name may have been before if its ending means nothing: a bare counter, or a word that nobody listed.

    Only the pictures can tell. Nothing is cut between a name and a word (``Smith_John_Paul`` is not ``Smith_John``) or
    before a frame number, and a panorama or HDR of several frames is none of them.

    Args:
        stem: folded.

    Yields:
        Parts of it, the longest first.
    """
    for cut in range(len(stem) - 1, 0, -1):
        if stem[cut - 1].isalnum() and _may_be_added(stem, cut):
            yield Part(0, cut)


def is_only_numbered(stem: str, part: Part) -> bool:
    """Whether nothing but a number in brackets was taken off to get that part: ``Smith (2)``.

    Explorer names a copy so, but also frames of their own that are renamed together.
    """
    return part.start == 0 and _BRACKETS.fullmatch(stem, part.end) is not None


def is_own_result(stem: str) -> bool:
    """Whether a folded stem says that pored wrote the file, as it does where the output is the inbox itself."""
    return any(_OWN.fullmatch(stem, match.start()) for match in re.finditer("_pores", stem))


def _may_be_added(stem: str, cut: int) -> bool:
    if _COUNTER.fullmatch(stem, cut):
        return True
    after_number = stem[cut - 1].isdigit()
    return after_number and _UNLISTED.fullmatch(stem, cut) is not None and not _MADE_OF_SEVERAL.search(stem, cut)


def _one_of(expressions: Iterable[str], after: str = "") -> re.Pattern[str]:
    choices = "|".join(f"(?:{one})" for one in expressions) or _NOTHING
    return re.compile(f"(?:{choices}){after}", re.DOTALL)
