"""The review page's own workers, and the folder in which pictures for the screen are kept for a day."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Self, TypeVar

from pored.files.screen import Shown
from pored.review.work import show, try_out
from pored.workers import Workers, outcome_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from pathlib import Path
    from types import TracebackType

    from pored.config import Settings
    from pored.review.tasks import Glimpse, Showing, Trial, Tried

Made = TypeVar("Made")

FOLDER = "review-cache"
"""In the state folder."""
KEPT_SECONDS = 86400.0
MOST_BYTES = 4 * 10**9
"""A pair of 100 megapixels takes 0.6 of them."""
BYTES_PER_GIGABYTE = 10**9
TRIAL_SECONDS = 300.0
MOST_GLIMPSES = 50
"""That are waited for at the same time."""
GLIMPSE_SECONDS = 2.0
"""That a list waits for one; browsers hold only some lines open, and have other things to ask for."""


class Hands:
    """Two processes, begun when they are needed: one brings pictures to the screen, one tries settings.

    Args:
        settings: of the whole service.
    """

    def __init__(self, settings: Settings) -> None:
        memory = int(settings.picture_gigabytes * BYTES_PER_GIGABYTE) or None
        self._folder = settings.state_dir / FOLDER
        self._showing: Workers[Showing | Glimpse, None] = Workers(1, show, settings.picture_seconds, memory)
        self._trying: Workers[Trial, Tried] = Workers(1, try_out, TRIAL_SECONDS, memory, most=0)
        self._under_way: dict[Shown, Future[None]] = {}
        self._glimpses: dict[Path, asyncio.Task[None]] = {}
        self._one_glimpse = asyncio.Lock()
        self._wanted: Trial | None = None
        self._one_pair = asyncio.Lock()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._stack.callback(self._trying.close)
        self._stack.callback(self._showing.close)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def place(self, name: str) -> Shown:
        """Where a picture for the screen lies, or would lie."""
        return Shown.at(self._folder, name)

    async def show(self, task: Showing) -> Shown:
        """Bring a picture to the screen, unless it is there.

        Raises:
            PictureError: it cannot be read.
        """
        shown = task.shown
        if shown.is_there():
            return shown
        if shown not in self._under_way:
            self.tidy(time.time())
            self._under_way[shown] = self._showing.submit(task)
        future = self._under_way[shown]
        try:
            await _done(future)
        finally:
            self._under_way.pop(shown, None)
        outcome_of(future, task.path.name)
        return shown

    def small(self, name: str) -> Path:
        """Where a small picture lies, or would lie."""
        return self._folder / f"{name}-small.jpg"

    async def glimpse(self, task: Glimpse) -> bytes | None:
        """A small picture; None where it takes longer than a list can wait, and is to be asked for again.

        One at a time is made, so that whoever opens a picture waits for one of them at most.

        Raises:
            PictureError: it cannot be read.
        """
        with suppress(OSError):
            os.utime(task.place)
            return task.place.read_bytes()
        if task.place not in self._glimpses:
            if len(self._glimpses) >= MOST_GLIMPSES:
                return None
            self._glimpses[task.place] = asyncio.create_task(self._make(task))
            # Where nobody waits for it any more, nobody hears that it failed either.
            self._glimpses[task.place].add_done_callback(lambda made: made.cancelled() or made.exception())
        making = self._glimpses[task.place]
        if not (await asyncio.wait({making}, timeout=GLIMPSE_SECONDS))[0]:
            return None
        making.result()
        return task.place.read_bytes()

    async def _make(self, task: Glimpse) -> None:
        try:
            async with self._one_glimpse:
                future = self._showing.submit(task)
                await _done(future)
            outcome_of(future, task.path.name)
        finally:
            del self._glimpses[task.place]

    async def try_out(self, task: Trial) -> Tried:
        """How a part of a picture would look.

        Raises:
            PictureError: the pair cannot be worked on.
        """
        future = self._trying.submit(task)
        await _done(future)
        return outcome_of(future, task.export.name)

    async def get_ready(self, task: Trial) -> bool:
        """Get a pair ready to be tried; False where another was wanted before its turn came.

        Raises:
            PictureError: the pair cannot be worked on.
        """
        self._wanted = task
        async with self._one_pair:
            if self._wanted is not task:
                return False
            await self.try_out(task)
        return True

    def tidy(self, now: float) -> None:
        """Let pictures go that nobody has looked at for a day, and the oldest where there are too many."""
        files = []
        with suppress(OSError):
            for path in self._folder.iterdir():
                status = path.stat()
                files.append((status.st_mtime, status.st_size, path))
        left = 0
        for used, size, path in sorted(files, reverse=True):
            left += size
            if now - used > KEPT_SECONDS or left > MOST_BYTES:
                with suppress(OSError):
                    path.unlink()


async def _done(future: Future[Made]) -> None:
    """Until a worker has answered; whoever waits may go away without the work being broken off."""
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    notify: Callable[[object], object] = lambda _: loop.call_soon_threadsafe(done.set)  # noqa: E731 - typed
    future.add_done_callback(notify)
    await done.wait()
