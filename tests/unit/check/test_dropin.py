from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pored.check import render_dropin, write_dropin
from pored.config import HotFolder, Settings
from pored.errors import MachineError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


def settings(top: str = "/srv/p", **values: object) -> Settings:
    folders = {key: Path(f"{top}/{key}") for key in ("inbox", "output", "failed", "reports")}
    given = {"name": "a", "originals": (Path(f"{top}/originals"),), **folders, **values}
    return Settings(state_dir=Path("/var/lib/pored"), hot_folders=(HotFolder.model_validate(given),))


def values(text: str, key: str) -> Sequence[str]:
    return [line.partition("=")[2] for line in text.splitlines() if line.startswith(f"{key}=")]


def test_what_is_written_to_is_opened_and_nothing_else() -> None:
    text = render_dropin(settings())
    assert values(text, "ReadWritePaths") == [
        '"/var/lib/pored"',
        '"/srv/p/output"',
        '"/srv/p/failed"',
        '"/srv/p/reports"',
    ]
    assert values(text, "ReadOnlyPaths") == ['"/srv/p/originals"']


def test_the_inbox_is_opened_where_exports_are_moved_out_of_it() -> None:
    text = render_dropin(settings(processed=Path("/srv/p/done")))
    assert '"/srv/p/done"' in values(text, "ReadWritePaths")
    assert '"/srv/p/inbox"' in values(text, "ReadWritePaths")


def test_originals_in_a_folder_that_is_opened_stay_closed() -> None:
    text = render_dropin(settings(processed=Path("/srv/p/done"), originals=(Path("/srv/p/inbox/originals"),)))
    assert values(text, "ReadOnlyPaths") == ['"/srv/p/inbox/originals"']


def test_originals_that_share_a_folder_with_results_cannot_be_closed() -> None:
    inbox = Path("/srv/p/inbox")
    text = render_dropin(settings(originals=(inbox,), output=inbox))
    assert values(text, "ReadOnlyPaths") == []
    assert '"/srv/p/inbox"' in values(text, "ReadWritePaths")


def test_every_folder_is_waited_for_once() -> None:
    mounts = values(render_dropin(settings(failed=Path("/srv/p/reports"))), "RequiresMountsFor")
    assert sorted(mounts) == [
        '"/srv/p/inbox"',
        '"/srv/p/originals"',
        '"/srv/p/output"',
        '"/srv/p/reports"',
        '"/var/lib/pored"',
    ]


@pytest.mark.parametrize(
    ("top", "quoted"),
    [
        ("/srv/my studio", '"/srv/my studio/output"'),
        ("/srv/100%", '"/srv/100%%/output"'),
        ('/srv/5" prints', r'"/srv/5\" prints/output"'),
        ("/srv/back\\slash", r'"/srv/back\\slash/output"'),
        ("/srv/Größe 日本", '"/srv/Größe 日本/output"'),
    ],
)
def test_names_are_quoted_for_systemd(top: str, quoted: str) -> None:
    assert quoted in values(render_dropin(settings(top)), "ReadWritePaths")


@pytest.mark.parametrize("top", ["/srv/two\nlines", "/srv/tab\t", "/srv/del\x7f"])
def test_names_that_a_unit_file_cannot_hold_are_refused(top: str) -> None:
    with pytest.raises(UsageError, match="has a control character in its name"):
        render_dropin(settings(top))


@pytest.mark.parametrize(
    ("top", "line"),
    [
        ("/home/ana/studio", "ProtectHome=read-only"),
        ("/root/studio", "ProtectHome=read-only"),
        ("/tmp/studio", "PrivateTmp=no"),  # noqa: S108 - nothing is written there
    ],
)
def test_what_the_unit_hides_is_shown_where_folders_lie_there(top: str, line: str) -> None:
    assert line in render_dropin(settings(top)).splitlines()
    assert line not in render_dropin(settings("/srv/home")).splitlines()


def test_it_is_written_whole_in_place_of_an_older_one(tmp_path: Path) -> None:
    folder = tmp_path / "pored.service.d"
    write_dropin(settings("/srv/old"), folder)
    file = write_dropin(settings(), folder)
    assert file == folder / "pored-folders.conf"
    assert file.read_text() == render_dropin(settings())
    assert list(folder.iterdir()) == [file]
    assert file.stat().st_mode & 0o777 == 0o644


def test_a_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MachineError, match=r"pored-folders\.conf cannot be written.*sudo pored check"):
        write_dropin(settings(), tmp_path / "file")
