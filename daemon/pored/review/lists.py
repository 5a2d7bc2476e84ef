"""The lists: the queue, what is to be approved, batches; and the line on which is said that something has changed."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import closing, suppress
from pathlib import PurePath
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response, StreamingResponse

from pored.files.gallery import Wanted
from pored.files.names import printable
from pored.files.records import Piece
from pored.files.schema import LedgerFault
from pored.files.screen import thumbnail_of_preview
from pored.review.asking import PAGE, Answers, before_in, behind, job_in, wanted_in
from pored.review.pages import GROUPS, STATIC

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request

    from pored.review.desk import ReviewDesk
    from pored.review.guard import Gate
    from pored.review.pages import Pages

LOOK_SECONDS = 0.5
"""Between two looks whether the ledger has changed."""
MOST_REMEMBERED = 200
MOST_THUMBNAILS = 1000
"""Of some 8 kB each."""
TIDY_SECONDS = 3600.0
"""Between two looks for pictures that nobody looks at any more."""
SIGN_SECONDS = 15.0
"""Between two signs of life on a line on which nothing happens."""
FOREVER = {"cache-control": "private, max-age=86400, immutable"}
"""Of what has its version in its address."""


class Lists(Answers):
    """Answers about many pictures.

    Args:
        desk: settings, ledger and workers.
        gate: who may.
        pages: renders them.
    """

    def __init__(self, desk: ReviewDesk, gate: Gate, pages: Pages) -> None:
        super().__init__(desk, gate, pages)
        self._version = 0
        self._changed = asyncio.Event()
        self._answers: dict[tuple[str, str], Response] | None = None
        self._thumbnails: dict[str, bytes] = {}

    def _remembered(self, request: Request, make: Callable[[Request], Response]) -> Response:
        """The same answer to all who ask for it between two looks at the ledger."""
        answers = self._answers
        if answers is None or len(answers) > MOST_REMEMBERED:
            return make(request)
        key = (str(request.url), self._gate.word(request))
        if key not in answers:
            answers[key] = make(request)
        return answers[key]

    def queue(self, request: Request) -> Response:
        """Every hot folder, and what became of its exports."""
        return self._remembered(request, self._queue)

    def _queue(self, request: Request) -> Response:
        wanted = wanted_in(request)
        entries = self._gallery.jobs(wanted)
        return self.page(
            request,
            "queue.html",
            folders=self._pages.folders(),
            rows=self._pages.rows(entries),
            more=behind(entries, wanted),
            groups=list(GROUPS),
            query=dict(request.query_params),
        )

    def rows(self, request: Request) -> Response:
        """A page of the list, to be put into the one that is open."""
        return self._remembered(request, self._rows)

    def _rows(self, request: Request) -> Response:
        wanted = wanted_in(request)
        entries = self._gallery.jobs(wanted)
        return HTMLResponse(
            self._pages.render("rows.html", rows=self._pages.rows(entries), more=behind(entries, wanted))
        )

    def folders(self, request: Request) -> Response:
        """The hot folders' health, to be put into the page that is open."""
        return self._remembered(request, self._folders)

    def _folders(self, _: Request) -> Response:
        self._desk.refresh()
        return HTMLResponse(self._pages.render("folders.html", folders=self._pages.folders()))

    async def events(self, _: Request) -> Response:
        """A line on which is said whenever something has changed."""
        return StreamingResponse(self._told(), media_type="text/event-stream")

    async def _told(self) -> AsyncIterator[str]:
        said = -1
        while True:
            changed = self._changed
            if said != self._version:
                said = self._version
                yield f"data: {said}\n\n"
            try:
                await asyncio.wait_for(changed.wait(), SIGN_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"

    async def watch(self) -> None:
        """Look again and again whether the ledger has changed, for all who listen at once; and now and then tidy up."""
        tidy_at = 0.0
        with closing(self._gallery.connection()) as connection:
            while True:
                if time.monotonic() >= tidy_at:
                    tidy_at = time.monotonic() + TIDY_SECONDS
                    await asyncio.to_thread(self._desk.hands.tidy, time.time())
                with suppress(LedgerFault):
                    version = self._gallery.version(connection)
                    if version != self._version:
                        self._version = version
                        changed, self._changed = self._changed, asyncio.Event()
                        changed.set()
                self._answers = {}
                await asyncio.sleep(LOOK_SECONDS)

    async def thumbnail(self, request: Request) -> Response:
        """The face with its pores, small; a grey square where there is no preview yet."""
        written = self._gallery.files_of(job_in(request)).get(Piece.PREVIEW)
        with suppress(OSError):
            if written:
                if written.digest not in self._thumbnails:
                    data = await asyncio.to_thread(lambda: thumbnail_of_preview(written.path.read_bytes()))
                    if len(self._thumbnails) >= MOST_THUMBNAILS:
                        self._thumbnails.clear()
                    self._thumbnails[written.digest] = data
                return Response(self._thumbnails[written.digest], media_type="image/jpeg", headers=FOREVER)
        return FileResponse(STATIC / "none.svg", headers={"cache-control": "private, max-age=5"})

    # One picture.

    def approval(self, request: Request) -> Response:
        """Results one after the other, worst first."""
        return self.page(request, "approve.html", folders=[each.name for each in self._desk.settings.hot_folders])

    def approval_list(self, request: Request) -> Response:
        """What is to be looked at."""
        return self._remembered(request, self._approval_list)

    def _approval_list(self, request: Request) -> Response:
        entries = self._gallery.to_approve(request.query_params.get("hot_folder", ""))
        rows = self._pages.rows(entries)
        return JSONResponse(
            {
                "pictures": [
                    {
                        "id": row.id,
                        "name": row.name,
                        "folder": row.folder,
                        "hot_folder": row.hot_folder,
                        "note": row.note,
                        "version": row.version,
                        "opacity": json.loads(entry.wishes).get("opacity"),
                    }
                    for row, entry in zip(rows, entries, strict=True)
                ]
            }
        )

    def batches(self, request: Request) -> Response:
        """Every sub-folder at a glance."""
        return self._remembered(request, self._batches)

    def _batches(self, request: Request) -> Response:
        return self.page(request, "batches.html", batches=self._pages.batches(), groups=list(GROUPS))

    def batch(self, request: Request) -> Response:
        """A contact sheet of one."""
        return self._remembered(request, self._batch)

    def _batch(self, request: Request) -> Response:
        folder = PurePath(request.query_params.get("folder", "."))
        name = request.query_params.get("hot_folder", "")
        wanted = Wanted(name, text="", folder=folder, before=before_in(request), most=PAGE)
        entries = self._gallery.jobs(wanted)
        shown = "the inbox itself" if folder == PurePath() else printable(folder.as_posix())
        return self.page(
            request,
            "batch.html",
            hot_folder=name,
            folder=shown,
            rows=self._pages.rows(entries),
            more=behind(entries, wanted),
            query={"hot_folder": name, "folder": folder.as_posix()},
        )
