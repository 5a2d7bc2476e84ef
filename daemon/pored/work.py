"""One job, done in a worker process: from two paths to finished files that only need to be renamed into place.

Only workers import this module: it brings the picture libraries and MediaPipe with it.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pored.choosing import recover_from_any
from pored.clock import SYSTEM_CLOCK
from pored.errors import StorageError
from pored.faces.landmarker import shared_landmarker
from pored.faces.view import VIEW
from pored.files.endings import shortened, with_ending
from pored.files.limits import at_most
from pored.files.naming import result_name
from pored.files.preview import Where, render_preview
from pored.files.report import render_report
from pored.files.staging import Staged, digest_file, discard, keep_time, make_folders, stage, stage_with
from pored.history import history_of
from pored.job import PREVIEW_ENDING, REPORT_ENDING, ExportChangedError, Outcome
from pored.results import Results

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pored.choosing import Chosen
    from pored.job import Job, Place
    from pored.pipeline import Recovered
    from pored.pixels.recovery.picture_layer import FaceLayer
    from pored.results import Write


def get_ready() -> None:
    """Load the face finder, and let it make its plans for the first picture.

    Raises:
        MachineError: MediaPipe does not load.
    """
    shared_landmarker().look(np.zeros((VIEW, VIEW, 3), np.uint8))


def process(job: Job) -> Outcome:
    """Do a job.

    Returns:
        What was made; all of it lies finished beside its place, so that renaming it is all that is left.

    Raises:
        RefusedError: none of the candidates is its original.
        PictureError: it cannot be done (nothing is left behind), or the export changed meanwhile.
        MachineError: this machine lacks what the work needs.
    """
    with at_most(job.most_megapixels):
        chosen = recover_from_any(job.export, job.candidates, job.recovery, job.refused, layered=job.layered is True)
    results, name = _results(job, chosen)
    seconds: dict[str, float] = {}
    with _whole_or_nothing() as staged:
        with _timed(seconds, "layered"):
            layered = _stage_layered(job, results, name)
        if layered:
            staged.append(layered)
            # The original lies in its layer now, and the room that it took is what encoding the result needs.
            chosen = replace(chosen, recovered=replace(chosen.recovered, registered=None))
            results = replace(results, recovered=chosen.recovered)
        recovered = chosen.recovered
        with _timed(seconds, "encode"):
            result = _stage_result(job, results, name)
            staged.append(result)
        _refuse_changed(job)
        with _timed(seconds, "preview"):
            preview = _preview(recovered)
        report = _report(job, chosen, results.left_out, seconds)
        for file_name, content in (
            (with_ending(name, REPORT_ENDING), render_report(report)),
            (with_ending(name, PREVIEW_ENDING), preview),
        ):
            staged.append(_stage(job.reports, file_name, content))
        *_, report_file, preview_file = staged
        if job.keep_time:
            keep_time(result, job.export)
    return Outcome(
        recovered.outcome,
        result,
        report_file,
        preview_file,
        chosen.candidate,
        chosen.digest,
        report,
        layered,
    )


def _results(job: Job, chosen: Chosen) -> tuple[Results, str]:
    """What is to be written, and the result's name."""
    recovered = chosen.recovered
    kind = "same" if recovered.outcome == "nothing_missing" else job.kind
    event = history_of(recovered.report, chosen.name, SYSTEM_CLOCK.now()) if job.history else None
    name = result_name(job.export.name, job.template, kind, recovered.picture.encoding.kind)
    return Results(recovered, job.export, kind, event), shortened(name)


def _stage_result(job: Job, results: Results, name: str) -> Staged:
    with results.result() as write:
        return _stage_with(job.output, name, write)


def _stage_layered(job: Job, results: Results, name: str) -> Staged | None:
    with results.layered(name, job.layered) as wanted:
        return None if wanted is None else _stage_with(job.output, *wanted)


def _refuse_changed(job: Job) -> None:
    """Make sure that what was read is what was taken.

    Raises:
        ExportChangedError: it is not.
    """
    try:
        digest = digest_file(job.export)
    except StorageError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise ExportChangedError("export-left", f"{job.export.name} left while it was worked on.") from error
        raise
    if digest != job.export_digest:
        raise ExportChangedError("export-changed", f"{job.export.name} was replaced while it was worked on.")


def _preview(recovered: Recovered[FaceLayer]) -> bytes:
    picture = recovered.picture
    where = Where(recovered.mask, recovered.boxes, recovered.spots)
    return render_preview(picture.pixels, recovered.pixels, where, icc=picture.encoding.icc)


def _report(job: Job, chosen: Chosen, left_out: list[str], seconds: dict[str, float]) -> dict[str, object]:
    recovered = chosen.recovered
    steps = recovered.report.get("seconds")
    return {
        **recovered.report,
        "outcome": recovered.outcome,
        "export": job.export.name,
        "original": chosen.name,
        "rule": chosen.rule,
        "left_out": left_out,
        "seconds": {**steps, **seconds} if isinstance(steps, dict) else seconds,
    }


def _stage(place: Place, name: str, data: bytes) -> Staged:
    make_folders(place.folder, place.root, mode=place.mode, group=place.group)
    return stage(place.folder, name, data, mode=place.mode, group=place.group)


def _stage_with(place: Place, name: str, write: Write) -> Staged:
    make_folders(place.folder, place.root, mode=place.mode, group=place.group)
    return stage_with(place.folder, name, write, mode=place.mode, group=place.group)


@contextmanager
def _whole_or_nothing() -> Iterator[list[Staged]]:
    """What was staged is thrown away again where the rest cannot be."""
    staged: list[Staged] = []
    try:
        yield staged
    except BaseException:
        for each in staged:
            discard(each)
        raise


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[step] = round(time.perf_counter() - start, 4)
