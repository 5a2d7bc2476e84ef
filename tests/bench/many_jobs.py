"""Very many small jobs for the real service: whether its memory and its open files stay as they are.

    python tests/bench/many_jobs.py [--jobs 20000] [--stopped 9000] [--faces 20] [--minutes 600] [--folder DIR]

    jobs      exports, dropped as fast as they are done; memory (RSS) and descriptors of service and workers are read
              all the while; a sub-folder all of whose exports are done is taken away, originals, results and all
    stopped   so many are dropped while the service is stopped by SIGSTOP, so that the kernel drops their events
              (they must all be done when it goes on)
    faces     one export in so many is a smoothed face, whose pores are brought back; the others show nobody and are
              copied, which is done sooner, but goes the same way but for the work on the skin
After the first fifth, the straight line through what was read must rise by less than the limits named below in all that
follows. Its exit code is 1 where it does not, or where an export was not done.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from running import HotFolder, House, Running, until
from small import faceless, original, smoothed
from table import table

from pored.files.ledger import read_ledger
from pored.files.records import DONE_STATES

if TYPE_CHECKING:
    from collections.abc import Sequence

AHEAD = 200
"""So many exports lie ready at any time."""

FOLDER_SIZE = 500
"""Exports of one sub-folder."""

EVERY = 2.0
"""Seconds between two readings."""

MEGABYTES_RISE = {"service": 30.0, "workers": 60.0}
"""From the end of the first fifth to the end, at most; a picture with 100 megapixels takes a hundred times as much."""

DESCRIPTORS_RISE = 3.0

PAGE = os.sysconf("SC_PAGE_SIZE")
KILO, MEGA = 1000, 10**6


@dataclass(frozen=True)
class Reading:
    """What was read at one moment.

    Attributes:
        done: jobs until then.
        megabytes: of memory, by whose.
        descriptors: likewise; of workers the mean of each.
    """

    done: int
    megabytes: dict[str, float]
    descriptors: dict[str, float]


def main(arguments: Sequence[str]) -> int:
    """Have all done and say how; 1 where something is not as promised."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=20000)
    parser.add_argument("--stopped", type=int, default=9000)
    parser.add_argument(
        "--minutes", type=float, default=600.0, help="then no more are dropped; the figures say how many"
    )
    parser.add_argument("--folder", type=Path, help="to make and work in; else a temporary one")
    parser.add_argument("--faces", type=int, default=20, help="one export in so many shows a face")
    wanted = parser.parse_args(arguments)
    root = Path(wanted.folder or tempfile.mkdtemp(prefix="pored-many-"))
    root.mkdir(exist_ok=not wanted.folder)
    faults = []
    if wanted.jobs:
        faults += _many(root / "many", wanted.jobs, wanted.faces, wanted.minutes * 60)
    if wanted.stopped:
        faults += _stopped(root / "stopped", wanted.stopped, wanted.faces)
    if faults:
        _say(f"\nBroken (see {root}):\n  " + "\n  ".join(faults))
        return 1
    shutil.rmtree(root)
    return 0


def _house(root: Path) -> House:
    settings = {"settle_seconds": 0.2, "rescan_seconds": 30.0, "recovery": {"no_face": "copy"}}
    return House(root, [HotFolder(root / "heads", settings=settings)], workers=1)


