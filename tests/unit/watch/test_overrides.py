from __future__ import annotations

from pathlib import Path, PurePath

import pytest

from pored.errors import UsageError
from pored.watch.overrides import read_overrides


def read(folder: Path, data: bytes) -> dict[str, str]:
    path = folder / "pairs.csv"
    path.write_bytes(data)
    return {export: original.as_posix() for export, original in read_overrides(path).originals.items()}


PAIRS = {"job/img_1-edit.jpg": "job/IMG_9.jpg", "müller, a.jpg": "Müller, B.jpg"}


@pytest.mark.parametrize(
    "data",
    [
        'export,original\njob/IMG_1-Edit.jpg,job/IMG_9.jpg\n"Müller, A.jpg","Müller, B.jpg"\n'.encode(),
        "Export;Original\r\njob\\IMG_1-Edit.jpg;job\\IMG_9.jpg\r\nMüller, A.jpg;Müller, B.jpg\r\n".encode("utf-8-sig"),
        "job/IMG_1-Edit.jpg;job/IMG_9.jpg\r\nMüller, A.jpg;Müller, B.jpg\r\n".encode("cp1252"),
        "job/IMG_1-Edit.jpg\tjob/IMG_9.jpg\r\nMüller, A.jpg\tMüller, B.jpg\r\n".encode("utf-16"),
        "sep=;\n# of Monday\n\njob/IMG_1-Edit.jpg;job/IMG_9.jpg;;\n;;\nMüller, A.jpg ; Müller, B.jpg".encode(),
    ],
    ids=["plain", "German Excel", "old Excel", "Unicode text", "notes and empty lines"],
)
def test_as_people_and_spreadsheets_write_it(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path, data) == PAIRS


def test_exports_are_found_by_path_or_name_in_any_case_and_form(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("M\u00fcller.jpg,a.jpg\njob/x.jpg,b.jpg\n", encoding="utf-8")
    overrides = read_overrides(path)
    assert overrides.original_of(PurePath("any/MU\u0308LLER.JPG")) == PurePath("a.jpg")
    assert overrides.original_of(PurePath("Job/X.jpg")) == PurePath("b.jpg")
    assert overrides.original_of(PurePath("x.jpg")) is None


def test_names_may_lack_their_extension(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("x,stem.jpg\nx.jpg,name.jpg\njob/y,path.jpg\n", encoding="utf-8")
    overrides = read_overrides(path)
    assert overrides.original_of(PurePath("X.jpg")) == PurePath("name.jpg")
    assert overrides.original_of(PurePath("job/x.tif")) == PurePath("stem.jpg")
    assert overrides.original_of(PurePath("job/y.tif")) == PurePath("path.jpg")
    assert overrides.original_of(PurePath("xx.jpg")) is None


def test_lines_that_lead_nowhere_are_told_with_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("export,original\na.jpg,b.jpg\nA,gone.jpg\nc.jpg,b.jpg\nd,e\n", encoding="utf-8")
    there = {PurePath("b.jpg")}
    mend = "; write names as the files have them, or put the files there"
    assert read_overrides(path).idle([PurePath("job/a.jpg")], there.__contains__) == [
        f"line 3: no gone.jpg is among the originals{mend}",
        f"line 4: no export c.jpg is in the inbox{mend}",
        f"line 5: no export d is in the inbox and no e is among the originals{mend}",
    ]


def test_all_mistakes_at_once_with_their_lines(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, b"a.jpg,b.jpg\nalone.jpg\nc.jpg,d.jpg,e.jpg\nA.jpg,other.jpg\na.jpg,b.jpg\n,f.jpg\n")
    assert caught.value.message.splitlines() == [
        "pairs.csv is no list of pairs; write export,original on each line",
        "line 2: 1 column(s) instead of two",
        "line 3: 3 column(s) instead of two",
        "line 4: A.jpg has another original already",
        "line 6: the export is missing",
    ]


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^pairs\.csv cannot be read \(No such file or directory\); give a CSV"):
        read_overrides(tmp_path / "pairs.csv")


def test_not_a_csv_at_all(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^pairs\.csv is no CSV \(field larger than field limit"):
        read(tmp_path, b"\xff\x00" * 100_000)
