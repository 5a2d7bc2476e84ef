"""Coming in."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.responses import HTMLResponse, RedirectResponse

from pored.review.asking import Answers, body_of
from pored.review.guard import COOKIE, SESSION_SECONDS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


class Login(Answers):
    """Answers whoever has not been let in yet."""

    async def login(self, request: Request) -> Response:
        """Ask for the token, and let in whoever knows it."""
        if self._gate.is_open:
            return RedirectResponse("/", 303)
        if request.method == "GET":
            return HTMLResponse(self._pages.render("login.html", wrong=False))
        fields = parse_qs((await body_of(request)).decode("utf-8", "replace"))
        if not self._gate.admits(fields.get("token", [""])[0].strip()):
            self._desk.log.warning("refused", reason="a wrong token", address=request.client and request.client.host)
            return HTMLResponse(self._pages.render("login.html", wrong=True), 403)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(
            COOKIE,
            self._gate.cookie(time.time()),
            max_age=SESSION_SECONDS,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return answer
