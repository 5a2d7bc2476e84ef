from __future__ import annotations

import pickle
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from pored.config import HotFolder, Opacity, Recovery, Settings, load_settings
from pored.errors import UsageError
from pored.studio import make_studio

if TYPE_CHECKING:
    from collections.abc import Callable

DURATION = ' is no duration; write seconds, or "90s", "15m", "24h", "7d"'
FOUR = " is not four whole numbers 0 to 255 that ascend, as in [0, 0, 255, 255]"


def test_a_file_with_nothing_but_folders_has_all_defaults(load: Callable[..., Settings]) -> None:
    (hot_folder,) = load().hot_folders
    assert hot_folder.recovery == Recovery()
    assert hot_folder.processed is None
    assert hot_folder.group is None
    assert hot_folder.mode == 0o664
    assert (hot_folder.settle_seconds, hot_folder.rescan_seconds, hot_folder.wait_for_original) == (2, 30, 86400)
    assert (hot_folder.when_unmatched, hot_folder.keep_days) == ("hold", 90)
    assert hot_folder.pairing.prefer == ("tiff", "psd", "jpeg", "raw")


def test_relative_folders_start_from_the_files_own(load: Callable[..., Settings], tmp_path: Path) -> None:
    (hot_folder,) = load('processed = "../done"').hot_folders
    assert hot_folder.inbox == tmp_path / "inbox"
    assert hot_folder.originals == (tmp_path / "originals",)
    assert hot_folder.processed == tmp_path.parent / "done"


