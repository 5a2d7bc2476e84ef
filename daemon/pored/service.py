"""Read second: the service, from a dropped file to a finished job.

watch -> settle -> pair -> work (a worker's pipeline) -> deliver, again and again, in one thread that owns everything.
Other threads only note paths and wake it; worker processes only make files that it puts into place. What it knows is in
the ledger before it acts on it, so it may end at any moment.
"""

from __future__ import annotations

import os
import traceback
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

import pored
from pored.alarm import Alarm, told_by_signals
from pored.clock import SYSTEM_CLOCK
from pored.errors import MachineError, PictureError, UsageError
from pored.files.ledger import LONGEST_DELAY, Ledger
from pored.files.names import as_argument, printable
from pored.files.records import DONE_STATES, OPEN_STATES, State
from pored.files.schema import LedgerFault
from pored.hot_folder.desk import Desk
from pored.hot_folder.dispatch import Dispatch
from pored.hot_folder.lane import Lane
from pored.log import Counted, Once, open_log
from pored.messenger import Messenger
from pored.metrics import Metrics
from pored.notify import notify
from pored.review.process import ReviewProcess
from pored.watch.inbox import Watcher
from pored.workers import Workers, do_job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pored.clock import Clock, Moment
    from pored.config import Settings
    from pored.files.records import Entry, Request
    from pored.job import Job, Outcome
    from pored.log import Log

BYTES_PER_GIGABYTE = 10**9

MICROSECONDS = 10**6

LONGEST_REST = 1.0
"""Seconds; so soon are requests from the command line seen, and is systemd told that all is well."""

REPEAT_SECONDS = 5.0
"""Between two tries to deliver what the disk refused."""

EXPIRY_SECONDS = 3600.0
"""Between two looks for reports that were kept for long enough."""


def run(  # noqa: PLR0913 - what a service is given
    settings: Settings,
    *,
    once: bool = False,
    clock: Clock = SYSTEM_CLOCK,
    log: Log | None = None,
    read_settings: Callable[[], Settings] | None = None,
    config: Path | None = None,
) -> int:
    """Serve until SIGTERM or SIGINT, then finish what runs.

    Args:
        settings: the hot folders and where the ledger is.
        once: do what is there, and end.
        clock: the time.
        log: to standard error by default.
        read_settings: reads them anew when SIGHUP comes; None: that signal is not listened to.
        config: the file that they come from, for the review page.

    Returns:
        Exit code: 0; with ``once`` 1 where some picture was not done, and 3 where a hot folder could not be worked on.

    Raises:
        UsageError: another service owns the state folder.
        MachineError: this machine lacks something without which no picture can be done.
    """
    alarm = Alarm()
    with ExitStack() as stack:
        ledger = stack.enter_context(Ledger(settings.state_dir))
        counted = Counted(log or open_log(settings.log), clock)
        messenger = stack.enter_context(Messenger(counted))
        metrics = Metrics()
        if settings.metrics:
            stack.callback(metrics.serve(settings.metrics))
        desk = Desk(ledger, counted, Once(), clock, metrics, messenger)
        watcher = None if once else stack.enter_context(closing(Watcher(alarm.ring)))
        workers = stack.enter_context(_workers(settings))
        if watcher:
            workers.begin()
        stack.enter_context(told_by_signals(alarm, may_reload=read_settings is not None))
        service = Service(settings, desk, workers, watcher, alarm, read_settings)
        if settings.review.enabled and not once:
            review = stack.enter_context(closing(ReviewProcess(settings, config, counted)))
            service.keep_up(review.keep)
        return service.run()


def _workers(settings: Settings) -> Workers[Job, Outcome]:
    memory = int(settings.picture_gigabytes * BYTES_PER_GIGABYTE) or None
    count = settings.workers or os.cpu_count() or 1
    return Workers(count, do_job, time_limit=settings.picture_seconds, memory=memory)


