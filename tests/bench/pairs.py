"""A studio's own pairs, whose truth nobody knows: texture beside the original's, and drift, by method."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from figures import Figures, drift
from methods import METHODS, by_method, lay
from table import table

from pored.candidate import Candidate
from pored.choosing import recover_from_any
from pored.config import Pairing
from pored.errors import PictureError
from pored.files.picture import eight_bit
from pored.pipeline import recover
from pored.pixels.photoshop.desaturate import desaturate
from pored.pixels.photoshop.high_pass import high_band
from pored.pixels.recovery.texture import compare_texture, measured_skin
from pored.watch.listing import list_files, list_originals
from pored.watch.outcome import for_pictures
from pored.watch.pairing import Index, pair_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from methods import Laid
    from numpy.typing import NDArray

    from pored.config import Recovery

HEADINGS = ("export", "method", "energy", "corr", "drift", "s")
DRIFT_BLUR = 12.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One method on one pair; the seconds are only known of pored."""

    export: str
    method: str
    figures: Figures
    seconds: float | None = None


def pairs_of(exports: Path, originals: Path) -> Iterator[tuple[Path, tuple[Candidate, ...]] | str]:
    """Each export with what may be its original by name, and for one that has none a sentence that says why."""
    inbox = exports.resolve()
    listing, _ = list_originals(inbox, [originals.resolve()])
    for row in pair_table(Index(listing, Pairing()), list_files(inbox).tree.files):
        found = for_pictures(row.outcome) if row.original is None else (Candidate(row.original, row.rule),)
        yield (inbox / row.export, found) if found else f"{row.export}: {row.reason}"


def measure_pair(export: Path, candidates: Sequence[Candidate], recovery: Recovery) -> list[Measured] | str:
    """The export as it is, what others make of it, and pored; a sentence where there is nothing to measure."""
    try:
        original = _chosen(export, candidates, recovery)
        start = time.perf_counter()
        recovered = recover(export, original, recovery)
        seconds = time.perf_counter() - start
        laid = lay(export, original, recovered)
    except PictureError as error:
        return error.message
    results = {"the export": laid.export} | {method: by_method(method, laid) for method in METHODS}
    rows = [Measured(export.name, method, _figures(laid, result)) for method, result in results.items()]
    ours = eight_bit(recovered.pixels[laid.box.slices])
    return [*rows, Measured(export.name, "pored", _figures(laid, ours), seconds)]


def _chosen(export: Path, candidates: Sequence[Candidate], recovery: Recovery) -> Path:
    """The original; where names leave several, or are in doubt, the pictures decide."""
    if len(candidates) > 1:
        chosen = recover_from_any(export, candidates, recovery, {}).candidate
        candidates = [chosen] if chosen else candidates
    return candidates[0].path


def pairs_table(rows: list[Measured]) -> str:
    """A line per pair and method, and each method's mean."""
    methods = list(dict.fromkeys(row.method for row in rows))
    means = [_mean(method, [row for row in rows if row.method == method]) for method in methods]
    return table(HEADINGS, [_line(row) for row in [*rows, *means]])


def _figures(laid: Laid, result: NDArray[np.uint8]) -> Figures:
    reference = high_band(desaturate(laid.reference), laid.radius)
    where = measured_skin(laid.mask, reference)
    texture = compare_texture(high_band(desaturate(result), laid.radius), reference, where)
    return Figures(texture.energy, texture.correlation, drift(result, laid.export, where, DRIFT_BLUR))


def _mean(method: str, rows: list[Measured]) -> Measured:
    energy, correlation, drifted = (
        float(np.mean([getattr(row.figures, key) for row in rows])) for key in ("energy", "correlation", "drift")
    )
    known = [row.seconds for row in rows if row.seconds is not None]
    return Measured("MEAN", method, Figures(energy, correlation, drifted), float(np.mean(known)) if known else None)


def _line(row: Measured) -> list[str]:
    figures = [f"{value:.3f}" for value in (row.figures.energy, row.figures.correlation, row.figures.drift)]
    return [row.export, row.method, *figures, "" if row.seconds is None else f"{row.seconds:.1f}"]
