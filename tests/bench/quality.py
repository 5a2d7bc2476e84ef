"""Measures how well pored brings skin texture back. It tests nothing: its exit code is 0 whatever it finds.

    python tests/bench/quality.py [FOLDER]                        cases made from portraits, whose truth is known
    python tests/bench/quality.py pairs EXPORTS --originals DIR   a studio's own pairs, whose truth nobody knows

Figures, on skin without strong edges, in a high pass of lightness (radius 3 px in the portrait; of pairs pored's own):
    energy   standard deviation of the result's texture, in the truth's                         1 is right
    corr     correlation of the two textures                                                    1 is right
    drift    mean difference from the export after a 12 px blur, in any channel, levels         0 is right
    share    of a mark that was taken out, what came back; of one that was kept, what was lost  0 is right
    left px  the shift that registration says is left, in pixels of the export
For pairs, the truth's place is taken by the original, laid over the export and brought to its grading.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cases import VARIANTS
from made import compared_table, made_table, trial_line
from pairs import measure_pair, pairs_of, pairs_table
from portraits import Portrait, portraits_in
from trials import attempt

from pored.config import recovery_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pairs import Measured
    from trials import Trial

    from pored.config import Recovery

PHOTOS = Path(__file__).parents[1] / "photos"


def main(arguments: Sequence[str]) -> None:
    """Measure what the command line asks for and print it."""
    if arguments[:1] == ["pairs"]:
        _pairs(_pairs_parser().parse_args(arguments[1:]))
    else:
        _made(_made_parser().parse_args(arguments))


def _made_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=PHOTOS, help="of portraits; the tests' photos if none")
    parser.add_argument("--variants", type=_variants, default=tuple(VARIANTS), help="names, with commas between them")
    parser.add_argument("--portraits", default="", help="likewise, of files without their endings; else all")
    parser.add_argument("--details", action="store_true", help="a line for every case as well")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep every case's files there, to look at")
    return _with_set(parser)


def _variants(names: str) -> tuple[str, ...]:
    unknown = [name for name in names.split(",") if name not in VARIANTS]
    if unknown:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: not among {', '.join(VARIANTS)}")
    return tuple(names.split(","))


def _pairs_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="quality.py pairs", description="A studio's own pairs.")
    parser.add_argument("exports", type=Path, help="the folder of smoothed pictures")
    parser.add_argument("--originals", type=Path, required=True, help="the folder of their originals, found by name")
    return _with_set(parser)


def _with_set(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="as in recovery.radius=3.0")
    return parser


def _made(wanted: argparse.Namespace) -> None:
    recovery = recovery_from(None, wanted.set).recovery
    portraits = _portraits(wanted.folder)
    chosen = [one for one in portraits if not wanted.portraits or one.name in wanted.portraits.split(",")]
    trials: list[Trial] = []
    for portrait in chosen:
        other = portraits[(portraits.index(portrait) + 1) % len(portraits)]
        for variant in wanted.variants:
            trials.append(_tried(variant, portrait, other, recovery, wanted.keep))
            if wanted.details:
                _say(trial_line(trials[-1]))
    if not trials:
        _say("No portrait to make cases from.")
        return
    _say(f"\n{len(chosen)} portraits: " + ", ".join(f"{one.name} (face {one.face.width:.0f} px)" for one in chosen))
    _say("\n" + made_table(trials))
    if any(trial.others for trial in trials):
        _say("\n" + compared_table(trials))


def _portraits(folder: Path) -> list[Portrait]:
    found = []
    for each in portraits_in(folder):
        if isinstance(each, Portrait):
            found.append(each)
        else:
            _say(each)
    return found


def _tried(variant: str, portrait: Portrait, other: Portrait, recovery: Recovery, keep: Path | None) -> Trial:
    if keep is not None:
        return attempt(variant, portrait, other, recovery, keep / portrait.name / variant.replace(" ", "_"))
    with tempfile.TemporaryDirectory() as folder:
        return attempt(variant, portrait, other, recovery, Path(folder))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _pairs(wanted: argparse.Namespace) -> None:
    recovery = recovery_from(None, wanted.set).recovery
    rows: list[Measured] = []
    for pair in pairs_of(wanted.exports, wanted.originals):
        measured = pair if isinstance(pair, str) else measure_pair(*pair, recovery)
        if isinstance(measured, str):
            _say(measured)
        else:
            rows += measured
    _say("\n" + pairs_table(rows) if rows else "No pair could be measured.")


if __name__ == "__main__":
    main(sys.argv[1:])
