"""Answers that are made once for all who ask for the same, until something changes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from starlette.requests import Request
    from starlette.responses import Response

MOST_REMEMBERED = 200


class Memory:
    """Remembers answers. Of many who ask for one at the same time, the first has it made and the others wait for it."""

    def __init__(self) -> None:
        self._answers: dict[Hashable, asyncio.Task[Response]] = {}

    async def answer(self, key: Hashable, make: Callable[[Request], Response], request: Request) -> Response:
        """What was answered to this question since the last change.

        Args:
            key: tells the question from others.
            make: answers it, in a thread; what it raises is not remembered.
            request: the question.
        """
        answers = self._answers
        if key not in answers:
            if len(answers) >= MOST_REMEMBERED:
                answers.clear()
            answers[key] = asyncio.create_task(run_in_threadpool(make, request))
        task = answers[key]
        try:
            # Whoever goes away leaves the answer to the others.
            return await asyncio.shield(task)
        except Exception:
            if answers.get(key) is task:
                del answers[key]
            raise

    def forget(self) -> None:
        """Something has changed."""
        self._answers = {}
