"""The review page's own process. The only door to uvicorn."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

import uvicorn

from pored.log import open_log
from pored.review.app import make_app
from pored.review.desk import ReviewDesk
from pored.review.hands import Hands
from pored.workers import end_with

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from pored.config import Settings

NICER = 10
"""Than the service: pictures come before pages."""
GRACE_SECONDS = 2
"""For answers that are under way when the service ends."""


def serve(settings: Settings, config: Path | None, listening: socket.socket, service: int) -> None:
    """Answer browsers until the service ends.

    Args:
        settings: of the whole service.
        config: the settings file, to be read again where a hot folder's are to change.
        listening: bound to the address.
        service: number of the process with which this one ends.
    """
    end_with(service)
    with suppress(OSError):
        os.nice(NICER)
    with Hands(settings) as hands:
        desk = ReviewDesk(settings, config, hands, open_log(settings.log))
        server = uvicorn.Server(
            uvicorn.Config(
                make_app(desk, lambda: server.should_exit),
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=True,
                lifespan="on",
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        server.run(sockets=[listening])
