"""The review page under a load of requests: whether the pictures and the memory notice.

    python tests/bench/review_load.py [--rate 200] [--seconds 60] [--rounds 1] [--entries 5000]

    rate      requests a second to the page, on loopback, from a process of the lowest priority
    seconds   that each stretch lasts; quiet and loaded ones take turns, so that what else the machine does meets both
    rounds    of a quiet and a loaded stretch
    entries   that the ledger holds before it begins; the first page of them is timed too
The service works on small pictures all the while. Its exit code is 1 where a loaded stretch has a tenth fewer pictures
than a quiet one, memory grew by more than the limit named below, or the first page took half a second.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import socket
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePath
from statistics import mean, median
from typing import TYPE_CHECKING
from urllib.request import urlopen

from running import HotFolder, House, Running
from small import faceless
from table import table

from pored.files.ledger import Ledger
from pored.files.records import Conclusion, State
from pored.stamp import Stamp

if TYPE_CHECKING:
    from collections.abc import Sequence

CONNECTIONS = 8
AHEAD = 400
FOLDER_SIZE = 500
FEWER = 0.9
"""Pictures of a loaded stretch, of a quiet one."""
MEGABYTES_RISE = 20.0
ENOUGH = 0.9
"""Requests that were answered, of those that were to be asked."""
PAGE_SECONDS = 0.5
PAGES = 5
PAGE = os.sysconf("SC_PAGE_SIZE")
MEGA = 10**6
ADDRESSES = ("/", "/rows?q=IMG_0001", "/rows?state=done", "/folders", "/thumbnail/1", "/batches", "/approve/list")


@dataclass(frozen=True)
class Stretch:
    """What was measured while it lasted.

    Attributes:
        pictures: a second.
        requests: a second.
        slowest: answer, seconds; median: likewise.
        megabytes: of the service and of the page at its end.
    """

    loaded: bool
    pictures: float
    requests: float
    median: float
    slowest: float
    megabytes: tuple[float, float]
    statuses: Counter[int]


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
    stretches, faults = [], []
    with Running(house) as service:
        service.says("review")
        feeder = Feeder(house, service)
        pages = [_first_page(port) for _ in range(PAGES)]
        feeder.feed_until(20)
        asyncio.run(_stretch(service, feeder, port, min(10.0, wanted.seconds), wanted.rate))
        before = _megabytes(service)
        for _ in range(wanted.rounds):
            stretches += [
                asyncio.run(_stretch(service, feeder, port, wanted.seconds, rate)) for rate in (0, wanted.rate)
            ]
        service.end()
    _say(_lines(stretches))
    _say(f"\nfirst page of {wanted.entries} entries: {median(pages):.3f} s (median of {PAGES}, worst {max(pages):.3f})")
    quiet, loaded = (mean(one.pictures for one in stretches if one.loaded is kind) for kind in (False, True))
    _say(f"pictures a second: {quiet:.2f} quiet, {loaded:.2f} loaded ({loaded / quiet:.0%})")
    if loaded < FEWER * quiet:
        faults.append("fewer pictures under load")
    if max(now - then for now, then in zip(stretches[-1].megabytes, before, strict=True)) > MEGABYTES_RISE:
        faults.append(f"memory grew from {before} to {stretches[-1].megabytes} MB")
    if any(one.requests < ENOUGH * wanted.rate for one in stretches if one.loaded):
        faults.append("fewer requests were answered than were to be asked")
    if median(pages) > PAGE_SECONDS:
        faults.append("the first page is slow")
    shutil.rmtree(root)
    _say("\n".join(["", *faults]) if faults else "all as promised")
    return int(bool(faults))


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


async def _stretch(service: Running, feeder: Feeder, port: int, seconds: float, rate: int) -> Stretch:
    answers: list[tuple[int, float]] = []
    start, before = time.monotonic(), feeder.done
    until = start + seconds
    ask = [_ask(port, number, rate, until, answers) for number in range(CONNECTIONS if rate else 0)]
    await asyncio.gather(_feed(feeder, until), *ask)
    lasted = time.monotonic() - start
    took = [seconds for _, seconds in answers]
    return Stretch(
        loaded=bool(rate),
        pictures=(feeder.done - before) / lasted,
        requests=len(took) / lasted,
        median=median(took) if took else 0.0,
        slowest=max(took, default=0.0),
        megabytes=_megabytes(service),
        statuses=Counter(status for status, _ in answers),
    )


async def _feed(feeder: Feeder, until: float) -> None:
    while time.monotonic() < until:
        await asyncio.to_thread(feeder.feed)
        await asyncio.sleep(0.5)


async def _ask(port: int, number: int, rate: int, until: float, answers: list[tuple[int, float]]) -> None:
    """One connection's share of the requests, at even times."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    pace, turn, start = CONNECTIONS / rate, 0, time.monotonic()
    while time.monotonic() < until:
        address = ADDRESSES[(turn * CONNECTIONS + number) % len(ADDRESSES)]
        begun = time.monotonic()
        writer.write(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        status = await _answer(reader)
        answers.append((status, time.monotonic() - begun))
        turn += 1
        await asyncio.sleep(max(0.0, start + turn * pace - time.monotonic()))
    writer.close()
    await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = next(int(line.split(":")[1]) for line in head.lower().splitlines() if line.startswith("content-length"))
    await reader.readexactly(length)
    return int(head.split()[1])


def _house(root: Path, port: int) -> House:
    settings = {"settle_seconds": 0.2, "rescan_seconds": 30.0, "recovery": {"no_face": "copy"}}
    house = House(root, [HotFolder(root / "heads", settings=settings)], workers=1)
    general = f'review = {{enabled = true, address = "127.0.0.1:{port}"}}\n'
    house.config.write_text(general + house.config.read_text())
    return house


def _fill(house: House, entries: int) -> None:
    """What was done before: entries of exports whose files are still in the inbox would be paired again."""
    with Ledger(house.state) as ledger:
        for number in range(entries):
            path = PurePath(f"before/{number:05d}.jpg")
            entry = ledger.enter("heads", path, Stamp(1, 2, number), f"{number}", float(number))
            figures = '{"before": 0.4, "after": 0.99, "spots": 3, "worked": 2.0}'
            ledger.journal(entry.id, Conclusion(State.DONE, figures=figures, doubt=0.01), (), float(number))
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


def _megabytes(service: Running) -> tuple[float, float]:
    """Of the service, and of the page."""
    page = [int(str(line["pid"])) for line in service.heard("review") if "pid" in line]
    return _resident(service.process.pid), _resident(page[-1])


def _resident(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / MEGA


def _lines(stretches: Sequence[Stretch]) -> str:
    heads = ("stretch", "pictures/s", "requests/s", "median s", "slowest s", "service MB", "page MB", "answers")
    rows = [
        [
            "loaded" if one.loaded else "quiet",
            *(f"{value:.2f}" for value in (one.pictures, one.requests)),
            *(f"{value:.3f}" for value in (one.median, one.slowest)),
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
