"""Requests at an even pace over lines that are kept open, as cheaply as they can be made.

    python tests/bench/hammer.py PORT RATE SECONDS ADDRESS...

    RATE      requests a second, to 127.0.0.1
    SECONDS   for so long

A process of its own, of the lowest priority, so that what it costs is not taken for the server's. It says in a line of
JSON what it met: answers by status, median and slowest seconds, and its own seconds of CPU. Where every line waits for
an answer, nothing is asked meanwhile: then fewer are made than were to be.
"""

from __future__ import annotations

import json
import os
import selectors
import socket
import sys
import time
from collections import Counter
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LINES = 8
LOWEST = 19
CHUNK = 1 << 18
HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length:"


class Line:
    """One connection, with one request under way at most.

    Args:
        port: of the server.
    """

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self._host = f"127.0.0.1:{port}"
        self.asked = 0.0
        self._head = b""
        self._missing: int | None = 0

    @property
    def is_free(self) -> bool:
        """Whether the last answer is there."""
        return self._missing == 0

    def ask(self, address: str) -> None:
        """Send a request."""
        self._head, self._missing, self.asked = b"", None, time.monotonic()
        self.socket.sendall(f"GET {address} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode())

    def hear(self) -> tuple[int, float] | None:
        """Take what has come; status and seconds where that was the end of an answer."""
        data = self.socket.recv(CHUNK)
        if not data:
            raise ConnectionError("the server has hung up")
        if self._missing is None:
            self._head += data
            head, end, body = self._head.partition(HEAD_END)
            if not end:
                return None
            self._head = head
            place = head.lower().index(LENGTH) + len(LENGTH)
            self._missing = int(head[place:].partition(b"\r")[0]) - len(body)
        else:
            self._missing -= len(data)
        return None if self._missing else (int(self._head[9:12]), time.monotonic() - self.asked)


def hammer(port: int, rate: float, seconds: float, addresses: Sequence[str]) -> list[tuple[int, float]]:
    """Ask at that rate; status and seconds of every answer."""
    lines = [Line(port) for _ in range(LINES)]
    answers: list[tuple[int, float]] = []
    start, asked = time.monotonic(), 0
    with selectors.DefaultSelector() as selector:
        for line in lines:
            selector.register(line.socket, selectors.EVENT_READ, line)
        while (now := time.monotonic()) < start + seconds:
            # Those that have rested longest first: the server closes what is not used.
            free = sorted((line for line in lines if line.is_free), key=lambda line: line.asked)
            due = min(int((now - start) * rate) + 1 - asked, len(free))
            for line in free[:due]:
                line.ask(addresses[asked % len(addresses)])
                asked += 1
            wait = max(0.0, start + asked / rate - time.monotonic()) if any(line.is_free for line in lines) else None
            for key, _ in selector.select(wait):
                answer = key.data.hear()
                if answer:
                    answers.append(answer)
    for line in lines:
        line.socket.close()
    return answers


def main(arguments: Sequence[str]) -> None:
    """Ask, and say what was met."""
    os.nice(LOWEST)
    port, rate, seconds, *addresses = arguments
    answers = hammer(int(port), float(rate), float(seconds), addresses)
    took = [each for _, each in answers]
    found = {
        "statuses": Counter(status for status, _ in answers),
        "median": median(took) if took else 0.0,
        "slowest": max(took, default=0.0),
        "cpu": time.process_time(),
    }
    sys.stdout.write(f"{json.dumps(found)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
