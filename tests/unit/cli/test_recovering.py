from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from pored.cli.app import app
from pored.errors import UsageError

PHOTOS = Path(__file__).parents[2] / "photos"
Pair = tuple[Path, Path]


def pored(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_an_export_comes_out_with_its_pores_back(pair: Pair, tmp_path: Path) -> None:
    export, original = pair
    before = export.read_bytes(), original.read_bytes()
    names = {name: tmp_path / "out" / name for name in ("result.png", "mask.png", "report.json")}
    done = pored(
        *("recover", export, "--original", original, "--output", names["result.png"]),
        *("--mask-out", names["mask.png"], "--report", names["report.json"], "--set", "recovery.radius=3.0"),
    )
    assert (done.exit_code, done.output.count("\n")) == (0, 1), done.output
    assert (export.read_bytes(), original.read_bytes()) == before
    mask, result = np.array(Image.open(names["mask.png"])), np.array(Image.open(names["result.png"]))
    unchanged = (result == np.array(Image.open(export))).all(axis=2)
    assert unchanged[mask == 0].all()
    assert not unchanged[mask == 255].all()
    report = json.loads(names["report.json"].read_text())
    assert report["texture"]["before"]["energy"] < 0.6
    assert report["texture"]["after"]["energy"] == pytest.approx(1, abs=0.05)
    assert report["texture"]["after"]["correlation"] > 0.97
    assert report["outcome"] == "recovered"
    assert str(tmp_path) not in names["report.json"].read_text()


def test_originals_are_found_by_name_and_results_are_numbered(pair: Pair, tmp_path: Path) -> None:
    export, original = pair
    edited = export.rename(export.with_name("IMG_0001-Edit.png"))
    for _ in range(2):
        done = pored("recover", edited, "--originals", original.parent, "--output-dir", tmp_path / "out")
        assert done.exit_code == 0, done.output
    twice = ["IMG_0001-Edit-2.png", "IMG_0001-Edit-2.psd", "IMG_0001-Edit.png", "IMG_0001-Edit.psd"]
    assert files_in(tmp_path / "out") == twice


def test_of_several_originals_of_one_name_the_pictures_choose(pair: Pair, tmp_path: Path) -> None:
    export, original = pair
    folders = [original.parent / name for name in ("monday", "tuesday")]
    for folder in folders:
        folder.mkdir()
    shutil.copy(PHOTOS / "half_length.jpg", folders[0] / "IMG_0001.jpg")
    original.rename(folders[1] / "IMG_0001.png")
    arguments = ("recover", export, "--originals", original.parent, "--output", tmp_path / "r.png")
    done = pored(*arguments, "--report", tmp_path / "r.json")
    assert done.exit_code == 0, done.output
    assert "the pictures agree: same name (IMG_0001.png)" in done.output
    report = json.loads((tmp_path / "r.json").read_text())
    assert (report["original"], report["rule"]) == ("IMG_0001.png", "the pictures agree: same name")


def test_after_a_refused_inexact_match_the_next_is_tried(pair: Pair, tmp_path: Path) -> None:
    export, original = pair
    edited = export.rename(export.with_name("IMG_0001-Edit.png"))
    shutil.copy(PHOTOS / "half_length.jpg", original.parent / "IMG_0001.jpg")
    (original.parent / "far").mkdir()
    far = original.rename(original.parent / "far" / original.name)
    arguments = ("recover", edited, "--originals", original.parent, "--output", tmp_path / "r.png")
    done = pored(*arguments)
    assert done.exit_code == 0, done.output
    assert "the pictures agree: name less -Edit" in done.output
    far.unlink()
    (tmp_path / "r.png").unlink()
    done = pored(*arguments)
    assert done.exit_code == 1
    assert "IMG_0001.jpg is not the picture that IMG_0001-Edit.png was made from" in " ".join(done.output.split())
    assert not (tmp_path / "r.png").exists()


def test_an_export_that_lacks_nothing_is_copied_byte_for_byte(pair: Pair, tmp_path: Path) -> None:
    _, original = pair
    done = pored("recover", original, "--original", original, "--output", tmp_path / "same.png")
    assert done.exit_code == 0
    assert "nothing was missing" in done.output
    assert "If its skin is smooth, so is that original's" in done.output
    assert (tmp_path / "same.png").read_bytes() == original.read_bytes()


def test_the_layered_file_is_named_beside_the_result(pair: Pair, tmp_path: Path) -> None:
    export, original = pair
    arguments = ("recover", export, "--original", original, "--output", tmp_path / "r.png")
    assert pored(*arguments).output.endswith(f" -> {tmp_path / 'r.png'} and {tmp_path / 'r.psd'}\n")
    flat = pored(*arguments, "--mask-out", tmp_path / "m.png", "--set", "result.layered=false")
    assert flat.output.endswith(f" -> {tmp_path / 'r.png'}\n")


def refused(export: Path, original: Path, folder: Path, *more: object) -> str:
    """The one line of a refusal; nothing was written."""
    done = pored("recover", export, "--original", original, "--output", folder / "r" / "result.png", *more)
    assert done.exit_code == 1
    assert files_in(folder / "r") == []
    [line] = done.output.strip().splitlines()
    return line


def test_an_original_of_another_size_is_laid_over(pair: Pair, tmp_path: Path) -> None:
    export, original = pair
    with Image.open(export) as picture:
        picture.crop((20, 13, 560, 690)).resize((1080, 1354), Image.Resampling.LANCZOS).save(export)
    report = tmp_path / "report.json"
    done = pored("recover", export, "--original", original, "--output", tmp_path / "r.png", "--report", report)
    assert done.exit_code == 0, done.output
    facts = json.loads(report.read_text())
    [[across, _, right], [_, down, low]] = facts["registration"]["matrix"]
    # An enlargement to twice the size puts a pixel's centre at 2x + 0.5.
    assert (across, down) == (pytest.approx(2, abs=2e-3), pytest.approx(2, abs=2e-3))
    assert (right, low) == (pytest.approx(-39.5, abs=0.5), pytest.approx(-25.5, abs=0.5))
    assert facts["texture"]["after"]["energy"] == pytest.approx(1, abs=0.05)
    assert facts["texture"]["after"]["correlation"] > 0.95


def test_another_person_is_refused(pair: Pair, tmp_path: Path) -> None:
    export, _ = pair
    line = refused(export, PHOTOS / "half_length.jpg", tmp_path, "--mask-out", tmp_path / "r" / "mask.png")
    assert "half_length.jpg is not the picture that IMG_0001.png was made from" in line
    assert "%" in line


def test_of_two_faces_the_one_of_another_frame_is_named(pair: Pair, tmp_path: Path) -> None:
    for path, is_export in zip(pair, (True, False), strict=True):
        one = np.array(Image.open(path))
        # In the original the second face is the mirrored first one's: it looks the other way.
        other = one if is_export else np.ascontiguousarray(one[:, ::-1])
        Image.fromarray(np.hstack([one, other])).save(path)
    done = pored("recover", pair[0], "--original", pair[1], "--output-dir", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert "2 faces (1 of another frame, left as it is), texture" in " ".join(done.output.split())


def test_a_smoothed_copy_is_no_original(pair: Pair, tmp_path: Path) -> None:
    export, original = pair
    assert "has less texture" in refused(original, export, tmp_path)


def test_a_picture_without_a_face_is_refused(tmp_path: Path) -> None:
    coffee = PHOTOS / "no_face_coffee.png"
    assert "No face" in refused(coffee, coffee, tmp_path)


def test_what_is_no_picture_is_refused(pair: Pair, tmp_path: Path) -> None:
    export, original = pair
    export.write_text("hello")
    assert "IMG_0001.png is no picture" in refused(export, original, tmp_path)


def test_how_large_a_picture_may_be_can_be_set(pair: Pair, tmp_path: Path) -> None:
    export, original = pair
    Image.new("RGB", (1500, 1000)).save(export)
    out = tmp_path / "out.png"
    done = pored("recover", export, "--original", original, "--output", out, "--set", "most_megapixels=1")
    assert done.exit_code == 1
    assert "has 2 megapixels; pored takes 1 at most (most_megapixels)" in done.output.replace("\n", " ")


def test_one_bad_picture_does_not_keep_the_others_from_being_done(pair: Pair, tmp_path: Path) -> None:
    export, original = pair
    bad = export.with_name("IMG_0002.png")
    bad.write_bytes(export.read_bytes()[:5000])
    (original.parent / "IMG_0002.png").write_bytes(original.read_bytes())
    done = pored("recover", bad, export, "--originals", original.parent, "--output-dir", tmp_path / "out")
    assert done.exit_code == 1
    assert files_in(tmp_path / "out") == ["IMG_0001.png", "IMG_0001.psd"]


def test_an_export_without_an_original_is_refused(pair: Pair, tmp_path: Path) -> None:
    export, original = pair
    original.rename(original.with_name("IMG_9999.png"))
    done = pored("recover", export, "--originals", original.parent, "--output-dir", tmp_path / "out")
    assert done.exit_code == 1
    assert "IMG_0001" in done.output


@pytest.mark.parametrize("name", ["IMG_0007.png", "IMG_0007_pores.png"])
def test_what_does_not_look_like_an_export_may_be_given_its_original(pair: Pair, tmp_path: Path, name: str) -> None:
    _, original = pair
    export = original.with_name(name)
    original.rename(export)
    done = pored("recover", export, "--originals", export.parent, "--output-dir", tmp_path / "out")
    assert done.exit_code == 1
    assert "If it is an export, name its original: --original FILE instead of --originals." in done.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["--output", "r.png"],
        ["--original", "o.png"],
        ["--original", "o.png", "--originals", ".", "--output", "r.png"],
        ["--original", "o.png", "--output", "r.png", "--output-dir", "."],
        ["b.png", "--original", "o.png", "--output-dir", "."],
        ["--original", "o.png", "--output", "r.gif"],
        ["--original", "o.png", "--output", "r"],
        ["--original", "o.png", "--output", "r.png", "--report", "r.png"],
        ["--original", "o.png", "--output", "."],
        ["--original", "o.png", "--output", "r.png", "--set", "recovery.radius=-1"],
        ["--original", "o.png", "--output", "r.png", "--preset", "nobody"],
    ],
)
def test_contradictions_are_refused_before_anything_is_read(arguments: list[str]) -> None:
    assert isinstance(pored("recover", "a.png", *arguments).exception, UsageError)


