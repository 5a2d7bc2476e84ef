"""Imports point downwards only, and each dependency has one door."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import pored

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(pored.__file__).parent

LAYERS = (
    {"__main__"},
    {"cli"},
    {"demo"},
    {"service", "check", "studio"},
    {"review"},
    {"hot_folder"},
    {"workers"},
    {"work"},
    {"choosing", "results"},
    {"layered", "making_up", "history"},
    {"pipeline", "job"},
    {"masking", "registering"},
    {"faces", "files", "watch"},
    {"pixels"},
    {"config"},
    {"alarm", "messenger", "metrics"},
    {"log", "notify"},
    {"clock", "figures", "words"},
    {"heap", "model", "regular", "stamp", "volume", "suffixes", "camera_raw", "candidate", "capture"},
    {"errors"},
)
"""From the top down. A part imports itself and what is below it; those of one layer do not know each other, except:"""

SAME_LAYER = {("work", "job")}

ARITHMETIC = (
    {"made_up"},
    {"recovery"},
    {"blemish", "same_frame"},
    {"align", "skin"},
    {"photoshop"},
    {"planes"},
)
"""The parts of ``pixels``, from the top down, likewise."""

DOORS = {
    "mediapipe": ("faces/landmarker.py",),
    "watchdog": ("watch/inbox.py",),
    "blake3": ("files/staging.py",),
    "exiv2": ("files/metadata.py",),
    "PIL": ("files/",),
    "tifffile": ("files/kinds/tiff.py",),
    "imagecodecs": ("files/",),
    "jpeglib": ("files/kinds/jpeg_blocks.py",),
    "pillow_heif": ("files/kinds/heic.py",),
    "rawpy": ("files/kinds/raw.py",),
    "sqlite3": ("files/ledger.py", "files/board.py", "files/schema.py", "files/gallery.py"),
    "starlette": ("review/",),
    "anyio": ("review/app.py",),
    "uvicorn": ("review/server.py",),
    "jinja2": ("review/pages.py",),
    "pydantic": ("config/",),
    "pydantic_core": ("config/",),
    "structlog": ("log.py",),
    "pebble": ("workers.py",),
    "prometheus_client": ("metrics.py",),
    "typer": ("cli/",),
    "rich": ("cli/",),
    "cv2": ("pixels/",),
}
EVERYWHERE = {"numpy", "pored"}
WORLD = {"os", "pathlib", "io", "time", "datetime", "logging", "threading", "subprocess", "random", "shutil", "socket"}
"""What arithmetic must not be able to reach."""

FILES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
PIXELS = [file for file in FILES if file.parts[0] == "pixels" and file.name != "__init__.py"]


def imports(file: Path) -> Iterator[str]:
    """Every module that a file names in an import, wherever it stands; what only type checkers see as well."""
    for node in ast.walk(ast.parse((PACKAGE / file).read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            assert node.module
            if node.module == "pored":
                yield from (f"pored.{alias.name}" for alias in node.names)
            else:
                yield node.module


def part_of(name: str) -> str:
    return name.split(".")[1].removesuffix(".py")


def layer_of(part: str, layers: tuple[set[str], ...] = LAYERS) -> int:
    return next((place for place, layer in enumerate(layers) if part in layer), -1)


def test_the_architecture_names_every_part() -> None:
    text = (PACKAGE.parent / "ARCHITECTURE.md").read_text()
    parts = {file.parts[0] for file in FILES} - {"__init__.py", "__main__.py"}
    assert not {part for part in parts if f"`{part}`" not in text and f"`{part}/`" not in text}


@pytest.mark.parametrize("file", FILES, ids=str)
def test_imports_point_downwards(file: Path) -> None:
    own = part_of(f"pored.{file.parts[0]}")
    if own == "__init__":
        return
    assert layer_of(own) >= 0, f"{own} has no place in the layers"
    for name in imports(file):
        if not name.startswith("pored.") or part_of(name) in {own, "__version__"}:
            continue
        other = part_of(name)
        assert layer_of(other) >= 0, f"{other} has no place in the layers"
        below = layer_of(other) > layer_of(own)
        assert below or (own, other) in SAME_LAYER, f"{file} imports {name}, which is not below it"


@pytest.mark.parametrize("file", PIXELS, ids=str)
def test_the_arithmetic_is_in_layers_too(file: Path) -> None:
    own = file.parts[1]
    assert layer_of(own, ARITHMETIC) >= 0, f"pixels/{own} has no place in the layers"
    for name in imports(file):
        if name.startswith("pored.pixels.") and (other := name.split(".")[2]) != own:
            below = layer_of(other, ARITHMETIC) > layer_of(own, ARITHMETIC)
            assert below, f"{file} imports {name}, which is not below it"


def test_every_exception_from_a_rule_has_its_reason() -> None:
    exceptions = [
        f"{file.name}: {line.strip()}"
        for root in (PACKAGE, Path(__file__).parents[1])
        for file in sorted(root.rglob("*.py"))
        for line in file.read_text().splitlines()
        if re.search(r"#\s(noqa|type: ignore)\b", line)
    ]
    assert len(exceptions) > 10
    assert not [each for each in exceptions if not re.search(r"#\snoqa: [A-Z0-9, ]+ - \S|type: ignore\[", each)]


def test_no_modules_import_each_other_in_a_circle() -> None:
    modules = {".".join(("pored", *file.with_suffix("").parts)).removesuffix(".__init__"): file for file in FILES}
    # Whoever takes modules from its own package names the package.
    below = {
        module: modules.keys() & set(imports(file)) - {module.rpartition(".")[0]} for module, file in modules.items()
    }
    while free := {module for module, others in below.items() if not others & below.keys()}:
        below = {module: others for module, others in below.items() if module not in free}
    assert not below, f"each of these imports another of them: {sorted(below)}"


@pytest.mark.parametrize("file", FILES, ids=str)
def test_each_dependency_has_one_door(file: Path) -> None:
    for name in imports(file):
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names and top not in DOORS:
            continue
        assert top in DOORS or top in EVERYWHERE, f"{file} imports {top}, which has no door"
        if top in DOORS:
            assert str(file).startswith(DOORS[top]), f"{file} imports {top}; its door is {DOORS[top]}"


@pytest.mark.parametrize("file", PIXELS, ids=str)
def test_the_arithmetic_cannot_reach_the_world(file: Path) -> None:
    assert WORLD.isdisjoint(name.partition(".")[0] for name in imports(file))
