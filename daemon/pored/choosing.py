"""Which of several files is an export's original, where their names do not say: the pictures decide."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pored.candidate import MADE_UP, NOBODY, Refusal
from pored.errors import NoFaceError, OtherPictureError, PairError, PictureError, StorageError
from pored.files.codecs import read_picture
from pored.files.original import read_original
from pored.files.staging import digest_file
from pored.job import RefusedError
from pored.making_up import make_up
from pored.pipeline import judge, left_as_it_is, other_picture, recover
from pored.registering import faces_seen, nobody
from pored.watch.outcome import why_refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pored.candidate import Candidate
    from pored.config import Recovery
    from pored.faces.find import Looker
    from pored.files.picture import Picture
    from pored.model import Face
    from pored.pipeline import Recovered
    from pored.pixels.recovery.picture_layer import FaceLayer

EQUAL = 0.05
"""Agreements this near to the best are equal: it is one frame in several files."""
MORE_TEXTURE = 1.05
"""What has less than so many times the export's texture is rather a smoothed copy than the original."""

Refusals = dict[str, Refusal]
"""By the digest of the file's bytes."""


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """The original, and what became of the pair.

    Attributes:
        candidate: the original; None where none was needed: the texture was made up, or there is nobody in the picture.
        digest: of the original's bytes; empty likewise.
    """

    candidate: Candidate | None
    digest: str
    recovered: Recovered[FaceLayer]

    @property
    def name(self) -> str | None:
        """The original's file name."""
        return self.candidate.path.name if self.candidate else None

    @property
    def rule(self) -> str:
        """By what the original was found, for a person."""
        if self.candidate:
            return self.candidate.rule
        return MADE_UP if self.recovered.texture.faces else NOBODY


@dataclass(frozen=True, slots=True)
class Standing:
    """How well a file that shows the same picture does.

    Attributes:
        figure: how far eyes and lips agree, 0..1.
        texture: in units of the export's.
        area: in pixels.
    """

    digest: str
    figure: float
    texture: float
    area: int


def recover_from_any(  # noqa: PLR0913 - a job's facts, and who looks for faces
    export: Path,
    candidates: Sequence[Candidate],
    recovery: Recovery,
    refused: Mapping[str, Refusal],
    looker: Looker | None = None,
    *,
    layered: bool = False,
) -> Chosen:
    """Recover an export from the one of several files that shows the same picture.

    Args:
        export: the smoothed picture.
        candidates: what may be its original, the likeliest first; none only where the texture is made up.
        recovery: the resolved settings.
        refused: what was tried for this export before, by digest; it is not tried again.
        looker: finds faces; the process' own landmarker by default.
        layered: the registered original is wanted too.

    Raises:
        RefusedError: none of them is its original.
        PictureError: the export cannot be read or has no face, or its only candidate cannot be read.
        MachineError: MediaPipe does not load.
    """
    try:
        if not candidates:
            return Chosen(None, "", make_up(export, None, recovery, looker))
        work = functools.partial(by_method, export, recovery=recovery, looker=looker, layered=layered)
        return _from_the_best(export, candidates, refused, looker, work)
    except NoFaceError:
        if recovery.no_face == "fail":
            raise
        return Chosen(None, "", left_as_it_is(export, recovery))


def _from_the_best(
    export: Path,
    candidates: Sequence[Candidate],
    refused: Mapping[str, Refusal],
    looker: Looker | None,
    work: Callable[[Path], Recovered[FaceLayer]],
) -> Chosen:
    digests = [digest_file(candidate.path) for candidate in candidates]
    out = {digest: refused[digest] for digest in digests if digest in refused}
    left = {digest: one for digest, one in zip(digests, candidates, strict=True) if digest not in out}
    for digest in _in_order(export, left, out, looker):
        candidate = candidates[digests.index(digest)]
        try:
            return Chosen(candidate, digest, work(candidate.path))
        except PairError as error:
            out[digest] = _refusal(candidate, digest, error)
    refusals = [replace(out[digest], path=one.path) for digest, one in zip(digests, candidates, strict=True)]
    raise RefusedError(*why_refused(export.name, refusals), tuple(refusals))


def by_method(
    export: Path, original: Path, recovery: Recovery, looker: Looker | None = None, *, layered: bool = False
) -> Recovered[FaceLayer]:
    """One pair, by the method that is set; errors as ``recover`` and ``make_up`` raise them."""
    if recovery.method == "high-pass":
        return recover(export, original, recovery, looker, layered=layered)
    return make_up(export, original, recovery, looker)


def _in_order(export: Path, left: Mapping[str, Candidate], out: Refusals, looker: Looker | None) -> Sequence[str]:
    """Digests of those that may be the original, the best first; why others may not is put into ``out``."""
    if len(left) <= 1:
        return list(left)
    picture = read_picture(export)
    faces = faces_seen(picture, looker)
    standings = []
    for digest, candidate in left.items():
        try:
            standings.append(_stands(picture, faces, candidate, digest, looker))
        except StorageError:
            raise
        except PictureError as error:
            out[digest] = _refusal(candidate, digest, error)
    if not faces and not standings:
        raise nobody(picture)
    return [standing.digest for standing in best_first(standings)]


def _stands(
    export: Picture, faces: Sequence[Face], candidate: Candidate, digest: str, looker: Looker | None
) -> Standing:
    original = read_original(candidate.path, export)
    verdict = judge(export, faces, original, looker)
    if not verdict.agrees:
        raise other_picture(original, export, verdict.agreement)
    height, width = original.pixels.shape[:2]
    return Standing(digest, max(0.0, verdict.agreement.likeness), verdict.texture, height * width)


def best_first(standings: Sequence[Standing]) -> list[Standing]:
    """Those with texture to give first; then those that agree best, then the largest, then in the order given.

    All show the same picture: what differs are size, compression and what was done to them.
    """
    # A smoothed copy agrees better with its export than any original can, and is no measure for them.
    originals = [standing for standing in standings if standing.texture >= MORE_TEXTURE] or standings
    best = max((standing.figure for standing in originals), default=0.0)

    def rank(standing: Standing) -> tuple[bool, bool, float, int]:
        equal = standing.figure >= best - EQUAL
        return standing.texture < MORE_TEXTURE, not equal, 0.0 if equal else -standing.figure, -standing.area

    return sorted(standings, key=rank)


def _refusal(candidate: Candidate, digest: str, error: PictureError) -> Refusal:
    figure = error.figure if isinstance(error, OtherPictureError) else None
    return Refusal(candidate.path, digest, error.code, error.message, figure)
