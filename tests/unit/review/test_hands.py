from __future__ import annotations

import asyncio
import gc
import os
from concurrent.futures import Future
from typing import TYPE_CHECKING, NamedTuple
from unittest.mock import Mock

import pytest

from pored.config import Recovery
from pored.errors import UnreadableError
from pored.model import Box
from pored.review import hands as module
from pored.review.hands import KEPT_SECONDS, Hands
from pored.review.tasks import Glimpse, Trial

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.unit.review.conftest import Shop

    from pored.review.tasks import Showing

NOW = 1e9


@pytest.fixture
def hands(shop: Shop) -> Iterator[Hands]:
    with Hands(shop.settings) as built:
        yield built


def keep(hands: Hands, name: str, age: float, size: int = 10) -> Path:
    path = hands.place(name).pixels
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x" * size)
    os.utime(path, (NOW - age, NOW - age))
    return path


def test_what_nobody_looked_at_for_a_day_goes(hands: Hands) -> None:
    old, fresh = keep(hands, "old", KEPT_SECONDS + 1), keep(hands, "fresh", 5)
    hands.tidy(NOW)
    assert (old.exists(), fresh.exists()) == (False, True)


def test_where_there_is_too_much_the_oldest_go(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 25)
    kept = [keep(hands, f"{age}", age) for age in (1.0, 2.0, 3.0)]
    hands.tidy(NOW)
    assert [path.exists() for path in kept] == [True, True, False]


def test_there_may_be_nothing_yet(hands: Hands) -> None:
    hands.tidy(NOW)
    assert not hands.place("any").is_there()


class SlowWorkers:
    """Notes what is to be done; the test says when it is."""

    def __init__(self) -> None:
        self.tasks: list[Glimpse | Showing | Trial] = []
        self.futures: list[Future[None]] = []

    def submit(self, task: Glimpse | Showing | Trial) -> Future[None]:
        self.tasks.append(task)
        self.futures.append(Future())
        return self.futures[-1]

    def close(self) -> None:
        for future in self.futures:
            future.cancel()


class Slow(NamedTuple):
    """Hands, and their workers."""

    hands: Hands
    showing: SlowWorkers
    trying: SlowWorkers


@pytest.fixture
def slow(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    showing, trying = SlowWorkers(), SlowWorkers()
    monkeypatch.setattr(module, "Workers", Mock(side_effect=[showing, trying]))
    with Hands(shop.settings) as built:
        yield Slow(built, showing, trying)


async def settled() -> None:
    """What is under way has come to where it waits."""
    for _ in range(20):
        await asyncio.sleep(0)


def glimpse_of(hands: Hands, name: str) -> Glimpse:
    place = hands.small(name)
    place.parent.mkdir(exist_ok=True)
    return Glimpse(place.with_suffix(".export"), name, place, 300)


def trial_of(hands: Hands, name: str) -> Trial:
    path = hands.small(name)
    return Trial(path, None, name, Recovery(), Box(0, 0, 1, 1), 300)


def test_of_pairs_that_were_opened_meanwhile_only_the_last_is_got_ready(slow: Slow) -> None:
    async def ask() -> None:
        trials = [trial_of(slow.hands, name) for name in ("one", "two", "three")]
        asked = []
        for trial in trials:
            asked.append(asyncio.create_task(slow.hands.get_ready(trial)))
            await settled()
        slow.trying.futures[0].set_result(None)
        await settled()
        slow.trying.futures[1].set_result(None)
        assert [await each for each in asked] == [True, False, True]
        assert slow.trying.tasks == [trials[0], trials[2]]

    asyncio.run(ask())


class TestSmallPictures:
    def test_one_at_a_time_is_made_and_each_once(self, slow: Slow) -> None:
        hands, workers = slow.hands, slow.showing

        async def ask() -> None:
            one, other = glimpse_of(hands, "one"), glimpse_of(hands, "other")
            asked = [asyncio.create_task(hands.glimpse(task)) for task in (one, one, other)]
            await settled()
            assert workers.tasks == [one]
            one.place.write_bytes(b"1")
            workers.futures[0].set_result(None)
            assert [await each for each in asked[:2]] == [b"1", b"1"]
            await settled()
            assert workers.tasks == [one, other]
            other.place.write_bytes(b"2")
            workers.futures[1].set_result(None)
            assert await asked[2] == b"2"
            assert await hands.glimpse(one) == b"1"
            assert len(workers.tasks) == 2

        asyncio.run(ask())

    def test_a_list_does_not_wait_for_long(self, slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
        hands, workers = slow.hands, slow.showing
        monkeypatch.setattr(module, "GLIMPSE_SECONDS", 0.0)
        monkeypatch.setattr(module, "MOST_GLIMPSES", 2)

        async def ask() -> None:
            tasks = [glimpse_of(hands, name) for name in ("one", "two", "three")]
            assert [await hands.glimpse(task) for task in tasks] == [None, None, None]
            for number in range(2):
                await settled()
                workers.futures[number].set_result(None)
            await settled()
            assert workers.tasks == tasks[:2]

        asyncio.run(ask())

    def test_what_is_no_picture_says_so(self, slow: Slow) -> None:
        hands, workers = slow.hands, slow.showing

        async def ask() -> None:
            asked = asyncio.create_task(hands.glimpse(glimpse_of(hands, "one")))
            await settled()
            workers.futures[0].set_exception(UnreadableError("no-picture", "That is none."))
            with pytest.raises(UnreadableError):
                await asked

        asyncio.run(ask())

    def test_one_that_fails_when_nobody_waits_any_more_is_no_noise(
        self, slow: Slow, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hands, workers = slow.hands, slow.showing
        monkeypatch.setattr(module, "GLIMPSE_SECONDS", 0.0)
        noise: list[object] = []

        async def ask() -> None:
            asyncio.get_running_loop().set_exception_handler(lambda _, context: noise.append(context))
            assert await hands.glimpse(glimpse_of(hands, "one")) is None
            await settled()
            workers.futures[0].set_exception(UnreadableError("no-picture", "That is none."))
            await settled()
            gc.collect()

        asyncio.run(ask())
        assert noise == []
