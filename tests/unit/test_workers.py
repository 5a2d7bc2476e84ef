from __future__ import annotations

import multiprocessing
import os
import select
import signal
import subprocess
import sys
import time
from concurrent.futures import Future, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from pored.errors import MachineError, NoFaceError
from pored.workers import BrokenWorkError, WorkerLostError, Workers, machine_memory, outcome_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pored.job import Job, Outcome

PATIENCE = 60.0


def _submit(workers: Workers[Any, Any], job: object) -> Future[Outcome]:
    return workers.submit(cast("Job", job))


def _answer(workers: Workers[Any, Any], job: object) -> object:
    return outcome_of(_waited(_submit(workers, job)), "a.jpg")


def _waited(future: Future[Any]) -> Future[Any]:
    assert wait([future], PATIENCE).done, "no answer"
    return future


def _failed(error: BaseException) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_exception(error)
    return future


def _workers(work: Callable[..., Any], time_limit: float = PATIENCE, memory: int | None = None) -> Workers[Any, Any]:
    return Workers(1, work, time_limit, memory)


def test_a_job_is_done_in_another_process_with_one_thread() -> None:
    with _workers(os.getenv) as workers:
        assert _answer(workers, "OMP_NUM_THREADS") == "1"


def test_processes_are_started_before_the_first_job_where_that_is_wanted() -> None:
    before = set(multiprocessing.active_children())
    with _workers(abs) as workers:
        workers.begin()
        deadline = time.monotonic() + PATIENCE
        while not (started := set(multiprocessing.active_children()) - before) and time.monotonic() < deadline:
            os.sched_yield()
        assert len(started) == 1
        assert _answer(workers, -3) == 3


def test_a_worker_that_dies_costs_its_own_picture_and_nobody_elses() -> None:
    with _workers(os._exit) as workers:
        with pytest.raises(WorkerLostError) as lost:
            _answer(workers, 3)
        assert lost.value.code == "worker-lost"
        workers._work = abs  # noqa: SLF001 - the next picture is a harmless one
        assert _answer(workers, -3) == 3


def test_a_worker_that_hangs_is_ended_at_the_time_limit() -> None:
    with _workers(time.sleep, time_limit=0.5) as workers:
        with pytest.raises(WorkerLostError) as lost:
            _answer(workers, 60)
        assert lost.value.code == "time-limit"


def test_a_worker_that_was_stopped_is_ended_at_the_time_limit_too() -> None:
    with _workers(signal.raise_signal, time_limit=0.5) as workers:
        with pytest.raises(WorkerLostError) as lost:
            _answer(workers, signal.SIGSTOP)
        assert lost.value.code == "time-limit"
        workers._work = abs  # noqa: SLF001 - the next picture is a harmless one
        assert _answer(workers, -3) == 3


def test_workers_that_are_begun_anew_do_what_comes_next() -> None:
    with _workers(signal.raise_signal) as workers:
        _submit(workers, signal.SIGSTOP)
        workers.restart()
        workers._work = abs  # noqa: SLF001 - the next picture is a harmless one
        assert _answer(workers, -3) == 3


def test_what_nobody_foresaw_says_where_it_happened() -> None:
    with _workers(int) as workers, pytest.raises(BrokenWorkError) as broken:
        _answer(workers, "x")
    assert broken.value.code == "internal"
    assert "ValueError" in broken.value.trace
    assert "a.jpg" in broken.value.message


def test_an_answer_wakes_whoever_waits() -> None:
    with _workers(abs) as workers:
        future = _submit(workers, -1)
        rung: list[object] = []
        future.add_done_callback(rung.append)
        _waited(future)
        assert rung == [future]


def test_no_process_is_started_before_the_first_job() -> None:
    workers = _workers(abs)
    assert workers._pool._loops == ()  # noqa: SLF001 - what pebble has started
    workers.close()


@pytest.mark.parametrize("error", [NoFaceError("no-face", "No face."), MachineError("libEGL is missing")])
def test_what_a_worker_says_on_purpose_is_passed_on(error: Exception) -> None:
    with pytest.raises(type(error)) as passed:
        outcome_of(_failed(error), "a.jpg")
    assert passed.value is error


@pytest.mark.parametrize("error", [MemoryError(), Exception("(-4:Insufficient memory) Failed to allocate 9 bytes")])
def test_too_little_memory_costs_the_picture_an_attempt(error: Exception) -> None:
    with pytest.raises(WorkerLostError) as lost:
        outcome_of(_failed(error), "a.jpg")
    assert lost.value.code == "out-of-memory"
    assert lost.value.passes


def test_a_worker_that_grows_beyond_its_memory_is_refused_it_and_goes_on() -> None:
    with _workers(bytes, memory=2 * 10**9) as workers:
        with pytest.raises(WorkerLostError) as lost:
            _answer(workers, 3 * 10**9)
        assert lost.value.code == "out-of-memory"
        assert _answer(workers, 3) == b"\0\0\0"


LITTER = """
import builtins
held = [b"1" * (1 << 19) for _ in range(600)]
builtins.last = b"1" * (1 << 18)  # what lies at the end of the heap keeps all of it
held.clear()
"""


def test_what_a_picture_took_is_kept_for_the_next_one_and_given_back_where_none_comes() -> None:
    with _workers(exec) as workers:
        _answer(workers, "")
        (worker,) = workers._pool._pool_manager.worker_manager.workers  # noqa: SLF001 - pebble's own list
        before = _resident(worker)
        _answer(workers, LITTER)
        assert _resident(worker) - before > 250 << 20
        deadline = time.monotonic() + PATIENCE
        while _resident(worker) - before > 50 << 20 and time.monotonic() < deadline:
            os.sched_yield()
        assert _resident(worker) - before < 50 << 20


def _resident(process: int) -> int:
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_the_service_outlives_its_workers_where_memory_runs_out() -> None:
    with _workers(Path.read_text) as workers:
        assert _answer(workers, Path("/proc/self/oom_score_adj")) == "500\n"
        assert Path("/proc/self/oom_score_adj").read_text() != "500\n"


def test_the_machine_says_how_much_memory_it_has() -> None:
    assert 10**8 < machine_memory() < 10**14


def test_workers_die_with_their_service(tmp_path: Path) -> None:
    program = """
import os, pathlib, sys, time
from pored.workers import Workers
if __name__ == "__main__":
    workers = Workers(1, os.mkfifo)
    workers.submit(sys.argv[1] + "/begun").result()
    workers._work = open
    workers.submit(sys.argv[1] + "/begun")
    print(*[pid for pid in workers._pool._pool_manager.worker_manager.workers], flush=True)
    time.sleep(60)
"""
    script = tmp_path / "service.py"
    script.write_text(program)
    with subprocess.Popen([sys.executable, script, tmp_path], stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout is not None
        worker = int(service.stdout.readline())
        handle = os.pidfd_open(worker)
        service.send_signal(signal.SIGKILL)
    assert _ends(handle)


def _ends(handle: int) -> bool:
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    return bool(poll.poll(PATIENCE * 1000))


def test_a_picture_is_finished_although_the_whole_group_is_told_to_stop(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with _workers(Path.read_text) as workers:
        future = _submit(workers, pipe)
        with pipe.open("w") as other_end:
            for pid in workers._pool._pool_manager.worker_manager.workers:  # noqa: SLF001 - no other way to a pid
                os.kill(pid, signal.SIGTERM)
            other_end.write("done")
        assert _waited(future).result() == "done"
