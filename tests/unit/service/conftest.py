"""A whole service on real folders, with a clock that is set by hand and workers that need no pictures."""

from __future__ import annotations

import os
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from pored.alarm import Alarm
from pored.clock import Moment
from pored.config import HotFolder, Result, Settings
from pored.files.ledger import Ledger, ask_again
from pored.files.records import State
from pored.files.staging import digest_file, make_folders, stage
from pored.hot_folder.desk import Desk
from pored.job import Outcome
from pored.log import Counted, Once
from pored.messenger import Messenger
from pored.metrics import Metrics
from pored.service import Service
from pored.watch.mounts import Mounts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from pored.files.records import Entry, RequestKind
    from pored.files.staging import Staged
    from pored.job import Job, Place
    from pored.messenger import Message
    from pored.watch.settle import Hint

START = 1_700_000_000.0
OWN_DISK = "22 1 8:1 / / rw - ext4 /dev/vda rw"
FOLDERS = ("inbox", "originals", "output", "failed", "reports", "processed")


@dataclass
class HandClock:
    steady: float = 1000.0
    wall: float = START

    def now(self) -> Moment:
        return Moment(self.steady, self.wall)

    def go_on(self, seconds: float) -> None:
        self.steady += seconds
        self.wall += seconds


@dataclass
class ListedLog:
    lines: list[dict[str, Any]] = field(default_factory=list)

    def info(self, event: str, /, **facts: object) -> None:
        self.lines.append({"level": "info", "event": event, **facts})

    def warning(self, event: str, /, **facts: object) -> None:
        self.lines.append({"level": "warning", "event": event, **facts})

    def error(self, event: str, /, **facts: object) -> None:
        self.lines.append({"level": "error", "event": event, **facts})

    def of(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["event"] == event]


