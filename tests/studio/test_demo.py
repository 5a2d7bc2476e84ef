"""``pored demo`` as a new user runs it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

FIGURES = re.compile(r"^ +(export|result),.* (\d+\.\d\d) +(\d\.\d\d)$", re.MULTILINE)


def test_the_demo_shows_the_pores_come_back(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "pored", "demo"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    energies = {name: float(energy) for name, energy, _ in FIGURES.findall(done.stdout)}
    assert energies["export"] < 0.6
    assert 0.9 <= energies["result"] <= 1.1
    [studio] = tmp_path.iterdir()
    [report] = (studio / "reports").glob("*.json")
    assert json.loads(report.read_text())["texture"]["after"]["energy"] == pytest.approx(energies["result"], abs=0.006)
    with Image.open(studio / "comparison.png") as comparison:
        assert comparison.width > 4 * 300
    written = sorted(path.name for path in (studio / "output").iterdir())
    assert written == ["IMG_0001-topaz-face.jpg", "IMG_0001-topaz-face.psd"]
