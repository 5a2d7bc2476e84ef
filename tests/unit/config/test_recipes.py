from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pored.config import Opacity, Recipe, Recovery, Result, digest, recovery_from
from pored.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def test_nothing_asked_for_is_natural() -> None:
    assert recovery_from(None, []) == Recipe()


def test_the_preset_and_what_is_set_over_it() -> None:
    photoshop = recovery_from("photoshop", []).recovery
    sets = ["recovery.radius=2", "recovery.this_layer=[0,0,255,255]", "recovery.opacity = 70% of match"]
    assert recovery_from("photoshop", sets).recovery == photoshop.model_copy(
        update={"radius": 2.0, "this_layer": (0, 0, 255, 255), "opacity": Opacity(share=0.7)}
    )


@pytest.mark.parametrize(
    ("assignment", "recipe"),
    [
        ("recovery.radius=auto", Recipe()),
        ("recovery.preset=natural", Recipe()),
        ("recovery.radius=3", Recipe(recovery=Recovery(radius=3.0))),
        ("recovery.radius = 3.0 ", Recipe(recovery=Recovery(radius=3.0))),
        ("recovery.opacity=match", Recipe()),
        ('recovery.opacity="70% of match"', Recipe(recovery=Recovery(opacity=Opacity(share=0.7)))),
        ("result.layered=true", Recipe()),
        ("result.format=png", Recipe(result=Result(format="png"))),
        ("result.name={stem}=x", Recipe(result=Result(name="{stem}=x"))),
    ],
)
def test_values_are_toml_or_bare_words(assignment: str, recipe: Recipe) -> None:
    try:
        assert recovery_from(None, [assignment]) == recipe
    except UsageError as error:
        pytest.fail(error.message)


def test_the_last_of_a_key_holds() -> None:
    assert recovery_from(None, ["recovery.radius=3", "recovery.radius=4"]).recovery.radius == 4.0


@pytest.mark.parametrize(
    ("assignment", "line"),
    [
        ("recovery.radius=99", "--set recovery.radius: 99 is above 20 px"),
        ("recovery.radios=9", "--set recovery.radios: there is no such setting; did you mean radius?"),
        ("recovery.radius.x=9", '--set recovery.radius: {"x": 9} is no number'),
        ("recovery.zones.chn=1", "--set recovery.zones.chn: there is no such setting; did you mean chin?"),
        ("pairing.prefer=['tiff']", "--set pairing: there is no such setting"),
        ("recovery.preset=x", '--set recovery.preset: there is no preset "x"; there are natural, photoshop'),
        ("radius", "--set radius: write it as in --set recovery.radius=3.0"),
        ("radius=3", "--set radius=3: write it as in --set recovery.radius=3.0"),
        ("recovery.=3", "--set recovery.=3: write it as in --set recovery.radius=3.0"),
    ],
)
def test_mistakes(assignment: str, line: str) -> None:
    with pytest.raises(UsageError) as refused:
        recovery_from(None, [assignment])
    assert refused.value.message == line


def test_a_relative_path_starts_from_the_folder_that_is_given_and_from_no_other(tmp_path: Path) -> None:
    assert recovery_from(None, ["recovery.plate=../skin.jpg"], tmp_path / "x").recovery.plate == tmp_path / "skin.jpg"
    with pytest.raises(UsageError, match=r'^--set recovery\.plate: "skin\.jpg" is not an absolute path$'):
        recovery_from(None, ["recovery.plate=skin.jpg"])


def test_an_unknown_preset() -> None:
    with pytest.raises(UsageError, match=r'^--preset: there is no preset "glam"; there are natural, photoshop$'):
        recovery_from("glam", [])


def test_all_mistakes_at_once() -> None:
    with pytest.raises(UsageError) as refused:
        recovery_from("glam", ["recovery.radius=99", "result.format=gif"])
    assert len(refused.value.message.splitlines()) == 3


class TestDigest:
    def test_it_is_short_and_the_same_next_year(self) -> None:
        assert digest(Recovery(), Result()) == "b15e9b291867"

    def test_every_value_counts(self) -> None:
        others = [
            digest(Recovery(radius=2.0), Result()),
            digest(Recovery(opacity=Opacity(50.0)), Result()),
            digest(Recovery(opacity=Opacity(share=0.5)), Result()),
            digest(Recovery(this_layer=(0, 0, 0, 255)), Result()),
            digest(Recovery(), Result(format="png")),
            digest(Recovery(), Result()),
        ]
        assert len(set(others)) == len(others)

    def test_the_presets_name_does_not(self) -> None:
        assert digest(Recovery(preset="gentle"), Result()) == digest(Recovery(), Result())

    def test_nor_how_a_number_is_written(self) -> None:
        whole, point = (recovery_from(None, [f"recovery.opacity={text}"]) for text in ("50", "50.0"))
        assert digest(whole.recovery, whole.result) == digest(point.recovery, point.result)
