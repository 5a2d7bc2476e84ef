"""The review page under a load of requests: whether the pictures and the memory notice.

    python tests/bench/review_load.py [--rate 200] [--seconds 60] [--rounds 1] [--entries 5000]

    rate      requests a second to the page, on loopback, from a process of the lowest priority
    seconds   that each stretch lasts; each loaded one lies between two quiet ones and is held against their mean, as
              more files in the folders make the service slower and larger by themselves
    rounds    so many loaded stretches
    entries   that the ledger holds before it begins; the first page of them is timed too
The service works on small pictures all the while. What is asked is what open browsers ask: the lists, parts of them,
and thumbnails of the first page's pictures. Its exit code is 1 where a loaded stretch has a tenth fewer pictures than a
quiet one, memory grew by more than the limit named below beyond what it does in quiet, fewer requests were answered
than were to be asked, or the first page took half a second.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path, PurePath
from statistics import mean, median
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import numpy as np
from running import HotFolder, House, Running
from small import faceless
from table import table

from pored.files.ledger import Ledger
from pored.files.preview import Where, render_preview
from pored.files.records import Conclusion, Piece, State, Step
from pored.stamp import Stamp

if TYPE_CHECKING:
    from collections.abc import Sequence

AHEAD = 400
FOLDER_SIZE = 500
FEED_SECONDS = 0.5
FEWER = 0.9
"""Pictures of a loaded stretch, of a quiet one."""
MEGABYTES_RISE = 20.0
ENOUGH = 0.9
"""Requests that were answered, of those that were to be asked."""
PAGE_SECONDS = 0.5
PAGES = 5
PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")
MEGA = 10**6
ADDRESSES = ("/", "/rows?q=IMG_0001", "/rows?state=done", "/folders", "/batches", "/approve/list")
THUMBNAILS = 20
"""Addresses of them among those that are asked, of the entries that stood first when it began."""
WITH_PREVIEW = 60
THUMBNAIL = re.compile(r'src="(/thumbnail/[^"]+)"')
NOTHING = {"statuses": {}, "median": 0.0, "slowest": 0.0, "cpu": 0.0}
HAMMER = Path(__file__).with_name("hammer.py")


@dataclass(frozen=True)
class Stretch:
    """What was measured while it lasted.

    Attributes:
        pictures: a second.
        requests: a second.
        slowest: answer, seconds; median: likewise.
        page_cpu: of the page's process, in cores.
        load_cpu: of the process that asks, likewise.
        megabytes: of the service and of the page at its end.
    """

    loaded: bool
    pictures: float
    requests: float
    median: float
    slowest: float
    page_cpu: float
    load_cpu: float
    megabytes: tuple[float, float]
    statuses: dict[str, int]


def main(arguments: Sequence[str]) -> int:
    """Measure and say; 1 where something is not as promised."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--entries", type=int, default=5000)
    wanted = parser.parse_args(arguments)
    root = Path(tempfile.mkdtemp(prefix="pored-review-"))
    port = _free_port()
    house = _house(root, port)
    _fill(house, wanted.entries)
    faults = []
    with Running(house) as service:
        service.says("review")
        feeder = Feeder(house, service)
        pages = [_first_page(port) for _ in range(PAGES)]
        feeder.feed_until(20)
        load = Load(port, wanted.rate)
        _stretch(service, feeder, load, min(10.0, wanted.seconds))
        turns = [None, *[load, None] * wanted.rounds]
        stretches = [_stretch(service, feeder, each, wanted.seconds) for each in turns]
        service.end()
    _say(_lines(stretches))
    _say(f"\nfirst page of {wanted.entries} entries: {median(pages):.3f} s (median of {PAGES}, worst {max(pages):.3f})")
    quiet, loaded = (mean(one.pictures for one in stretches if one.loaded is kind) for kind in (False, True))
    _say(f"pictures a second: {quiet:.2f} quiet, {loaded:.2f} loaded ({loaded / quiet:.0%})")
    if loaded < FEWER * quiet:
        faults.append("fewer pictures under load")
    rises = [_rise(stretches, loaded=kind) for kind in (True, False)]
    _say(f"memory in a stretch: {rises[0]:.1f} MB more under load, {rises[1]:.1f} MB more in quiet")
    if rises[0] - rises[1] > MEGABYTES_RISE:
        faults.append("memory grew under load")
    if any(one.requests < ENOUGH * wanted.rate for one in stretches if one.loaded):
        faults.append("fewer requests were answered than were to be asked")
    if median(pages) > PAGE_SECONDS:
        faults.append("the first page is slow")
    shutil.rmtree(root)
    _say("\n".join(["", *faults]) if faults else "all as promised")
    return int(bool(faults))


def _rise(stretches: Sequence[Stretch], *, loaded: bool) -> float:
    """Megabytes by which the service and the page together grew while it was so, on the average."""
    both = [sum(one.megabytes) for one in stretches]
    return mean(
        now - then for then, now, one in zip(both, both[1:], stretches[1:], strict=False) if one.loaded is loaded
    )