@pytest.mark.parametrize("way", ["found", "roundabout", "link", "report", "mask", "export"])
def test_no_input_is_ever_written_over(pair: Pair, tmp_path: Path, way: str) -> None:
    export, original = pair
    before = export.read_bytes(), original.read_bytes()
    roundabout = original.parent / ".." / original.parent.name / original.name
    (tmp_path / "link.png").hardlink_to(original)
    free = tmp_path / "free.png"
    by_name: list[object] = ["--originals", original.parent]
    given: list[object] = ["--original", original]
    options = {
        "found": [*by_name, "--output", original],
        "roundabout": [*given, "--output", roundabout],
        "link": [*by_name, "--output", tmp_path / "link.png"],
        "report": [*by_name, "--output", free, "--report", original],
        "mask": [*given, "--output", free, "--mask-out", original],
        "export": [*given, "--output", export],
    }[way]
    done = pored("recover", export, *options)
    assert isinstance(done.exception, UsageError)
    assert (export.read_bytes(), original.read_bytes()) == before
    assert not free.exists()


def test_the_results_name_says_what_kind_it_is(pair: Pair, tmp_path: Path) -> None:
    export, original = pair
    for name, kind in (("a.jpg", "JPEG"), ("a.tif", "TIFF"), ("a.png", "PNG")):
        assert pored("recover", export, "--original", original, "--output", tmp_path / name).exit_code == 0
        with Image.open(tmp_path / name) as result:
            assert (result.format, result.size) == (kind, (560, 700))


