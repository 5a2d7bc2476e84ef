"""A studio with the real service: `pored run` in a process of its own, real folders, real faces.

Nothing here sleeps to wait: a test waits for a line of the service's log or a state of its ledger, with a deadline.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from PIL import Image, ImageChops, ImageFilter

from pored.files.ledger import read_ledger
from pored.files.records import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pored.files.records import Entry

T = TypeVar("T")

PHOTOS = Path(__file__).parents[1] / "photos"
PATIENCE = 120.0
"""Seconds; far more than anything takes, so that a busy machine fails no test."""

POLL = 0.05

EDGE = 16
"""Levels of contrast above which nothing is smoothed."""


@cache
def _photo(*, is_small: bool = False) -> bytes:
    """A portrait; the small one is its head, on which the work takes half a second."""
    data = (PHOTOS / "half_length.jpg").read_bytes()
    if not is_small:
        return data
    with Image.open(BytesIO(data)) as photo:
        file = BytesIO()
        photo.crop((182, 0, 728, 682)).resize((273, 341)).save(file, "JPEG", quality=92)
    return file.getvalue()


@cache
def _smoothed(*, is_small: bool = False) -> bytes:
    """As smoothing programs do it: the skin is blurred, eyes, lips and hair are not. The small one is blurred whole."""
    with Image.open(BytesIO(_photo(is_small=is_small))) as photo:
        if is_small:
            file = BytesIO()
            photo.filter(ImageFilter.GaussianBlur(1.5)).save(file, "JPEG", quality=92)
            return file.getvalue()
        blurred = photo.filter(ImageFilter.GaussianBlur(2.5))
        edges = ImageChops.difference(photo, blurred).convert("L").point(lambda contrast: 255 * (contrast > EDGE))
        kept = edges.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.GaussianBlur(2))
        file = BytesIO()
        Image.composite(photo, blurred, kept).save(file, "JPEG", quality=95)
    return file.getvalue()


def _with_comment(jpeg: bytes, text: str) -> bytes:
    comment = os.fsencode(text)
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]


def until(condition: Callable[[], T], what: str) -> T:
    """What the condition comes to as soon as that is true."""
    tick = threading.Event()
    for _ in range(int(PATIENCE / POLL)):
        if found := condition():
            return found
        tick.wait(POLL)
    raise AssertionError(f"in vain: {what}")


class Service:
    """One run of the process, and what it says."""

    def __init__(self, config: Path, *options: str, under: Sequence[str] = (), **environment: str) -> None:
        self._said = threading.Condition()
        self.lines: list[dict[str, Any]] = []
        self.process = subprocess.Popen(
            [*under, sys.executable, "-m", "pored", "run", "--config", config, *options],
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **environment},
            text=True,
            encoding="utf-8",
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._said:
                # Libraries may write there, too.
                self.lines.append(json.loads(line) if line.startswith("{") else {"event": "noise", "text": line})
                self._said.notify_all()
        with self._said:
            self.lines.append({"event": "end"})
            self._said.notify_all()

    def says(self, event: str, since: int = 0, **facts: object) -> dict[str, Any]:
        """The first line of that event with these facts, behind the first ``since`` lines; waits for it."""
        wanted = {"event": event, **facts}
        with self._said:
            self._said.wait_for(lambda: self._find(wanted, since) or self._find({"event": "end"}, since), PATIENCE)
            found = self._find(wanted, since)
            assert found, f"never said {wanted}, but {self.lines}"
            return found

    def _find(self, wanted: dict[str, object], since: int) -> dict[str, Any] | None:
        return next((line for line in self.lines[since:] if wanted.items() <= line.items()), None)

    def count(self, event: str, **facts: object) -> int:
        """How often it has said that."""
        wanted = {"event": event, **facts}
        return sum(wanted.items() <= line.items() for line in self.lines)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, and see how it ends."""
        with suppress(ProcessLookupError):
            self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """How it ends."""
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code


