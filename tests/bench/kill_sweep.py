"""Kills the real service again and again, and looks whether every export became exactly one right result.

    python tests/bench/kill_sweep.py [--steps fdatasync,fsync,linkat,unlink,rename,worker] [--random 385]
                                     [--minutes 600] [--seed 1] [--folder DIR]

Over a backlog that is fed while it runs, with originals that come late:
    steps    kill -9 at the first, second, third ... fdatasync, fsync, link, rename and unlink of the service, and at
             those of a worker, each in a run of its own; needs strace
    random   kill -9 at random moments, of the service and now and then of a worker
After each kill what lies in the outputs must be right; when a backlog is used up, everything: results byte for byte
those of an undisturbed service (but for the time in their history), reports, exports, originals, no stray file, the
ledger.
Its exit code is 1 where a promise was broken; the folder is then kept.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from killed_house import KilledHouse
from running import Running, is_alive, until
from table import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from killed_house import Results

STEPS = {"fdatasync": 40, "fsync": 14, "linkat": 14, "unlink": 24, "rename": 14, "worker": 9}
"""Calls before which is killed, and how many of each in turn: those of the start, and of one picture of each hot folder
at least. ``worker``: the fsync of a worker, of which a picture has three."""

NO_LINKS = ("-e", "inject=linkat:error=EPERM")
"""A file system without hard links, where files get their names by renaming."""

WORKER_SHARE = 0.15
"""Of the random kills."""

LEAST_LIFE, LONGEST_LIFE = 0.2, 1.6
"""Of random lives, in seconds, and in times of what it takes from the start to the first picture."""


@dataclass(frozen=True)
class Kill:
    """How a life ends.

    Attributes:
        call: of the system, before which the kill comes; "": at a random moment.
        number: which of these calls.
        of_worker: a worker is killed first.
    """

    call: str = ""
    number: int = 0
    of_worker: bool = False

    @property
    def kind(self) -> str:
        """For the table."""
        return f"{'worker' if self.of_worker else 'service'}, {self.call or 'random moment'}"


@dataclass
class Plan:
    """What is still to be done.

    Attributes:
        kills: in their order.
        end: in monotonic seconds; none are done after it.
    """

    kills: list[Kill]
    end: float

    def goes_on(self) -> bool:
        """Whether there is another kill."""
        return bool(self.kills) and time.monotonic() < self.end


@dataclass
class Tally:
    """What happened.

    Attributes:
        kills: by kind.
        spared: runs that were over before their kill.
        hidden: kills that left a hidden file behind, for the next start to see to.
        exports: that were dropped and looked at.
        given_up: exports that the service gave up after too many kills, and that were asked for again.
        faults: broken promises.
        first_picture: seconds from a start to the first picture.
    """

    kills: Counter[str] = field(default_factory=Counter)
    spared: int = 0
    hidden: int = 0
    exports: int = 0
    given_up: int = 0
    faults: list[str] = field(default_factory=list)
    first_picture: float = 5.0


def main(arguments: Sequence[str]) -> int:
    """Kill as often as the command line says; 1 where something is not as promised."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=_calls, default=tuple(STEPS), help="names, with commas between them; or none")
    parser.add_argument("--random", type=int, default=385, help="so often at random moments")
    parser.add_argument("--minutes", type=float, default=600.0, help="then no more kills; the figures say how many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="to make and work in; else a temporary one")
    wanted = parser.parse_args(arguments)
    if wanted.steps and not shutil.which("strace"):
        parser.error("strace is missing: apt-get install strace")
    root = Path(wanted.folder or tempfile.mkdtemp(prefix="pored-kills-"))
    rng = random.Random(wanted.seed)  # noqa: S311 - no secret
    root.mkdir(exist_ok=not wanted.folder)
    tally = Tally()
    plan = Plan([*_steps(wanted.steps), *_random(wanted.random, rng)], time.monotonic() + wanted.minutes * 60)
    right = _undisturbed(root / "undisturbed", rng)
    while plan.goes_on() and not tally.faults:
        _backlog(root / f"backlog-{tally.exports}", plan, rng, right, tally)
    _say(_table(tally))
    if tally.faults:
        _say(f"\nBroken (see {root}):\n  " + "\n  ".join(tally.faults))
        return 1
    shutil.rmtree(root)
    return 0


def _calls(names: str) -> tuple[str, ...]:
    calls = tuple(name for name in names.split(",") if name)
    if unknown := set(calls) - set(STEPS):
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
    return calls


def _steps(calls: Sequence[str]) -> Iterator[Kill]:
    for name in calls:
        call, of_worker = ("fsync", True) if name == "worker" else (name, False)
        yield from (Kill(call, number, of_worker=of_worker) for number in range(1, STEPS[name] + 1))


def _random(count: int, rng: random.Random) -> Iterator[Kill]:
    for _ in range(count):
        yield Kill(of_worker=rng.random() < WORKER_SHARE)


def _undisturbed(root: Path, rng: random.Random) -> Results:
    """What the exports become where nobody is killed."""
    calm = KilledHouse(root, rng)
    calm.drop_all()
    if calm.house.pored("run", "--once") or len(calm.results()) != calm.exports:
        raise SystemExit(f"an undisturbed service does not do these exports; see {root}")
    return calm.results()


def _backlog(root: Path, plan: Plan, rng: random.Random, right: Results, tally: Tally) -> None:
    """Feed and kill until the backlog is used up or all kills are done, then let the service finish, and look."""
    killed = KilledHouse(root, rng, right)
    while plan.goes_on() and not killed.is_used_up and not tally.faults:
        killed.feed()
        _live(killed, plan.kills.pop(0), rng, tally)
        tally.hidden += bool(killed.strays())
        tally.faults += killed.wrong_results()
    killed.bring_late()
    killed.drop_all()
    _finish(killed, tally)
    tally.exports += killed.exports
    tally.faults += killed.faults()
    _say(f"{sum(tally.kills.values())} kills, {tally.exports} exports, {len(tally.faults)} faults")
    if not tally.faults:
        shutil.rmtree(root)


def _finish(killed: KilledHouse, tally: Tally) -> None:
    code = killed.house.pored("run", "--once")
    given_up = killed.given_up()
    if given_up and all(entry.code in {"given-up", "worker-lost"} for entry in given_up):
        tally.given_up += len(given_up)
        killed.house.pored("retry", "--all")
        code = killed.house.pored("run", "--once")
    if code:
        tally.faults.append(f"the last run ended with {code}")


def _live(killed: KilledHouse, kill: Kill, rng: random.Random, tally: Tally) -> None:
    """One run of the service, to its violent end."""
    with Running(killed.house, () if kill.of_worker or not kill.call else _traced(kill)) as running:
        if kill.of_worker:
            tally.kills[kill.kind] += _kill_worker(killed, running, kill, rng, tally)
        if kill.call and not kill.of_worker:
            until(
                lambda: running.process.poll() is not None or not killed.open_count(), "the kill or the end of the work"
            )
            was_killed = running.process.poll() == -signal.SIGKILL
            tally.kills[kill.kind] += was_killed
            tally.spared += not was_killed
        else:
            running.says("end", rng.uniform(LEAST_LIFE, LONGEST_LIFE * tally.first_picture))
        tally.kills["service, random moment"] += running.process.poll() is None
        running.end(signal.SIGKILL)
    _see_how_long(running, tally)


def _traced(kill: Kill) -> list[str]:
    renaming = NO_LINKS if kill.call == "rename" else ()
    calls = "rename,linkat" if renaming else kill.call
    inject = f"inject={kill.call}:signal=KILL:when={kill.number}"
    return ["strace", "-D", "-o", os.devnull, "-e", f"trace={calls}", *renaming, "-e", inject]


def _kill_worker(killed: KilledHouse, running: Running, kill: Kill, rng: random.Random, tally: Tally) -> bool:
    """Whether a worker was killed."""
    running.says("started")
    found = until(lambda: running.workers() or running.process.poll() is not None, "a worker")
    if not isinstance(found, list):
        return False
    worker = found[0]
    if not kill.call:
        running.says("end", rng.uniform(LEAST_LIFE, LONGEST_LIFE * tally.first_picture))
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
            return True
        return False
    inject = f"inject={kill.call}:signal=KILL:when={kill.number}"
    command = ["strace", "-p", str(worker), "-o", os.devnull, "-e", f"trace={kill.call}", "-e", inject]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as tracer:
        until(lambda: tracer.poll() is not None or not killed.open_count(), "the worker's end or that of the work")
        was_killed = not is_alive(worker)
        tracer.terminate()
    tally.spared += not was_killed
    return was_killed


def _see_how_long(running: Running, tally: Tally) -> None:
    """From the start to the first picture; longer than was thought, where a long life saw none."""
    seconds, lived = running.seconds("picture"), running.seconds("end") or 0.0
    if seconds is None and lived > tally.first_picture:
        seconds = 2 * lived
    if seconds is not None:
        tally.first_picture += (seconds - tally.first_picture) / 5


def _table(tally: Tally) -> str:
    kills = table(("killed", "times"), [(kind, str(times)) for kind, times in sorted(tally.kills.items())])
    figures = [
        ("kills", str(sum(tally.kills.values()))),
        ("that left a hidden file", str(tally.hidden)),
        ("runs that ended before their kill", str(tally.spared)),
        ("exports", str(tally.exports)),
        ("given up, asked for again, done", str(tally.given_up)),
        ("broken promises", str(len(tally.faults))),
    ]
    return f"\n{kills}\n\n{table(('', 'count'), figures)}"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
