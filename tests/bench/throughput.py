"""How much more several workers do than one.

    uv run python tests/bench/throughput.py [--pictures 24] [--megapixels 24] [--workers 2]

The real service gets a backlog, first with one worker, then with several; the rate is counted between the first result
and the last, so that starting does not count. On the wall: only a calm machine tells. To be reached: 1.85 with two.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from running import HotFolder, House, Running, until
from sized import make_pair

if TYPE_CHECKING:
    from sized import Pair


def rate(root: Path, pair: Pair, workers: int, pictures: int) -> float:
    """Pictures a minute."""
    folder = HotFolder(root / f"with{workers}")
    for number in range(pictures):
        name = f"IMG_{number:04d}{pair.export.suffix}"
        os.link(pair.original, folder.place("originals", name))
        # Each export has bytes of its own, as every job has.
        folder.place("inbox", name).write_bytes(pair.export.read_bytes() + number.to_bytes(4, "big"))
    with Running(House(folder.base, [folder], workers)) as service:
        until(lambda: results(folder) > 0, "a first result")
        begun, before = time.monotonic(), results(folder)
        until(lambda: results(folder) >= pictures, "the last result", seconds=3600)
        taken = time.monotonic() - begun
        service.end()
    return 60 * (pictures - before) / taken


def results(folder: HotFolder) -> int:
    """How many are in place."""
    return sum(not name.startswith(".") for name in folder.names("output"))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pictures", type=int, default=24)
    parser.add_argument("--megapixels", type=float, default=24.0)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pored-throughput-") as place:
        root = Path(place)
        (root / "pictures").mkdir()
        pair = make_pair(root / "pictures", "full", given.megapixels, "jpeg")
        rates = [rate(root, pair, workers, given.pictures) for workers in (1, given.workers)]
    words = f"one worker {rates[0]:.1f} pictures a minute, {given.workers} workers {rates[1]:.1f}"
    sys.stdout.write(f"{words}: {rates[1] / rates[0]:.2f} times\n")


if __name__ == "__main__":
    main()
