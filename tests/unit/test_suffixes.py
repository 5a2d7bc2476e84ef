from __future__ import annotations

import re

import pytest

from pored.suffixes import DEFAULT_SUFFIXES, expression, folded, is_prefix


def takes(entry: str, added: str) -> bool:
    return re.fullmatch(expression(entry), folded(added), re.DOTALL) is not None


@pytest.mark.parametrize(
    ("entry", "added"),
    [
        ("-Edit", "-Edit"),
        ("-Edit", "_EDIT"),
        ("-Edit", " - edit"),
        ("-Edit", "\u2014edit"),
        ("-Edit", "-Edit-2"),
        ("-Edit", "-Edit 12"),
        ("-Edit", "-Edit2"),
        ("-Edit", "-Edit (3)"),
        ("-soft skin", "_soft_skin"),
        ("-x#", "-x7"),
        ("-#x", "-2x"),
        ("-#x", "-16x-2"),
        ("-ai*", "-ai"),
        ("-ai*", "-ai strong 2.1x 4000px"),
        ("-{a|bc|}d", "-d"),
        ("-{a|bc|}d", "-bcd"),
        ("-cópia", "-co\u0301pia"),
        (".(a+)", ".(a+)"),
        ("LRG_", "lrg-"),
        ("retus", "retus"),
    ],
)
def test_entry_takes(entry: str, added: str) -> None:
    assert takes(entry, added)


@pytest.mark.parametrize(
    ("entry", "added"),
    [
        ("-Edit", "Edit"),
        ("-Edit", "-Edits"),
        ("-Edit", "-Edit-0"),
        ("-Edit", "-Edit-01"),
        ("-Edit", "-Edit-123"),
        ("-Edit", "-Edit2026"),
        ("-v#", "-v2026"),
        ("-v#", "-v02"),
        ("-#x", "-100x"),
        ("-ai*", "-ai_0012"),
        ("-ai*", "-ai strong 0012"),
        ("-ai*", "-ai-0012-final"),
        ("-ai-*", "-ai-0012"),
        ("LRG_", "LRG_2"),
        ("-a.b", "-axb"),
    ],
)
def test_entry_leaves(entry: str, added: str) -> None:
    assert not takes(entry, added)


def test_an_entry_that_ends_in_a_separator_stands_before_the_name() -> None:
    assert [is_prefix(entry) for entry in ("LRG_", "Copy of ", "web-", "-Edit", "(#)")] == [
        True,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("entry", ["", "-", " ", "*", "-*", "_{|}", "-{a", "-a}", "-a|b", "-{a{b|c}}", "a/b"])
def test_entries_that_are_refused(entry: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f'"{entry}"')):
        expression(entry)


def test_every_default_is_of_the_language_and_there_once() -> None:
    assert len(set(map(expression, DEFAULT_SUFFIXES))) == len(DEFAULT_SUFFIXES)


def test_folding_forgets_case_and_form_only() -> None:
    assert folded("M\u00dcLLER") == folded("mu\u0308ller") == "m\u00fcller"
    assert folded("IMG_1") != folded("IMG-1")
    assert folded("\udcff\u0130") == folded("\udcff\u0130")
