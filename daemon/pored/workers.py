"""Worker processes, each with a picture of its own: one that dies or hangs costs its picture an attempt, no more.

The only door to pebble.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import resource
import signal
import traceback
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from pebble import CONSTS, ProcessExpired, ProcessPool

from pored.errors import PictureError, PoredError
from pored.heap import Idleness, keep_what_is_freed

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from pored.job import Job, Outcome

TIME_LIMIT_SECONDS = 900.0
"""For one picture; a worker that takes longer is ended."""

MEMORY_SHARE = 0.8
"""Of the machine's memory that the work on one picture may take, unless that is set."""

_CGROUP_MEMORY = Path("/sys/fs/cgroup/memory.max")
_OWN_OOM_SCORE = Path("/proc/self/oom_score_adj")
_FIRST_TO_GO = "500"
"""Where the machine's memory is used up, a worker is ended before the service or anybody else's program is."""

PICTURES_PER_WORKER = 500
"""Then a worker is replaced by a fresh one, so that nothing can pile up in years."""

_ONE_THREAD_EACH = {
    "OPENCV_FOR_THREADS_NUM": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
"""There is a worker for every core already."""

_QUIET = {"GLOG_minloglevel": "2", "TF_CPP_MIN_LOG_LEVEL": "2"}
"""MediaPipe's own words, which no log reader could make sense of."""

CONSTS.sleep_unit = 0.25
"""Seconds after which pebble looks whether a worker has died or run out of time. Answers wake it at once; its own tenth
of a second costs an idle service a fifth of a per cent of a core, to no end."""

_PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of prctl(2)."""

_idleness = Idleness()
"""Of this process, where it is a worker."""

Task = TypeVar("Task")
Made = TypeVar("Made")


class WorkerLostError(PictureError):
    """The worker did not live to answer; the attempt counts, since the picture may be the cause."""

    passes = True


class BrokenWorkError(PictureError):
    """The work failed for a reason that nobody foresaw; ``trace`` is for the log.

    Args:
        code: as for every picture's error.
        message: likewise.
        trace: where it happened.
    """

    def __init__(self, code: str, message: str, trace: str = "") -> None:
        super().__init__(code, message)
        self.trace = trace


class Workers(Generic[Task, Made]):
    """So many processes, started by ``begin``, else when the first job comes.

    Args:
        count: processes, at least 1.
        work: what a worker does with a job; must be importable by name.
        time_limit: seconds for one job.
        memory: bytes for one job; None: a share of the machine's.
        most: jobs after which a process is replaced by a fresh one; 0: none is.

    Attributes:
        time_limit: likewise.
    """

    def __init__(
        self,
        count: int,
        work: Callable[[Task], Made],
        time_limit: float = TIME_LIMIT_SECONDS,
        memory: int | None = None,
        most: int = PICTURES_PER_WORKER,
    ) -> None:
        self.count = count
        self.time_limit = time_limit
        self._work = work
        self._most = most
        self._memory = memory or int(MEMORY_SHARE * machine_memory())
        self._pool = self._new_pool()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def begin(self) -> None:
        """Start the processes now, so that the first picture need not wait for them."""
        _ = self._pool.active  # which starts a pool that was not

    def submit(self, job: Task) -> Future[Made]:
        """Hand a job to the next free worker."""
        if not self._pool.active:
            # Its own threads gave up (no memory for a process, for instance): what ran has been answered with an error.
            self.restart()
        future: Future[Made] = self._pool.schedule(_guarded, args=[self._work, job], timeout=self.time_limit)
        return future

    def restart(self) -> None:
        """End every process, whatever it does, and begin with fresh ones; nobody answers for what ran."""
        self.close()
        self._pool = self._new_pool()

    def close(self) -> None:
        """End every process, whatever it does."""
        self._pool.stop()  # type: ignore[no-untyped-call]  # untyped in pebble, alone
        self._pool.join()

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self.count,
            max_tasks=self._most,
            initializer=_begin,
            initargs=(os.getpid(), self._memory, _load if self._work is do_job else None),
            context=multiprocessing.get_context("spawn"),
        )


def outcome_of(future: Future[Made], name: str) -> Made:
    """What a worker answered.

    Args:
        future: one that is done.
        name: of the export.

    Raises:
        PictureError: the picture was not done, and why.
        PoredError: what a worker says about this machine.
    """
    try:
        return future.result(timeout=0)
    except PoredError:
        raise
    except TimeoutError as error:
        raise WorkerLostError("time-limit", f"{name} took longer than the time limit for one picture.") from error
    except (ProcessExpired, BrokenProcessPool, CancelledError) as error:
        raise WorkerLostError("worker-lost", f"The process that worked on {name} ended before it was done.") from error
    except Exception as error:  # A bug must not stop the service; the log gets all of it.
        if _is_lack_of_memory(error):
            message = f"{name} needs more memory than is free, or than picture_gigabytes allows."
            raise WorkerLostError("out-of-memory", message) from error
        trace = "".join(traceback.format_exception(error))
        message = f"Working on {name} failed unexpectedly ({type(error).__name__}). Please report this as a bug."
        raise BrokenWorkError("internal", message, trace) from error


def machine_memory() -> int:
    """Bytes that this machine, or the container that this runs in, has in all."""
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        return min(total, int(_CGROUP_MEMORY.read_text()))
    except (OSError, ValueError):  # No such limit, or the word "max".
        return total


def _is_lack_of_memory(error: Exception) -> bool:
    """OpenCV has an error of its own for it."""
    return isinstance(error, MemoryError) or "Insufficient memory" in str(error)


def _begin(service: int, memory: int, load: Callable[[], object] | None) -> None:
    """First thing in a new worker."""
    end_with(service)
    # What a process has for itself, not what it maps of files: libraries map far more than they use.
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (memory if most == resource.RLIM_INFINITY else min(memory, most), most))
    with suppress(OSError):
        _OWN_OOM_SCORE.write_text(_FIRST_TO_GO)
    # What is pressed or sent to the whole group is meant for the service, which lets its workers finish.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(_ONE_THREAD_EACH | _QUIET)
    keep_what_is_freed()
    if load is not None:
        with suppress(Exception):  # The first picture will fail for the same reason, and tell.
            load()


def end_with(service: int) -> None:
    """Die when the service dies, lest an orphan write beside the next one."""
    ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != service:
        os._exit(1)


def _guarded(work: Callable[[Task], Made], job: Task) -> Made:
    """A picture is finished also where SIGTERM is sent to the whole group: it is meant for the service."""
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _idleness.ends()
    try:
        return work(job)
    finally:
        _idleness.begins()
        signal.signal(signal.SIGTERM, before)


def _load() -> None:
    """What takes seconds, once."""
    from pored.work import get_ready  # noqa: PLC0415 - as below

    get_ready()


def do_job(job: Job) -> Outcome:
    """One job, from two paths to finished files."""
    from pored.work import process  # noqa: PLC0415 - workers load MediaPipe; the service starts without it

    return process(job)
