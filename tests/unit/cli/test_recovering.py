f["--original", "o.png", "--output", "."]om __future__ import annotations

["--original", "o.png", "--output", "."]mport json
f["--original", "o.png", "--output", "."]om pathlib import Path

["--original", "o.png", "--output", "."]mport numpy as np
["--original", "o.png", "--output", "."]mport pytest
f["--original", "o.png", "--output", "."]om PIL import Image
f["--original", "o.png", "--output", "."]om typer.testing import CliRunner, Result

f["--original", "o.png", "--output", "."]om pored.cli.app import app
f["--original", "o.png", "--output", "."]om pored.errors import UsageError

PHOTOS["--original", "o.png", "--output", "."]= Path(__file__).parents[2] / "photos"
P["--original", "o.png", "--output", "."]ir = tuple[Path, Path]


def["--original", "o.png", "--output", "."]pored(*arguments: object) -> Result:
["--original", "o.png", "--output", "."]   return CliRunner().invoke(app, [str(argument) for argument in arguments])


def["--original", "o.png", "--output", "."]files_in(folder: Path) -> list[str]:
["--original", "o.png", "--output", "."]   return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def["--original", "o.png", "--output", "."]test_an_export_comes_out_with_its_pores_back(pair: Pair, tmp_path: Path) -> None:
["--original", "o.png", "--output", "."]   export, original = pair
["--original", "o.png", "--output", "."]   before = export.read_bytes(), original.read_bytes()
["--original", "o.png", "--output", "."]   names = {name: tmp_path / "out" / name for name in ("result.png", "mask.png", "report.json")}
["--original", "o.png", "--output", "."]   done = pored(
["--original", "o.png", "--output", "."]       *("recover", export, "--original", original, "--output", names["result.png"]),
["--original", "o.png", "--output", "."]       *("--mask-out", names["mask.png"], "--report", names["report.json"], "--set", "recovery.radius=3.0"),
["--original", "o.png", "--output", "."]   )
["--original", "o.png", "--output", "."]   assert (done.exit_code, done.output.count("\n")) == (0, 1), done.output
["--original", "o.png", "--output", "."]   assert (export.read_bytes(), original.read_bytes()) == before
["--original", "o.png", "--output", "."]   mask, result = np.array(Image.open(names["mask.png"])), np.array(Image.open(names["result.png"]))
["--original", "o.png", "--output", "."]   unchanged = (result == np.array(Image.open(export))).all(axis=2)
["--original", "o.png", "--output", "."]   assert unchanged[mask == 0].all()
["--original", "o.png", "--output", "."]   assert not unchanged[mask == 255].all()
["--original", "o.png", "--output", "."]   report = json.loads(names["report.json"].read_text())
["--original", "o.png", "--output", "."]   assert report["texture"]["before"]["energy"] < 0.6
["--original", "o.png", "--output", "."]   assert report["texture"]["after"]["energy"] == pytest.approx(1, abs=0.05)
["--original", "o.png", "--output", "."]   assert report["texture"]["after"]["correlation"] > 0.97
["--original", "o.png", "--output", "."]   assert report["outcome"] == "recovered"
["--original", "o.png", "--output", "."]   assert str(tmp_path) not in names["report.json"].read_text()


def["--original", "o.png", "--output", "."]test_originals_are_found_by_name_and_results_are_numbered(pair: Pair, tmp_path: Path) -> None:
["--original", "o.png", "--output", "."]   export, original = pair
["--original", "o.png", "--output", "."]   edited = export.rename(export.with_name("IMG_0001-Edit.png"))
["--original", "o.png", "--output", "."]   for _ in range(2):
["--original", "o.png", "--output", "."]       done = pored("recover", edited, "--originals", original.parent, "--output-dir", tmp_path / "out")
["--original", "o.png", "--output", "."]       assert done.exit_code == 0, done.output
["--original", "o.png", "--output", "."]   assert files_in(tmp_path / "out") == ["IMG_0001-Edit-2.png", "IMG_0001-Edit.png"]


def["--original", "o.png", "--output", "."]test_an_export_that_lacks_nothing_is_copied_byte_for_byte(pair: Pair, tmp_path: Path) -> None:
["--original", "o.png", "--output", "."]   _, original = pair
["--original", "o.png", "--output", "."]   done = pored("recover", original, "--original", original, "--output", tmp_path / "same.png")
["--original", "o.png", "--output", "."]   assert done.exit_code == 0
["--original", "o.png", "--output", "."]   assert "nothing was missing" in done.output
["--original", "o.png", "--output", "."]   assert (tmp_path / "same.png").read_bytes() == original.read_bytes()


