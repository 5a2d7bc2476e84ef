"""How fast pored is beside the floor, ImageMagick and G'MIC, in one run on this machine.

    uv run python tests/bench/performance.py            12 megapixels, JPEG: some minutes
    uv run python tests/bench/performance.py --all      12, 24, 50 and 100 megapixels, JPEG and 16-bit TIFF
    uv run python tests/bench/performance.py --all --publish    the README's table and plot too

Ratios come first, and are of processor time (user and system, all threads), which other work on the machine hardly
changes; seconds on the wall stand beside. pored's figures are of a warm worker's whole job: from two paths to finished
files with digests, report and preview. "layered" adds a PSD. Its steps are seconds on the wall, of the flat job.
G'MIC: `apt-get install gmic`; simplejpeg takes part where it is: `uv run --with simplejpeg python ...`.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from rivals import Spent, floor, gmic, imagemagick, least
from sized import SCENES, make_pair

from pored.candidate import Candidate
from pored.config import Recovery
from pored.files.staging import digest_file
from pored.heap import keep_what_is_freed
from pored.job import Job, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sized import Kind, Pair, Scene

    from pored.job import Layering

T = TypeVar("T")
README = Path(__file__).parents[2] / "README.md"
PLOT = Path(__file__).parents[2] / "daemon" / "performance.png"
BEGIN, END = "<!-- performance -->", "<!-- /performance -->"
KINDS: dict[Kind, str] = {"jpeg": "8-bit JPEG", "tiff16": "16-bit TIFF"}
ONE_THREAD = dict.fromkeys(("OPENCV_FOR_THREADS_NUM", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
QUIET = {"GLOG_minloglevel": "2", "TF_CPP_MIN_LOG_LEVEL": "2"}
MEGABYTE = 1 << 20
CHANNELS = 3
TIMES, MORE = 2.5, 250
"""What a worker may take: so many times the decoded pair, and so many megabytes."""


@dataclass(frozen=True, slots=True)
class Done:
    """What pored took.

    Attributes:
        flat, layered: a job without and with a layered document.
        steps: seconds on the wall by step, of the flat one.
        peak: megabytes that the process had at most, with a layered document too; of that before the job were for
            libraries and the warm-up.
    """

    flat: Spent
    layered: Spent
    steps: dict[str, float]
    peak: float


@dataclass(frozen=True, slots=True)
class Case:
    """One pair and what was measured on it; None: the program is not installed, or gave up."""

    name: str
    megapixels: float
    bytes_of_pair: int
    floor: Spent
    codecs: str
    pored: Done
    imagemagick: Spent | None
    gmic: Spent | None


def measure(scene: Scene, megapixels: float, kind: Kind, tries: int) -> Case:
    """Make a pair and measure everything on it."""
    with tempfile.TemporaryDirectory(prefix="pored-performance-") as place:
        folder = Path(place)
        pair = make_pair(folder, scene, megapixels, kind)
        small = make_pair(_made(folder / "small"), scene, 2, kind)
        lowest, codecs = _in_fresh_process(floor, pair, tries)
        samples = 2 * pair.size[0] * pair.size[1] * CHANNELS
        return Case(
            name=f"{megapixels:g} MP, {KINDS[kind]}, {SCENES[scene]}",
            megapixels=megapixels,
            bytes_of_pair=samples * (1 if kind == "jpeg" else 2),
            floor=lowest,
            codecs=codecs,
            pored=_in_fresh_process(by_pored, (small, pair), tries),
            imagemagick=imagemagick(pair, folder),
            gmic=gmic(pair, folder),
        )


def by_pored(pairs: tuple[Pair, Pair], tries: int) -> Done:
    """The whole job of a worker that has done a small picture before."""
    from pored.work import process  # noqa: PLC0415 - brings MediaPipe, which is not the floor's

    keep_what_is_freed()
    small, pair = pairs
    steps: list[dict[str, float]] = []

    def job(pair: Pair, *, layered: Layering) -> None:
        with tempfile.TemporaryDirectory(dir=pair.export.parent) as place:
            done = process(job_of(pair, Path(place), layered=layered))
            steps.append(cast("dict[str, float]", done.report["seconds"]))

    job(small, layered=True)
    flat = least(tries, lambda: job(pair, layered=False))
    fastest = min(steps[1:], key=lambda seconds: sum(seconds.values()))
    return Done(flat, least(tries, lambda: job(pair, layered=True)), fastest, _peak())


def _peak() -> float:
    """Megabytes that this process had at most; getrusage counts what its parent had when it was begun."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / MEGABYTE