def _many(root: Path, jobs: int, faces: int, seconds: float) -> list[str]:
    house = _house(root)
    readings: list[Reading] = []
    start = time.monotonic()
    with Running(house) as service:
        dropped = done = delivered = 0
        while done < dropped or (dropped < jobs and time.monotonic() - start < seconds):
            if time.monotonic() - start < seconds:
                fresh = range(dropped, min(jobs, done + AHEAD))
                _drop(house, fresh, faces)
                dropped = max(dropped, fresh.stop)
            if service.says("end", EVERY):
                return [f"the service ended with {service.wait()}"]
            done = len(service.heard("picture"))
            delivered += _take_away(house, service, delivered // FOLDER_SIZE)
            if done and service.workers():
                readings.append(_read(service, done))
        faults = _faults(house, service, dropped, delivered)
        service.end()
    lines, rises = _rises(readings)
    took = (time.monotonic() - start) / 60
    _say(f"{done} jobs of {jobs} in {took:.0f} minutes, {len(readings)} readings\n\n{lines}\n")
    return faults + rises


def _stopped(root: Path, count: int, faces: int) -> list[str]:
    house = _house(root)
    with Running(house) as service:
        _drop(house, range(1), faces)
        service.says("picture")
        os.kill(service.process.pid, signal.SIGSTOP)
        _drop(house, range(1, count + 1), faces)
        os.kill(service.process.pid, signal.SIGCONT)
        start = time.monotonic()
        until(lambda: _taken(house) > count or service.heard("end"), "all files that came meanwhile", 24 * 3600)
        seen = time.monotonic() - start
        until(lambda: len(service.heard("picture")) > count or service.heard("end"), "all pictures", 24 * 3600)
        took = (time.monotonic() - start) / 60
        faults = _faults(house, service, count + 1, 0)
        service.end()
    _say(f"{count} files while stopped: all taken after {seen:.0f} s, all done after {took:.0f} minutes\n")
    return faults


def _taken(house: House) -> int:
    return len(read_ledger(house.state).entries)


def _drop(house: House, numbers: Sequence[int], faces: int) -> None:
    (folder,) = house.hot_folders
    for number in numbers:
        name = f"{number // FOLDER_SIZE:03d}/IMG_{number:06d}.jpg"
        shows_a_face = number % faces == 0
        for place, of_face in (("originals", original), ("inbox", smoothed)):
            path = folder.place(place, name)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes((of_face if shows_a_face else faceless)(name))


def _read(service: Running, done: int) -> Reading:
    pids = {"service": [service.process.pid], "workers": service.workers()}
    megabytes = {whose: sum(map(_resident, those)) for whose, those in pids.items()}
    descriptors = {whose: sum(map(_descriptors, those)) / max(1, len(those)) for whose, those in pids.items()}
    return Reading(done, megabytes, descriptors)


def _resident(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / MEGA
    except OSError:
        return 0.0


def _descriptors(pid: int) -> int:
    try:
        return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return 0


def _rises(readings: Sequence[Reading]) -> tuple[str, list[str]]:
    """What rose by how much after the first fifth: the lines of a table, and what rose too much."""
    settled = [one for one in readings if one.done > readings[-1].done / 5]
    done = np.array([one.done for one in settled], np.float64)
    rows, faults = [], []
    for whose, limit in MEGABYTES_RISE.items():
        memory = np.array([one.megabytes[whose] for one in settled])
        files = np.array([one.descriptors[whose] for one in settled])
        for what, values, most in ((f"{whose}, MB", memory, limit), (f"{whose}, descriptors", files, DESCRIPTORS_RISE)):
            slope = float(np.polyfit(done, values, 1)[0])
            rise = slope * (done[-1] - done[0])
            rows.append(
                [what, *(f"{value:.1f}" for value in (values[0], values[-1], values.max())), f"{slope * KILO:+.3f}"]
            )
            if rise > most:
                faults.append(f"{what}: {rise:.1f} more after {done[-1] - done[0]:.0f} jobs")
    return table(("what", "after a fifth", "at the end", "most", "per 1,000 jobs"), rows), faults


def _take_away(house: House, service: Running, number: int) -> int:
    """Clear a sub-folder out of the studio, if all of it is done; how many results it had."""
    (folder,) = house.hot_folders
    name = f"{number:03d}"
    if sum(str(line["file"]).startswith(f"{name}/") for line in service.heard("picture")) < FOLDER_SIZE:
        return 0
    results = len(list(folder.place("output", name).iterdir()))
    for place in ("inbox", "originals", "output", "reports"):
        shutil.rmtree(folder.place(place, name))
    return results


def _faults(house: House, service: Running, dropped: int, delivered: int) -> list[str]:
    """What was not done, or not once; ``delivered`` results were taken away."""
    (folder,) = house.hot_folders
    entries = read_ledger(house.state).entries
    results = folder.names("output")
    faults = [f"{entry.path} is {entry.state}: {entry.message}" for entry in entries if entry.state not in DONE_STATES]
    counts = {
        "jobs": len(entries),
        "results": delivered + len(results),
        "results heard of": len(service.heard("picture")),
    }
    faults += [f"{found} {what} of {dropped} exports" for what, found in counts.items() if found != dropped]
    return faults + [f"{name} is hidden" for name in results if Path(name).name.startswith(".")]


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
