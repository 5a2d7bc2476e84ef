from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pored.check.limits import check_limits

if TYPE_CHECKING:
    from pored.check import Machine
    from pored.config import Settings


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Ten folders in the inbox, itself among them."""
    for number in range(9):
        (settings.hot_folders[0].inbox / f"job {number}").mkdir()
    return settings


@pytest.mark.parametrize(("limit", "state"), [(20, "ok"), (19, "warning"), (10, "warning"), (9, "missing")])
def test_every_folder_needs_a_watch_and_others_need_some_too(
    settings: Settings, machine: Machine, limit: int, state: str
) -> None:
    (machine.proc / "sys/fs/inotify/max_user_watches").write_text(f"{limit}\n")
    watches, _ = check_limits(settings, machine)
    assert (watches.name, watches.state, watches.finding) == ("max_user_watches", state, f"10 of {limit} needed")
    wanted = "echo fs.inotify.max_user_watches=524288 > /etc/sysctl.d/60-pored-max_user_watches.conf && sysctl --system"
    assert watches.mend == ("" if state == "ok" else wanted)


def test_every_inbox_needs_an_instance(settings: Settings, machine: Machine) -> None:
    (machine.proc / "sys/fs/inotify/max_user_instances").write_text("0\n")
    _, instances = check_limits(settings, machine)
    assert (instances.state, instances.finding) == ("missing", "1 of 0 needed")
    assert "fs.inotify.max_user_instances=1024" in instances.mend


def test_a_kernel_that_does_not_say(settings: Settings, machine: Machine) -> None:
    (machine.proc / "sys/fs/inotify/max_user_watches").unlink()
    watches, _ = check_limits(settings, machine)
    assert watches.state == "warning"


def test_links_are_not_followed(settings: Settings, machine: Machine) -> None:
    inbox = settings.hot_folders[0].inbox
    (inbox / "loop").symlink_to(inbox)
    watches, _ = check_limits(settings, machine)
    assert watches.finding == "10 of 65536 needed"
