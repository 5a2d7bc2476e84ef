from __future__ import annotations

import tomllib
from pathlib import Path, PurePath

import pytest

from pored.candidate import Candidate
from pored.capture import UNKNOWN, Capture, agree
from pored.config import Pairing
from pored.suffixes import DEFAULT_SUFFIXES
from pored.watch.folders import Listing, Tree
from pored.watch.outcome import Ambiguous, Match, NotAnExport, Outcome, Waiting, for_pictures
from pored.watch.overrides import Overrides
from pored.watch.pairing import Index, pair_table

CASES = tomllib.loads((Path(__file__).parent / "pairing_cases.toml").read_text(encoding="utf-8"))
SETTINGS = Pairing(suffixes=DEFAULT_SUFFIXES)
INBOX = Path("/srv/inbox")
ORIGINALS = Path("/srv/originals")


def tree(root: Path, *files: str) -> Tree:
    return Tree(root, tuple(map(PurePath, files)))


def pair(
    export: str, *originals: str, inbox: Path = INBOX, root: Path = ORIGINALS, settings: Pairing = SETTINGS
) -> Outcome:
    return Index(Listing(inbox, (tree(root, *originals),)), settings).pair(PurePath(export))


def said(outcome: Outcome, root: Path = ORIGINALS) -> str:
    """An outcome in the words of the table."""
    match outcome:
        case Match(original):
            return original.relative_to(root).as_posix()
        case Waiting(code):
            return code
        case Ambiguous():
            return "ambiguous"
        case NotAnExport(role):
            return role.value


class Known:
    """What metadata say, by file name."""

    def __init__(self, captures: dict[str, Capture]) -> None:
        self._captures = captures

    def of(self, path: Path) -> Capture:
        return self._captures.get(path.name, UNKNOWN)

    def twins(self, capture: Capture) -> list[Path]:
        return [ORIGINALS / name for name, known in self._captures.items() if agree(capture, known)]


def pair_knowing(captures: dict[str, Capture], export: str, *originals: str) -> Outcome:
    return Index(Listing(INBOX, (tree(ORIGINALS, *originals),)), SETTINGS, facts=Known(captures)).pair(PurePath(export))


def cases(section: str) -> list[tuple[str, ...]]:
    return [tuple(case) for group in CASES[section].values() for case in group]


@pytest.mark.parametrize(("export", "original"), cases("pairs"))
def test_pairs(export: str, original: str) -> None:
    others = ("Zz_9999.jpg", "IMG_00.jpg", f"{Path(original).stem}9.jpg")
    assert said(pair(export, original, *others)) == original


@pytest.mark.parametrize(("export", "original"), cases("never"))
def test_never_a_pair(export: str, original: str) -> None:
    expected = "needs-pictures" if [export, original] in CASES["never"]["pictures"] else "no-original"
    assert said(pair(export, original)) == expected


@pytest.mark.parametrize(("export", "originals", "expected"), cases("among"))
def test_one_among_several(export: str, originals: list[str], expected: str) -> None:
    assert said(pair(export, *originals)) == expected


@pytest.mark.parametrize("group", CASES["shared"])
def test_shared_folder(group: str) -> None:
    files = [name for name, _ in CASES["shared"][group]]
    index = Index(Listing(INBOX, (tree(INBOX, *files),)), SETTINGS)
    assert {name: said(index.pair(PurePath(name)), INBOX) for name in files} == dict(CASES["shared"][group])


def test_there_are_hundreds_of_names() -> None:
    assert len(cases("pairs")) + len(cases("never")) + len(cases("among")) > 300


def test_the_rule_says_what_was_taken_off() -> None:
    assert pair("IMG_1.jpg", "img_1.tif") == Match(ORIGINALS / "img_1.tif", "same name")
    assert pair("IMG_1-Edit-2 Copy.jpg", "IMG_1.jpg") == Match(ORIGINALS / "IMG_1.jpg", "name less -Edit-2 Copy")
    assert pair("LRG_IMG_1-Edit.jpg", "IMG_1.jpg") == Match(ORIGINALS / "IMG_1.jpg", "name less LRG_ and -Edit")