def test_relative_folders_start_there_for_a_relative_file_too(
    load: Callable[..., Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load()
    monkeypatch.chdir(tmp_path)
    assert load_settings(Path("pored.toml")).hot_folders[0].inbox == tmp_path / "inbox"


def test_absolute_folders_stay(load: Callable[..., Settings]) -> None:
    assert load(top='state_dir = "/var/lib/other"').state_dir == Path("/var/lib/other")


def test_settings_travel_to_workers(load: Callable[..., Settings]) -> None:
    settings = load('[hot_folder.by_folder.soft]\nrecovery.opacity = "70% of match"')
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301 - our own bytes


def test_settings_do_not_change(load: Callable[..., Settings]) -> None:
    with pytest.raises(ValidationError):
        load().hot_folders[0].recovery.radius = 5.0


class TestMistakes:
    def test_all_are_reported_at_once_and_each_with_its_path(self, refusal: Callable[..., list[str]]) -> None:
        hot = """
        sette_seconds = 1
        mode = 664
        recovery.radius = 40
        recovery.this_layer = [9, 1, 2, 3]
        pairing.prefer = ["tiff", "tiff"]
        """
        assert refusal(hot, "workers = 100") == [
            "workers: 100 is above 64",
            'hot_folder "headshots".mode: 664 is no file mode "0600" to "0777", with quotes, that lets its owner write',
            'hot_folder "headshots".pairing.prefer: "tiff" is there twice',
            'hot_folder "headshots".recovery.radius: 40 is above 20 px',
            'hot_folder "headshots".recovery.this_layer: [9, 1, 2, 3]' + FOUR,
            'hot_folder "headshots".sette_seconds: there is no such setting; did you mean settle_seconds?',
        ]

    def test_the_title_names_the_file(self, load: Callable[..., Settings], tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=str(tmp_path / "pored.toml")):
            load("recovery.radius = 40")

    def test_a_hot_folder_without_a_name_is_counted(self, tmp_path: Path) -> None:
        file = tmp_path / "pored.toml"
        file.write_text("[[hot_folder]]\nrecovery.radius = 40\n")
        with pytest.raises(UsageError) as refused:
            load_settings(file)
        lines = refused.value.message.splitlines()[1:]
        assert "  hot_folder[0].recovery.radius: 40 is above 20 px" in lines
        assert "  hot_folder[0].inbox: is missing; it has no default" in lines

    @pytest.mark.parametrize(
        ("hot", "line"),
        [
            ("mode = '0444'", 'mode: "0444" is no file mode "0600" to "0777", with quotes, that lets its owner write'),
            ("mode = '4755'", 'mode: "4755" is no file mode "0600" to "0777", with quotes, that lets its owner write'),
            ("recovery.radius = 'wide'", 'recovery.radius: "wide" is neither "auto" nor a number of pixels'),
            ("recovery.radius = 0.1", "recovery.radius: 0.1 is below 0.5 px"),
            ("recovery.radius = nan", "recovery.radius: NaN is below 0.5 px"),
            ("recovery.radius = true", "recovery.radius: true is no number"),
            (
                "recovery.opacity = 'lots'",
                'recovery.opacity: "lots" is neither "match", "70% of match" nor a number of percent',
            ),
            ("recovery.opacity = 101", "recovery.opacity: 101 is above 100 %"),
            ("recovery.opacity = '300% of match'", "recovery.opacity: 300 is above 200 % of match"),
            ("recovery.missing_only = 1", "recovery.missing_only: 1 is neither true nor false"),
            ("recovery.scope = 'body'", 'recovery.scope: "body" is not "face" or "all"'),
            ("recovery = 3", "recovery: 3 is no table of settings"),
            ("keep_days = 1.5", "keep_days: 1.5 is no whole number"),
            ("group = 7", "group: 7 is no text in quotes"),
            ("settle_seconds = '3 weeks'", 'settle_seconds: "3 weeks"' + DURATION),
            ("settle_seconds = '1h'", "settle_seconds: 3600 is above 10m"),
            ("processed = '~/done'", 'processed: "~/done" begins with ~, which is not expanded; write the whole path'),
            ("processed = 3", "processed: 3 is no folder; write its path in quotes"),
            ("pairing.suffixes = 'copy'", 'pairing.suffixes: "copy" is no list'),
            (
                "result.name = 'out/{stem}'",
                'result.name: "out/{stem}" is no name for results; write "{stem}" once, with nothing that makes a path',
            ),
            (
                "result.name = 'pores'",
                'result.name: "pores" is no name for results; write "{stem}" once, with nothing that makes a path',
            ),
            ("recovery.preset = 'glam'", 'recovery.preset: there is no preset "glam"; there are natural, photoshop'),
            ("recovery.preset = 3", "recovery.preset: 3 is no text in quotes"),
            (
                "[hot_folder.by_folder.soft]\nrecovery.radius = 40",
                "by_folder.soft.recovery.radius: 40 is above 20 px",
            ),
            (
                '[hot_folder.by_folder."very soft"]\nrecovery.radios = 4',
                'by_folder."very soft".recovery.radios: there is no such setting; did you mean radius?',
            ),
            (
                "[hot_folder.by_folder.soft]\nmode = '0664'",
                "by_folder.soft.mode: cannot be set by sub-folder; only pairing, result, recovery can",
            ),
            ("[hot_folder.by_folder]\nsoft = 3", "by_folder.soft: is no table of settings"),
            (
                "[hot_folder.by_folder.'a/b']",
                'by_folder."a/b": is no folder\'s name; it is looked for at any depth, so write one name',
            ),
            (
                "[hot_folder.by_folder.soft]\n[hot_folder.by_folder.SOFT]",
                "by_folder.SOFT: is there twice; big and small letters are the same here",
            ),
            ("recovery.zones.chin = 1.5", "recovery.zones.chin: 1.5 is above 1"),
            ("recovery.grain = 101", "recovery.grain: 101 is above 100 %"),
        ],
    )
    def test_each_is_said_in_words(self, refusal: Callable[..., list[str]], hot: str, line: str) -> None:
        assert refusal(hot) == [f'hot_folder "headshots".{line}']

    def test_no_originals(self, tmp_path: Path) -> None:
        file = tmp_path / "pored.toml"
        file.write_text('[[hot_folder]]\nname = "a"\noriginals = []')
        with pytest.raises(UsageError, match=r'hot_folder "a"\.originals: is empty; it needs one at least'):
            load_settings(file)

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "hot_folder: there is none, so nothing to do"),
            ("hot_folder = 3", "hot_folder: is no list of tables"),
            ("[hot_folder]\nname = 'a'", "hot_folder: is no list of tables"),
            ("presets = 3", "presets: is no table of settings"),
            ("defaults = 3", "defaults: is no table of settings"),
            ("hot_folders = []", "hot_folders: there is no such setting"),
            ("this is no TOML", "is not TOML"),
            ("workers = 1" + 5000 * "0", "is not TOML"),
        ],
    )
    def test_a_file_of_another_shape(self, tmp_path: Path, text: str, says: str) -> None:
        file = tmp_path / "pored.toml"
        file.write_text(text)
        with pytest.raises(UsageError, match=says):
            load_settings(file)

    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"No such file or directory\. Name another with --config\."):
            load_settings(tmp_path / "pored.toml")

    def test_a_mark_at_the_beginning(self, tmp_path: Path) -> None:
        file = make_studio(tmp_path)
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
        assert load_settings(file).state_dir == tmp_path / "state"

    def test_no_text(self, tmp_path: Path) -> None:
        file = tmp_path / "pored.toml"
        file.write_bytes(b"name = '\xff'")
        with pytest.raises(UsageError, match="is not UTF-8"):
            load_settings(file)


