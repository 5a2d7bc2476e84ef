"""All checks, in the order in which a person would mend what they find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pored.check.folders import check_folders
from pored.check.libraries import check_libraries
from pored.check.limits import check_limits
from pored.check.machine import Machine

if TYPE_CHECKING:
    from pored.check.finding import Check
    from pored.config import Settings


def run_checks(settings: Settings | None, machine: Machine | None = None) -> list[Check]:
    """Look at everything that pored needs.

    Args:
        settings: None where there are none yet; then only the libraries are looked at.
        machine: None: this one.

    Returns:
        A check for each thing; pored can work if none is ``missing``.
    """
    machine = machine or Machine()
    checks = list(check_libraries(machine))
    if settings is not None:
        checks += [*check_folders(settings, machine), *check_limits(settings, machine)]
    return checks
