"""Names that leave it open which picture an export was made from, and real pictures that tell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.studio.conftest import Studio

from pored.files.records import State

if TYPE_CHECKING:
    from pathlib import Path


def test_a_bare_counter_is_paired_because_the_pictures_agree(studio: Studio) -> None:
    studio.shoot("DSC_0001.jpg")
    studio.drop("DSC_0001-2.jpg")

    service = studio.run()

    line = service.says("picture", file="DSC_0001-2.jpg")
    assert (line["outcome"], line["original"]) == ("done", "DSC_0001.jpg")
    assert line["rule"] == "the pictures agree: name less -2"
    report = json.loads((studio.root / "heads/reports/DSC_0001-2.jpg.json").read_text())
    assert (report["original"], report["rule"]) == ("DSC_0001.jpg", line["rule"])
    assert service.end() == 0


def test_of_two_people_under_one_name_the_right_one_is_found(studio: Studio) -> None:
    studio.shoot("monday/IMG_0001.jpg", data=studio.stranger())
    right = studio.shoot("tuesday/IMG_0001.jpg")
    studio.drop("IMG_0001.jpg")

    assert studio.run("--once").wait() == 0

    (entry,) = studio.entries()
    assert (entry.state, entry.original) == (State.DONE, right)
    assert entry.rule == "the pictures agree: same name"


def test_a_refused_inexact_match_is_remembered_until_its_real_original_comes(studio: Studio) -> None:
    studio.shoot("monday/IMG_0001.jpg", data=studio.stranger())
    studio.drop("IMG_0001-Edit.jpg")
    service = studio.run()
    line = service.says("waiting", file="IMG_0001-Edit.jpg", code="other-picture")
    assert "IMG_0001.jpg is not the picture that IMG_0001-Edit.jpg was made from" in line["reason"]
    assert "IMG_0001.jpg is not the picture" in " ".join(studio.pored("status").stdout.split())
    assert service.end() == 0

    service = studio.run()
    service.says("waiting", file="IMG_0001-Edit.jpg", code="other-picture")
    assert [entry.state for entry in studio.entries()] == [State.WAITING]
    right = studio.shoot("tuesday/IMG_0001.jpg")

    line = service.says("picture", file="IMG_0001-Edit.jpg")
    assert (line["outcome"], line["rule"]) == ("done", "the pictures agree: name less -Edit")
    assert studio.entries()[0].original == right
    assert studio.files("failed") == []
    assert service.end() == 0


def test_where_the_original_never_comes_texture_is_made_up_and_said_to_be(tmp_path: Path) -> None:
    studio = Studio(tmp_path, heads={"wait_for_original": 0, "when_unmatched": "grain"})
    studio.drop("IMG_1.jpg")

    service = studio.run("--once")

    line = service.says("picture", file="IMG_1.jpg")
    assert (line["outcome"], line["original"], line["method"]) == ("done", None, "grain")
    assert studio.output("IMG_1_grain.jpg").read_bytes() != studio.export("IMG_1.jpg")
    report = json.loads((studio.root / "heads/reports/IMG_1_grain.jpg.json").read_text())
    assert (report["outcome"], report["made_up"], report["original"]) == ("made_up", "grain", None)
    assert service.wait() == 0
