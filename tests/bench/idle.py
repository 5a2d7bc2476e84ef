"""What the service costs while nothing happens, and how soon a drop is done then.

    uv run python tests/bench/idle.py [--files 20000] [--seconds 60]

A hot folder with so many files: half of them originals, a quarter in the inbox (side files, which are left alone), a
quarter in the output. Prints the share of a core that the service took, its workers counted in (to be below 0.5 %),
and for some drops how long they took beyond the settle time and the picture's own seconds (to be below 0.2 s; on the
wall, so only a calm machine tells). Ends with 1 where the share is too high.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

from running import HotFolder, House, Running, children_of, until
from sized import make_pair

if TYPE_CHECKING:
    from sized import Pair

SHARE = 0.005
SETTLE = 2.0
DROPS = 4
REST = 20.0
"""Seconds after the first search, in which what it found is written down."""
TICKS = os.sysconf("SC_CLK_TCK")


def spent_by(pid: int) -> float:
    """Processor seconds of a process and what it has started."""
    total = 0
    for one in (pid, *children_of(pid)):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def fill(folder: HotFolder, pair: Pair, count: int) -> None:
    """Originals and what an earlier day has left; hard links, so that the disk does not fill."""
    for number in range(count // 2):
        part = f"job{number % 40:02d}"
        folder.place("originals", part).mkdir(exist_ok=True)
        os.link(pair.original, folder.place("originals", f"{part}/IMG_{number:05d}.jpg"))
    for number in range(count // 4):
        part = f"job{number % 40:02d}"
        for place in ("inbox", "output"):
            folder.place(place, part).mkdir(exist_ok=True)
            folder.place(place, f"{part}/side_{number:05d}.xmp").write_text("")


def late(folder: HotFolder, pair: Pair, number: int) -> float:
    """Seconds that a drop took beyond the settle time and the picture's own."""
    name = f"IMG_{number:05d}.jpg"
    shutil.copy(pair.export, folder.place("inbox", f".{name}"))
    folder.place("inbox", f".{name}").rename(folder.place("inbox", name))
    begun = time.monotonic()
    until(lambda: folder.place("output", name).exists(), name)
    taken = time.monotonic() - begun
    report = folder.place("reports", f"{name}.json")
    until(report.exists, report.name)
    steps = cast("dict[str, float]", json.loads(report.read_bytes())["seconds"])
    return taken - SETTLE - sum(steps.values())


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--files", type=int, default=20000)
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pored-idle-") as place:
        root = Path(place)
        (root / "pictures").mkdir()
        pair = make_pair(root / "pictures", "full", 2, "jpeg")
        folder = HotFolder(root / "heads")
        fill(folder, pair, given.files)
        with Running(House(root, [folder], 1)) as service:
            service.says("watching")
            late(folder, pair, 0)  # the worker starts
            threading.Event().wait(REST)
            before, begun = spent_by(service.process.pid), time.monotonic()
            threading.Event().wait(given.seconds)
            share = (spent_by(service.process.pid) - before) / (time.monotonic() - begun)
            sys.stdout.write(f"{given.files} files, idle: {share:.2%} of a core\n")
            beyond = [late(folder, pair, number) for number in range(1, DROPS + 1)]
            sys.stdout.write(
                f"drops, beyond settling and their own seconds: {', '.join(f'{s:.2f}' for s in beyond)} s\n"
            )
            service.end()
    return int(share > SHARE)


if __name__ == "__main__":
    sys.exit(main())
