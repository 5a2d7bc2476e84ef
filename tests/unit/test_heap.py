from __future__ import annotations

import subprocess
import sys
from threading import Event

from pored.heap import Idleness

PATIENCE = 60.0
LONG = 3600.0

FAULTS = """
import resource
from pored.heap import give_back, keep_what_is_freed
keep_what_is_freed()
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    bytearray(b"1") * (40 << 20)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
first, again = faults(), faults()
give_back()
print(first, again, faults())
"""


def test_what_was_freed_is_used_again_until_it_is_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", FAULTS], capture_output=True, text=True, check=True)
    first, again, after = (int(count) for count in done.stdout.split())
    assert again < first / 10
    assert after > first / 2


def test_memory_is_given_back_where_no_picture_comes() -> None:
    rested = Event()
    idleness = Idleness(0.0, rested.set)
    idleness.begins()
    assert rested.wait(PATIENCE)


def test_a_picture_that_comes_in_time_gets_the_memory() -> None:
    idleness = Idleness(LONG, lambda: None)
    idleness.begins()
    timer = idleness._timer  # noqa: SLF001 - what would give it back
    assert timer
    idleness.ends()
    timer.join(PATIENCE)
    assert not timer.is_alive()


def test_of_two_pauses_only_the_last_counts() -> None:
    idleness = Idleness(LONG, lambda: None)
    idleness.begins()
    first = idleness._timer  # noqa: SLF001 - as above
    idleness.begins()
    assert first
    first.join(PATIENCE)
    assert not first.is_alive()
    idleness.ends()
