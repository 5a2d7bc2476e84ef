"""What the service says to the outside: figures for Prometheus, and one word when a batch is over."""

from __future__ import annotations

import json
import socket
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import SimpleQueue
from typing import TYPE_CHECKING

import pytest
from tests.studio.conftest import PATIENCE, Studio

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def posted() -> Iterator[tuple[str, SimpleQueue[bytes]]]:
    """A webhook's address, and what was posted there."""
    bodies: SimpleQueue[bytes] = SimpleQueue()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.put(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nobody wants to read that."""

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/chat", bodies
        server.shutdown()
        thread.join()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_batch_that_is_over_is_told_once_to_everybody_who_listens(
    tmp_path: Path, posted: tuple[str, SimpleQueue[bytes]]
) -> None:
    address, bodies = posted
    port, mail = _free_port(), tmp_path / "mail"
    heads: dict[str, object] = {
        "batch.quiet_seconds": 10,
        "batch.webhook": address,
        "batch.command": ["tee", str(mail)],
    }
    studio = Studio(tmp_path, is_small=True, workers=1, more=f'metrics = "127.0.0.1:{port}"', heads=heads)
    studio.shoot("smith/a.jpg")
    studio.shoot("smith/broken.jpg")
    studio.drop("smith/a.jpg")
    studio.drop("smith/waits.jpg")
    studio.inbox("smith/broken.jpg").write_bytes(studio.stranger())
    service = studio.run()

    word = json.loads(bodies.get(timeout=PATIENCE))

    assert (word["done"], word["waiting"], word["failed"]) == (1, 1, 1)
    assert "broken.jpg" in word["text"]
    assert str(tmp_path) not in word["text"]
    line = service.says("batch")
    assert (studio.root / "heads/reports/smith" / line["summary"]).read_text() == word["text"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        figures = answer.read().decode()
    assert 'pored_pictures_total{code="",hot_folder="heads",outcome="done"} 1.0' in figures
    assert 'pored_jobs{hot_folder="heads",state="waiting"} 1.0' in figures
    assert 'pored_hot_folder_up{hot_folder="heads"} 1.0' in figures
    assert service.end() == 0
    assert mail.read_text().endswith(word["text"])
    assert bodies.empty()
    assert studio.originals_are_untouched()
