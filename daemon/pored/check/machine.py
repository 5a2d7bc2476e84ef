"""The questions that the checks ask the machine; a test hands in its own answers."""

from __future__ import annotations

import ctypes
import importlib
import os
import pwd
import shutil
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from pored.watch.mounts import FSTAB, PROC

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def _distributions() -> set[str]:
    return {each.metadata["Name"].lower() for each in metadata.distributions()}


def _model_problem() -> str | None:
    # Not with this module: what is broken there must be reported here.
    return str(problem) if (problem := importlib.import_module("pored.faces.landmarker").model_problem()) else None


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, slots=True)
class Machine:
    """Where the checks get their facts.

    Attributes:
        python: version in use.
        environment: where pored is installed.
        interpreter: where the Python is that the environment is made with.
        user: effective user number.
        import_module: raises ImportError, or OSError where a system library is lacking.
        load_library: of a shared object; raises OSError.
        distributions: names of installed Python packages, in small letters.
        model_problem: what is wrong with the face model, or None.
        processors: the kernel's list of them.
        free_bytes: on the disk of a folder.
        proc: where the kernel's own files are.
        fstab: what the machine mounts.
    """

    python: tuple[int, int] = sys.version_info[:2]
    environment: Path = Path(sys.prefix)
    interpreter: Path = Path(sys.base_prefix)
    user: int = os.geteuid()
    import_module: Callable[[str], object] = importlib.import_module
    load_library: Callable[[str], object] = ctypes.CDLL
    distributions: Callable[[], Iterable[str]] = _distributions
    model_problem: Callable[[], str | None] = _model_problem
    processors: Path = Path("/sys/devices/system/cpu/possible")
    free_bytes: Callable[[Path], int] = _free_bytes
    proc: Path = PROC
    fstab: Path = FSTAB

    @property
    def service_user(self) -> str:
        """The user that the service runs as: this one, or where root asks, the unit's."""
        if self.user == 0:
            return "pored"
        try:
            return pwd.getpwuid(self.user).pw_name
        except KeyError:
            return str(self.user)