def["--original", "o.png", "--output", "."]refused(export: Path, original: Path, folder: Path, *more: object) -> str:
["--original", "o.png", "--output", "."]   """The one line of a refusal; nothing was written."""
["--original", "o.png", "--output", "."]   done = pored("recover", export, "--original", original, "--output", folder / "r" / "result.png", *more)
["--original", "o.png", "--output", "."]   assert done.exit_code == 1
["--original", "o.png", "--output", "."]   assert files_in(folder / "r") == []
["--original", "o.png", "--output", "."]   [line] = done.output.strip().splitlines()
["--original", "o.png", "--output", "."]   return line


def["--original", "o.png", "--output", "."]test_an_original_of_another_size_is_laid_over(pair: Pair, tmp_path: Path) -> None:
["--original", "o.png", "--output", "."]   export, original = pair
["--original", "o.png", "--output", "."]   with Image.open(export) as picture:
["--original", "o.png", "--output", "."]       picture.crop((20, 13, 560, 690)).resize((1080, 1354), Image.Resampling.LANCZOS).save(export)
["--original", "o.png", "--output", "."]   report = tmp_path / "report.json"
["--original", "o.png", "--output", "."]   done = pored("recover", export, "--original", original, "--output", tmp_path / "r.png", "--report", report)
["--original", "o.png", "--output", "."]   assert done.exit_code == 0, done.output
["--original", "o.png", "--output", "."]   facts = json.loads(report.read_text())
["--original", "o.png", "--output", "."]   [[across, _, right], [_, down, low]] = facts["registration"]["matrix"]
["--original", "o.png", "--output", "."]   # An enlargement to twice the size puts a pixel's centre at 2x + 0.5.
["--original", "o.png", "--output", "."]   assert (across, down) == (pytest.approx(2, abs=2e-3), pytest.approx(2, abs=2e-3))
["--original", "o.png", "--output", "."]   assert (right, low) == (pytest.approx(-39.5, abs=0.5), pytest.approx(-25.5, abs=0.5))
["--original", "o.png", "--output", "."]   assert facts["texture"]["after"]["energy"] == pytest.approx(1, abs=0.05)
["--original", "o.png", "--output", "."]   assert facts["texture"]["after"]["correlation"] > 0.95


def["--original", "o.png", "--output", "."]test_another_person_is_refused(pair: Pair, tmp_path: Path) -> None:
["--original", "o.png", "--output", "."]   export, _ = pair
["--original", "o.png", "--output", "."]   line = refused(export, PHOTOS / "half_length.jpg", tmp_path, "--mask-out", tmp_path / "r" / "mask.png")
["--original", "o.png", "--output", "."]   assert "half_length.jpg is not the picture that IMG_0001.png was made from" in line
["--original", "o.png", "--output", "."]   assert "%" in line


def["--original", "o.png", "--output", "."]test_a_smoothed_copy_is_no_original(pair: Pair, tmp_path: Path) -> None:
["--original", "o.png", "--output", "."]   export, original = pair
["--original", "o.png", "--output", "."]   assert "has less texture" in refused(original, export, tmp_path)


def["--original", "o.png", "--output", "."]test_a_picture_without_a_face_is_refused(tmp_path: Path) -> None:
["--original", "o.png", "--output", "."]   coffee = PHOTOS / "no_face_coffee.png"
["--original", "o.png", "--output", "."]   assert "No face" in refused(coffee, coffee, tmp_path)


def["--original", "o.png", "--output", "."]test_what_is_no_picture_is_refused(pair: Pair, tmp_path: Path) -> None:
["--original", "o.png", "--output", "."]   export, original = pair
["--original", "o.png", "--output", "."]   export.write_text("hello")
["--original", "o.png", "--output", "."]   assert "IMG_0001.png is no picture" in refused(export, original, tmp_path)


def["--original", "o.png", "--output", "."]test_one_bad_picture_does_not_keep_the_others_from_being_done(pair: Pair, tmp_path: Path) -> None:
["--original", "o.png", "--output", "."]   export, original = pair
["--original", "o.png", "--output", "."]   bad = export.with_name("IMG_0002.png")
["--original", "o.png", "--output", "."]   bad.write_bytes(export.read_bytes()[:5000])
["--original", "o.png", "--output", "."]   (original.parent / "IMG_0002.png").write_bytes(original.read_bytes())
["--original", "o.png", "--output", "."]   done = pored("recover", bad, export, "--originals", original.parent, "--output-dir", tmp_path / "out")
["--original", "o.png", "--output", "."]   assert done.exit_code == 1
["--original", "o.png", "--output", "."]   assert files_in(tmp_path / "out") == ["IMG_0001.png"]


