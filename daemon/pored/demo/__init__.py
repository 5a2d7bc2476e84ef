"""``pored demo``: a studio in a temporary folder, one real pair dropped into a real running service."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from pored.config import load_settings
from pored.errors import MachineError
from pored.files.codecs import encode_picture, read_picture
from pored.files.ledger import read_ledger
from pored.files.preview import render_comparison
from pored.files.records import DONE_STATES, State
from pored.pixels.made_up.surface_blur import plastic_skin
from pored.pixels.skin.adaptive_mask import picture_mask
from pored.registering import faces_of
from pored.studio import make_studio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pored.config import Settings
    from pored.files.records import Entry

T = TypeVar("T")
ORIGINAL = "IMG_0001.jpg"
EXPORT = "IMG_0001-topaz-face.jpg"
"""As Topaz Photo AI would name what it made of the original."""
PATIENCE = 120.0
"""Seconds that the service may take to start, and then to do the picture."""
POLL = 0.1
SURROUNDINGS = 0.4
"""How much of the face's width the comparison shows around it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the demo made.

    Attributes:
        studio: the temporary folder with everything in it.
        settings: its settings file.
        export, original, result, report, comparison: files in it.
        before, after: texture energy and correlation of export and result, the original's being 1.
    """

    studio: Path
    settings: Path
    export: Path
    original: Path
    result: Path
    report: Path
    comparison: Path
    before: dict[str, float]
    after: dict[str, float]


def run_demo(tell: Callable[[str], None]) -> Shown:
    """Make a studio, drop a smoothed portrait, and wait for its pores.

    Args:
        tell: is given a line for each step.

    Raises:
        MachineError: the service did not start or did not finish; the message says where its log is.
    """
    studio = Path(tempfile.mkdtemp(prefix="pored-demo-"))
    settings_file = make_studio(studio)
    settings = load_settings(settings_file)
    [hot_folder] = settings.hot_folders
    original = hot_folder.originals[0] / ORIGINAL
    original.write_bytes((resources.files("pored.demo") / "portrait.jpg").read_bytes())
    tell(f"A studio in {studio}, with a portrait among its originals. Smoothing a copy of it ...")
    smoothed = studio / EXPORT
    smoothed.write_bytes(_smoothed(original))
    tell("Starting the service and dropping the smoothed export into its inbox ...")
    with _service(settings_file, studio / "service.log"):
        export = Path(shutil.move(smoothed, hot_folder.inbox / EXPORT))
        entry = _finished(settings, studio / "service.log")
    return _shown(settings_file, settings, export, entry)


def _smoothed(original: Path) -> bytes:
    picture = read_picture(original)
    mask = picture_mask(picture.pixels, faces_of(picture))
    return encode_picture(picture, plastic_skin(np.asarray(picture.pixels, np.uint8), mask))


@contextmanager
def _service(settings_file: Path, log: Path) -> Iterator[None]:
    """The service as a user runs it: a process of its own, from its start to SIGTERM."""
    command = [sys.executable, "-m", "pored", "run", "--config", str(settings_file)]
    with log.open("wb") as stderr, subprocess.Popen(command, stderr=stderr) as process:  # noqa: S603 - our own command
        try:
            _wait(lambda: _watches(process, log), log)
            yield
        finally:
            process.send_signal(signal.SIGTERM)


def _watches(process: subprocess.Popen[bytes], log: Path) -> bool:
    """Whether the service has said that it watches its inbox."""
    if process.poll() is not None:
        raise MachineError(f"The service stopped at once; {log} says why.")
    return b'"watching"' in log.read_bytes()


def _finished(settings: Settings, log: Path) -> Entry:
    def done() -> Entry | None:
        ends = (*DONE_STATES, State.FAILED)
        return next((entry for entry in read_ledger(settings.state_dir).entries if entry.state in ends), None)

    entry = _wait(done, log)
    if entry.state is State.FAILED:
        raise MachineError(f"The service could not do the portrait: {entry.message} {log} has the details.")
    return entry


def _wait(answer: Callable[[], T | None], log: Path) -> T:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = answer()
        if found:
            return found
        time.sleep(POLL)
    raise MachineError(f"The service did not answer within {PATIENCE:.0f} s; {log} has its log.")


def _shown(settings_file: Path, settings: Settings, export: Path, entry: Entry) -> Shown:
    [hot_folder] = settings.hot_folders
    [result] = read_ledger(settings.state_dir).results[entry.id]
    report = hot_folder.reports / f"{result.name}.json"
    texture = json.loads(report.read_bytes())["texture"]
    studio, original = settings_file.parent, hot_folder.originals[0] / ORIGINAL
    comparison = studio / "comparison.png"
    comparison.write_bytes(_comparison(original, export, result))
    return Shown(
        studio, settings_file, export, original, result, report, comparison, texture["before"], texture["after"]
    )


def _comparison(original: Path, export: Path, result: Path) -> bytes:
    """The face at 100 %: original, export, result and mask side by side."""
    picture = read_picture(export)
    faces = faces_of(picture)
    mask = picture_mask(picture.pixels, faces)
    face = max(faces, key=lambda each: each.width)
    part = face.box.grown(round(SURROUNDINGS * face.width)).clipped(*picture.size).slices
    panels = [
        ("original", read_picture(original).pixels[part]),
        ("export", picture.pixels[part]),
        ("result", read_picture(result).pixels[part]),
        ("mask", mask[part]),
    ]
    return render_comparison(panels, icc=picture.encoding.icc)
