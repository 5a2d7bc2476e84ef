"""``pored recover``: pairs done at once, without a service."""

from __future__ import annotations

import contextlib
import itertools
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from pored.candidate import Candidate
from pored.cli.output import complain, make_folder, must_be_file, say, with_progress
from pored.config import Pairing, Recipe, recovery_from
from pored.errors import PairError, PictureError, UsageError
from pored.files.limits import at_most
from pored.files.naming import kind_of_name
from pored.job import RefusedError
from pored.watch.outcome import Match, NotAnExport, Role, for_pictures, why_refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pored.candidate import Refusal
    from pored.choosing import Chosen
    from pored.files.staging import Staged
    from pored.pipeline import Recovered
    from pored.pixels.recovery.picture_layer import FaceLayer
    from pored.results import Write
    from pored.watch.outcome import Outcome

MODE = 0o644
GIVEN = "named on the command line"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asked for."""

    original: Path | None
    originals: Path | None
    output: Path | None
    output_dir: Path | None
    mask_out: Path | None
    report: Path | None
    by_hand: Path | None
    recipe: Recipe

    def files(self) -> list[Path]:
        """What is to be written under names that the command line gave."""
        return [path.absolute() for path in (self.output, self.mask_out, self.report) if path is not None]


def recover(
    exports: Annotated[list[Path], typer.Argument(metavar="EXPORT...", help="The AI-smoothed pictures.")],
    original: Annotated[Path | None, typer.Option(metavar="FILE", help="The original of the one export.")] = None,
    originals: Annotated[Path | None, typer.Option(metavar="DIR", help="Where originals are found by name.")] = None,
    overrides: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Pairs written down by a person: export,original.")
    ] = None,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="The result of the one export.")] = None,
    output_dir: Annotated[Path | None, typer.Option(metavar="DIR", help="Where results go.")] = None,
    mask_out: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the skin mask (PNG).")] = None,
    report: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the report (JSON).")] = None,
    preset: Annotated[str | None, typer.Option(metavar="NAME", help="natural or photoshop.")] = None,
    sets: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A setting, as in recovery.radius=3.0.")
    ] = None,
) -> None:
    """Give exports their originals' texture back. A pair that does not fit is refused and nothing is written."""
    recipe = recovery_from(preset, sets or [], Path.cwd())
    wanted = Wanted(original, originals, output, output_dir, mask_out, report, overrides, recipe)
    _refuse_contradictions(exports, wanted)
    _refuse_to_write_over([*exports, *filter(None, [original])], wanted)
    failed = 0
    with at_most(recipe.most_megapixels):
        for export in with_progress(exports, "recovering"):
            try:
                say(_recover_one(export, wanted))
            except PictureError as error:
                complain(error.message)
                failed += 1
    raise typer.Exit(1 if failed else 0)


def _refuse_contradictions(exports: list[Path], wanted: Wanted) -> None:
    given = [place for place in (wanted.original, wanted.originals) if place is not None]
    if len(given) > 1 or (not given and wanted.recipe.recovery.method == "high-pass"):
        raise UsageError("Say where the original is: --original FILE, or --originals DIR to find it by name.")
    if (wanted.output is None) == (wanted.output_dir is None):
        raise UsageError("Say where the result goes: --output FILE, or --output-dir DIR.")
    single = {"--original": wanted.original, "--output": wanted.output, "--mask-out": wanted.mask_out}
    single["--report"] = wanted.report
    several = [option for option, value in single.items() if value is not None]
    if len(exports) > 1 and several:
        raise UsageError(f"{' and '.join(several)} can serve one export only, and {len(exports)} are given.")
    written = wanted.files()
    twice = next((path for place, path in enumerate(written) if path in written[:place]), None)
    if twice:
        raise UsageError(f"{twice} is named twice; give result, mask and report a file each.")
    folder = next((path for path in written if path.is_dir()), None)
    if folder:
        raise UsageError(f"{folder} is a folder; --output-dir takes one, the other options a file.")
    if wanted.output is not None:
        kind_of_name(wanted.output.name)