def test_waiting_says_which_names_would_do() -> None:
    outcome = pair("IMG_1-Edit-topaz-face.jpg")
    assert outcome == Waiting(
        "no-original",
        "no original named IMG_1-Edit-topaz-face or IMG_1-Edit or IMG_1 has come yet",
        ("IMG_1-Edit-topaz-face", "IMG_1-Edit", "IMG_1"),
    )


def test_what_only_the_pictures_could_tell_names_the_candidates() -> None:
    outcome = pair("Smith_2.jpg", "Smith.jpg", "Smith_2b.jpg")
    assert isinstance(outcome, Waiting)
    assert outcome.candidates == (ORIGINALS / "Smith.jpg",)
    assert "Smith.jpg" in outcome.reason


def test_what_is_left_to_the_pictures_says_by_which_rule_each_was_found() -> None:
    by_pictures = "the pictures agree: "
    assert for_pictures(pair("DSC_1-2-Edit.jpg", "DSC_1.jpg")) == (
        Candidate(ORIGINALS / "DSC_1.jpg", f"{by_pictures}name less -2-Edit"),
    )
    assert for_pictures(pair("job1/IMG_1.jpg", "job1/IMG_2.jpg", "job2/IMG_1.jpg")) == (
        Candidate(ORIGINALS / "job2/IMG_1.jpg", f"{by_pictures}same name"),
    )
    assert for_pictures(pair("IMG_1-Edit.jpg", "b/IMG_1.jpg", "a/IMG_1.jpg", "a/IMG_1.NEF")) == (
        Candidate(ORIGINALS / "a/IMG_1.jpg", f"{by_pictures}name less -Edit"),
        Candidate(ORIGINALS / "b/IMG_1.jpg", f"{by_pictures}name less -Edit"),
    )
    assert for_pictures(pair("IMG_1-Edit.jpg", "IMG_1.jpg")) == ()
    assert for_pictures(pair("IMG_1.jpg")) == ()


def test_not_more_than_a_dozen_are_compared_in_one_go() -> None:
    outcome = pair("IMG_1.jpg", *(f"{number:02}/IMG_1.jpg" for number in range(30)))
    assert [candidate.path.parent.name for candidate in for_pictures(outcome)] == [f"{n:02}" for n in range(12)]


def test_what_was_refused_is_out() -> None:
    index = Index(Listing(INBOX, (tree(ORIGINALS, "IMG_1.jpg", "far/IMG_1.jpg", "IMG_1-topaz.jpg"),)), SETTINGS)
    export, near, far = PurePath("IMG_1-Edit.jpg"), ORIGINALS / "IMG_1.jpg", ORIGINALS / "far/IMG_1.jpg"
    assert index.pair(export) == Match(near, "name less -Edit")
    second = index.pair(export, frozenset({near}))
    assert second == Match(far, "the pictures agree: name less -Edit")
    assert not second.is_exact
    assert said(index.pair(export, frozenset({near, far}))) == "no-original"


def test_ambiguous_names_both_without_their_servers_path() -> None:
    outcome = pair("IMG_1.jpg", "b/IMG_1.jpg", "a/IMG_1.jpg")
    assert isinstance(outcome, Ambiguous)
    assert outcome.candidates == (ORIGINALS / "a/IMG_1.jpg", ORIGINALS / "b/IMG_1.jpg")
    assert outcome.reason.startswith("a/IMG_1.jpg and b/IMG_1.jpg could each be its original")
    assert str(ORIGINALS) not in outcome.reason


def test_of_a_frame_that_the_pictures_judge_the_preferred_kind_stands_for_all() -> None:
    raw_first = Pairing(prefer=("raw", "jpeg"), suffixes=())
    files = ("a/IMG_1.jpg", "a/IMG_1.NEF", "b/IMG_1.jpg", "b/IMG_1.NEF")
    index = Index(Listing(INBOX, (tree(ORIGINALS, *files),)), raw_first)
    for export in ("IMG_1.jpg", "IMG_1-2.jpg"):
        found = for_pictures(index.pair(PurePath(export)))
        assert [candidate.path.suffix for candidate in found] == [".NEF", ".NEF"]


