"""Jobs to workers, and what they answer back into the ledger.

An attempt is counted before the work, so that a picture that kills its worker, or the whole service, is given up after
some times and never loops.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pored.candidate import Candidate
from pored.config import wished
from pored.errors import MachineError, PictureError, StorageError
from pored.files.names import printable
from pored.files.records import State, Tried
from pored.hot_folder.turns import Turns, Waiting
from pored.job import ExportChangedError, Job, Place, RefusedError
from pored.watch.ready import stamp_at
from pored.workers import BrokenWorkError, WorkerLostError, outcome_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from pored.clock import Moment
    from pored.config import HotFolder, Recovery
    from pored.files.records import Entry
    from pored.hot_folder.desk import Desk
    from pored.hot_folder.lane import Lane
    from pored.job import Outcome
    from pored.stamp import Stamp
    from pored.workers import Workers

Guard = Callable[["Lane", "Moment"], AbstractContextManager[None]]

MOST_LOST = 3
"""A picture that costs so many workers their lives is given up."""

LEASE_SECONDS = 60.0
"""Beyond the time limit for one picture; then its job is taken back from workers that do not answer."""

MOST_ATTEMPTS = 10
"""So is one at whose work the whole service has ended so often; more, since that was hardly every time its doing."""


@dataclass(frozen=True, slots=True)
class _Running:
    """A job at a worker.

    Attributes:
        doubted: only the work can tell whether a candidate is the original.
        stamps: of the candidates when it was begun.
    """

    lane: Lane
    entry: Entry
    since: Moment
    doubted: bool
    stamps: Mapping[Path, Stamp]


class Dispatch:
    """Keeps the workers busy.

    Args:
        desk: the service's.
        workers: do the pictures.
        lanes: the hot folders by name.
        wake: called from another thread when a worker has answered.
        guard: what one picture's troubles are kept within.
    """

    def __init__(
        self,
        desk: Desk,
        workers: Workers[Job, Outcome],
        lanes: Mapping[str, Lane],
        wake: Callable[[object], None],
        guard: Guard,
    ) -> None:
        self._desk = desk
        self._ledger = desk.ledger
        self._workers = workers
        self._lanes = lanes
        self._wake = wake
        self._guard = guard
        self._running: dict[Future[Outcome], _Running] = {}
        self._turns = Turns()

    def __len__(self) -> int:
        return len(self._running)

    def __contains__(self, job: object) -> bool:
        return any(running.entry.id == job for running in self._running.values())

    def begin(self, now: Moment) -> None:
        """Give free workers the exports whose turn it is."""
        free = self._workers.count - len(self._running)
        if free <= 0:
            return
        usable = [lane for lane in self._lanes.values() if not lane.paused]
        for entry in self._turns.take((self._waiting(lane, now, free) for lane in usable), free):
            lane = self._lanes[entry.hot_folder]
            with self._guard(lane, now):
                self._begin(lane, entry, now)

    def _waiting(self, lane: Lane, now: Moment, most: int) -> Waiting:
        oldest = self._ledger.next_ready(lane.name, now.wall, most)
        newest = self._ledger.next_ready(lane.name, now.wall, most, newest_first=True) if oldest else []
        return Waiting(lane.name, lane.hot_folder.order, oldest, newest)

    def _begin(self, lane: Lane, entry: Entry, now: Moment) -> None:
        doubted = self._ledger.candidates(entry.id)
        candidates = doubted or _exact(entry)
        stamps = self._unchanged(lane, entry, candidates, now)
        if stamps is None:
            return
        if entry.attempts >= MOST_ATTEMPTS:
            lane.delivery.fail(entry, _given_up(entry), {}, now)
            return
        running = self._ledger.begins(entry.id, now.wall, now.wall + self._workers.time_limit + LEASE_SECONDS)
        future = self._workers.submit(job_of(lane.hot_folder, entry, candidates, self._ledger.tried(entry.id)))
        self._running[future] = _Running(lane, running, now, bool(doubted), stamps)
        future.add_done_callback(self._wake)

    def _unchanged(
        self, lane: Lane, entry: Entry, candidates: Sequence[Candidate], now: Moment
    ) -> dict[Path, Stamp] | None:
        """The candidates' stamps, if they and the export lie there as they were when they were found ready."""
        known = self._ledger.known_file(lane.name, entry.path)
        stamp = stamp_at(lane.intake.root / entry.path)
        if stamp is None or known is None or known.stamp.content != stamp.content:
            lane.intake.was_replaced(entry.path, now)
            return None
        stamps = {candidate.path: stamp_at(candidate.path) for candidate in candidates}
        gone = [path.name for path, stamp in stamps.items() if stamp is None]
        if gone:
            lane.matching.list_again(now)
            self._ledger.waits(entry.id, State.WAITING, f"{gone[0]} is gone again", (), now.wall)
            return None
        return {path: stamp for path, stamp in stamps.items() if stamp is not None}

    def collect(self, now: Moment) -> None:
        """See to what workers have answered.

        Raises:
            MachineError: a worker says that this machine lacks something.
        """
        for future in [future for future in self._running if future.done()]:
            running = self._running.pop(future)
            with self._guard(running.lane, now):
                self._answered(running, future, now)
        limit = self._workers.time_limit + LEASE_SECONDS
        if any(now.steady > running.since.steady + limit for running in self._running.values()):
            self._take_back(now)

    def _take_back(self, now: Moment) -> None:
        """A job's lease has run out, and the time limit did not end its work: what ends workers hangs itself."""
        self._desk.log.error("workers", reason="they no longer answer, and are all begun anew")
        self._workers.restart()
        running_ones, self._running = self._running, {}
        for running in running_ones.values():
            name = printable(running.entry.path.name)
            error = WorkerLostError("time-limit", f"{name} took longer than the time limit for one picture.")
            with self._guard(running.lane, now):
                self._refused(running, error, now)

    def _answered(self, running: _Running, future: Future[Outcome], now: Moment) -> None:
        try:
            outcome = outcome_of(future, printable(running.entry.path.name))
        except PictureError as error:
            self._refused(running, error, now)
        except MachineError as error:
            # Not this picture's fault: its turn comes again when the machine is mended and the service started.
            self._ledger.later(running.entry.id, StorageError("machine", error.message), 0.0, now.wall, refund=True)
            raise
        else:
            running.lane.delivery.done(running.entry, outcome, _facts(outcome.report) | _times(running, now), now)

    def _refused(self, running: _Running, error: PictureError, now: Moment) -> None:
        entry, lane = running.entry, running.lane
        if error.passes and not isinstance(error, ExportChangedError):
            self._desk.metrics.lost(lane.name, error.code)
        if isinstance(error, WorkerLostError):
            # It may have left half of its files behind.
            lane.is_tidy = False
        if isinstance(error, BrokenWorkError):
            self._desk.log.error("internal", hot_folder=lane.name, file=str(entry.path), trace=error.trace)
        if isinstance(error, ExportChangedError):
            self._ledger.gone(entry.id, error.message, now.wall)
            lane.intake.was_replaced(entry.path, now)
        elif isinstance(error, RefusedError) and running.doubted:
            tried = [Tried(refusal, running.stamps[refusal.path]) for refusal in error.refusals]
            self._ledger.refused(entry.id, tried, error.code, error.message, now.wall)
            lane.matching.try_again()
        elif isinstance(error, WorkerLostError) and entry.lost + 1 < MOST_LOST:
            self._ledger.later(entry.id, error, now.wall, now.wall, refund=False)
            self._desk.log.warning(
                "attempt lost", hot_folder=lane.name, file=str(entry.path), code=error.code, reason=error.message
            )
        elif isinstance(error, StorageError) and entry.lost + 1 < MOST_LOST:
            lane.delivery.not_now(entry, error, now)
        else:
            lane.delivery.fail(entry, error, _times(running, now), now)


