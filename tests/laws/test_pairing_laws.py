"""Laws of pairing, for whatever names and folders there may be."""

from __future__ import annotations

import unicodedata
from pathlib import Path, PurePath

from hypothesis import assume, given
from hypothesis import strategies as st

from pored.config import Pairing
from pored.suffixes import DEFAULT_SUFFIXES, expression, folded
from pored.watch.folders import Listing, Tree, steps_between
from pored.watch.names import is_temporary
from pored.watch.outcome import Ambiguous, Match, Outcome, Waiting
from pored.watch.pairing import Index
from pored.watch.suffixes import Suffixes, is_own_result

INBOX, ORIGINALS = Path("/srv/inbox"), Path("/srv/originals")
SETTINGS = Pairing(suffixes=DEFAULT_SUFFIXES)
SUFFIXES = Suffixes(DEFAULT_SUFFIXES)

LETTERS = "aZ09_- .()~éßñ\u0308山\udcff"
ADDED = [
    *(
        "-Edit",
        "-Edit-2",
        "_edited",
        "-Bearbeitet",
        " copy",
        " copy 2",
        " - Copy",
        " - Kopie (2)",
        " (1)",
        "-v2",
        "_final",
    ),
    *("-topaz-face", "-topaz-denoise-sharpen-2x", "-DxO_DeepPRIME XD2s", "-Enhanced-NR", "-SharpenAI-Motion", ".CR3"),
    *("-gigapixel-standard-scale-2_00x", "のコピー", "_smooth"),
]
FOLDERS = st.sampled_from(
    ["", "job1/", "job2/", "job1/RAW/", "100CANON/", "101CANON/", "soft/", "2026/smith/", "inbox/", "inbox/job1/"]
)
EXTENSIONS = st.sampled_from([".jpg", ".JPG", ".tif", ".png", ".CR3", ".psd", ".dng", ".xmp", ".mask.png", ""])
STEMS = st.sampled_from(
    ["IMG_1", "IMG_12", "IMG_123", "img_1", "Anna", "Anna_final", "0001_01", "IMG_1-2", "IMG_1-HDR"]
)
NAMED = st.builds(
    lambda folder, stem, added, extension: folder + stem + added + extension,
    FOLDERS,
    STEMS,
    st.sampled_from(["", *ADDED]),
    EXTENSIONS,
)
ANY_NAME = st.text(st.sampled_from(LETTERS) | st.characters(exclude_characters="/\0"), min_size=1, max_size=20)
FILES = st.lists(NAMED | ANY_NAME.filter(lambda name: name not in {".", ".."}), max_size=12, unique=True)
FRAMES = st.from_regex(r"[A-Z]{3}_[0-9]{4}", fullmatch=True)


def index(files: list[str], root: Path = ORIGINALS) -> Index:
    return Index(Listing(INBOX, (Tree(root, tuple(map(PurePath, files))),)), SETTINGS)


def pair(export: str, files: list[str], root: Path = ORIGINALS) -> Outcome:
    return index(files, root).pair(PurePath(export))


@given(FRAMES, st.lists(st.sampled_from(ADDED), max_size=4), FOLDERS, st.lists(FRAMES, max_size=5))
def test_known_suffixes_never_change_a_pair(stem: str, added: list[str], folder: str, others: list[str]) -> None:
    files = [f"{folder}{name}.jpg" for name in dict.fromkeys([stem, *others])]
    outcome = pair(f"{folder}{stem}{''.join(added)}.jpg", files)
    assert isinstance(outcome, Match)
    assert outcome.original == ORIGINALS / f"{folder}{stem}.jpg"


@given(st.integers(0, 99999), st.integers(0, 99999), st.lists(st.sampled_from(ADDED), max_size=2))
def test_a_number_never_pairs_with_another(one: int, other: int, added: list[str]) -> None:
    assume(one != other)
    outcome = pair(f"IMG_{one}{''.join(added)}.jpg", [f"IMG_{other}.jpg"])
    assert isinstance(outcome, Waiting)
    assert outcome.candidates == ()


