from __future__ import annotations

import asyncio
import threading

import pytest
from starlette.requests import Request
from starlette.responses import Response

from pored.review.memory import Memory

REQUEST = Request({"type": "http"})


class Maker:
    """Answers, and counts how often."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.made = 0
        self.fault = fault
        self.go = threading.Event()
        self.go.set()

    def __call__(self, request: Request) -> Response:
        assert request is REQUEST
        assert self.go.wait(60)
        self.made += 1
        if self.fault:
            raise self.fault
        return Response(f"{self.made}")


def test_the_same_is_answered_until_something_changes() -> None:
    async def ask() -> None:
        memory, make = Memory(), Maker()
        first = await memory.answer("a", make, REQUEST)
        assert await memory.answer("a", make, REQUEST) is first
        await memory.answer("b", make, REQUEST)
        memory.forget()
        await memory.answer("a", make, REQUEST)
        assert make.made == 3

    asyncio.run(ask())


def test_who_asks_at_the_same_time_waits_for_one_answer_even_if_the_first_goes_away() -> None:
    async def ask() -> None:
        memory, make = Memory(), Maker()
        make.go.clear()
        asked = [asyncio.create_task(memory.answer("a", make, REQUEST)) for _ in range(3)]
        await asyncio.sleep(0)
        asked[0].cancel()
        await asyncio.sleep(0)
        make.go.set()
        assert [(await each).body for each in asked[1:]] == [b"1", b"1"]

    asyncio.run(ask())


def test_a_fault_is_not_remembered() -> None:
    async def ask() -> None:
        memory, make = Memory(), Maker(ValueError("away"))
        with pytest.raises(ValueError, match="away"):
            await memory.answer("a", make, REQUEST)
        make.fault = None
        assert (await memory.answer("a", make, REQUEST)).body == b"2"

    asyncio.run(ask())


def test_no_more_than_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pored.review.memory.MOST_REMEMBERED", 2)

    async def ask() -> None:
        memory, make = Memory(), Maker()
        for key in ("a", "b", "c", "a"):
            await memory.answer(key, make, REQUEST)
        assert make.made == 4

    asyncio.run(ask())
