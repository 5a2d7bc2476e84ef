"""Things that are made once, whoever of several threads asks first."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Key = TypeVar("Key")
Made = TypeVar("Made")


class Once(Generic[Key, Made]):
    """Remembers what was made; who asks for what is being made waits for it."""

    def __init__(self) -> None:
        self._made: dict[Key, Future[Made]] = {}
        self._lock = threading.Lock()

    def get(self, key: Key, make: Callable[[], Made]) -> Made:
        """What this key stands for.

        Args:
            key: tells it from others.
            make: makes it, in the thread that asks first. What it raises is raised to all who wait, and is forgotten.
        """
        with self._lock:
            future = self._made.get(key)
            is_first = future is None
            if future is None:
                future = self._made[key] = Future()
        if is_first:
            try:
                future.set_result(make())
            except BaseException as error:
                with self._lock:
                    del self._made[key]
                future.set_exception(error)
                raise
        return future.result()