def _refuse_to_write_over(inputs: list[Path], wanted: Wanted) -> None:
    """No option may lead to a file that is being read, by whatever path, nor to one that lies among the originals.

    Raises:
        UsageError: one does.
    """
    for path in (each for each in wanted.files() if each.exists()):
        if any(each.exists() and path.samefile(each) for each in inputs):
            raise UsageError(f"{path} is an input; pored does not write over it. Name another file.")
        if wanted.originals is not None and path.resolve().is_relative_to(wanted.originals.resolve()):
            raise UsageError(f"{path} lies among the originals, which pored never writes over. Name another file.")


def _recover_one(export: Path, wanted: Wanted) -> str:
    for path in filter(None, (export, wanted.original)):
        must_be_file(path)
    chosen = _chosen(export, wanted)
    original = chosen.candidate
    _refuse_to_write_over([original.path] if original else [], wanted)
    recovered = chosen.recovered
    target = wanted.output or _target_in(wanted.output_dir or Path(), export, wanted.recipe, recovered)
    pictures = [path for path in _write(export, target, wanted, chosen) if path not in {wanted.mask_out, wanted.report}]
    how = f", {original.rule} ({original.path.name})" if wanted.originals and original else ""
    return f"{export.name}: {summary(recovered.report, recovered.outcome)}{how} -> {' and '.join(map(str, pictures))}"


def summary(report: dict[str, object], outcome: str) -> str:
    """A report in a few words: faces, texture before and after, opacity."""
    texture, faces = report.get("texture"), report["faces"]
    if faces == []:
        return "nobody in it; copied as it is"
    if not isinstance(texture, dict) or not isinstance(faces, list):
        raise TypeError("this is no report of the pipeline")
    people = f"{len(faces)} face{'s' if len(faces) != 1 else ''}"
    foreign = sum(face["outcome"] == "other_frame" for face in faces)
    if foreign:
        people += f" ({foreign} of another frame, left as {'they are' if foreign > 1 else 'it is'})"
    before, after = (round(100 * texture[when]["energy"]) for when in ("before", "after"))
    whose = f"what {report['measure']} has" if "made_up" in report else "the original's"
    if outcome == "nothing_missing":
        copied = f"{people}, nothing was missing (texture {before} % of {whose}); copied"
        return copied if "made_up" in report else f"{copied}. If its skin is smooth, so is that original's"
    if "made_up" in report:
        return f"{people}, texture made up by {report['made_up']}: {before} % -> {after} % of {whose}"
    return f"{people}, texture {before} % -> {after} % of {whose}, opacity {report['opacity_percent']} %"


def _chosen(export: Path, wanted: Wanted) -> Chosen:
    from pored.choosing import recover_from_any

    recovery, to_psd = wanted.recipe.recovery, wanted.output is not None and kind_of_name(wanted.output.name) == "psd"
    layered = to_psd or wanted.recipe.result.layered is True
    if recovery.method == "grain" or (wanted.original is None and wanted.originals is None):
        return recover_from_any(export, [], recovery, {})
    if wanted.original is not None:
        return recover_from_any(export, [Candidate(wanted.original, GIVEN)], recovery, {}, layered=layered)
    refusals: dict[str, Refusal] = {}
    for candidates in _candidates(export, wanted.originals or Path(), wanted.by_hand, refusals):
        try:
            return recover_from_any(export, candidates, recovery, refusals, layered=layered)
        except RefusedError as error:
            refusals |= {refusal.digest: refusal for refusal in error.refusals}
    raise PairError(*why_refused(export.name, list(refusals.values())))


def _candidates(
    export: Path, folder: Path, by_hand: Path | None, refusals: Mapping[str, Refusal]
) -> Iterator[tuple[Candidate, ...]]:
    """What may be the original by its name; asked again, what may be it since those were refused.

    Raises:
        PairError: nothing may, and nothing was refused.
    """
    from pored.hot_folder.captures import Captures
    from pored.watch.listing import list_originals
    from pored.watch.outcome import Waiting
    from pored.watch.overrides import NO_OVERRIDES, read_overrides
    from pored.watch.pairing import Index

    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder; --originals names the folder that is searched.")
    listing, _ = list_originals(export.absolute().parent, [folder.absolute()])
    captures, tried = Captures(), set[Path]()
    index = Index(listing, Pairing(), read_overrides(by_hand) if by_hand else NO_OVERRIDES, captures)
    outcome = index.pair(PurePath(export.name))
    if isinstance(outcome, Waiting):
        captures.read_all(listing)
        outcome = index.pair(PurePath(export.name))
    while candidates := _to_try(outcome):
        yield candidates
        if isinstance(outcome, Match) and outcome.is_exact:
            return
        tried.update(candidate.path for candidate in candidates)
        outcome = index.pair(PurePath(export.name), frozenset(tried))
    if not refusals and not isinstance(outcome, Match):
        raise PairError("no-original", f"{export.name}: {outcome.reason}{_way_out(outcome)}")


