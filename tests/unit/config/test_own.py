from __future__ import annotations

import json
from pathlib import Path

import pytest

from pored.config import CHOSEN_NAME, Recovery, adjusted, load_settings, read_chosen, values_of
from pored.errors import UsageError

HOT_FOLDER = """
state_dir = "state"
[[hot_folder]]
name = "heads"
inbox = "inbox"
originals = ["originals"]
output = "output"
failed = "failed"
reports = "reports"
recovery.opacity = "80% of match"
[hot_folder.by_folder.soft]
recovery.opacity = "40% of match"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "pored.toml"
    path.write_text(HOT_FOLDER)
    (tmp_path / "state").mkdir()
    return path


def choose(file: Path, **wishes: object) -> None:
    (file.parent / "state" / CHOSEN_NAME).write_text(json.dumps({"heads": wishes}))


def test_a_picture_gets_what_was_wished_and_keeps_the_rest() -> None:
    recovery = adjusted(Recovery(scope="all"), {"opacity": "70% of match", "radius": 4.0, "guard_blemishes": False})
    assert str(recovery.opacity) == "70% of match"
    assert (recovery.radius, recovery.guard_blemishes, recovery.scope) == (4.0, False, "all")


def test_nothing_wished_changes_nothing() -> None:
    assert adjusted(Recovery(), {}) == Recovery()


def test_values_read_back_are_the_same() -> None:
    assert adjusted(Recovery(), values_of(Recovery())) == Recovery()


@pytest.mark.parametrize(
    ("wishes", "says"),
    [
        ({"radius": 99.0}, "radius: 99 is above 20 px"),
        ({"plate": "/etc/passwd"}, "plate: cannot be chosen here"),
        ({"opacity": "loud"}, "opacity: "),
    ],
)
def test_what_cannot_be_is_refused(wishes: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        adjusted(Recovery(), wishes)


def test_what_was_chosen_wins_over_the_file_but_not_over_a_sub_folders_own(file: Path) -> None:
    choose(file, opacity="60% of match", radius=5.0)
    (hot_folder,) = load_settings(file).hot_folders
    assert (str(hot_folder.recovery.opacity), hot_folder.recovery.radius) == ("60% of match", 5.0)
    soft = hot_folder.for_subfolder(Path("soft"))
    assert (str(soft.recovery.opacity), soft.recovery.radius) == ("40% of match", 5.0)


def test_a_mistake_there_is_reported_with_its_place(file: Path) -> None:
    choose(file, radius=99.0)
    with pytest.raises(UsageError, match=r"review\.json, heads\.recovery\.radius: 99 is above 20 px"):
        load_settings(file)


@pytest.mark.parametrize("text", ["{", "[]", '{"heads": 1}'])
def test_a_broken_file_is_named(file: Path, text: str) -> None:
    (file.parent / "state" / CHOSEN_NAME).write_text(text)
    with pytest.raises(UsageError, match="Remove it"):
        load_settings(file)


def test_nothing_was_chosen_where_there_is_no_file(tmp_path: Path) -> None:
    assert read_chosen(tmp_path / "nowhere") == {}
