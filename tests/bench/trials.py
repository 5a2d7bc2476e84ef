"""One made case through pored, from file to figures."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from cases import VARIANTS
from figures import Figures, against_truth
from methods import METHODS, by_method, lay
from storing import Stored, store

from pored.errors import PairError, PictureError
from pored.pipeline import Recovered, recover

if TYPE_CHECKING:
    from pathlib import Path

    from cases import Case, Outcome
    from portraits import Portrait

    from pored.config import Recovery
    from pored.pixels.recovery.face_texture import FaceTexture


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one case.

    Attributes:
        variant: its name.
        portrait: likewise.
        outcome: of the pair.
        figures: where there is a result to measure.
        others: of the other methods by name, where they are compared.
        residual: what registration says is left, in pixels; None where the pair was not done.
        seconds: from files to result in memory.
        note: what else there is to say.
    """

    variant: str
    portrait: str
    outcome: Outcome
    figures: Figures | None
    others: dict[str, Figures]
    residual: float | None
    seconds: float
    note: str


def attempt(variant: str, portrait: Portrait, other: Portrait, recovery: Recovery, folder: Path) -> Trial:
    """Make a case, store its files in the folder, recover it and measure.

    Args:
        variant: of ``VARIANTS``.
        portrait: to make it from.
        other: another person's; its face comes into groups and wrong pairs.
        recovery: the settings.
        folder: for the files; made if it is not there.
    """
    rng = np.random.default_rng(sum(map(ord, variant + portrait.name)))
    case = VARIANTS[variant].make(portrait, other, rng)
    folder.mkdir(parents=True, exist_ok=True)
    export = store(case.export, folder / "export", case.export_stored)
    original = store(case.original, folder / "original", case.original_stored)
    start = time.perf_counter()
    outcome, recovered, note = _recovered(export, original, recovery, case)
    seconds = time.perf_counter() - start
    if recovered is None:
        return Trial(variant, portrait.name, outcome, None, {}, None, seconds, note)
    store(np.asarray(recovered.pixels, np.uint8), folder / "result", Stored())
    store(case.truth, folder / "truth", Stored())
    figures = against_truth(case, recovered.picture.pixels, recovered.pixels)
    others = _others(case, export, original, recovered) if VARIANTS[variant].compared else {}
    return Trial(variant, portrait.name, outcome, figures, others, _residual(recovered), seconds, note)


def _recovered(
    export: Path, original: Path, recovery: Recovery, case: Case
) -> tuple[Outcome, Recovered[FaceTexture] | None, str]:
    try:
        recovered = recover(export, original, recovery)
    except PairError as error:
        return "refused", None, error.message
    except PictureError as error:
        return "failed", None, error.message
    except Exception as error:  # noqa: BLE001 - a crash is a finding, and the other cases are still to be measured
        return "failed", None, f"{type(error).__name__}: {error}"
    return _outcome(recovered, case), recovered, _note(recovered)


def _outcome(recovered: Recovered[FaceTexture], case: Case) -> Outcome:
    if recovered.outcome == "nothing_missing":
        return "nothing missing"
    outcomes = {face.outcome for face in recovered.texture.faces}
    if case.foreign is not None and outcomes == {"recovered", "other_frame"}:
        part = case.foreign.slices
        return "one left" if np.array_equal(recovered.pixels[part], recovered.picture.pixels[part]) else "recovered"
    return "recovered"


def _note(recovered: Recovered[FaceTexture]) -> str:
    faces = " | ".join(
        f"{face.outcome}, eyes and lips {face.agreement.weakest:.2f}, radius {face.radius:.2f}, "
        f"opacity {face.opacity * 100 / 255:.0f} %, {len(face.spots)} spots, own figures "
        f"{face.before.energy:.2f} to {face.after.energy:.2f}, {face.after.correlation:.2f}"
        for face in recovered.texture.faces
    )
    registration = recovered.report["registration"]
    if not isinstance(registration, dict):
        return faces
    return (
        f"{faces}; {registration['map']}, {registration['reshaped_faces']} reshaped, {registration['bent_faces']} bent"
    )


def _residual(recovered: Recovered[FaceTexture]) -> float:
    registration = recovered.report["registration"]
    if not isinstance(registration, dict):
        raise TypeError("this is no report of the pipeline")
    return float(registration["residual_px"])


def _others(case: Case, export: Path, original: Path, recovered: Recovered[FaceTexture]) -> dict[str, Figures]:
    laid = lay(export, original, recovered)
    figures = {}
    for method in METHODS:
        result = recovered.picture.pixels.copy()
        result[laid.box.slices] = by_method(method, laid)
        figures[method] = against_truth(case, recovered.picture.pixels, result)
    return figures