class Studio:
    """Folders and settings of a studio, and the service that runs in it."""

    def __init__(
        self, root: Path, *, is_small: bool = False, workers: int = 2, more: str = "", **hot_folders: dict[str, object]
    ) -> None:
        self.root = root
        self._is_small = is_small
        self.config = root / "pored.toml"
        self._runs: list[Service] = []
        self._originals: dict[Path, bytes] = {}
        tables = [self._table(name, options) for name, options in (hot_folders or {"heads": {}}).items()]
        self.config.write_text("\n".join([f'state_dir = "{root}/state"', f"workers = {workers}", more, *tables]))

    def _table(self, name: str, options: dict[str, object]) -> str:
        for folder in ("inbox", "originals", "output", "failed", "reports", "processed"):
            (self.root / name / folder).mkdir(parents=True)
        base = self.root / name
        lines = [f'{folder} = "{base / folder}"' for folder in ("inbox", "output", "failed", "reports")]
        lines += [f'originals = ["{base}/originals"]', "settle_seconds = 0.2", "rescan_seconds = 5.0"]
        # Whoever asks whether there is one result of each wants no second file beside it.
        lines += ["result.layered = false"]
        lines += [f"{key} = {json.dumps(value)}" for key, value in options.items()]
        return "\n".join(["[[hot_folder]]", f'name = "{name}"', *lines])

    def run(self, *options: str, under: Sequence[str] = (), **environment: str) -> Service:
        """Start the service, perhaps under another program, and wait until it watches."""
        self._runs.append(Service(self.config, *options, under=under, **environment))
        self._runs[-1].says("started")
        return self._runs[-1]

    def once(self) -> int:
        """Do what is there; the exit code."""
        return self.run("--once").wait()

    def close(self) -> None:
        """End whatever still runs."""
        for service in self._runs:
            if service.process.poll() is None:
                service.end(signal.SIGKILL)

    def pored(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another command of the same program."""
        command = [sys.executable, "-m", "pored", *arguments, "--config", str(self.config)]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)

    def inbox(self, name: str, hot_folder: str = "heads") -> Path:
        """Where an export of that name is dropped."""
        path = self.root / hot_folder / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def output(self, name: str, hot_folder: str = "heads") -> Path:
        """Where its result will be."""
        return self.root / hot_folder / "output" / name

    def original(self, name: str) -> bytes:
        """What the camera took; other bytes for every name."""
        return _with_comment(_photo(is_small=self._is_small), name)

    def export(self, name: str) -> bytes:
        """The same, smoothed."""
        return _with_comment(_smoothed(is_small=self._is_small), name)

    def shoot(self, name: str, hot_folder: str = "heads", data: bytes | None = None) -> Path:
        """Put an original among the originals."""
        path = self.root / hot_folder / "originals" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self._originals[path] = self.original(name) if data is None else data
        path.write_bytes(self._originals[path])
        return path

    def stranger(self) -> bytes:
        """A photograph of somebody else."""
        return (PHOTOS / "older_man.jpg").read_bytes()

    def drop(self, name: str, hot_folder: str = "heads") -> Path:
        """Drop an export."""
        path = self.inbox(name, hot_folder)
        path.write_bytes(self.export(name))
        return path

    def outside(self, name: str) -> Path:
        """A finished export somewhere else on the same disk."""
        path = self.root / "elsewhere" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.export(name))
        return path

    def entries(self) -> list[Entry]:
        """What the ledger says."""
        return list(read_ledger(self.root / "state").entries)

    def waits_for(self, state: State) -> Entry:
        """The first job in that state, as soon as there is one."""
        found = until(lambda: [each for each in self.entries() if each.state is state], f"a job that is {state}")
        return found[0]

    def waits_for_message(self, message: str) -> None:
        """Until the ledger says that of some export."""
        until(lambda: any(each.message == message for each in self.entries()), message)

    def signal_a_worker(self, service: Service, number: signal.Signals) -> None:
        """To the newest process that the service has started for pictures."""

        def workers() -> list[int]:
            children = Path(f"/proc/{service.process.pid}/task").glob("*/children")
            pids = [int(pid) for child in children for pid in child.read_text().split()]
            return [pid for pid in pids if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]

        os.kill(max(until(workers, "a worker")), number)

    def is_done_once(self, *names: str) -> bool:
        """Whether each has one whole result with its report and preview, and nothing else was made or left."""
        for name in names:
            with Image.open(self.output(name)) as result:
                result.load()
        beside = sorted(f"{name}{ending}" for name in names for ending in (".json", ".preview.jpg"))
        reports = [name for name in self.files("reports") if "summary " not in name]
        made = (self.files("output"), reports, self.files("failed"))
        return made == (sorted(names), beside, []) and {entry.state for entry in self.entries()} == {State.DONE}

    def pause_reason(self, hot_folder: str = "heads") -> str:
        """Why it rests, as soon as it does."""
        paused = until(lambda: read_ledger(self.root / "state").paused, "a pause")
        return paused[hot_folder].reason

    def files(self, folder: str, hot_folder: str = "heads") -> list[str]:
        """Every file in a folder, hidden ones too."""
        root = self.root / hot_folder / folder
        return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())

    def originals_are_untouched(self) -> bool:
        """Whether every original is there, byte for byte, and nothing beside it."""
        found = {path for name in self.root.iterdir() for path in (name / "originals").rglob("*") if path.is_file()}
        return found == set(self._originals) and all(
            path.read_bytes() == data for path, data in self._originals.items()
        )


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    built = Studio(tmp_path)
    yield built
    built.close()
    assert built.originals_are_untouched()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Studio]:
    """A studio with one worker and small pictures."""
    built = Studio(tmp_path, is_small=True, workers=1)
    yield built
    built.close()
    assert built.originals_are_untouched()


@pytest.fixture(scope="module")
def open_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Studio]]:
    """Makes studios like the small one, with more settings."""
    built = []

    def open_one(more: str = "") -> Studio:
        built.append(Studio(tmp_path_factory.mktemp("studio"), is_small=True, workers=1, more=more))
        return built[-1]

    yield open_one
    for studio in built:
        studio.close()
        assert studio.originals_are_untouched()


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Mounts something below the test's folder, and unmounts it in the end."""
    probe = tmp_path / "probe"
    probe.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "none", probe], capture_output=True, check=False).returncode:
        pytest.skip("this needs the right to mount: root, and not in a container without CAP_SYS_ADMIN")
    mounted = [probe]

    def mount_on(folder: Path, *options: str) -> None:
        subprocess.run(["mount", *options, folder], check=True)
        mounted.append(folder)

    yield mount_on
    for folder in reversed(mounted):
        subprocess.run(["umount", "--lazy", folder], capture_output=True, check=False)


@pytest.fixture
def strace() -> Callable[..., list[str]]:
    """What to run a service under, so that certain system calls meet with faults."""
    tool = shutil.which("strace")
    if tool is None:
        pytest.fail("strace is missing, and this test needs it: apt-get install strace")
    if subprocess.run([tool, "-o", os.devnull, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this needs the right to trace processes: CAP_SYS_PTRACE in a container")

    def under(calls: str, fault: str) -> list[str]:
        quiet = ["-f", "--seccomp-bpf", "-qq", "-o", os.devnull]
        return [tool, *quiet, "-e", f"trace={calls}", "-e", f"inject={calls}:{fault}"]

    return under


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio with two hot folders whose service runs for all tests of a module."""
    root = tmp_path_factory.mktemp("day")
    built = Studio(root, heads={}, school={"processed": str(root / "school" / "processed")})
    yield built
    built.close()
    assert built.originals_are_untouched()


@pytest.fixture(scope="module")
def service(day: Studio) -> Service:
    """That service, watching."""
    return day.run()
