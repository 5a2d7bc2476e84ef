from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pored.check.libraries import APT, MODULES, OTHER_OPENCVS, SYNC, check_libraries

if TYPE_CHECKING:
    from pored.check import Check, Machine

IMPORTED_AS = {
    "opencv-python-headless": "cv2",
    "pillow": "PIL",
    "pillow-heif": "pillow_heif",
    "prometheus-client": "prometheus_client",
}


def found(machine: Machine, name: str) -> Check:
    (check,) = [check for check in check_libraries(machine) if check.name == name]
    return check


def test_every_dependency_is_looked_at() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]
    names = [re.split("[<>=;]", each)[0] for each in project["dependencies"]]
    assert {IMPORTED_AS.get(name, name) for name in names} == set(MODULES)


def test_an_old_python(machine: Machine) -> None:
    check = found(replace(machine, python=(3, 10)), "Python")
    assert (check.state, check.finding) == ("missing", "3.10 is too old; pored needs 3.11")


@pytest.mark.parametrize(
    ("interpreter", "environment", "state"),
    [
        ("/usr", "/opt/pored/.venv", "ok"),
        ("/root/.local/share/uv/python/3.11", "/opt/pored/.venv", "warning"),
        ("/home/ana/.local/share/uv/python/3.11", "/home/ana/pored/.venv", "ok"),
    ],
)
def test_a_python_that_the_service_cannot_see(machine: Machine, interpreter: str, environment: str, state: str) -> None:
    check = found(replace(machine, interpreter=Path(interpreter), environment=Path(environment)), "Python")
    assert check.state == state
    assert check.mend.endswith("--python /usr/bin/python3" if state == "warning" else "")


@pytest.mark.parametrize("library", ["libEGL.so.1", "libGLESv2.so.2"])
def test_a_system_library_that_is_lacking(machine: Machine, library: str) -> None:
    def load(name: str) -> object:
        if name == library:
            raise OSError(f"{name}: cannot open shared object file")
        return None

    check = found(replace(machine, load_library=load), library)
    assert (check.state, check.mend) == ("missing", "apt-get install libegl1 libgles2")
    assert [each.state for each in check_libraries(replace(machine, load_library=load))].count("missing") == 1


def test_without_libturbojpeg_it_is_only_slower(machine: Machine) -> None:
    def load(name: str) -> object:
        if "turbojpeg" in name:
            raise OSError(f"{name}: cannot open shared object file")
        return None

    check = found(replace(machine, load_library=load), "libturbojpeg.so.0")
    assert (check.state, check.mend) == ("warning", "apt-get install libturbojpeg0-dev")


@pytest.mark.parametrize(
    ("error", "mend"),
    [
        (ModuleNotFoundError("No module named 'mediapipe'"), SYNC),
        (OSError("libGLESv2.so.2: cannot open shared object file"), APT),
        (ImportError("libEGL.so.1: cannot open shared object file"), APT),
        (ImportError("libxcb.so.1: cannot open shared object file"), SYNC),
    ],
)
def test_a_module_that_does_not_import(machine: Machine, error: Exception, mend: str) -> None:
    def import_module(name: str) -> object:
        if name == "mediapipe":
            raise error
        return None

    check = found(replace(machine, import_module=import_module), "mediapipe")
    assert (check.state, check.finding, check.mend) == ("missing", f"does not import: {error}", mend)


@pytest.mark.parametrize("other", OTHER_OPENCVS)
def test_a_second_opencv(machine: Machine, other: str) -> None:
    check = found(replace(machine, distributions=lambda: {"opencv-python-headless", other}), "OpenCV")
    assert check.finding == f"{other} overwrites opencv-python-headless"
    assert "uv sync" in check.mend


def test_a_damaged_model(machine: Machine) -> None:
    check = found(replace(machine, model_problem=lambda: "the face model is damaged"), "face model")
    assert (check.state, check.finding) == ("missing", "the face model is damaged")


def test_a_model_that_nothing_can_be_said_about(machine: Machine) -> None:
    def broken() -> str | None:
        raise ImportError("No module named 'numpy'")

    assert found(replace(machine, model_problem=broken), "face model").state == "missing"


def test_without_sys_mediapipe_would_abort(machine: Machine, tmp_path: Path) -> None:
    check = found(replace(machine, processors=tmp_path / "possible"), "/sys")
    assert (check.state, check.mend) == ("missing", "mount -t sysfs sysfs /sys")
    assert found(machine, "/sys").state == "ok"
