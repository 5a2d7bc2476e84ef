"""Whether everything that pored is built on is there and loads."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pored.check.finding import Check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pored.check.machine import Machine

PYTHON = (3, 11)
MODULES = (
    "numpy",
    "cv2",
    "mediapipe",
    "PIL",
    "pillow_heif",
    "tifffile",
    "imagecodecs",
    "jpeglib",
    "blake3",
    "exiv2",
    "pydantic",
    "structlog",
    "typer",
    "rich",
    "watchdog",
    "pebble",
    "prometheus_client",
    "rawpy",
    "anyio",
    "httptools",
    "jinja2",
    "starlette",
    "uvicorn",
)
SHARED_OBJECTS = ("libEGL.so.1", "libGLESv2.so.2")
"""MediaPipe loads them, though it draws nothing here."""
FASTER = "libturbojpeg.so.0"
OTHER_OPENCVS = ("opencv-contrib-python", "opencv-contrib-python-headless", "opencv-python")
"""Each overwrites files of opencv-python-headless; those without "headless" do not import on a server."""

HOMES = ("/home", "/root")

SYNC = "cd /opt/pored && uv sync --no-dev --compile-bytecode"
APT = "apt-get install libegl1 libgles2"
APT_FASTER = "apt-get install libturbojpeg0-dev"
"""Debian and Ubuntu call the library itself differently, and this alike."""


def check_libraries(machine: Machine) -> Iterator[Check]:
    """Python, what it imports, what that loads, and the face model."""
    yield _python(machine)
    yield _processors(machine)
    yield from (_shared_object(name, machine) for name in SHARED_OBJECTS)
    yield _faster(machine)
    yield from (_module(name, machine) for name in MODULES)
    yield _one_opencv(machine)
    yield _model(machine)


def _python(machine: Machine) -> Check:
    version = ".".join(map(str, machine.python))
    if machine.python < PYTHON:
        return Check("Python", "missing", f"{version} is too old; pored needs 3.11", "uv python install 3.11")
    if _in_a_home(machine.interpreter) and not _in_a_home(machine.environment):
        finding = f"{machine.interpreter} is in somebody's home, which the systemd service does not see"
        return Check("Python", "warning", finding, f"{SYNC} --python /usr/bin/python3")
    return Check("Python", "ok", version)


def _in_a_home(folder: Path) -> bool:
    return any(folder.is_relative_to(homes) for homes in HOMES)


def _processors(machine: Machine) -> Check:
    if os.access(machine.processors, os.R_OK):
        return Check("/sys", "ok", "lists the processors")
    finding = f"{machine.processors} cannot be read, and MediaPipe would abort without it"
    return Check("/sys", "missing", finding, "mount -t sysfs sysfs /sys")


def _shared_object(name: str, machine: Machine) -> Check:
    try:
        machine.load_library(name)
    except OSError as error:
        return Check(name, "missing", f"does not load: {error}", APT)
    return Check(name, "ok", "loads")


def _faster(machine: Machine) -> Check:
    try:
        machine.load_library(FASTER)
    except OSError as error:
        return Check(FASTER, "warning", f"does not load, so JPEGs are written more slowly: {error}", APT_FASTER)
    return Check(FASTER, "ok", "loads")


def _module(name: str, machine: Machine) -> Check:
    try:
        machine.import_module(name)
    except (ImportError, OSError) as error:
        lacking = any(shared in str(error) for shared in SHARED_OBJECTS)
        return Check(name, "missing", f"does not import: {error}", APT if lacking else SYNC)
    return Check(name, "ok", "imports")


def _one_opencv(machine: Machine) -> Check:
    others = sorted(set(OTHER_OPENCVS) & set(machine.distributions()))
    if others:
        return Check("OpenCV", "missing", f"{' and '.join(others)} overwrites opencv-python-headless", SYNC)
    return Check("OpenCV", "ok", "one is installed")


def _model(machine: Machine) -> Check:
    try:
        problem = machine.model_problem()
    except ImportError as error:
        problem = f"cannot be looked at: {error}"
    return Check("face model", "missing", problem, SYNC) if problem else Check("face model", "ok", "is whole")
