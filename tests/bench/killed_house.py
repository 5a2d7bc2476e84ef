"""A backlog in a house whose service is killed again and again: fed between kills, and looked at after each."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

from running import HotFolder, House, timeless
from small import original, smoothed

from pored.files.ledger import read_ledger
from pored.files.names import is_temp_name
from pored.files.records import DONE_STATES, State
from pored.files.schema import LEDGER_NAME

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence
    from pathlib import Path

    from pored.files.records import Entry

NAMES = tuple(f"IMG_{number:04d}.jpg" for number in range(1, 21))
"""Of the exports of each hot folder."""

OPEN = 8
"""So many exports wait for the service at any time, while there are any."""

LATEST = 6.0
"""Seconds after the start of the service until the last of the late originals comes."""

QUICK = {"settle_seconds": 0.1, "rescan_seconds": 5.0}

Results = dict[tuple[str, str], bytes]


class KilledHouse:
    """Two hot folders, one that leaves done exports where they are and one that moves them away.

    Args:
        root: a new folder.
        rng: decides which originals are late, and when they come.
        right: what an undisturbed service makes of the exports, by hot folder and name.
    """

    def __init__(self, root: Path, rng: random.Random, right: Results | None = None) -> None:
        folders = [HotFolder(root / "stays", settings=QUICK), HotFolder(root / "moves", moves=True, settings=QUICK)]
        self.house = House(root, folders, workers=1)
        self._rng = rng
        self._right = right or {}
        self._to_drop = [(folder, name) for name in NAMES for folder in folders]
        self._late: list[tuple[HotFolder, str]] = []
        self._timers: list[threading.Timer] = []
        self.exports = len(self._to_drop)

    # Feeding.

    def feed(self) -> None:
        """Drop exports until enough are open; the originals of half of them come while the service runs."""
        self.bring_late()
        missing = max(0, OPEN - self.open_count())
        fresh, self._to_drop = self._to_drop[:missing], self._to_drop[missing:]
        for folder, name in fresh:
            folder.place("inbox", name).write_bytes(smoothed(name))
            if self._rng.random() < 0.5:
                self._shoot(folder, name)
            else:
                self._late.append((folder, name))
                timer = threading.Timer(self._rng.uniform(0, LATEST), self._shoot, (folder, name))
                self._timers.append(timer)
                timer.start()

    def bring_late(self) -> None:
        """Every original that has not come yet."""
        for timer in self._timers:
            timer.cancel()
            timer.join()
        for folder, name in self._late:
            self._shoot(folder, name)
        self._late.clear()
        self._timers.clear()

    @staticmethod
    def _shoot(folder: HotFolder, name: str) -> None:
        path = folder.place("originals", name)
        if not path.exists():
            path.write_bytes(original(name))

    def drop_all(self) -> None:
        """Everything at once, originals first."""
        for folder, name in self._to_drop:
            self._shoot(folder, name)
            folder.place("inbox", name).write_bytes(smoothed(name))
        self._to_drop = []

    @property
    def is_used_up(self) -> bool:
        """Whether there is nothing more to drop."""
        return not self._to_drop

    def open_count(self) -> int:
        """Exports that were dropped and are not done, as the folders show it."""
        dropped = self.exports - len(self._to_drop)
        return dropped - sum(len(self._visible(folder, "output")) for folder in self.house.hot_folders)

    # Looking.

    def results(self) -> Results:
        """What lies in the outputs, but for the times."""
        return {
            (folder.name, name): timeless(folder.place("output", name).read_bytes())
            for folder in self.house.hot_folders
            for name in self._visible(folder, "output")
        }

    def wrong_results(self) -> list[str]:
        """What a studio would find in an output just now that is not as it should be."""
        return [
            f"{where}/{name} is wrong"
            for (where, name), data in self.results().items()
            if self._wrong(where, name, data)
        ]

    def _wrong(self, where: str, name: str, data: bytes) -> bool:
        return self._right.get((where, name)) != data

    def strays(self) -> list[str]:
        """Hidden files that pored has left half written."""
        return [str(path) for path in self.house.root.rglob(".*") if is_temp_name(path.name)]

    def given_up(self) -> list[Entry]:
        """Exports that the service calls failed."""
        return [entry for entry in read_ledger(self.house.state).entries if entry.state is State.FAILED]

    def faults(self) -> list[str]:
        """Every promise that is broken, when all is over."""
        found = [*self.wrong_results(), *(f"left behind: {stray}" for stray in self.strays())]
        for folder in self.house.hot_folders:
            left, gone = ("processed", "inbox") if folder.moves else ("inbox", "processed")
            wanted = {
                "output": set(NAMES),
                "reports": {name + ending for name in NAMES for ending in (".json", ".preview.jpg")},
                "failed": set(),
                "originals": set(NAMES),
                left: set(NAMES),
                gone: set(),
            }
            for place, names in wanted.items():
                there = folder.names(place)
                found += [f"{folder.name}/{place} lacks {name}" for name in sorted(names - there)]
                found += [f"{folder.name}/{place} has {name}" for name in sorted(there - names)]
            found += _changed(folder, left)
        return found + self._ledger_faults()

    def _ledger_faults(self) -> list[str]:
        entries = read_ledger(self.house.state).entries
        found = [
            f"the ledger says that {entry.path} is {entry.state}" for entry in entries if entry.state not in DONE_STATES
        ]
        if len(entries) != self.exports:
            found.append(f"the ledger has {len(entries)} jobs for {self.exports} exports")
        with closing(sqlite3.connect(self.house.state / LEDGER_NAME)) as ledger:
            integrity = [row[0] for row in ledger.execute("PRAGMA integrity_check")]
            found += [f"integrity: {row}" for row in integrity if row != "ok"]
            found += [f"foreign key: {row}" for row in ledger.execute("PRAGMA foreign_key_check")]
            journal = ledger.execute("SELECT count(*) FROM staged").fetchone()[0]
            found += [f"{journal} lines are left in the journal"] if journal else []
        return found

    @staticmethod
    def _visible(folder: HotFolder, place: str) -> Sequence[str]:
        return sorted(name for name in folder.names(place) if not name.startswith("."))


def _changed(folder: HotFolder, left: str) -> list[str]:
    """Files of the studio's own that are not what they were, and reports that cannot be read."""
    found = []
    for name in NAMES:
        for place, data in ((left, smoothed(name)), ("originals", original(name))):
            path = folder.place(place, name)
            if path.exists() and path.read_bytes() != data:
                found.append(f"{folder.name}/{place}/{name} was changed")
        report = folder.place("reports", f"{name}.json")
        if report.exists() and json.loads(report.read_bytes())["outcome"] != "recovered":
            found.append(f"{report} says something else")
    return found