def test_metadata_that_contradict_veto_a_name() -> None:
    export, original = Capture(taken=100, serial="1"), Capture(taken=107, serial="1")
    outcome = pair_knowing({"IMG_1-Edit.jpg": export, "IMG_1.jpg": original}, "IMG_1-Edit.jpg", "IMG_1.jpg")
    assert outcome == Waiting(
        "other-frame",
        "what has its name (IMG_1.jpg) was taken at another time or with another camera",
        ("IMG_1-Edit", "IMG_1"),
    )
    far = pair_knowing({"IMG_1-Edit.jpg": export, "IMG_1.jpg": original}, "IMG_1-Edit.jpg", "IMG_1.jpg", "IMG_1.tif")
    assert said(far) == "IMG_1.tif"


def test_a_list_of_pairs_is_not_vetoed() -> None:
    known = Known({"a.jpg": Capture(serial="1"), "b.jpg": Capture(serial="2")})
    listing = Listing(INBOX, (tree(ORIGINALS, "b.jpg"),))
    index = Index(listing, SETTINGS, Overrides({"a.jpg": PurePath("b.jpg")}), known)
    assert said(index.pair(PurePath("a.jpg"))) == "b.jpg"


def test_what_no_name_finds_the_metadata_find_and_the_pictures_prove() -> None:
    frame = Capture(taken=100, fraction="25", serial="1")
    captures = {"Anna.jpg": frame, "DSC_7.NEF": frame, "DSC_7.jpg": frame, "DSC_8.jpg": Capture(taken=100, serial="2")}
    outcome = pair_knowing(captures, "Anna.jpg", "DSC_7.NEF", "DSC_7.jpg", "DSC_8.jpg")
    assert said(outcome) == "needs-pictures"
    assert for_pictures(outcome) == (Candidate(ORIGINALS / "DSC_7.jpg", "the pictures agree: metadata"),)


@pytest.mark.parametrize("named", ["DSC_7.NEF", "dsc_7.tif"])
def test_metadata_may_name_the_file(named: str) -> None:
    outcome = pair_knowing({"Anna.jpg": Capture(made_from=(named,))}, "Anna.jpg", "DSC_7.jpg", "DSC_8.jpg")
    assert [candidate.path.name for candidate in for_pictures(outcome)] == ["DSC_7.jpg"]


def test_of_equal_candidates_the_one_of_the_same_moment_is_the_original() -> None:
    frame = Capture(taken=100, fraction="25", serial="1")
    outcome = pair_knowing({"IMG_1-Edit.jpg": frame, "IMG_1.tiff": frame}, "IMG_1-Edit.jpg", "IMG_1.tif", "IMG_1.tiff")
    assert outcome == Match(ORIGINALS / "IMG_1.tiff", "name less -Edit")


def test_preference_is_as_set() -> None:
    jpeg_first = Pairing(prefer=("jpeg", "tiff"), suffixes=())
    files = ("IMG_1.tif", "IMG_1.jpg", "IMG_1.png")
    assert said(pair("IMG_1.webp", *files, settings=jpeg_first)) == "IMG_1.jpg"
    assert said(pair("IMG_1.webp", "IMG_1.png", "IMG_1.tif", settings=jpeg_first)) == "IMG_1.tif"


def test_suffixes_are_as_set() -> None:
    own = Pairing(suffixes=("_retus{che|}", "web-"))
    assert said(pair("IMG_1-Retusche 2.jpg", "IMG_1.jpg", settings=own)) == "IMG_1.jpg"
    assert said(pair("WEB_IMG_1.jpg", "IMG_1.jpg", settings=own)) == "IMG_1.jpg"
    assert said(pair("IMG_1-Edit.jpg", "IMG_1.jpg", settings=own)) == "needs-pictures"


def test_names_of_any_bytes() -> None:
    name = b"M\xfcller_0001.jpg".decode("utf-8", errors="surrogateescape")
    assert said(pair(name.replace(".jpg", "-Edit.jpg"), name)) == name
    assert said(pair(name.upper(), name)) == name
    assert said(pair(name)) == "no-original"


