"""The review page's process, as the service sees it: begun with it, begun again where it dies, ended with it."""

from __future__ import annotations

import multiprocessing
import os
import socket
from typing import TYPE_CHECKING

from pored.errors import UsageError

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess
    from pathlib import Path

    from pored.clock import Moment
    from pored.config import Settings
    from pored.log import Log

PAUSE_SECONDS = 5.0
"""Before a process that died is begun again."""
END_SECONDS = 5.0
WAITING_CLIENTS = 128


class ReviewProcess:
    """Serves the page until it is closed.

    Args:
        settings: of the whole service.
        config: the settings file; None: there is none that could be read again.
        log: the service's.

    Raises:
        UsageError: the address cannot be listened on.
    """

    def __init__(self, settings: Settings, config: Path | None, log: Log) -> None:
        self._settings = settings
        self._config = config
        self._log = log
        self._socket = _listening(settings.review.address)
        self._begin_at = 0.0
        self._process: SpawnProcess | None = None

    def keep(self, now: Moment) -> None:
        """Begin it where it does not run."""
        if (self._process is not None and self._process.is_alive()) or now.steady < self._begin_at:
            return
        if self._process is not None:
            self._log.warning("review", reason="its process ended, and is begun anew", code=self._process.exitcode)
        self._begin_at = now.steady + PAUSE_SECONDS
        context = multiprocessing.get_context("spawn")
        args = (self._settings, self._config, self._socket, os.getpid())
        self._process = context.Process(target=_serve, args=args, name="review")
        self._process.start()
        self._log.info("review", address=f"http://{self._settings.review.address}/", pid=self._process.pid)

    def close(self) -> None:
        """End it; pages that are open wait until the service is there again."""
        if self._process is not None:
            self._process.terminate()
            self._process.join(END_SECONDS)
            self._process.kill()
            self._process.join()
        self._socket.close()


def _listening(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    bare = host.strip("[]")
    family = socket.AF_INET6 if ":" in bare else socket.AF_INET
    # Where the protocol is named, asyncio sends at once; else what follows a first piece waits 40 ms for its receipt.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((bare, int(port)))
        listening.listen(WAITING_CLIENTS)
    except OSError as error:
        listening.close()
        raise UsageError(
            f"review.address: {address} cannot be listened on: {error.strerror}. Name another port."
        ) from error
    return listening


def _serve(settings: Settings, config: Path | None, listening: socket.socket, service: int) -> None:
    from pored.review.server import serve  # noqa: PLC0415 - the service starts without what serves pages

    serve(settings, config, listening, service)