class HandMessenger(Messenger):
    """Keeps what it is to send."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Sequence[str], Message]] = []

    def send(self, webhook: str, command: Sequence[str], message: Message) -> None:
        self.sent.append((webhook, command, message))


@dataclass
class HandWatcher:
    """Reports the events that a test makes up; watches nothing."""

    hints: dict[Path, Hint] = field(default_factory=dict)
    rescan: bool = False
    kept: list[Path] = field(default_factory=list)

    def take(self) -> tuple[dict[Path, Hint], bool]:
        taken = self.hints, self.rescan
        self.hints, self.rescan = {}, False
        return taken

    def drop(self, root: Path) -> None:
        self.kept = [kept for kept in self.kept if kept != root]

    def keep(self, root: Path) -> bool:
        self.kept.append(root)
        return not root.exists()


def work_like_a_pipeline(job: Job) -> Outcome:
    """The result is the export with a word put before it."""
    original = job.candidates[0] if job.candidates else None
    rough, digest = (original.path.read_bytes(), digest_file(original.path)) if original else (b"nobody", "")
    name = job.template.replace("{stem}", job.export.stem) + job.export.suffix
    result = b"pores of " + rough + b" on " + job.export.read_bytes()
    placed = _stage(job.output, name, result)
    report = _stage(job.reports, f"{name}.json", b"report of " + result)
    preview = _stage(job.reports, f"{name}.preview.jpg", b"preview of " + result)
    return Outcome("recovered", placed, report, preview, original, digest, {"faces": [{}]})


def _stage(place: Place, name: str, data: bytes) -> Staged:
    make_folders(place.folder, place.root, mode=place.mode, group=place.group)
    return stage(place.folder, name, data, mode=place.mode, group=place.group)


@dataclass
class HandWorkers:
    """Do a job as soon as it is handed to them, in this very process; ``slow`` ones when a test says so."""

    count: int = 2
    time_limit: float = 900.0
    work: Callable[[Job], Outcome] = work_like_a_pipeline
    jobs: list[Job] = field(default_factory=list)
    restarts: int = 0
    slow: bool = False
    open: list[tuple[Job, Future[Outcome]]] = field(default_factory=list)

    def restart(self) -> None:
        self.restarts += 1

    def submit(self, job: Job) -> Future[Outcome]:
        self.jobs.append(job)
        future: Future[Outcome] = Future()
        self.open.append((job, future))
        if not self.slow:
            self.finish()
        return future

    def finish(self) -> None:
        """The last job that was handed over."""
        job, future = self.open.pop()
        try:
            future.set_result(self.work(job))
        except Exception as error:  # noqa: BLE001 - whatever it is, the service has to hear of it
            future.set_exception(error)


class Studio:
    """Folders, a service over them, and short words for what people do."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in FOLDERS:
            (root / name).mkdir()
        self.clock = HandClock()
        self.log = ListedLog()
        self.workers = HandWorkers()
        self.watcher = HandWatcher()
        self.once = False
        self.messenger = HandMessenger()
        self.mounts = Mounts(OWN_DISK)
        self.options: dict[str, Any] = {}
        self.more: dict[str, dict[str, Any]] = {}
        self.alarm = Alarm()
        self.new_settings: Callable[[], Settings] = lambda: pytest.fail("nobody asked for other settings")
        self.service: Service
        self.ledger: Ledger | None = None

    @property
    def hot_folder(self) -> HotFolder:
        folders: dict[str, Any] = {name: self.root / name for name in ("inbox", "output", "failed", "reports")}
        folders["originals"] = (self.root / "originals",)
        return HotFolder(**{"name": "heads", **folders, **self.options})

    def start(self, **options: object) -> Studio:
        """A new service, after the old one was ended in the middle of whatever it did."""
        self.options |= options
        self.stop()
        self.ledger = Ledger(self.root / "state")
        desk = Desk(
            self.ledger,
            Counted(self.log, self.clock),
            Once(),
            self.clock,
            Metrics(),
            self.messenger,
            lambda: self.mounts,
        )
        others = [self.hot_folder.model_copy(update={"name": name, **changes}) for name, changes in self.more.items()]
        settings = Settings(state_dir=self.root / "state", workers=2, hot_folders=(self.hot_folder, *others))
        watcher = None if self.once else self.watcher
        self.service = Service(settings, desk, self.workers, watcher, self.alarm, self.read_settings)  # type: ignore[arg-type]
        self.service.start(self.clock.now())
        return self

    def read_settings(self) -> Settings:
        return self.new_settings()

    def stop(self) -> None:
        if self.ledger is not None:
            self.ledger.close()
        self.ledger = None

    def go_on(self, seconds: float = 40.0) -> None:
        """Let time pass in steps of a second; by default enough for a scan, settling and the work."""
        for _ in range(round(seconds)):
            self.clock.go_on(1.0)
            self.service.turn(self.clock.now())

    # What people do.

    def mount(self, **shares: str) -> None:
        """The machine's own disk, and these shares on these folders; fstab knows of none."""
        lines = [f"23 22 0:4 / {self.root / folder} rw - nfs4 nas:/{name} rw" for name, folder in shares.items()]
        self.mounts = Mounts("\n".join([OWN_DISK, *lines]))

    def put(self, folder: str, name: str, data: bytes, *, mtime: float | None = None) -> Path:
        path = self.root / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        when = self.clock.wall if mtime is None else mtime
        os.utime(path, (when, when))
        return path

    def drop(self, name: str = "a.jpg", data: bytes = b"smooth") -> Path:
        return self.put("inbox", name, data)

    def shoot(self, name: str = "a.jpg", data: bytes = b"rough") -> Path:
        return self.put("originals", name, data)

    def ask(self, kind: RequestKind, *names: str) -> tuple[str, ...]:
        return ask_again(self.root / "state", kind, names, self.clock.wall)

    # What there is.

    def files(self, folder: str) -> list[str]:
        root = self.root / folder
        return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())

    def entries(self) -> list[Entry]:
        assert self.ledger is not None
        return self.ledger.entries("heads", *State)

    def states(self) -> list[State]:
        return [entry.state for entry in self.entries()]

    def result(self, name: str = "a.jpg") -> bytes:
        return (self.root / "output" / name).read_bytes()


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    built = Studio(tmp_path)
    yield built
    built.stop()
    assert built.log.of("internal") == []


@pytest.fixture
def replacing() -> Result:
    return Result(on_exist="replace")
