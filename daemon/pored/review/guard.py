"""Who may look and who may change something.

With a token, whoever knows it gets a signed cookie. Everything that changes something needs, besides, a word that only
the page itself has been told: another site can send a browser here, but can neither read that word nor set its header.
Without a token only names of this machine itself are answered, so that no other site's name leads here.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "pored_review"
WORD_HEADER = "x-pored-word"
SESSION_SECONDS = 30 * 86400
KEY_NAME = "review.key"
"""In the state folder: what cookies and words are signed with, so that they outlive a restart."""
KEY_BYTES = 32
OPEN = ("/static/", "/login")
SAFE = ("GET", "HEAD")
OWN_NAMES = {"localhost", "127.0.0.1", "::1"}
HEADERS = {
    b"content-security-policy": b"default-src 'self'; img-src 'self' blob: data:; frame-ancestors 'none'; "
    b"base-uri 'none'; form-action 'self'",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
}


def signing_key(state_dir: Path) -> bytes:
    """The key of this installation, made at the first start; where it cannot be kept, one for this process alone."""
    path = state_dir / KEY_NAME
    with suppress(OSError):
        with suppress(FileExistsError):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
        key = path.read_bytes()
        if len(key) == KEY_BYTES:
            return key
    return secrets.token_bytes(KEY_BYTES)


class Gate:
    """Signs and checks cookies and words.

    Args:
        token: "": nobody has to know one.
        key: to sign with.
    """

    def __init__(self, token: str, key: bytes) -> None:
        self._token = token.encode()
        self._key = hashlib.sha256(key + self._token).digest()

    @property
    def is_open(self) -> bool:
        """Whether no token is asked for."""
        return not self._token

    def admits(self, token: str) -> bool:
        """Whether that is the token."""
        return hmac.compare_digest(token.encode(), self._token)

    def cookie(self, now: float) -> str:
        """For a browser that knew the token."""
        until = str(round(now + SESSION_SECONDS))
        return f"{until}.{self._signed('session', until)}"

    def knows(self, connection: HTTPConnection, now: float) -> bool:
        """Whether a browser has been let in."""
        until, _, signature = connection.cookies.get(COOKIE, "").partition(".")
        is_ours = hmac.compare_digest(signature.encode(), self._signed("session", until).encode())
        return is_ours and until.isdecimal() and int(until) > now

    def word(self, connection: HTTPConnection) -> str:
        """What only this browser's page is told."""
        return self._signed("word", connection.cookies.get(COOKIE, ""))

    def may_change(self, connection: HTTPConnection) -> bool:
        """Whether a change was asked for by the page itself."""
        said = connection.headers.get(WORD_HEADER, "")
        return _is_own(connection) and hmac.compare_digest(said.encode(), self.word(connection).encode())

    def _signed(self, what: str, text: str) -> str:
        return hmac.new(self._key, f"{what}:{text}".encode(), hashlib.sha256).hexdigest()


class Guard:
    """Stands before the page.

    Args:
        app: the page.
        gate: who may.
    """

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer in the page's place where somebody may not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(HTTPConnection(scope))
        await (refusal or self._app)(scope, receive, _with_headers(send))

    def _refusal(self, connection: HTTPConnection) -> Response | None:
        path, method = connection.url.path, connection.scope["method"]
        if self._gate.is_open and not _names_this_machine(connection):
            return _refused(421, "This page is for this machine alone; set review.token to open it to others.")
        if path.startswith(OPEN):
            is_fine = method in SAFE or _is_own(connection)
            return None if is_fine else _refused(403, "Another site sent this; open the page itself.")
        if not self._gate.is_open and not self._gate.knows(connection, time.time()):
            if method in SAFE and "text/html" in connection.headers.get("accept", ""):
                return RedirectResponse("/login", 303)
            return _refused(401, "Log in first.")
        if method not in SAFE and not self._gate.may_change(connection):
            return _refused(403, "This page is out of date, or another site sent this. Reload it.")
        return None


def _refused(status: int, message: str) -> Response:
    return JSONResponse({"error": message}, status)


def _names_this_machine(connection: HTTPConnection) -> bool:
    with suppress(ValueError):
        return urlsplit(f"//{connection.headers.get('host', '')}").hostname in OWN_NAMES
    return False


def _is_own(connection: HTTPConnection) -> bool:
    """Whether the browser says that the page itself sent this; it always says where a change comes from."""
    if connection.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == connection.headers.get("host")


def _with_headers(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            sent = {name for name, _ in message["headers"]}
            more = {**HEADERS, b"cache-control": b"no-store"}
            message["headers"] = [*message["headers"], *((k, v) for k, v in more.items() if k not in sent)]
        await send(message)

    return guarded
