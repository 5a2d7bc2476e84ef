"""What a browser asks for, checked: every refusal is a sentence."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import fields
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

from pored.files.gallery import Wanted
from pored.model import Box
from pored.review.pages import GROUPS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from pored.files.records import Entry
    from pored.review.desk import ReviewDesk
    from pored.review.guard import Gate
    from pored.review.memory import Memory
    from pored.review.pages import Pages

PAGE = 60
"""Exports on a page."""
MOST_ROWS = 600
"""In one answer, however far somebody has scrolled."""
MOST_BODY = 65536
MOST_PART = 4096
"""Pixels of the side of a part on which settings are tried."""


class Answers:
    """What everything that answers has at hand.

    Args:
        desk: settings, ledger and workers.
        gate: who may.
        pages: renders them.
        memory: what was answered.
    """

    def __init__(self, desk: ReviewDesk, gate: Gate, pages: Pages, memory: Memory) -> None:
        self._desk = desk
        self._gallery = desk.gallery
        self._gate = gate
        self._pages = pages
        self._memory = memory

    def page(self, request: Request, name: str, **values: object) -> Response:
        """A whole page."""
        word = self._gate.word(request)
        return HTMLResponse(self._pages.render(name, word=word, path=request.url.path, **values))

    def done(self) -> Response:
        """What was asked for is done; whoever asks next sees it."""
        self._memory.forget()
        return JSONResponse({"done": True})

    def entry(self, request: Request) -> Entry:
        """The export that an address names."""
        entry = self._gallery.job(job_in(request))
        if entry is None:
            raise HTTPException(404, "There is no such picture, or it has left.")
        return entry


def job_in(request: Request) -> int:
    """The number of a picture."""
    job: int = request.path_params["job"]
    return min(job, 2**62)


def name_in(request: Request) -> str:
    """The name of a picture for the screen: letters, digits and dashes, so that it leads nowhere else."""
    name: str = request.path_params["name"]
    if not name.replace("-", "").isalnum():
        raise HTTPException(404, "That is no picture.")
    return name


def wanted_in(request: Request) -> Wanted:
    """Which exports a list is to have."""
    asked = request.query_params
    states = GROUPS.get(asked.get("state", ""), ())
    most = min(max(PAGE, _number(asked.get("most"))), MOST_ROWS)
    return Wanted(asked.get("hot_folder", ""), states, asked.get("q", "").strip(), None, before_in(request), most)


def before_in(request: Request) -> tuple[float, int] | None:
    """Behind which export a page begins."""
    updated, _, job = request.query_params.get("before", "").partition("_")
    with suppress(ValueError):
        return float(updated), int(job)
    return None


def behind(entries: list[Entry], wanted: Wanted) -> str:
    """Where the next page begins; "": this is the last."""
    return f"{entries[-1].updated!r}_{entries[-1].id}" if len(entries) == wanted.most else ""


def _number(text: str | None) -> int:
    """A whole number; 0 where there is none."""
    return int(text) if text and text.isdecimal() and len(text) < len(str(2**31)) else 0


def wishes_in(asked: Mapping[str, object]) -> dict[str, object]:
    """Settings that somebody chose."""
    wishes = asked.get("wishes", {})
    if not isinstance(wishes, dict):
        raise HTTPException(422, "Those are no settings.")
    return wishes


def part_in(asked: object) -> Box:
    """The part of a picture that is looked at."""
    if not isinstance(asked, list) or len(asked) != len(fields(Box)) or not all(type(each) is int for each in asked):
        raise HTTPException(422, "That is no part of a picture.")
    part = Box(*asked)
    if not (0 < part.width <= MOST_PART and 0 < part.height <= MOST_PART):
        raise HTTPException(422, "That is no part of a picture.")
    return part


async def body_of(request: Request) -> bytes:
    """What was sent, as long as it is short."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY:
            raise HTTPException(413, "That is too much.")
    return body


async def json_of(request: Request) -> dict[str, object]:
    """What was sent, as an object."""
    try:
        asked = json.loads(await body_of(request) or b"{}")
    except ValueError as error:
        raise HTTPException(422, "That is no JSON.") from error
    if not isinstance(asked, dict):
        raise HTTPException(422, "That is no JSON object.")
    return asked
