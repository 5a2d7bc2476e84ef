"""Figures for Prometheus, to this machine only, and only where the settings say so. The only door to its client."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from pored.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_Kind = TypeVar("_Kind", Gauge, Counter)

STATES = ("waiting", "unmatched", "queued", "running", "committing")
_SECONDS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)


class Metrics:
    """Counts whatever happens; costs next to nothing where nobody asks."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        by_state = ("hot_folder", "state")
        self._jobs = self._made(Gauge, "pored_jobs", "Exports that are not done yet", by_state)
        self._oldest = self._made(Gauge, "pored_oldest_job_seconds", "How long the oldest of them is there", by_state)
        self._up = self._made(Gauge, "pored_hot_folder_up", "1: is worked on; 0: paused", ("hot_folder",))
        self._pictures = self._made(Counter, "pored_pictures", "Finished exports", ("hot_folder", "outcome", "code"))
        self._lost = self._made(Counter, "pored_attempts_lost", "Attempts that came to nothing", ("hot_folder", "code"))
        self._seconds = Histogram(
            "pored_step_seconds", "Time of each step of the work", ("step",), buckets=_SECONDS, registry=self._registry
        )

    def serve(self, address: str) -> Callable[[], None]:
        """Answer Prometheus.

        Args:
            address: host and port.

        Returns:
            What ends it.

        Raises:
            UsageError: somebody else has that port.
        """
        host, _, port = address.rpartition(":")
        try:
            server, thread = start_http_server(int(port), host.strip("[]"), self._registry)
        except OSError as error:
            raise UsageError(
                f"metrics: {address} cannot be listened on: {error.strerror}. Name another port."
            ) from error

        def end() -> None:
            server.shutdown()
            server.server_close()
            thread.join()

        return end

    def queue(self, jobs: Iterable[tuple[str, str, int, float]], paused: Mapping[str, bool]) -> None:
        """How things stand now.

        Args:
            jobs: hot folder, state, number, and age of the oldest in seconds.
            paused: of every hot folder.
        """
        for gauge in (self._jobs, self._oldest, self._up):
            gauge.clear()
        for hot_folder, rests in paused.items():
            self._up.labels(hot_folder).set(not rests)
            for state in STATES:
                self._jobs.labels(hot_folder, state).set(0)
                self._oldest.labels(hot_folder, state).set(0)
        for hot_folder, state, number, age in jobs:
            self._jobs.labels(hot_folder, state).set(number)
            self._oldest.labels(hot_folder, state).set(max(0.0, age))

    def picture(self, hot_folder: str, outcome: str, code: str, seconds: object) -> None:
        """An export is over; ``seconds`` by step, where that is known."""
        self._pictures.labels(hot_folder, outcome, code).inc()
        if isinstance(seconds, dict):
            for step, took in seconds.items():
                self._seconds.labels(str(step)).observe(float(took))

    def lost(self, hot_folder: str, code: str) -> None:
        """An attempt came to nothing."""
        self._lost.labels(hot_folder, code).inc()

    def _made(self, kind: type[_Kind], name: str, words: str, labels: tuple[str, ...]) -> _Kind:
        return kind(name, words, labels, registry=self._registry)