class TestDefaults:
    def test_they_serve_a_hot_folder_that_does_not_set_them(self, load: Callable[..., Settings]) -> None:
        (hot_folder,) = load("keep_days = 5", "[defaults]\nkeep_days = 30\nrecovery.radius = 4").hot_folders
        assert (hot_folder.keep_days, hot_folder.recovery.radius) == (5, 4.0)

    def test_groups_are_merged_key_by_key(self, load: Callable[..., Settings]) -> None:
        top = "[defaults.recovery]\nradius = 4\nopacity = 30"
        (hot_folder,) = load("recovery.opacity = 50", top).hot_folders
        assert (hot_folder.recovery.radius, hot_folder.recovery.opacity) == (4.0, Opacity(50.0))

    def test_a_mistake_in_them_is_reported_there_and_once(self, refusal: Callable[..., list[str]]) -> None:
        hot = "[hot_folder.by_folder.soft]\nrecovery.opacity = 20"
        assert refusal(hot, "[defaults]\nrecovery.radius = 40") == ["defaults.recovery.radius: 40 is above 20 px"]

    def test_they_cannot_name_or_place_all_hot_folders_alike(self, refusal: Callable[..., list[str]]) -> None:
        shared = "hot folders cannot share this; write it in each"
        assert refusal(top="[defaults]\nname = 'a'\ninbox = 'i'") == [
            f"defaults.name: {shared}",
            f"defaults.inbox: {shared}",
        ]

    def test_they_serve_by_folder_too(self, load: Callable[..., Settings]) -> None:
        (hot_folder,) = load(top="[defaults.by_folder.soft]\nrecovery.opacity = 20").hot_folders
        assert hot_folder.for_subfolder(PurePath("soft")).recovery.opacity == Opacity(20.0)


class TestByFolder:
    @pytest.fixture
    def hot_folder(self, load: Callable[..., Settings]) -> HotFolder:
        hot = """
        recovery.radius = 4
        [hot_folder.by_folder.soft]
        recovery.opacity = "70% of match"
        [hot_folder.by_folder."Größe"]
        recovery.preset = "photoshop"
        result.format = "tiff"
        """
        return load(hot).hot_folders[0]

    @pytest.mark.parametrize("path", [".", "other", "other/softer/a.jpg", "soft.jpg"])
    def test_elsewhere_the_hot_folder_itself_holds(self, hot_folder: HotFolder, path: str) -> None:
        assert hot_folder.for_subfolder(PurePath(path)) is hot_folder

    @pytest.mark.parametrize("path", ["soft", "soft/a.jpg", "job/soft/day/a.jpg", "SOFT/a.jpg", "größe/Soft/a.jpg"])
    def test_it_holds_at_any_depth_and_in_any_case(self, hot_folder: HotFolder, path: str) -> None:
        recovery = hot_folder.for_subfolder(PurePath(path)).recovery
        assert recovery == Recovery(radius=4.0, opacity=Opacity(share=0.7))

    @pytest.mark.parametrize("path", ["Größe", "GRÖSSE", "gro\u0308ße", "soft/größe/a.jpg"])
    def test_the_deepest_wins_in_any_unicode_form(self, hot_folder: HotFolder, path: str) -> None:
        special = hot_folder.for_subfolder(PurePath(path))
        assert special.recovery.preset == "photoshop"
        assert special.recovery.radius == 4.0  # set in the hot folder, so it wins over the preset
        assert special.recovery.opacity == Opacity(100.0)
        assert special.result.format == "tiff"
        assert special.inbox == hot_folder.inbox