def _way_out(outcome: Outcome) -> str:
    """What to do where a file's name or place speaks against its being an export; it may be one all the same."""
    is_doubtful = isinstance(outcome, NotAnExport) and outcome.role in {Role.ORIGINAL, Role.RESULT}
    return ". If it is an export, name its original: --original FILE instead of --originals." if is_doubtful else ""


def _to_try(outcome: Outcome) -> tuple[Candidate, ...]:
    return (Candidate(outcome.original, outcome.rule),) if isinstance(outcome, Match) else for_pictures(outcome)


def _target_in(folder: Path, export: Path, recipe: Recipe, recovered: Recovered[FaceLayer]) -> Path:
    """Where the result goes, numbered where something is there already."""
    from pored.files.naming import result_name

    wanted = "same" if recovered.outcome == "nothing_missing" else recipe.result.format
    name = result_name(export.name, recipe.result.name, wanted, recovered.picture.encoding.kind)
    return _free(folder / name)


def _free(target: Path) -> Path:
    """The place itself, or with a number where something is there already."""
    from pored.files.names import numbered

    names = itertools.chain([target.name], (numbered(target.name, number) for number in itertools.count(2)))
    return next(target.with_name(each) for each in names if not target.with_name(each).exists())


def _kind_wanted(wanted: Wanted, recovered: Recovered[FaceLayer]) -> str:
    """What the result is stored as: as its name says, where it was given one; else as set."""
    if wanted.output is None:
        return "same" if recovered.outcome == "nothing_missing" else wanted.recipe.result.format
    kind = kind_of_name(wanted.output.name)
    return "same" if kind == recovered.picture.encoding.kind else kind


def _write(export: Path, target: Path, wanted: Wanted, chosen: Chosen) -> list[Path]:
    """All files or none: everything lies finished beside its place before the first gets its name.

    Returns:
        What was written.
    """
    from pored.files.staging import commit, discard, keep_time

    with contextlib.ExitStack() as stack:
        staged = []
        for path, write in _files(export, target, wanted, chosen):
            staged.append(_staged(path, write))
            stack.callback(discard, staged[-1])
        if wanted.recipe.result.keep_time:
            keep_time(staged[0], export)
        for each in staged:
            commit(each, replace=each.target in {wanted.output, wanted.mask_out, wanted.report})
        stack.pop_all()
    return [each.target for each in staged]


def _files(export: Path, target: Path, wanted: Wanted, chosen: Chosen) -> Iterator[tuple[Path, Write]]:
    """Every file and what writes it, which has to be called before the next one is asked for."""
    from pored.clock import SYSTEM_CLOCK
    from pored.files.mask_file import encode_mask
    from pored.files.report import render_report
    from pored.history import history_of
    from pored.results import Results

    recovered, result = chosen.recovered, wanted.recipe.result
    event = history_of(recovered.report, chosen.name, SYSTEM_CLOCK.now()) if result.history else None
    results = Results(recovered, export, _kind_wanted(wanted, recovered), event)
    with results.result() as write:
        yield target, write
    with results.layered(target.name, result.layered) as layered:
        if layered is not None:
            yield _free(target.with_name(layered[0])), layered[1]
    if wanted.mask_out:
        yield wanted.mask_out, partial(_put, encode_mask(recovered.mask))
    if wanted.report:
        names = {"export": export.name, "original": chosen.name, "rule": chosen.rule}
        came = {"outcome": recovered.outcome, "left_out": results.left_out}
        yield wanted.report, partial(_put, render_report({**recovered.report, **came, **names}))


def _put(data: bytes, file: BinaryIO) -> None:
    file.write(data)


def _staged(target: Path, write: Write) -> Staged:
    from pored.files.staging import stage_with

    make_folder(target.parent)
    return stage_with(target.parent, target.name, write, mode=MODE)
