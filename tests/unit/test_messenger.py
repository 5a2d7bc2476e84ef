from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from pored.log import open_log
from pored.messenger import TRIES, Message, Messenger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MESSAGE = Message("heads, job: 2 done", "heads, job: 2 done\n", {"done": 2})


class Hook(HTTPServer):
    """Somebody who listens; refuses as often as he is told to."""

    def __init__(self, refusals: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.refusals = refusals
        self.heard: list[dict[str, object]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class _Handler(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        refused = self.server.refusals > 0
        self.server.refusals -= refused
        if not refused:
            self.server.heard.append(json.loads(data))
        self.send_response(503 if refused else 204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook(0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_webhook_gets_what_people_and_programs_read(hook: Hook) -> None:
    with Messenger(open_log(stream=StringIO())) as messenger:
        messenger.send(hook.address, (), MESSAGE)

    assert hook.heard == [{"text": MESSAGE.text, "done": 2}]


def test_who_refuses_is_asked_again(hook: Hook) -> None:
    hook.refusals = TRIES - 1
    messenger = Messenger(open_log(stream=StringIO()), pause=0.0)
    messenger.send(hook.address, (), MESSAGE)
    messenger.send("", ("/bin/false",), MESSAGE)
    messenger._waiting.put(None)  # noqa: SLF001 - so that the thread ends by itself
    assert messenger._thread  # noqa: SLF001 - likewise
    messenger._thread.join()  # noqa: SLF001 - likewise

    assert len(hook.heard) == 1


def test_a_command_gets_the_text_and_no_shell(tmp_path: Path) -> None:
    program = tmp_path / "mail"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$1" > "$0.args"; cat > "$0.text"\n')
    program.chmod(0o755)

    with Messenger(open_log(stream=StringIO())) as messenger:
        messenger.send("", (str(program), "$(id); a@studio"), MESSAGE)

    assert (tmp_path / "mail.args").read_text() == "$(id); a@studio\n"
    assert (tmp_path / "mail.text").read_text() == "Subject: heads, job: 2 done\n\nheads, job: 2 done\n"


def test_who_cannot_be_told_is_in_the_log() -> None:
    stream = StringIO()
    with Messenger(open_log("json", stream), pause=0.0) as messenger:
        messenger.send("", ("/bin/false",), MESSAGE)
        messenger.send("", ("/no/such/program",), MESSAGE)

    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["through"] for line in lines] == ["/bin/false", "/no/such/program"]
    assert "exit code 1" in lines[0]["reason"]


def test_where_nothing_is_to_be_told_there_is_no_thread() -> None:
    with Messenger(open_log(stream=StringIO())) as messenger:
        messenger.send("", (), MESSAGE)
        assert messenger._thread is None  # noqa: SLF001 - there is no other sign
