"""One picture: how it looks, what is said of it, other settings, and what people ask to be done with it."""

from __future__ import annotations

import asyncio
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response

from pored.files.names import printable
from pored.files.records import DONE_STATES, Piece
from pored.files.screen import TILE, png
from pored.review.asking import Answers, json_of, name_in, part_in, wishes_in
from pored.review.facts import faces_in
from pored.review.lists import FOREVER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from pored.files.records import Entry, RequestKind
    from pored.model import Box
    from pored.review.tasks import Trial

SIDES = ("before", "after")
NONE: Mapping[str, object] = {}
"""No settings but those that hold."""
MOST_ORIGINALS = 40
SEARCH_SECONDS = 2.0
DOWNLOADED = {each.value: each for each in (Piece.RESULT, Piece.LAYERED, Piece.REPORT)}


class Pictures(Answers):
    """Answers about one picture."""

    def picture(self, request: Request) -> Response:
        """Before and after, figures, settings."""
        entry = self.entry(request)
        return self.page(request, "picture.html", **self._pages.picture(entry))

    def facts(self, request: Request) -> Response:
        """What is said of it in words, to be put into the page that is open."""
        return HTMLResponse(self._pages.render("facts.html", **self._pages.picture(self.entry(request))))

    def view(self, request: Request) -> Response:
        """What there is to be seen of it: sides that can be brought to the screen, faces and guarded spots."""
        entry = self.entry(request)
        sides = [which for which in SIDES if self._desk.showing(entry, which)]
        if not sides:
            raise HTTPException(404, "There is nothing to be seen of it.")
        faces = faces_in(self._desk.report(entry))
        return JSONResponse(
            {
                "tile": TILE,
                "sides": sides,
                "faces": [[face.box.x0, face.box.y0, face.box.x1, face.box.y1] for face in faces],
                "spots": [spot for face in faces for spot in face.spots],
            }
        )

    async def side(self, request: Request) -> Response:
        """Bring export or result to the screen; the name of its tiles, and its size."""
        which = request.path_params["which"]
        task = self._desk.showing(self.entry(request), which) if which in SIDES else None
        if task is None:
            raise HTTPException(404, "There is nothing to be seen of it.")
        shown = await self._desk.hands.show(task)
        width, height = await asyncio.to_thread(shown.size)
        return JSONResponse({"name": shown.pixels.stem, "width": width, "height": height})

    async def ready(self, request: Request) -> Response:
        """Get the pair ready for other settings, unless somebody opens another picture before its turn comes."""
        task = replace(self._task(self.entry(request)), ahead=True)
        return JSONResponse({"ready": await self._desk.hands.get_ready(task)})

    def _task(self, entry: Entry, wishes: Mapping[str, object] = NONE, part: Box | None = None) -> Trial:
        task = self._desk.trial(entry, wishes, part)
        if task is None:
            raise HTTPException(404, "Its hot folder is gone from the settings.")
        return task

    async def mask(self, request: Request) -> Response:
        """Have the mask ready; the name of its tiles."""
        entry = self.entry(request)
        task = self._task(entry)
        mask = self._desk.mask_of(entry, task.recovery)
        if not mask.is_there():
            await self._desk.hands.try_out(replace(task, mask=mask))
        return JSONResponse({"name": mask.pixels.stem})

    async def mask_file(self, request: Request) -> Response:
        """The mask as a PNG of the picture's size."""
        entry = self.entry(request)
        name = json.loads(bytes((await self.mask(request)).body))["name"]
        data = await asyncio.to_thread(lambda: png(self._desk.hands.place(name).whole()))
        return Response(data, media_type="image/png", headers=_as_file(f"{entry.path.stem}.mask.png"))

    def download(self, request: Request) -> Response:
        """A file that was written for it."""
        kind = DOWNLOADED.get(request.path_params["kind"])
        written = self._gallery.files_of(self.entry(request).id).get(kind) if kind else None
        if written is None or not written.path.is_file():
            raise HTTPException(404, "That file is no longer there.")
        return FileResponse(written.path, filename=printable(written.path.name))

    async def try_out(self, request: Request) -> Response:
        """The part that is looked at, with other settings."""
        entry, asked = self.entry(request), await json_of(request)
        tried = await self._desk.hands.try_out(self._task(entry, wishes_in(asked), part_in(asked.get("part"))))
        place = [tried.part.x0, tried.part.y0, tried.part.x1, tried.part.y1]
        return Response(tried.image, media_type="image/jpeg", headers={"x-part": json.dumps(place)})

    async def act(self, request: Request) -> Response:
        """Retry, redo, skip, approve ..."""
        entry, asked = self.entry(request), await json_of(request)
        action, now = request.path_params["action"], time.time()
        if action in {"retry", "skip"}:
            kind: RequestKind = "retry" if action == "retry" else "skip"
            done = self._gallery.ask(kind, [entry.id], now) > 0
        elif action == "redo":
            wishes = {**({} if asked.get("afresh") else json.loads(entry.wishes)), **wishes_in(asked)}
            self._desk.tried(entry, wishes)
            done = self._gallery.ask("redo", [entry.id], now, wishes) > 0
        elif action == "take-back":
            done = self._gallery.take_back(entry.id)
        elif action == "approve" and entry.state in DONE_STATES:
            self._gallery.approve(entry, now)
            done = True
        elif action == "disapprove":
            self._gallery.disapprove(entry.id)
            done = True
        else:
            raise HTTPException(404, "There is no such thing to do.")
        if not done:
            raise HTTPException(409, f"That cannot be done with {printable(entry.path.name)} now: {entry.state.shown}.")
        self._desk.log.info(action, hot_folder=entry.hot_folder, file=str(entry.path), by="review page")
        return self.done()

    async def pair(self, request: Request) -> Response:
        """Name its original by hand, or let it be found again."""
        entry, asked = self.entry(request), await json_of(request)
        if asked.get("path") is None:
            self._gallery.pair(entry, None)
        else:
            original = self._desk.original_named(entry, int(str(asked.get("place", 0))), str(asked["path"]))
            if original is None:
                raise HTTPException(404, "There is no such file among the originals any more.")
            self._gallery.pair(entry, original)
        kind: RequestKind = "redo" if entry.state in DONE_STATES else "retry"
        self._gallery.ask(kind, [entry.id], time.time())
        self._desk.log.info("paired by hand", hot_folder=entry.hot_folder, file=str(entry.path))
        return self.done()

    def originals(self, request: Request) -> Response:
        """Files among the originals whose names hold a text."""
        entry = self.entry(request)
        hot_folder = self._desk.hot_folder(entry.hot_folder)
        text = request.query_params.get("q", "").casefold()
        found: list[dict[str, object]] = []
        until = time.monotonic() + SEARCH_SECONDS
        for place, root in enumerate(hot_folder.originals if hot_folder else ()):
            for folder, _, names in os.walk(root):
                for name in sorted(names):
                    if text in name.casefold() and not name.startswith("."):
                        path = (Path(folder) / name).relative_to(root).as_posix()
                        found.append({"place": place, "path": path})
                if len(found) >= MOST_ORIGINALS or time.monotonic() > until:
                    break
        is_all = len(found) < MOST_ORIGINALS and time.monotonic() <= until
        return JSONResponse({"found": found[:MOST_ORIGINALS], "is_all": is_all})

    # Pieces of pictures.

    async def tile(self, request: Request) -> Response:
        """A tile at 100 %."""
        shown = self._desk.hands.place(name_in(request))
        try:
            data = await asyncio.to_thread(shown.tile, request.path_params["column"], request.path_params["row"])
        except (OSError, ValueError):
            data = None
        if data is None:
            raise HTTPException(404, "That is no longer on the screen. Reload the page.")
        return Response(data, media_type="image/jpeg", headers=FOREVER)

    def overview(self, request: Request) -> Response:
        """The whole picture, small."""
        shown = self._desk.hands.place(name_in(request))
        if not shown.overview.is_file():
            raise HTTPException(404, "That is no longer on the screen. Reload the page.")
        return FileResponse(shown.overview, headers=FOREVER)


def _as_file(name: str) -> dict[str, str]:
    plain = "".join(each if each.isascii() and each not in '"\\' else "_" for each in printable(name))
    return {"content-disposition": f'attachment; filename="{plain}"'}