class Service:
    """The loop.

    Args:
        settings: the hot folders.
        desk: ledger, log and clock.
        workers: do the pictures.
        watcher: for events; None: do what is there, and end.
        alarm: wakes the loop.
        read_settings: reads them anew.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a service is made of
        self,
        settings: Settings,
        desk: Desk,
        workers: Workers[Job, Outcome],
        watcher: Watcher | None,
        alarm: Alarm,
        read_settings: Callable[[], Settings] | None = None,
    ) -> None:
        self._settings = settings
        self._read_settings = read_settings
        self._desk = desk
        self._ledger = desk.ledger
        self._watcher = watcher
        self._alarm = alarm
        self._lanes = {folder.name: Lane(folder, desk, watcher) for folder in settings.hot_folders}
        self._dispatch = Dispatch(desk, workers, self._lanes, alarm.ring, self._survived)
        self._deliver_at = self._tell_at = 0.0
        self._held: frozenset[str] = frozenset()
        self._kept_up: list[Callable[[Moment], None]] = []

    def keep_up(self, work: Callable[[Moment], None]) -> None:
        """Have something seen to in every turn."""
        self._kept_up.append(work)

    def run(self) -> int:
        """Until asked to stop, or until all is done that is there."""
        step = self.start
        while True:
            try:
                step(self._desk.clock.now())
                if step == self.start:
                    notify("READY=1")
                    step = self.turn
                    continue
                if self.is_over(self._desk.clock.now()):
                    break
                self._alarm.rest(self._rest_seconds())
            except LedgerFault as fault:
                if self._alarm.stop_asked and not len(self._dispatch):
                    break
                self._wait_for_ledger(fault)
        self.end(self._desk.clock.now())
        return self.exit_code()

    def start(self, now: Moment) -> None:
        """Take up what the last service left, and begin to watch."""
        self._ledger.restart(now.wall)
        self._desk.log.info("started", version=pored.__version__, hot_folders=list(self._lanes), pid=os.getpid())
        self._watch(now)

    def _wait_for_ledger(self, fault: LedgerFault) -> None:
        """Without its ledger the service does nothing; it goes on by itself when the disk takes it again."""
        reason = f"{self._settings.state_dir} cannot be written ({fault}): free some space there, or mend its disk"
        if self._watcher is None:
            raise MachineError(f"The ledger in {reason}.") from fault
        if self._desk.once.news("ledger", str(fault)):
            self._desk.log.error("ledger", reason=reason)
        notify(f"STATUS=the ledger rests: {reason}")
        self._tell_at = 0.0
        for lane in self._lanes.values():
            lane.begin_anew()
        _alive()
        self._alarm.rest(LONGEST_REST)

    def end(self, now: Moment) -> None:
        """Say what is left to say."""
        notify("STOPPING=1")
        self._tell_batches(now, at_once=self._watcher is None)
        self._desk.log.flush(everything=True)
        self._desk.log.info("stopped", unfinished={state.shown: n for state, n in self._ledger.open_counts().items()})

    def turn(self, now: Moment) -> None:
        """Everything that can be done at this moment, once."""
        self._deliver(now)
        if not self._alarm.stop_asked:
            self._obey(now)
            self._watch(now)
            self._answer(now)
            self._settle(now)
            self._pair(now)
            self._dispatch.begin(now)
            self._tell_batches(now)
            for work in self._kept_up:
                work(now)
        self._tell_manager(now)

    def is_over(self, now: Moment) -> bool:
        """Whether there is nothing left to do: stopped, or (without a watcher) nothing more to be expected."""
        if len(self._dispatch):
            return False
        if self._alarm.stop_asked or self._watcher:
            return self._alarm.stop_asked
        return all(lane.is_idle(now) for lane in self._lanes.values())

    def _obey(self, now: Moment) -> None:
        """What people want of the service as a whole: other settings, and hot folders to rest or to go on."""
        if self._alarm.reload_asked and self._read_settings is not None:
            self._alarm.reload_asked = False
            notify("RELOADING=1", f"MONOTONIC_USEC={int(now.steady * MICROSECONDS)}")
            self._reload(self._read_settings)
            notify("READY=1")
        held = self._ledger.board.held()
        for name in held.symmetric_difference(self._held).intersection(self._lanes):
            self._lanes[name].look(now, at_once=True)
        self._held = held

    def _reload(self, read_settings: Callable[[], Settings]) -> None:
        """Take over settings that were changed; those with a mistake are not taken over at all."""
        settings = problem = None
        try:
            settings = read_settings()
        except UsageError as error:
            problem = error.message
        if settings is None:
            self._desk.log.error("settings", problem=problem, kept="the old ones")
            return
        old = {hot_folder.name: hot_folder for hot_folder in self._settings.hot_folders}
        new = {hot_folder.name: hot_folder for hot_folder in settings.hot_folders}
        changed = [name for name in {**old, **new} if old.get(name) != new.get(name)]
        for name in changed:
            self._close(name)
            if name in new:
                self._lanes[name] = Lane(new[name], self._desk, self._watcher)
        general = set(type(settings).model_fields) - {"hot_folders", "presets"}
        late = sorted(key for key in general if getattr(settings, key) != getattr(self._settings, key))
        self._settings = self._settings.model_copy(update={"hot_folders": settings.hot_folders})
        self._desk.log.info("settings", hot_folders=list(new), changed=changed, after_a_restart=late)

    def _close(self, name: str) -> None:
        """A hot folder is no longer worked on, or not with these settings; what runs of it comes to its end."""
        lane = self._lanes.pop(name, None)
        if lane is not None:
            lane.close(kept={root for other in self._lanes.values() for root in other.roots})

    def _watch(self, now: Moment) -> None:
        """Hear what happened, and look where it is time to look."""
        hints, rescan = self._watcher.take() if self._watcher else ({}, False)
        for path, hint in hints.items():
            for lane in self._lanes.values():
                with self._survived(lane, now):
                    lane.hear(path, hint, now)
        for lane in self._lanes.values():
            with self._survived(lane, now):
                lane.look(now, at_once=rescan)

    def _settle(self, now: Moment) -> None:
        """Take what has stood still and is all there."""
        for lane in self._usable:
            with self._survived(lane, now):
                if lane.matching.refresh(now):
                    lane.intake.reconsider(now)
                lane.intake.take(now)
                lane.matching.settle(now)

    def _pair(self, now: Moment) -> None:
        """Find the originals of what was taken."""
        for lane in self._usable:
            with self._survived(lane, now):
                for path in lane.matching.match(now):
                    lane.intake.release(path, now)

    def _deliver(self, now: Moment) -> None:
        """Put into place what workers have made, and what an interruption or the disk has left of that."""
        self._dispatch.collect(now)
        if now.steady >= self._deliver_at:
            self._deliver_at = now.steady + REPEAT_SECONDS
            for lane in self._usable:
                with self._survived(lane, now):
                    self._repeat(lane, now)
        for lane in self._usable:
            with self._survived(lane, now):
                self._tidy_up(lane, now)

    def _repeat(self, lane: Lane, now: Moment) -> None:
        for entry in self._ledger.entries(lane.name, State.COMMITTING):
            if not now.wall < entry.next_try <= now.wall + LONGEST_DELAY:
                lane.delivery.deliver(entry, now)
        for entry in self._ledger.entries(lane.name, State.RUNNING):
            if entry.id not in self._dispatch:
                # Its answer was lost in an unexpected error.
                self._ledger.waits(entry.id, State.WAITING, "", (), now.wall)
                lane.matching.try_again()

    def _tidy_up(self, lane: Lane, now: Moment) -> None:
        if not lane.is_tidy and self._nobody_writes():
            lane.delivery.sweep(_alive)
            lane.is_tidy = True
        if now.steady >= lane.expire_at:
            lane.expire_at = now.steady + EXPIRY_SECONDS
            lane.delivery.expire(now)

    def _nobody_writes(self) -> bool:
        lanes = self._lanes.values()
        return not len(self._dispatch) and not any(self._ledger.entries(lane.name, State.COMMITTING) for lane in lanes)

    def _answer(self, now: Moment) -> None:
        """Do again what somebody has asked for by name."""
        for request in self._ledger.requests():
            entry = self._ledger.entry(request.job)
            lane = self._lanes.get(entry.hot_folder)
            may_be = OPEN_STATES if request.kind == "skip" else (*DONE_STATES, State.FAILED)
            if entry.state not in may_be:
                self._ledger.refuse(request)
            elif lane is not None and not lane.paused:
                with self._survived(lane, now):
                    self._grant(request, lane, entry, now)

    def _grant(self, request: Request, lane: Lane, entry: Entry, now: Moment) -> None:
        facts = {"hot_folder": lane.name, "file": str(entry.path)}
        if request.kind == "skip":
            self._ledger.refuse(request)
            lane.delivery.fail(entry, _skipped(entry), {}, now)
            return
        try:
            lane.delivery.bring_back(entry)
        except PictureError as error:
            self._ledger.refuse(request)
            self._desk.log.warning(request.kind, **facts, refused=error.message)
            return
        self._ledger.grant(request, now.wall)
        lane.matching.try_again()
        self._desk.log.info(request.kind, **facts)

    def _tell_batches(self, now: Moment, *, at_once: bool = False) -> None:
        for lane in self._usable:
            with self._survived(lane, now):
                lane.batches.look(now, lane.intake, at_once=at_once)

    def _tell_manager(self, now: Moment) -> None:
        """A sign of life for systemd, and now and then one line for ``systemctl status``."""
        _alive()
        if now.steady >= self._tell_at:
            self._tell_at = now.steady + REPEAT_SECONDS
            counts = [f"{count} {state.shown}" for state, count in self._ledger.open_counts().items()]
            watching = f"watching {len(self._usable)} of {len(self._lanes)} hot folders"
            notify(f"STATUS={', '.join([watching, *counts])}")
            ages = [(name, s.shown, number, now.wall - oldest) for name, s, number, oldest in self._ledger.open_ages()]
            self._desk.metrics.queue(ages, {name: lane.paused is not None for name, lane in self._lanes.items()})
            self._desk.log.flush()

    @contextmanager
    def _survived(self, lane: Lane, now: Moment) -> Iterator[None]:
        """The one place that catches everything: what nobody foresaw stops a hot folder for a while, and no more."""
        try:
            yield
        except (MachineError, LedgerFault):
            raise
        except Exception as error:  # noqa: BLE001 - it is told below
            trace = "".join(traceback.format_exception(error))
            lane.is_tidy = False
            reason = f"an unexpected error ({type(error).__name__}); the log has the details"
            lane.pause(reason, now, lane.hot_folder.rescan_seconds)
            if self._desk.once.news(f"trouble of {lane.name}", trace):
                self._desk.log.warning("internal", hot_folder=lane.name, trace=trace)

    @property
    def _usable(self) -> list[Lane]:
        return [lane for lane in self._lanes.values() if not lane.paused]

    def _rest_seconds(self) -> float:
        if self._alarm.stop_asked:
            return LONGEST_REST
        soonest = min((due for lane in self._lanes.values() if (due := lane.next_due()) is not None), default=None)
        return LONGEST_REST if soonest is None else min(LONGEST_REST, soonest - self._desk.clock.now().steady)

    def exit_code(self) -> int:
        """How it went, as far as anybody asked: of a service that was stopped nobody does."""
        if self._watcher or self._alarm.stop_asked:
            return 0
        if len(self._usable) < len(self._lanes):
            return MachineError.exit_code
        return PictureError.exit_code if any(lane.has_failures() for lane in self._lanes.values()) else 0


def _skipped(entry: Entry) -> PictureError:
    name = printable(entry.path.name)
    return PictureError(
        "skipped", f"{name} was set aside by hand. To have it done after all: pored retry {as_argument(name)}"
    )


def _alive() -> None:
    notify("WATCHDOG=1")