def test_the_inbox_itself_never_serves_a_separate_originals_folder() -> None:
    index = Index(Listing(INBOX, (tree(ORIGINALS),)), SETTINGS)
    assert said(index.pair(PurePath("IMG_1-Edit.jpg"))) == "no-original"


class TestSeveralRoots:
    def index(self, *roots: Tree) -> Index:
        return Index(Listing(INBOX, roots), SETTINGS)

    def test_the_first_configured_wins_among_equal_places(self) -> None:
        here, there = Path("/srv/here"), Path("/srv/there")
        index = self.index(tree(there, "job/IMG_1.jpg"), tree(here, "job/IMG_1.jpg"))
        assert index.pair(PurePath("job/IMG_1.jpg")) == Match(there / "job/IMG_1.jpg", "same name")

    def test_the_nearer_one_wins_over_the_first(self) -> None:
        here, there = Path("/srv/here"), Path("/srv/there")
        index = self.index(tree(there, "old/IMG_1.jpg"), tree(here, "job/IMG_1.jpg"))
        assert index.pair(PurePath("job/IMG_1.jpg")) == Match(here / "job/IMG_1.jpg", "same name")

    def test_raw_in_one_and_jpeg_in_the_other_are_one_frame(self) -> None:
        raws, jpegs = Path("/srv/raws"), Path("/srv/jpegs")
        index = self.index(tree(raws, "job/IMG_1.NEF"), tree(jpegs, "job/IMG_1.JPG"))
        assert index.pair(PurePath("job/IMG_1.jpg")) == Match(jpegs / "job/IMG_1.JPG", "same name")

    def test_a_root_inside_another_lists_nothing_twice(self) -> None:
        outer, inner = Path("/srv/all"), Path("/srv/all/job")
        index = self.index(tree(outer, "job/IMG_1.jpg"), tree(inner, "IMG_1.jpg"))
        assert index.pair(PurePath("IMG_1.jpg")) == Match(outer / "job/IMG_1.jpg", "same name")


class TestOriginalsInsideTheInbox:
    def pair(self, export: str, *originals: str) -> str:
        root = INBOX / "originals"
        return said(pair(export, *originals, root=root), root)

    def test_a_drop_beside_the_folder_is_an_export_whatever_its_name(self) -> None:
        assert self.pair("IMG_1.jpg", "IMG_1.jpg") == "IMG_1.jpg"
        assert self.pair("job/IMG_1.jpg", "job/IMG_1.jpg", "IMG_1.jpg") == "job/IMG_1.jpg"

    def test_in_the_folder_itself_the_name_tells(self) -> None:
        assert self.pair("originals/IMG_1.jpg", "IMG_1.jpg") == "original"
        assert self.pair("originals/IMG_1-Edit.jpg", "IMG_1.jpg", "IMG_1-Edit.jpg") == "IMG_1.jpg"


class TestInboxInsideTheOriginals:
    root = Path("/srv/photos")

    def pair(self, export: str, *originals: str, inbox: str = "inbox") -> str:
        return said(pair(export, *originals, inbox=self.root / inbox, root=self.root), self.root)

    def test_a_drop_is_paired_with_what_lies_outside(self) -> None:
        assert self.pair("IMG_1.jpg", "IMG_1.jpg", "inbox/IMG_1.jpg") == "IMG_1.jpg"
        assert self.pair("IMG_1.tif", "IMG_1.jpg", "inbox/IMG_1.jpg", "inbox/IMG_1.tif") == "IMG_1.jpg"
        assert self.pair("job/IMG_1.jpg", "job/IMG_1.jpg", "other/IMG_1.jpg", "inbox/job/IMG_1.jpg") == "job/IMG_1.jpg"

    def test_the_job_around_the_inbox_is_the_nearest(self) -> None:
        files = ("job1/IMG_1.jpg", "job2/IMG_1.jpg", "job1/inbox/IMG_1.jpg")
        assert self.pair("IMG_1.jpg", *files, inbox="job1/inbox") == "job1/IMG_1.jpg"

    def test_dropped_beside_its_original(self) -> None:
        files = ("inbox/IMG_1.jpg", "inbox/IMG_1-Edit.jpg")
        assert self.pair("IMG_1-Edit.jpg", *files) == "inbox/IMG_1.jpg"
        assert self.pair("IMG_1.jpg", *files) == "original"

    def test_a_bare_name_that_nothing_else_has_is_left_alone(self) -> None:
        assert self.pair("IMG_1.jpg", "inbox/IMG_1.jpg", "IMG_2.jpg") == "original"