def job_of(pair: Pair, folder: Path, *, layered: Layering) -> Job:
    """As the service hands it to a worker, with the default settings."""
    place = Place(folder, folder, 0o644, None)
    return Job(
        export=pair.export,
        export_digest=digest_file(pair.export),
        candidates=(Candidate(pair.original, "same name"),),
        refused={},
        recovery=Recovery(),
        kind="same",
        template="{stem}",
        layered=layered,
        output=place,
        reports=place,
    )


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _in_fresh_process(work: Callable[..., T], *words: object) -> T:
    """As the service's workers are: of one thread for each library."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *words).result()


def table_of(cases: Sequence[Case]) -> str:
    """In Markdown; ratios first."""
    heads = [
        "picture",
        "pored : floor",
        "layered : floor",
        "ImageMagick : pored",
        "G'MIC : pored",
        "floor s",
        "pored s",
    ]
    heads += ["on the wall", "MB at most", "allowed", "the longest steps (s on the wall)"]
    rows = [heads, ["---"] * len(heads)]
    for case in cases:
        flat = case.pored.flat
        longest = sorted(case.pored.steps.items(), key=lambda step: -step[1])[:4]
        rows.append(
            [
                case.name,
                f"**{flat.cpu / case.floor.cpu:.1f}**",
                f"{case.pored.layered.cpu / case.floor.cpu:.1f}",
                _ratio(case.imagemagick, flat),
                _ratio(case.gmic, flat),
                f"{case.floor.cpu:.2f}",
                f"{flat.cpu:.2f}",
                f"{flat.wall:.2f}",
                f"{case.pored.peak:.0f}",
                f"{TIMES * case.bytes_of_pair / MEGABYTE + MORE:.0f}",
                ", ".join(f"{name} {seconds:.2f}" for name, seconds in longest),
            ]
        )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _ratio(spent: Spent | None, to: Spent) -> str:
    return "-" if spent is None else f"{spent.cpu / to.cpu:.1f}"


def plot_of(cases: Sequence[Case], path: Path) -> None:
    """Seconds of the processor for each picture, in floors; the floor is 1."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - comes with MediaPipe; only the plot needs it

    figure = Figure(figsize=(10, 1.6 + 0.7 * len(cases)), layout="constrained")
    axes = figure.subplots()
    bars: list[tuple[str, Callable[[Case], Spent | None], str]] = [
        ("pored", lambda case: case.pored.flat, "#2a6f97"),
        ("ImageMagick (no mask, no registration, no guard)", lambda case: case.imagemagick, "#c0c0c0"),
        ("G'MIC (likewise)", lambda case: case.gmic, "#8a8a8a"),
    ]
    for place, (label, spent_of, colour) in enumerate(bars):
        ratios = [spent.cpu / case.floor.cpu if (spent := spent_of(case)) else 0.0 for case in cases]
        drawn = axes.barh([i + 0.27 * (place - 1) for i in range(len(cases))], ratios, 0.25, label=label, color=colour)
        axes.bar_label(drawn, [f"{ratio:.1f}" if ratio else "" for ratio in ratios], padding=3, fontsize=8)
    axes.axvline(1, color="#d1495b", label="the floor: decode both files, encode the result")
    axes.set_xscale("log")
    axes.set_yticks(range(len(cases)), [case.name for case in cases])
    axes.invert_yaxis()
    axes.set_xlabel("processor time, in floors (log scale; less is faster)")
    axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=2, fontsize=8, frameon=False)
    figure.savefig(path, dpi=110)


def scaling_of(cases: Sequence[Case]) -> str:
    """Seconds for each megapixel at every size, by kind of picture."""
    lines = []
    for kind in sorted({case.name.partition(", ")[2] for case in cases}):
        same = [case for case in cases if case.name.endswith(kind)]
        each = ", ".join(f"{case.pored.flat.cpu / case.megapixels:.3f} at {case.megapixels:g}" for case in same)
        lines.append(f"processor seconds a megapixel, {kind}: {each}")
    return "\n".join(lines)


def publish(table: str) -> None:
    """Put the table between the README's markers; the plot lies beside the others already."""
    text = README.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    shown = f"![Processor time, in floors]({PLOT.relative_to(README.parent)})"
    README.write_text(f"{before}{BEGIN}\n{shown}\n\n{table}\n{END}{after}")


def main() -> None:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--all", action="store_true", help="all sizes and both kinds: an hour, and 8 GB of memory")
    parser.add_argument("--megapixels", type=float, nargs="+", help="these sizes only")
    parser.add_argument("--kinds", nargs="+", choices=list(KINDS), help="these kinds only")
    parser.add_argument("--scenes", nargs="+", choices=list(SCENES), default=list(SCENES))
    parser.add_argument("--tries", type=int, default=2, help="the fastest of so many counts")
    parser.add_argument("--plot", type=Path, default=Path("performance.png"), help="where the plot goes")
    parser.add_argument("--publish", action="store_true", help="table and plot into the README's places")
    given = parser.parse_args()
    os.environ.update(ONE_THREAD | QUIET)
    sizes = given.megapixels or ([12, 24, 50, 100] if given.all else [12])
    kinds = given.kinds or (list(KINDS) if given.all else ["jpeg"])
    cases = []
    for kind in kinds:
        for scene in given.scenes:
            for megapixels in sizes:
                cases.append(measure(scene, megapixels, kind, given.tries))
                sys.stderr.write(f"{cases[-1].name}: {cases[-1].pored.flat.cpu / cases[-1].floor.cpu:.1f}\n")
    table = table_of(cases)
    sys.stdout.write(f"{table}\n\nthe floor's codecs: {', '.join(sorted({case.codecs for case in cases}))}\n")
    sys.stdout.write(f"{scaling_of(cases)}\n")
    plot_of(cases, PLOT if given.publish else given.plot)
    if given.publish:
        publish(table)


if __name__ == "__main__":
    main()