@given(NAMED, FILES, st.randoms(use_true_random=False), st.sampled_from([ORIGINALS, INBOX, INBOX.parent]))
def test_the_order_of_the_listing_does_not_matter(export: str, files: list[str], random: object, root: Path) -> None:
    shuffled = list(files)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert pair(export, shuffled, root) == pair(export, files, root)


@given(FILES, st.sampled_from([INBOX, INBOX.parent, INBOX / "job1"]))
def test_nothing_is_its_own_original_and_no_two_are_each_others(files: list[str], root: Path) -> None:
    listed = index(files, root)
    paths = [(root / file) for file in files]
    inside = [path for path in paths if path.is_relative_to(INBOX)]
    outcomes = {path: listed.pair(path.relative_to(INBOX)) for path in inside}
    pairs = {path: outcome.original for path, outcome in outcomes.items() if isinstance(outcome, Match)}
    for path, original in pairs.items():
        assert original in paths
        assert original != path
        assert pairs.get(original) != path


@given(NAMED, FILES)
def test_case_and_form_of_the_export_do_not_matter(export: str, files: list[str]) -> None:
    outcome = pair(export, files)
    for same in (export.upper(), export.lower(), unicodedata.normalize("NFD", export)):
        assume(folded(same) == folded(export))
        other = pair(same, files)
        assert type(other) is type(outcome)
        if isinstance(outcome, Match) and isinstance(other, Match):
            assert other.original == outcome.original


@given(ANY_NAME, FILES)
def test_every_name_gets_an_answer_without_the_servers_path(export: str, files: list[str]) -> None:
    assume(export not in {".", ".."})
    outcome = pair(export, files)
    if isinstance(outcome, Match):
        assert outcome.rule
        assert outcome.original.relative_to(ORIGINALS).as_posix() in files
    else:
        assert outcome.reason
        assert str(ORIGINALS) not in outcome.reason


@given(NAMED, FILES)
def test_only_readable_pictures_are_ever_chosen(export: str, files: list[str]) -> None:
    outcome = pair(export, files)
    chosen = outcome.original.name.lower() if isinstance(outcome, Match) else "none.jpg"
    assert chosen.endswith((".jpg", ".tif", ".png", ".psd", ".cr3", ".dng"))
    assert ".mask." not in chosen


@given(NAMED, FILES)
def test_what_is_not_paired_names_what_it_speaks_of(export: str, files: list[str]) -> None:
    outcome = pair(export, files)
    candidates = outcome.candidates if isinstance(outcome, Waiting | Ambiguous) else ()
    assert list(candidates) == sorted(candidates)
    assert not isinstance(outcome, Ambiguous) or len(candidates) > 1
    assert not isinstance(outcome, Waiting) or bool(candidates) == (outcome.code != "no-original")


@given(st.text(st.sampled_from(LETTERS), max_size=30))
def test_what_is_left_is_a_part_of_the_name(stem: str) -> None:
    stem = folded(stem)
    lengths = [part.end - part.start for part in SUFFIXES.shorter(stem)]
    assert all(0 < length < len(stem) for length in lengths)
    assert lengths == sorted(lengths, reverse=True)


@given(st.text(max_size=15))
def test_entries_are_taken_or_refused_in_words(entry: str) -> None:
    try:
        Suffixes([entry])
    except ValueError as error:
        assert entry in str(error)  # noqa: PT017 - of some errors
    else:
        assert expression(entry)


@given(st.lists(st.sampled_from("abc"), max_size=5).map(tuple), st.lists(st.sampled_from("abc"), max_size=5).map(tuple))
def test_steps_are_a_distance(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    steps = steps_between(one, other)
    assert steps == steps_between(other, one)
    assert (steps == 0) == (one == other)
    assert steps <= len(one) + len(other)


@given(ANY_NAME)
def test_any_name_can_be_asked_about(name: str) -> None:
    assert is_temporary(name) in {True, False}
    assert is_own_result(folded(name)) in {True, False}
    assert folded(folded(name)) == folded(name)
