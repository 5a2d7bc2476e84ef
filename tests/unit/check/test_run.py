from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pored.check import Machine, run_checks

if TYPE_CHECKING:
    from pored.config import Settings


def test_where_all_is_well_nothing_is_to_be_mended(settings: Settings, machine: Machine) -> None:
    checks = run_checks(settings, machine)
    assert {check.state for check in checks} == {"ok"}
    assert {check.mend for check in checks} == {""}
    assert all(check.finding for check in checks)


def test_without_settings_the_libraries_are_looked_at(machine: Machine) -> None:
    names = [check.name for check in run_checks(None, machine)]
    assert names[:4] == ["Python", "/sys", "libEGL.so.1", "libGLESv2.so.2"]
    assert names[-1] == "face model"


def test_everything_that_is_wrong_has_a_mend(settings: Settings, machine: Machine) -> None:
    def nothing(name: str) -> object:
        raise ImportError(name)

    hot_folder = settings.hot_folders[0]
    hot_folder.output.rmdir()
    bad = replace(machine, import_module=nothing, user=0, free_bytes=lambda _: 1, model_problem=lambda: "is damaged")
    wrong = [check for check in run_checks(settings, bad) if check.state != "ok"]
    assert len(wrong) > 10
    assert all(check.mend for check in wrong)


def test_this_very_machine_has_what_pored_is_built_on() -> None:
    missing = [check for check in run_checks(None) if check.state == "missing"]
    assert missing == []
