"""The review page's addresses, and who answers at each."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from pored.errors import MachineError, PictureError, UsageError
from pored.files.schema import LedgerFault
from pored.review.folders import Folders
from pored.review.guard import Gate, Guard, signing_key
from pored.review.lists import Lists
from pored.review.login import Login
from pored.review.memory import Memory
from pored.review.pages import STATIC, Pages
from pored.review.pictures import Pictures

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request

    from pored.review.desk import ReviewDesk


THREADS = 4
"""That ask the ledger and render; each keeps some memory for itself."""


def make_app(desk: ReviewDesk, is_ending: Callable[[], bool] = lambda: False) -> Starlette:
    """The page over a ledger.

    Args:
        desk: settings, ledger and workers.
        is_ending: whether the server is to end, and waits for answers that are under way.
    """
    gate = Gate(desk.settings.review.token, signing_key(desk.state_dir))
    parts = (desk, gate, Pages(desk), Memory())
    lists, pictures, folders = Lists(*parts), Pictures(*parts), Folders(*parts)

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        watch = asyncio.create_task(lists.watch(is_ending))
        yield
        watch.cancel()

    return Starlette(
        routes=[
            Mount("/static", StaticFiles(directory=STATIC)),
            Route("/login", Login(*parts).login, methods=["GET", "POST"]),
            Route("/", lists.queue),
            Route("/rows", lists.rows),
            Route("/folders", lists.folders),
            Route("/events", lists.events),
            Route("/thumbnail/{job:int}", lists.thumbnail),
            Route("/picture/{job:int}", pictures.picture),
            Route("/picture/{job:int}/facts", pictures.facts),
            Route("/picture/{job:int}/view", pictures.view),
            Route("/picture/{job:int}/side/{which}", pictures.side),
            Route("/picture/{job:int}/ready", pictures.ready),
            Route("/picture/{job:int}/mask", pictures.mask),
            Route("/picture/{job:int}/mask.png", pictures.mask_file),
            Route("/picture/{job:int}/download/{kind}", pictures.download),
            Route("/picture/{job:int}/try", pictures.try_out, methods=["POST"]),
            Route("/picture/{job:int}/pair", pictures.pair, methods=["POST"]),
            Route("/picture/{job:int}/originals", pictures.originals),
            Route("/picture/{job:int}/{action}", pictures.act, methods=["POST"]),
            Route("/tile/{name}/overview.jpg", pictures.overview),
            Route("/tile/{name}/{column:int}-{row:int}.jpg", pictures.tile),
            Route("/folder/{name}/changes", folders.changes, methods=["POST"]),
            Route("/folder/{name}/{action}", folders.act, methods=["POST"]),
            Route("/approve", lists.approval),
            Route("/approve/list", lists.approval_list),
            Route("/batches", lists.batches),
            Route("/batch", lists.batch),
        ],
        middleware=[Middleware(Guard, gate=gate)],
        exception_handlers={
            HTTPException: _said,
            UsageError: _mistaken,
            PictureError: _mistaken,
            MachineError: _out_of_order,
            LedgerFault: _out_of_order,
        },
        lifespan=life,
    )


def _said(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - for the type checker
    return JSONResponse({"error": error.detail}, error.status_code)


def _mistaken(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 422)


def _out_of_order(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": f"The ledger cannot be asked just now: {error}"}, 503)