class TestListOfPairs:
    def pair(self, export: str, originals: dict[str, str], *files: str) -> Outcome:
        overrides = Overrides({name: PurePath(original) for name, original in originals.items()})
        return Index(Listing(INBOX, (tree(ORIGINALS, *files),)), SETTINGS, overrides).pair(PurePath(export))

    def test_it_wins_over_every_rule(self) -> None:
        outcome = self.pair("IMG_1.jpg", {"img_1.jpg": "other.jpg"}, "IMG_1.jpg", "other.jpg")
        assert outcome == Match(ORIGINALS / "other.jpg", "list of pairs")

    def test_a_path_counts_before_a_bare_name(self) -> None:
        pairs = {"img_1.jpg": "a.jpg", "job/img_1.jpg": "b.jpg"}
        assert said(self.pair("job/IMG_1.jpg", pairs, "a.jpg", "b.jpg")) == "b.jpg"
        assert said(self.pair("else/IMG_1.jpg", pairs, "a.jpg", "b.jpg")) == "a.jpg"

    def test_the_original_may_be_a_path_or_a_bare_name(self) -> None:
        files = ("job1/x.jpg", "job2/x.jpg", "y.jpg", "job3/z.jpg")
        assert said(self.pair("e.jpg", {"e.jpg": "job2/X.jpg"}, *files)) == "job2/x.jpg"
        assert said(self.pair("e.jpg", {"e.jpg": "z.jpg"}, *files)) == "job3/z.jpg"
        assert said(self.pair("e.jpg", {"e.jpg": f"{ORIGINALS}/job1/x.jpg"}, *files)) == "job1/x.jpg"
        assert said(self.pair("e.jpg", {"e.jpg": "x.jpg"}, *files)) == "ambiguous"

    def test_what_it_names_may_not_be_there_yet(self) -> None:
        outcome = self.pair("IMG_1.jpg", {"img_1.jpg": "/srv/secret/late.jpg"}, "IMG_1.jpg")
        reason = "the list of pairs names late.jpg, which is not among the originals"
        assert outcome == Waiting("no-original", reason, ("late",))

    def test_it_makes_an_export_of_a_bare_name_in_a_shared_folder(self) -> None:
        overrides = Overrides({"new.jpg": PurePath("old.jpg")})
        index = Index(Listing(INBOX, (tree(INBOX, "new.jpg", "old.jpg"),)), SETTINGS, overrides)
        assert said(index.pair(PurePath("new.jpg")), INBOX) == "old.jpg"

    def test_nothing_is_its_own_original(self) -> None:
        overrides = Overrides({"new.jpg": PurePath("new.jpg")})
        index = Index(Listing(INBOX, (tree(INBOX, "new.jpg"),)), SETTINGS, overrides)
        assert said(index.pair(PurePath("new.jpg")), INBOX) == "no-original"


def test_table() -> None:
    index = Index(Listing(INBOX, (tree(ORIGINALS, "IMG_1.jpg"),)), SETTINGS)
    rows = pair_table(index, [PurePath("b.xmp"), PurePath("IMG_1-Edit.jpg"), PurePath(".DS_Store"), PurePath("c.jpg")])
    assert [(str(row.export), row.original, row.rule, row.reason) for row in rows] == [
        ("IMG_1-Edit.jpg", ORIGINALS / "IMG_1.jpg", "name less -Edit", ""),
        ("b.xmp", None, "", "a side file of another program"),
        ("c.jpg", None, "", "no original named c has come yet"),
    ]
