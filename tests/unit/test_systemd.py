"""The unit and its drop-ins, by systemd's own tools: no manager need run, but the package must be installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pored.check import render_dropin
from pored.config import HotFolder, Settings
from pored.errors import MachineError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

SYSTEMD = Path(__file__).parents[2] / "systemd"
UNIT = SYSTEMD / "pored.service"
COMMAND = "/opt/pored/.venv/bin/pored run --config /etc/pored/pored.toml"
ODD_NAMES = ["my studio", "100% %h %", '5" prints', "it's", "back\\slash", "end\\", "Größe 日本", "a;b #c $HOME"]


def analyze(*arguments: str, units: Path | None = None) -> subprocess.CompletedProcess[str]:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.fail("systemd-analyze is missing, and these tests need it: apt-get install systemd")
    path = f"{units}:" if units else ""  # the colon: and the usual places
    environment = os.environ | {"SYSTEMD_UNIT_PATH": path, "SYSTEMD_COLORS": "0", "LC_ALL": "C.UTF-8"}
    command = [tool, "--man=no", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def settings(at: Path) -> Settings:
    folders = {key: at / key for key in ("inbox", "output", "failed", "reports", "processed")}
    hot_folder = HotFolder.model_validate({"name": "a", "originals": (at / "originals",), **folders})
    return Settings(state_dir=at / "state", hot_folders=(hot_folder,))


@pytest.fixture
def verify(tmp_path: Path) -> Callable[..., str]:
    """What systemd complains of in the unit with a drop-in of that text; its command need not be installed."""

    def complaints(dropin: str = "") -> str:
        (tmp_path / "pored.service").write_text(UNIT.read_text().replace(COMMAND, "/bin/true"))
        folder = tmp_path / "pored.service.d"
        folder.mkdir(exist_ok=True)
        (folder / "dropin.conf").write_text(dropin)
        done = analyze("verify", str(tmp_path / "pored.service"), units=tmp_path)
        return done.stdout + done.stderr + (f"exit code {done.returncode}" if done.returncode else "")

    return complaints


class TestVerify:
    def test_the_unit_is_clean(self, verify: Callable[..., str]) -> None:
        assert verify() == ""

    def test_and_starts_nothing_but_what_is_installed(self) -> None:
        assert f"\nExecStart={COMMAND}\n" in UNIT.read_text()

    @pytest.mark.parametrize("dropin", ["network-share.conf", "network.conf"])
    def test_the_drop_ins_are_clean(self, verify: Callable[..., str], dropin: str) -> None:
        assert verify((SYSTEMD / dropin).read_text()) == ""

    @pytest.mark.parametrize("name", ODD_NAMES)
    def test_the_drop_in_with_the_folders_is_clean_whatever_their_names(
        self, verify: Callable[..., str], name: str
    ) -> None:
        assert verify(render_dropin(settings(Path("/srv") / name))) == ""

    @pytest.mark.parametrize("line", ["ReadWritePaths=/srv/my studio", 'ReadWritePaths="/srv/5" prints"', "Foo=bar"])
    def test_it_would_complain(self, verify: Callable[..., str], line: str) -> None:
        assert "ignoring" in verify(f"[Service]\n{line}\n")


def test_it_is_hardened() -> None:
    done = analyze("security", "--offline=true", str(UNIT))
    exposure = re.search(r"Overall exposure level for pored\.service: ([0-9.]+)", done.stdout)
    assert exposure, done.stderr
    assert float(exposure[1]) <= 1.1, done.stdout


def test_the_score_tells_a_hardened_unit_from_a_bare_one(tmp_path: Path) -> None:
    (tmp_path / "pored.service").write_text("[Service]\nExecStart=/bin/true\n")
    done = analyze("security", "--offline=true", "--threshold=15", str(tmp_path / "pored.service"))
    assert done.returncode != 0


def test_it_is_not_started_again_for_what_only_a_person_can_mend() -> None:
    line = f"RestartPreventExitStatus={UsageError.exit_code} {MachineError.exit_code}"
    assert line in UNIT.read_text().splitlines()


@pytest.mark.parametrize("file", sorted(SYSTEMD.iterdir()), ids=lambda file: file.name)
def test_every_group_of_lines_is_explained(file: Path) -> None:
    speak_for_themselves = ("[", "Description=", "Documentation=", "WantedBy=")
    for paragraph in re.split(r"\n\s*\n|\n(?=\[)", file.read_text()):
        lines = [line for line in paragraph.splitlines() if not line.startswith(speak_for_themselves)]
        assert not lines or lines[0].startswith("#"), lines[0]


def test_the_network_drop_in_has_one_mount_point_to_replace() -> None:
    text = (SYSTEMD / "network-share.conf").read_text()
    places = re.findall(r"^(?:RequiresMountsFor|AssertPathIsMountPoint)=(.*)$", text, re.MULTILINE)
    assert places == ["/srv/pored", "/srv/pored"]
