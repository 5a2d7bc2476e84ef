from __future__ import annotations

import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pored.notify import notify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def manager() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.settimeout(10)
        yield channel


def _received(manager: socket.socket) -> str:
    return manager.recv(4096).decode()


def test_word_reaches_the_manager(manager: socket.socket, tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    manager.bind(address)

    assert notify("READY=1", "STATUS=watching", environment={"NOTIFY_SOCKET": address})

    assert _received(manager) == "READY=1\nSTATUS=watching"


def test_an_abstract_socket_is_one_with_an_at_sign(manager: socket.socket, tmp_path: Path) -> None:
    name = f"pored-test-{tmp_path.name}-{id(manager)}"
    manager.bind(f"\0{name}")

    assert notify("WATCHDOG=1", environment={"NOTIFY_SOCKET": f"@{name}"})

    assert _received(manager) == "WATCHDOG=1"


def test_a_line_break_in_a_name_makes_no_assignment(manager: socket.socket, tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    manager.bind(address)

    notify("STATUS=a\nSTOPPING=1\udcff.jpg", environment={"NOTIFY_SOCKET": address})

    assert _received(manager) == "STATUS=a STOPPING=1?.jpg"


@pytest.mark.parametrize("address", ["", "relative", "vsock:2:1"])
def test_without_a_manager_it_is_silent(address: str) -> None:
    assert not notify("READY=1", environment={"NOTIFY_SOCKET": address})
    assert not notify("READY=1", environment={})


def test_a_manager_that_is_gone_does_not_matter(tmp_path: Path) -> None:
    assert not notify("READY=1", environment={"NOTIFY_SOCKET": str(tmp_path / "gone")})


def test_the_environment_is_the_process_own(manager: socket.socket, tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    manager.bind(address)
    program = "from pored.notify import notify; notify('READY=1')"

    subprocess.run([sys.executable, "-c", program], env={"NOTIFY_SOCKET": address}, check=True)

    assert _received(manager) == "READY=1"