def test_a_list_of_pairs_names_the_original(pair: Pair, tmp_path: Path) -> None:
    export, original = pair
    original.rename(original.with_name("frame 7.png"))
    listed = tmp_path / "pairs.csv"
    listed.write_text("export,original\nIMG_0001.png,frame 7.png\n")
    done = pored("recover", export, "--originals", original.parent, "--csv", listed, "--output-dir", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert files_in(tmp_path / "out") == ["IMG_0001.png", "IMG_0001.psd"]


def test_what_needs_no_original_is_done_without(pair: Pair, tmp_path: Path) -> None:
    done = pored("recover", pair[0], "--output", tmp_path / "r.png", "--set", "recovery.method=grain")
    assert done.exit_code == 0, done.output
    assert "texture made up by grain" in done.output
    assert (tmp_path / "r.png").exists()


def test_a_plate_is_named_from_where_one_stands_and_said_to_be_the_measure(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export, original = pair
    monkeypatch.chdir(original.parent)
    graft = ("--set", "recovery.method=graft", "--set", f"recovery.plate={original.name}")
    done = pored("recover", export, "--output-dir", tmp_path / "out", *graft)
    assert (done.exit_code, done.output.count("\n")) == (0, 1), done.output
    assert f"of what the studio's plate {original.name} has" in done.output


def test_pores_need_an_original(pair: Pair, tmp_path: Path) -> None:
    done = pored("recover", pair[0], "--output", tmp_path / "r.png")
    assert isinstance(done.exception, UsageError)
    assert "--original FILE" in str(done.exception)


@pytest.mark.parametrize(("typed", "said"), [("IMG_1.png", "There is no file"), (".", "is a folder")])
@pytest.mark.parametrize("place", [0, 1])
def test_a_name_that_is_no_file_is_said_to_be_none(
    pair: Pair, tmp_path: Path, typed: str, said: str, place: int
) -> None:
    given = list(pair)
    given[place] = tmp_path / typed
    done = pored("recover", given[0], "--original", given[1], "--output", tmp_path / "r.png")
    assert done.exit_code == 1
    assert said in done.output
    assert str(given[place]) in done.output
    assert not (tmp_path / "r.png").exists()
