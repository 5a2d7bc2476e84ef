"""Word to systemd (sd_notify(3)); silence where nobody listens."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def notify(*assignments: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Tell the service manager, for example ``notify("READY=1", "STATUS=watching 2 hot folders")``.

    Args:
        assignments: as sd_notify(3) lists them.
        environment: where NOTIFY_SOCKET is looked up; a name that begins with @ is an abstract socket.

    Returns:
        Whether somebody was told. Nothing that goes wrong here may stop the service.
    """
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    # One line each: a name with a line break in a STATUS must not become an assignment.
    message = "\n".join(" ".join(assignment.split("\n")) for assignment in assignments)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.settimeout(1.0)
            channel.connect(address)
            channel.sendall(message.encode(errors="replace"))
    except OSError:
        return False
    return True
