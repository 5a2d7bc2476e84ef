"""One job, done in a worker process: from two paths to finished files that only need to be renamed into place.

Only workers import this module: it brings the picture libraries and MediaPipe with it.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from pored.choosing import recover_from_any
from pored.clock import SYSTEM_CLOCK
from pored.errors import StorageError
from pored.files.codecs import encode_picture
from pored.files.endings import shortened, with_ending
from pored.files.naming import result_name
from pored.files.preview import render_preview
from pored.files.report import render_report
from pored.files.staging import Staged, digest_bytes, discard, keep_time, make_folders, stage
from pored.history import history_of
from pored.job import PREVIEW_ENDING, REPORT_ENDING, ExportChangedError, Outcome
from pored.regular import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pored.choosing import Chosen
    from pored.job import Job, Place
    from pored.pipeline import Recovered
    from pored.pixels.picture_layer import FaceLayer


def process(job: Job) -> Outcome:
    """Do a job.

    Returns:
        What was made; all of it lies finished beside its place, so that renaming it is all that is left.

    Raises:
        RefusedError: none of the candidates is its original.
        PictureError: it cannot be done (nothing is left behind), or the export changed meanwhile.
        MachineError: this machine lacks what the work needs.
    """
    chosen = recover_from_any(job.export, job.candidates, job.recovery, job.refused)
    recovered = chosen.recovered
    seconds: dict[str, float] = {}
    with _timed(seconds, "encode"):
        name, data = _result(job, chosen)
    with _timed(seconds, "preview"):
        preview = _preview(recovered)
    report = _report(job, chosen, seconds)
    with _whole_or_nothing() as staged:
        for place, file_name, content in (
            (job.output, name, data),
            (job.reports, with_ending(name, REPORT_ENDING), render_report(report)),
            (job.reports, with_ending(name, PREVIEW_ENDING), preview),
        ):
            staged.append(_stage(place, file_name, content))
        result, report_file, preview_file = staged
        if job.keep_time:
            keep_time(result, job.export)
    return Outcome(recovered.outcome, result, report_file, preview_file, chosen.candidate, chosen.digest, report)


def _result(job: Job, chosen: Chosen) -> tuple[str, bytes]:
    """Name and content of the result's file.

    Raises:
        ExportChangedError: the export is not what was taken.
    """
    taken, recovered = _export_bytes(job), chosen.recovered
    if recovered.outcome == "nothing_missing":
        return shortened(result_name(job.export.name, job.template, "same", job.kind)), taken
    event = history_of(recovered.report, chosen.name, SYSTEM_CLOCK.now()) if job.history else None
    data = encode_picture(recovered.picture, recovered.pixels, job.kind, event)
    kind = recovered.picture.encoding.kind
    return shortened(result_name(job.export.name, job.template, job.kind, kind)), data


def _export_bytes(job: Job) -> bytes:
    try:
        with open_regular(job.export) as file:
            data = file.read()
    except FileNotFoundError as error:
        raise ExportChangedError("export-left", f"{job.export.name} left while it was worked on.") from error
    except OSError as error:
        raise StorageError("not-readable", f"{job.export.name} cannot be read: {error.strerror}.") from error
    if digest_bytes(data) != job.export_digest:
        raise ExportChangedError("export-changed", f"{job.export.name} was replaced while it was worked on.")
    return data


def _preview(recovered: Recovered[FaceLayer]) -> bytes:
    picture = recovered.picture
    mask = recovered.mask.astype(np.float32) / np.float32(255)
    return render_preview(picture.pixels, recovered.pixels, mask, recovered.boxes, icc=picture.encoding.icc)


def _report(job: Job, chosen: Chosen, seconds: dict[str, float]) -> dict[str, object]:
    recovered = chosen.recovered
    steps = recovered.report.get("seconds")
    return {
        **recovered.report,
        "outcome": recovered.outcome,
        "export": job.export.name,
        "original": chosen.name,
        "rule": chosen.rule,
        "left_out": list(recovered.picture.encoding.left_out),
        "seconds": {**steps, **seconds} if isinstance(steps, dict) else seconds,
    }


def _stage(place: Place, name: str, data: bytes) -> Staged:
    make_folders(place.folder, place.root, mode=place.mode, group=place.group)
    return stage(place.folder, name, data, mode=place.mode, group=place.group)


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