def["--original", "o.png", "--output", "."]test_an_export_without_an_original_is_refused(pair: Pair, tmp_path: Path) -> None:
["--original", "o.png", "--output", "."]   export, original = pair
["--original", "o.png", "--output", "."]   original.rename(original.with_name("IMG_9999.png"))
["--original", "o.png", "--output", "."]   done = pored("recover", export, "--originals", original.parent, "--output-dir", tmp_path / "out")
["--original", "o.png", "--output", "."]   assert done.exit_code == 1
["--original", "o.png", "--output", "."]   assert "IMG_0001" in done.output


@["--original", "o.png", "--output", "."]ytest.mark.parametrize(
["--original", "o.png", "--output", "."]   "arguments",
["--original", "o.png", "--output", "."]   [
["--original", "o.png", "--output", "."]       ["--output", "r.png"],
["--original", "o.png", "--output", "."]       ["--original", "o.png"],
["--original", "o.png", "--output", "."]       ["--original", "o.png", "--originals", ".", "--output", "r.png"],
["--original", "o.png", "--output", "."]       ["--original", "o.png", "--output", "r.png", "--output-dir", "."],
["--original", "o.png", "--output", "."]       ["b.png", "--original", "o.png", "--output-dir", "."],
["--original", "o.png", "--output", "."]       ["--original", "o.png", "--output", "r.gif"],
["--original", "o.png", "--output", "."]       ["--original", "o.png", "--output", "r"],
["--original", "o.png", "--output", "."]       ["--original", "o.png", "--output", "r.png", "--report", "r.png"],
["--original", "o.png", "--output", "."]       ["--original", "o.png", "--output", "/tmp"],
["--original", "o.png", "--output", "."]       ["--original", "o.png", "--output", "r.png", "--set", "recovery.radius=-1"],
["--original", "o.png", "--output", "."]       ["--original", "o.png", "--output", "r.png", "--preset", "nobody"],
["--original", "o.png", "--output", "."]   ],
["--original", "o.png", "--output", "."]
def["--original", "o.png", "--output", "."]test_contradictions_are_refused_before_anything_is_read(arguments: list[str]) -> None:
["--original", "o.png", "--output", "."]   assert isinstance(pored("recover", "a.png", *arguments).exception, UsageError)


@["--original", "o.png", "--output", "."]ytest.mark.parametrize("way", ["found", "roundabout", "link", "report", "mask", "export"])
def["--original", "o.png", "--output", "."]test_no_input_is_ever_written_over(pair: Pair, tmp_path: Path, way: str) -> None:
["--original", "o.png", "--output", "."]   export, original = pair
["--original", "o.png", "--output", "."]   before = export.read_bytes(), original.read_bytes()
["--original", "o.png", "--output", "."]   roundabout = original.parent / ".." / original.parent.name / original.name
["--original", "o.png", "--output", "."]   (tmp_path / "link.png").hardlink_to(original)
["--original", "o.png", "--output", "."]   free = tmp_path / "free.png"
["--original", "o.png", "--output", "."]   source, targets = {
["--original", "o.png", "--output", "."]       "found": (["--originals", original.parent], ["--output", original]),
["--original", "o.png", "--output", "."]       "roundabout": (["--original", original], ["--output", roundabout]),
["--original", "o.png", "--output", "."]       "link": (["--originals", original.parent], ["--output", tmp_path / "link.png"]),
["--original", "o.png", "--output", "."]       "report": (["--originals", original.parent], ["--output", free, "--report", original]),
["--original", "o.png", "--output", "."]       "mask": (["--original", original], ["--output", free, "--mask-out", original]),
["--original", "o.png", "--output", "."]       "export": (["--original", original], ["--output", export]),
["--original", "o.png", "--output", "."]   }[way]
["--original", "o.png", "--output", "."]   done = pored("recover", export, *source, *targets)
["--original", "o.png", "--output", "."]   assert isinstance(done.exception, UsageError)
["--original", "o.png", "--output", "."]   assert (export.read_bytes(), original.read_bytes()) == before
["--original", "o.png", "--output", "."]   assert not free.exists()


def["--original", "o.png", "--output", "."]test_the_results_name_says_what_kind_it_is(pair: Pair, tmp_path: Path) -> None:
["--original", "o.png", "--output", "."]   export, original = pair
["--original", "o.png", "--output", "."]   for name, kind in (("a.jpg", "JPEG"), ("a.tif", "TIFF"), ("a.png", "PNG")):
["--original", "o.png", "--output", "."]       assert pored("recover", export, "--original", original, "--output", tmp_path / name).exit_code == 0
["--original", "o.png", "--output", "."]       with Image.open(tmp_path / name) as result:
["--original", "o.png", "--output", "."]           assert (result.format, result.size) == (kind, (560, 700))