class Feeder:
    """Keeps exports lying ready."""

    def __init__(self, house: House, service: Running) -> None:
        (self._folder,) = house.hot_folders
        self._service = service
        self._dropped = 0

    @property
    def done(self) -> int:
        """Pictures so far."""
        return len(self._service.heard("picture"))

    def feed(self) -> None:
        """Drop what is missing."""
        while self._dropped < self.done + AHEAD:
            name = f"{self._dropped // FOLDER_SIZE:03d}/IMG_{self._dropped:06d}.jpg"
            for place in ("originals", "inbox"):
                path = self._folder.place(place, name)
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(faceless(name))
            self._dropped += 1

    def feed_until(self, number: int) -> None:
        """Until so many are done."""
        while self.done < number and not self._service.says("end", 0.2):
            self.feed()


class Load:
    """What asks the page.

    Args:
        port: of the page.
        rate: requests a second.
    """

    def __init__(self, port: int, rate: int) -> None:
        self._rate = rate
        self._port = port
        with urlopen(f"http://127.0.0.1:{port}/") as answer:
            page = answer.read().decode()
        self._addresses = [*ADDRESSES, *map(html.unescape, THUMBNAIL.findall(page)[:THUMBNAILS])]

    def begin(self, seconds: float) -> subprocess.Popen[str]:
        """Ask for so long; it says in the end what it met."""
        command = [sys.executable, str(HAMMER), *map(str, (self._port, self._rate, seconds)), *self._addresses]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _stretch(service: Running, feeder: Feeder, load: Load | None, seconds: float) -> Stretch:
    page = _page(service)
    start, before, cpu = time.monotonic(), feeder.done, _cpu(page)
    asking = load.begin(seconds) if load else None
    while time.monotonic() < start + seconds:
        feeder.feed()
        service.says("end", FEED_SECONDS)
    lasted, pictures = time.monotonic() - start, feeder.done - before
    page_cpu = (_cpu(page) - cpu) / lasted
    met: dict[str, Any] = json.loads(asking.communicate()[0]) if asking else NOTHING
    return Stretch(
        loaded=load is not None,
        pictures=pictures / lasted,
        requests=sum(met["statuses"].values()) / lasted,
        median=met["median"],
        slowest=met["slowest"],
        page_cpu=page_cpu,
        load_cpu=met["cpu"] / lasted,
        megabytes=(_resident(service.process.pid), _resident(page)),
        statuses=met["statuses"],
    )


def _house(root: Path, port: int) -> House:
    settings = {"settle_seconds": 0.2, "rescan_seconds": 30.0, "recovery": {"no_face": "copy"}}
    house = House(root, [HotFolder(root / "heads", settings=settings)], workers=1)
    general = f'review = {{enabled = true, address = "127.0.0.1:{port}"}}\n'
    house.config.write_text(general + house.config.read_text())
    return house


def _fill(house: House, entries: int) -> None:
    """What was done before: entries of exports whose files are still in the inbox would be paired again."""
    grey = np.full((800, 600, 3), 128, np.uint8)
    picture = render_preview(grey, grey, Where(grey[..., 0]))
    with Ledger(house.state) as ledger:
        for number in range(entries):
            path = PurePath(f"before/{number:05d}.jpg")
            entry = ledger.enter("heads", path, Stamp(1, 2, number), f"{number}", float(number))
            figures = '{"before": 0.4, "after": 0.99, "spots": 3, "worked": 2.0}'
            steps = []
            if number >= entries - WITH_PREVIEW:
                preview = house.root / f"{number:05d}.preview.jpg"
                preview.write_bytes(picture)
                steps.append(Step(Piece.PREVIEW, preview, preview, f"{number}"))
            ledger.journal(entry.id, Conclusion(State.DONE, figures=figures, doubt=0.01), steps, float(number))
            ledger.finish(entry.id, None, float(number))


def _first_page(port: int) -> float:
    start = time.monotonic()
    with urlopen(f"http://127.0.0.1:{port}/") as answer:
        answer.read()
    return time.monotonic() - start


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _page(service: Running) -> int:
    """The process that serves the page."""
    return [int(str(line["pid"])) for line in service.heard("review") if "pid" in line][-1]


def _cpu(pid: int) -> float:
    """Seconds that a process has worked so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _resident(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / MEGA


def _lines(stretches: Sequence[Stretch]) -> str:
    heads = ["stretch", "pictures/s", "requests/s", "median s", "slowest s", "page CPU", "load CPU"]
    heads += ["service MB", "page MB", "answers"]
    rows = [
        [
            "loaded" if one.loaded else "quiet",
            *(f"{value:.2f}" for value in (one.pictures, one.requests)),
            *(f"{value:.3f}" for value in (one.median, one.slowest, one.page_cpu, one.load_cpu)),
            *(f"{value:.1f}" for value in one.megabytes),
            ", ".join(f"{number} x {status}" for status, number in one.statuses.items()),
        ]
        for one in stretches
    ]
    return table(heads, rows)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
