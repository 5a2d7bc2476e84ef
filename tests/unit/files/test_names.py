from __future__ import annotations

import os

import pytest

from pored.files.names import LONGEST, as_argument, is_temp_name, numbered, printable, temp_name

DIGITS = "0123456789abcdef"


@pytest.mark.parametrize(
    ("name", "number", "expected"),
    [
        ("IMG_1.jpg", 2, "IMG_1-2.jpg"),
        ("IMG_1.tif.jpg", 3, "IMG_1.tif-3.jpg"),
        ("portrait", 2, "portrait-2"),
        (".hidden", 2, ".hidden-2"),
    ],
)
def test_numbered(name: str, number: int, expected: str) -> None:
    assert numbered(name, number) == expected


@pytest.mark.parametrize("letter", ["a", "ä", "\udce4", "人"])
def test_long_names_still_fit(letter: str) -> None:
    stem = letter * (251 // len(os.fsencode(letter)))
    for made in (numbered(f"{stem}.jpg", 12), temp_name(f"{stem}.jpg", DIGITS)):
        assert len(os.fsencode(made)) <= LONGEST
        assert len(os.fsencode(made)) > LONGEST - 4
        assert set(made) <= {letter, *"-12.jpg", *f".pored-{DIGITS}.tmp"}


def test_a_temp_name_is_hidden_and_known_again() -> None:
    assert temp_name("a.jpg", DIGITS) == f".a.jpg.pored-{DIGITS}.tmp"
    assert is_temp_name(temp_name("a\n.jpg", DIGITS))


@pytest.mark.parametrize(
    "name",
    [
        "a.jpg",
        ".a.jpg.tmp",
        f"a.jpg.pored-{DIGITS}.tmp",
        f".a.jpg.pored-{DIGITS}.tmp.jpg",
        ".a.jpg.pored-0123456789ABCDEF.tmp",
        ".a.jpg.pored-0123.tmp",
        f".pored-{DIGITS}.tmp",
        f".a.jpg.pored-{DIGITS}.tmp\n",
    ],
)
def test_what_others_call_their_files(name: str) -> None:
    assert not is_temp_name(name)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Zoë 人.jpg", "Zoë 人.jpg"),
        ("\udce9t\udce9.jpg", "\N{REPLACEMENT CHARACTER}t\N{REPLACEMENT CHARACTER}.jpg"),
        ("a\nb\x1b[31m.jpg", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}[31m.jpg"),
        ("a\u202egpj.exe", "a\N{REPLACEMENT CHARACTER}gpj.exe"),
    ],
)
def test_printable(name: str, shown: str) -> None:
    assert printable(name) == shown


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("IMG_1.jpg", "IMG_1.jpg"),
        ("Ann's own.jpg", "'Ann'\"'\"'s own.jpg'"),
        ("-rf.jpg", "-- -rf.jpg"),
        ("$(id)", "'$(id)'"),
    ],
)
def test_a_name_in_a_command_is_the_name(name: str, argument: str) -> None:
    assert as_argument(name) == argument