def job_of(hot_folder: HotFolder, entry: Entry, candidates: Sequence[Candidate], tried: Sequence[Tried]) -> Job:
    """What a worker has to do for an export, by the settings of its sub-folder.

    Args:
        hot_folder: the settings.
        entry: the export's.
        candidates: what its texture may come from.
        tried: what was refused before.
    """
    path = entry.path
    variant = hot_folder.for_subfolder(path.parent)
    recovery, template = wished(variant.recovery, entry.wishes), variant.result.name
    if not candidates and recovery.method == "high-pass":
        recovery, template = made_up_instead(hot_folder, recovery, template)
    return Job(
        export=hot_folder.inbox / path,
        export_digest=entry.digest,
        candidates=tuple(candidates),
        refused={one.refusal.digest: one.refusal for one in tried},
        recovery=recovery,
        kind=variant.result.format,
        template=template,
        most_megapixels=variant.most_megapixels,
        history=variant.result.history,
        keep_time=variant.result.keep_time,
        layered=variant.result.layered,
        output=Place(variant.output / path.parent, variant.output, variant.mode, variant.group),
        reports=Place(variant.reports / path.parent, variant.reports, variant.mode, variant.group),
    )


def made_up_instead(hot_folder: HotFolder, recovery: Recovery, template: str) -> tuple[Recovery, str]:
    """Settings and name for an export whose original never came: the name says how its texture was made up."""
    method = hot_folder.when_unmatched
    return recovery.model_copy(update={"method": method}), template.replace("{stem}", f"{{stem}}_{method}")


def _exact(entry: Entry) -> tuple[Candidate, ...]:
    return (Candidate(entry.original, entry.rule),) if entry.original else ()


def _given_up(entry: Entry) -> WorkerLostError:
    name = printable(entry.path.name)
    return WorkerLostError(
        "given-up", f"Working on {name} was broken off {entry.attempts} times. Export it anew, or report it as a bug."
    )


def _times(running: _Running, now: Moment) -> dict[str, object]:
    return {
        "waited": round(running.since.wall - running.entry.first_seen, 1),
        "worked": round(now.steady - running.since.steady, 1),
    }


def _facts(report: Mapping[str, object]) -> dict[str, object]:
    """What a report says that belongs into the picture's line of the log."""
    faces, texture, settings = report.get("faces"), report.get("texture"), report.get("settings")
    return {
        "faces": len(faces) if isinstance(faces, list) else None,
        "method": settings.get("method") if isinstance(settings, dict) else None,
        "opacity_percent": report.get("opacity_percent"),
        "texture_before": texture.get("before") if isinstance(texture, dict) else None,
        "texture_after": texture.get("after") if isinstance(texture, dict) else None,
        "seconds": report.get("seconds"),
    }
