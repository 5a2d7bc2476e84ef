from __future__ import annotations

import pytest

from pored.suffixes import DEFAULT_SUFFIXES
from pored.watch.suffixes import Part, Suffixes, is_only_numbered, is_own_result, unlisted

SUFFIXES = Suffixes(DEFAULT_SUFFIXES)


def left(stem: str, suffixes: Suffixes = SUFFIXES) -> list[str]:
    return [stem[part.start : part.end] for part in suffixes.shorter(stem)]


@pytest.mark.parametrize(
    ("stem", "names"),
    [
        ("img_1", []),
        ("img_1-edit", ["img_1"]),
        ("img_1-edit-topaz-face", ["img_1-edit", "img_1"]),
        ("lrg_img_1-edit", ["img_1-edit", "lrg_img_1", "img_1"]),
        ("img_1.cr3", ["img_1"]),
        ("-edit", []),
        ("edit", []),
    ],
)
def test_the_longest_name_first(stem: str, names: list[str]) -> None:
    assert left(stem) == names


def test_a_number_is_never_cut_in_two() -> None:
    assert left("img_120", Suffixes(["0", "#x"])) == []
    assert left("img_12x", Suffixes(["2x"])) == []
    assert left("img_12x", Suffixes(["#x"])) == ["img_"]
    assert left("img_2x", Suffixes(["2x"])) == ["img_"]


def test_nothing_listed_takes_nothing_off() -> None:
    assert left("lrg_img_1-edit", Suffixes([])) == []


@pytest.mark.parametrize("stem", ["copy " * 50, "a" + " (1)" * 60, "copia de " * 27 + "x", "-" * 250 + "edit"])
def test_names_that_could_be_cut_in_very_many_ways_take_no_time(stem: str) -> None:
    assert len(left(stem)) < 300


def test_what_is_no_entry_is_refused() -> None:
    with pytest.raises(ValueError, match="braces"):
        Suffixes(["-{a"])


@pytest.mark.parametrize(
    ("stem", "names"),
    [
        ("img_0001-2", ["img_0001"]),
        ("smith_2", ["smith"]),
        ("img_0001_mystery", ["img_0001"]),
        ("img_0001b", ["img_0001"]),
        ("smith_john", []),
        ("smith_john_0012", []),
        ("img_0001-hdr", []),
        ("img_123", []),
    ],
)
def test_endings_that_nobody_listed(stem: str, names: list[str]) -> None:
    assert [stem[part.start : part.end] for part in unlisted(stem)] == names


def test_own_results() -> None:
    assert all(map(is_own_result, ["img_1_pores", "img_1-edit_pores-2", "img_1_pores (3)", "img_1_pores_2"]))
    assert not any(map(is_own_result, ["img_1", "pores", "img_1_pores-edit", "img_1_poresque"]))


def test_only_numbered() -> None:
    assert is_only_numbered("smith (2)", Part(0, 5))
    assert not is_only_numbered("smith-edit (2)", Part(0, 5))
    assert not is_only_numbered("lrg_smith (2)", Part(4, 9))
