"""Word to people outside: a webhook, or a command that sends mail. In a thread of its own, since networks take time."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import urllib.request
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from pored.log import Log

PATIENCE_SECONDS = 15.0
"""For one try, and for what is left to say when the service ends."""

TRIES = 3
PAUSE_SECONDS = 20.0
"""Between two tries."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said.

    Attributes:
        subject: one line.
        text: for people.
        facts: for programs.
    """

    subject: str
    text: str
    facts: Mapping[str, object]


class Messenger:
    """Sends messages one after the other; what cannot be sent after some tries is only in the log.

    Args:
        log: for that.
        pause: seconds between two tries.
    """

    def __init__(self, log: Log, pause: float = PAUSE_SECONDS) -> None:
        self._log = log
        self._pause = pause
        self._closing = threading.Event()
        self._waiting: queue.SimpleQueue[tuple[str, Sequence[str], Message] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def send(self, webhook: str, command: Sequence[str], message: Message) -> None:
        """Post a message as JSON to an address, and give it to a command; nothing where both are empty.

        Args:
            webhook: an http or https address, or empty.
            command: a program and its arguments, run without a shell; it gets the text on its standard input.
            message: what to say.
        """
        if not webhook and not command:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="messenger", daemon=True)
            self._thread.start()
        self._waiting.put((webhook, command, message))

    def close(self) -> None:
        """Say what is left to say, as long as patience lasts."""
        self._closing.set()
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join(PATIENCE_SECONDS)

    def _work(self) -> None:
        while waiting := self._waiting.get():
            webhook, command, message = waiting
            if webhook:
                self._try("webhook", partial(_post, webhook, message))
            if command:
                self._try(command[0], partial(_run, command, message))

    def _try(self, what: str, send: Callable[[], None]) -> None:
        problem = ""
        for _ in range(TRIES):
            try:
                send()
            except (OSError, ValueError, subprocess.SubprocessError) as error:
                problem = str(error)
            else:
                return
            if self._closing.wait(self._pause):
                break
        self._log.warning("not told", through=what, reason=problem)


def _post(address: str, message: Message) -> None:
    # "text" is what chat programs show.
    data = json.dumps({"text": message.text, **message.facts}).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json", "User-Agent": "pored"})  # noqa: S310 - the settings take http and https only
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310 - likewise
        answer.read()


def _run(command: Sequence[str], message: Message) -> None:
    text = f"Subject: {message.subject}\n\n{message.text}".encode("utf-8", "replace")
    done = subprocess.run(list(command), input=text, capture_output=True, timeout=PATIENCE_SECONDS, check=False)  # noqa: S603 - the studio's own command, without a shell
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise subprocess.SubprocessError(f"exit code {done.returncode}: {said}")
