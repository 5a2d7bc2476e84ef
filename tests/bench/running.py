"""Folders of a studio and the real service in them, for what is measured from outside."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

T = TypeVar("T")

PATIENCE = 300.0
"""Seconds that anything may take on a busy machine."""

POLL = 0.05

_STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
"""When a picture was done, in the history that its result carries."""


class InVainError(RuntimeError):
    """Something did not come that was waited for."""


def until(condition: Callable[[], T], what: str, seconds: float = PATIENCE) -> T:
    """What the condition comes to as soon as that is true.

    Raises:
        InVainError: it did not within so many seconds.
    """
    tick = threading.Event()
    for _ in range(int(seconds / POLL)):
        if found := condition():
            return found
        tick.wait(POLL)
    raise InVainError(f"in vain: {what}")


def timeless(result: bytes) -> bytes:
    """A result without the time that its history names, so that two runs can be compared."""
    return _STAMP.sub(b"", result)


@dataclass(frozen=True)
class HotFolder:
    """One hot folder of a house, with all folders made.

    Attributes:
        base: holds the others.
        moves: done exports are moved to ``processed``.
        settings: further ones.
    """

    base: Path
    moves: bool = False
    settings: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for folder in ("inbox", "originals", "output", "failed", "reports", "processed"):
            (self.base / folder).mkdir(parents=True, exist_ok=True)

    @property
    def name(self) -> str:
        """As the settings have it."""
        return self.base.name

    def place(self, folder: str, name: str = "") -> Path:
        """A file's place in one of the folders."""
        return self.base / folder / name

    def names(self, folder: str) -> set[str]:
        """Every file in one of the folders by its relative path, hidden ones too."""
        root = self.base / folder
        return {str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir()}

    def table(self) -> str:
        """Its lines of the settings file."""
        folders = {folder: str(self.base / folder) for folder in ("inbox", "output", "failed", "reports")}
        values = {
            "name": self.name,
            **folders,
            "originals": [str(self.base / "originals")],
            "processed": str(self.base / "processed") if self.moves else "",
            "result.layered": False,
            **self.settings,
        }
        return "\n".join(["[[hot_folder]]", *(f"{key} = {_toml(value)}" for key, value in values.items())])


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + "}"
    return json.dumps(value)


class House:
    """Some hot folders, and settings for the service.

    Args:
        root: everything is in there.
        hot_folders: made already.
        workers: processes.
    """

    def __init__(self, root: Path, hot_folders: Sequence[HotFolder], workers: int) -> None:
        self.root = root
        self.hot_folders = tuple(hot_folders)
        self.config = root / "pored.toml"
        self.state = root / "state"
        tables = [hot_folder.table() for hot_folder in hot_folders]
        self.config.write_text("\n".join([f'state_dir = "{self.state}"', f"workers = {workers}", *tables]))

    def command(self, *words: str) -> list[str]:
        """A command line of pored with this house's settings."""
        return [sys.executable, "-m", "pored", *words, "--config", str(self.config)]

    def pored(self, *words: str) -> int:
        """Run a command to its end; its exit code."""
        with (self.root / "commands.log").open("ab") as log:
            return subprocess.run(self.command(*words), stdout=log, stderr=log, check=False, timeout=3600).returncode


class Running:
    """The service, in a process of its own, which does not outlive its ``with``.

    Args:
        house: whose.
        before: a command that runs it, such as strace.
    """

    def __init__(self, house: House, before: Sequence[str] = ()) -> None:
        self._said = threading.Condition()
        self._begun = time.monotonic()
        self._first: dict[object, float] = {}
        self.lines: list[dict[str, object]] = []
        self.process = subprocess.Popen(
            [*before, *house.command("run")],
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.end(signal.SIGKILL)

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with suppress(ValueError), self._said:
                self.lines.append(json.loads(line))
                self._first.setdefault(self.lines[-1].get("event"), time.monotonic() - self._begun)
                self._said.notify_all()
        with self._said:
            self.lines.append({"event": "end"})
            self._first["end"] = time.monotonic() - self._begun
            self._said.notify_all()

    def heard(self, event: str, **facts: object) -> list[dict[str, object]]:
        """Every line of that event with these facts, so far."""
        wanted = {"event": event, **facts}
        with self._said:
            return [line for line in self.lines if wanted.items() <= line.items()]

    def says(self, event: str, seconds: float = PATIENCE, **facts: object) -> dict[str, object] | None:
        """The first such line as soon as it is there; None where the process ended or the time passed before."""
        with self._said:
            self._said.wait_for(lambda: self.heard(event, **facts) or self.heard("end"), seconds)
        found = self.heard(event, **facts)
        return found[0] if found else None

    def seconds(self, event: str) -> float | None:
        """From the start of the process to the first line of that event; ``end`` is its end."""
        return self._first.get(event)

    def workers(self) -> list[int]:
        """Process ids of its workers."""
        return workers_of(self.process.pid)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, and see how it ends."""
        with suppress(ProcessLookupError):
            self.process.send_signal(number)
        return self.wait()

    def wait(self, seconds: float = PATIENCE) -> int:
        """How it ends.

        Raises:
            subprocess.TimeoutExpired: it did not.
        """
        code = self.process.wait(seconds)
        self._reader.join()
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code


def children_of(pid: int) -> list[int]:
    """Process ids of what a process has started."""
    found: list[int] = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, children.read_text().split())
    return found


def workers_of(pid: int) -> list[int]:
    """Process ids of a service's workers."""
    found = []
    for child in children_of(pid):
        with suppress(OSError):
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(child)
    return found


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and was not yet seen to by its parent does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
