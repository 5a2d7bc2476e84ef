from __future__ import annotations

import re
import runpy
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from pored.config import HotFolder, Pairing, Recovery, Result, load_settings, render_sample, render_table
from pored.config.models import General

if TYPE_CHECKING:
    import pytest

SAMPLE = Path(__file__).parents[3] / "config" / "pored.toml"


def test_the_sample_is_rendered_from_the_code() -> None:
    again = "render it anew: uv run python -m pored.config > config/pored.toml"
    assert SAMPLE.read_text(encoding="utf-8") == render_sample(), again


def test_the_module_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_module("pored.config", run_name="__main__")
    assert capsys.readouterr().out == render_sample()


def test_the_sample_loads_and_is_all_defaults() -> None:
    settings = load_settings(SAMPLE)
    (hot_folder,) = settings.hot_folders
    assert settings.model_dump(include=set(General.model_fields)) == General().model_dump()
    assert (hot_folder.pairing, hot_folder.result, hot_folder.recovery) == (Pairing(), Result(), Recovery())
    required = {key: getattr(hot_folder, key) for key, field in HotFolder.model_fields.items() if field.is_required()}
    assert hot_folder == HotFolder(**required)


def test_it_still_loads_with_everything_uncommented(tmp_path: Path) -> None:
    file = tmp_path / "pored.toml"
    file.write_text(re.sub(r"(?m)^# (\[[a-z_.]+\]$|[a-z_.]+ = )", r"\1", render_sample()), encoding="utf-8")
    settings = load_settings(file)
    assert settings.hot_folders[0].recovery == Recovery()
    assert list(settings.presets) == ["gentle"]
    assert list(settings.hot_folders[0].by_folder) == ["soft"]


def test_what_presets_govern_is_commented_out() -> None:
    assert tomllib.loads(render_sample())["hot_folder"][0]["recovery"] == {"preset": "natural"}


def test_every_setting_has_a_sentence_and_its_values_above_it() -> None:
    lines = render_sample().splitlines()
    for key in [*General.model_fields, *HotFolder.model_fields, *Recovery.model_fields]:
        places = [place for place, line in enumerate(lines) if re.match(rf"(# )?{key} = ", line)]
        assert places or key in {"pairing", "result", "recovery", "batch", "by_folder", "zones", "mask", "review"}
        for place in places[:1]:
            above = "\n".join(lines[max(place - 5, 0) : place])
            assert re.search(r"# .*[.\"]\n(# .*\n)*# Values: ", above), key


def test_values_can_be_filled_in(tmp_path: Path) -> None:
    file = tmp_path / "pored.toml"
    odd = '/srv/a "b" \\ % \x7f ü'
    file.write_text(render_sample({"hot_folder.inbox": odd, "state_dir": "state"}), encoding="utf-8")
    settings = load_settings(file)
    assert settings.hot_folders[0].inbox == Path(odd)
    assert settings.state_dir == tmp_path / "state"


def test_the_table_has_a_row_for_every_setting() -> None:
    rows = [re.split(r"(?<!\\)\|", line) for line in render_table().splitlines()]
    assert {len(row) for row in rows} == {6}
    names = {row[1].strip() for row in rows}
    assert {
        "`state_dir`",
        "`hot_folder.inbox`",
        "`hot_folder.pairing.suffixes`",
        "`hot_folder.recovery.scope`",
    } <= names
