"""The lists: the queue, what is to be approved, batches; and the line on which is said that something has changed."""

from __future__ import annotations

import asyncio
import time
from contextlib import closing, suppress
from pathlib import PurePath
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

from pored.config import values_of
from pored.errors import PictureError, StorageError
from pored.files.gallery import Wanted
from pored.files.records import Piece
from pored.files.schema import LedgerFault
from pored.files.screen import thumbnail_of_preview
from pored.review.asking import PAGE, Answers, before_in, behind, job_in, wanted_in
from pored.review.pages import GROUPS, STATIC, batch_name

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request

    from pored.files.records import Entry
    from pored.review.desk import ReviewDesk
    from pored.review.guard import Gate
    from pored.review.memory import Memory
    from pored.review.pages import Pages
    from pored.review.tasks import Glimpse

LOOK_SECONDS = 0.5
"""Between two looks whether the ledger has changed."""
REST_SECONDS = 2.0
"""After a change, before the next look: browsers ask for what is new no more often."""
MOST_SECONDS = 10.0
"""That an answer is remembered where nothing changes: it says how long ago things were."""
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
        memory: what was answered.
    """

    def __init__(self, desk: ReviewDesk, gate: Gate, pages: Pages, memory: Memory) -> None:
        super().__init__(desk, gate, pages, memory)
        self._version = 0
        self._seen = (0, "")
        self._changed = asyncio.Event()
        self._is_over = False
        self._thumbnails: dict[tuple[int, str], bytes] = {}
        self._no_picture = (STATIC / "none.svg").read_bytes()

    async def _page(self, request: Request, make: Callable[[Request], Response]) -> Response:
        """A whole page: it holds the word that only this browser is told."""
        return await self._memory.answer((request.url.path, request.url.query, self._gate.word(request)), make, request)

    async def _part(self, request: Request, make: Callable[[Request], Response]) -> Response:
        """A part of one, the same for every browser."""
        return await self._memory.answer((request.url.path, request.url.query), make, request)

    async def queue(self, request: Request) -> Response:
        """Every hot folder, and what became of its exports."""
        return await self._page(request, self._queue)

    def _queue(self, request: Request) -> Response:
        wanted = wanted_in(request)
        entries = self._gallery.jobs(wanted)
        return self.page(
            request,
            "queue.html",
            folders=self._pages.folders(),
            trouble=self._desk.trouble,
            rows=self._pages.rows(entries),
            more=behind(entries, wanted),
            groups=list(GROUPS),
            query=dict(request.query_params),
        )

    async def rows(self, request: Request) -> Response:
        """A page of the list, to be put into the one that is open."""
        return await self._part(request, self._rows)

    def _rows(self, request: Request) -> Response:
        wanted = wanted_in(request)
        entries = self._gallery.jobs(wanted)
        return HTMLResponse(
            self._pages.render("rows.html", rows=self._pages.rows(entries), more=behind(entries, wanted))
        )

    async def folders(self, request: Request) -> Response:
        """The hot folders' health, to be put into the page that is open."""
        return await self._part(request, self._folders)

    def _folders(self, _: Request) -> Response:
        self._desk.refresh()
        return HTMLResponse(
            self._pages.render("folders.html", folders=self._pages.folders(), trouble=self._desk.trouble)
        )

    async def events(self, _: Request) -> Response:
        """A line on which is said whenever something has changed."""
        return StreamingResponse(self._told(), media_type="text/event-stream")

    async def _told(self) -> AsyncIterator[str]:
        said = -1
        while not self._is_over:
            changed = self._changed
            if said != self._version:
                said = self._version
                yield f"data: {said}\n\n"
            try:
                await asyncio.wait_for(changed.wait(), SIGN_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"

    async def watch(self, is_ending: Callable[[], bool]) -> None:
        """Look again and again whether the ledger has changed, for all who listen at once; and now and then tidy up.

        Args:
            is_ending: whether the server waits for its last answers: then everybody's line ends.
        """
        tidy_at = forget_at = 0.0
        with closing(self._gallery.connection()) as connection:
            while True:
                now = time.monotonic()
                if now >= tidy_at:
                    tidy_at = now + TIDY_SECONDS
                    await asyncio.to_thread(self._desk.hands.tidy, time.time())
                version, trouble = self._seen[0], self._desk.trouble
                with suppress(LedgerFault):
                    version = self._gallery.version(connection)
                has_changed = (version, trouble) != self._seen
                if has_changed or now >= forget_at:
                    forget_at = now + MOST_SECONDS
                    self._memory.forget()
                self._is_over = is_ending()
                if has_changed or self._is_over:
                    self._seen = (version, trouble)
                    self._version += 1
                    changed, self._changed = self._changed, asyncio.Event()
                    changed.set()
                await asyncio.sleep(REST_SECONDS if has_changed else LOOK_SECONDS)

    async def thumbnail(self, request: Request) -> Response:
        """The face with its pores, small; before there is a preview, the export; a grey square for what is none."""
        key = (job_in(request), request.query_params.get("v", ""))
        if key not in self._thumbnails:
            try:
                data = await self._thumbnail(key[0])
            except PictureError as error:
                # Of the disk's troubles all but that the file is gone may be over at the next try.
                data = None if isinstance(error, StorageError) and error.code != "gone" else b""
            if data is None:
                raise HTTPException(503, "It is being made small. Ask again.", {"retry-after": "2"})
            if len(self._thumbnails) >= MOST_THUMBNAILS:
                self._thumbnails.clear()
            self._thumbnails[key] = data
        data = self._thumbnails[key]
        headers = FOREVER if key[1] else {}
        if not data:
            return Response(self._no_picture, media_type="image/svg+xml", headers=headers)
        return Response(data, media_type="image/jpeg", headers=headers)

    async def _thumbnail(self, job: int) -> bytes | None:
        """A JPEG; nothing where there is no picture; None while it is being made."""
        with suppress(OSError):
            data, task = await run_in_threadpool(self._known_thumbnail, job)
            return await self._desk.hands.glimpse(task) if task else data
        return b""

    def _known_thumbnail(self, job: int) -> tuple[bytes, Glimpse | None]:
        """The preview's, else the task of making one."""
        written = self._gallery.files_of(job).get(Piece.PREVIEW)
        if written:
            return thumbnail_of_preview(written.path.read_bytes()), None
        entry = self._gallery.job(job)
        return b"", self._desk.glimpse(entry) if entry else None

    def approval(self, request: Request) -> Response:
        """Results one after the other, worst first."""
        return self.page(request, "approve.html", folders=[each.name for each in self._desk.settings.hot_folders])

    async def approval_list(self, request: Request) -> Response:
        """What is to be looked at."""
        return await self._part(request, self._approval_list)

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
                        "opacity": self._opacity(entry),
                    }
                    for row, entry in zip(rows, entries, strict=True)
                ]
            }
        )

    def _opacity(self, entry: Entry) -> object:
        """As the settings that hold for an export write it."""
        recovery = self._desk.recovery(entry)
        return values_of(recovery)["opacity"] if recovery else "match"

    async def batches(self, request: Request) -> Response:
        """Every sub-folder at a glance."""
        return await self._page(request, self._batches)

    def _batches(self, request: Request) -> Response:
        return self.page(request, "batches.html", batches=self._pages.batches(), groups=list(GROUPS))

    async def batch(self, request: Request) -> Response:
        """A contact sheet of one."""
        return await self._page(request, self._batch)

    def _batch(self, request: Request) -> Response:
        folder = PurePath(request.query_params.get("folder", "."))
        name = request.query_params.get("hot_folder", "")
        wanted = Wanted(name, batch=folder, before=before_in(request), most=PAGE)
        entries = self._gallery.jobs(wanted)
        return self.page(
            request,
            "batch.html",
            hot_folder=name,
            folder=batch_name(folder),
            numbers=self._pages.batch_numbers(name, folder),
            rows=self._pages.rows(entries),
            more=behind(entries, wanted),
            query={"hot_folder": name, "folder": folder.as_posix()},
        )
