"""Hot folders as a whole: paused, resumed, with other settings from now on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from pored.files.board import hold, release
from pored.files.gallery import Wanted
from pored.files.records import State
from pored.review.asking import MOST_ROWS, Answers, json_of, wishes_in

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


class Folders(Answers):
    """Answers about a hot folder."""

    async def changes(self, request: Request) -> Response:
        """What would be other for a hot folder with these settings."""
        changes = self._desk.changes(request.path_params["name"], wishes_in(await json_of(request)))
        return JSONResponse({"changes": [list(change) for change in changes]})

    async def act(self, request: Request) -> Response:
        """Pause, resume, or choose its settings."""
        name, asked = request.path_params["name"], await json_of(request)
        if self._desk.hot_folder(name) is None:
            raise HTTPException(404, f"There is no hot folder {name}.")
        action = request.path_params["action"]
        if action == "pause":
            hold(self._desk.state_dir, name, time.time())
        elif action == "resume":
            release(self._desk.state_dir, name)
        elif action == "choose":
            self._desk.choose(name, wishes_in(asked))
        elif action == "take-back":
            self._desk.take_back(name)
        elif action == "retry-failed":
            failed = self._gallery.jobs(Wanted(name, (State.FAILED,), most=MOST_ROWS))
            self._gallery.ask("retry", [entry.id for entry in failed], time.time())
        else:
            raise HTTPException(404, "There is no such thing to do.")
        self._desk.log.info(action, hot_folder=name, by="review page")
        return self.done()
