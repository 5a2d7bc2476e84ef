from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pored.check import Machine
from pored.config import load_settings
from pored.studio import make_studio

if TYPE_CHECKING:
    from pored.config import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of a studio whose folders are all there."""
    return load_settings(make_studio(tmp_path / "studio"))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine on which all is well."""
    proc = tmp_path / "proc"
    (proc / "self").mkdir(parents=True)
    (proc / "self" / "mountinfo").write_text("22 1 8:1 / / rw,relatime - ext4 /dev/vda rw\n")
    inotify = proc / "sys" / "fs" / "inotify"
    inotify.mkdir(parents=True)
    (inotify / "max_user_watches").write_text("65536\n")
    (inotify / "max_user_instances").write_text("128\n")
    return Machine(
        python=(3, 12),
        environment=Path("/opt/pored/.venv"),
        interpreter=Path("/usr"),
        user=1000,
        import_module=lambda _name: None,
        load_library=lambda _name: None,
        distributions=lambda: {"numpy", "opencv-python-headless"},
        model_problem=lambda: None,
        free_bytes=lambda _folder: 10**12,
        proc=proc,
    )
