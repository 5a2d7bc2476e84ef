"""What is handed to a worker, and what comes back: plain values that travel between processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pored.errors import PairError, PictureError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pored.candidate import Candidate, Refusal
    from pored.config import Recovery
    from pored.files.staging import Staged


REPORT_ENDING = ".json"
PREVIEW_ENDING = ".preview.jpg"
"""Behind the result's name, in the reports folder."""

Layering = Literal[False, True, "texture"]
"""Whether a layered document is wanted beside the result, or one of the texture alone."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that files are put into.

    Attributes:
        folder: absolute; made where it is missing.
        root: the part of it that must be there: below it folders may be made.
        mode: of the files.
        group: of the files; None: as the folder has it.
    """

    folder: Path
    root: Path
    mode: int
    group: str | None


@dataclass(frozen=True, slots=True)
class Job:
    """One export to be worked on.

    Attributes:
        export: the file.
        export_digest: of its bytes when it was taken.
        candidates: files that its texture may come from, the likeliest first. One where the names decide; of several
            the pictures choose. None at all where the texture is made up without one.
        refused: files that were tried for this export before, by digest.
        recovery: the settings.
        kind: of the result's file: ``same`` as the export, ``jpeg``, ``tiff`` or ``png``.
        template: of the result's name; ``{stem}`` stands for the export's.
        layered: whether there is to be a layered document too.
        output: where the result goes.
        reports: where report and preview go.
        most_megapixels: larger pictures are refused.
        history: the result's XMP says what was done to it.
        keep_time: the result seems to have been modified when the export was.
    """

    export: Path
    export_digest: str
    candidates: tuple[Candidate, ...]
    refused: Mapping[str, Refusal]
    recovery: Recovery
    kind: Literal["same", "jpeg", "tiff", "png"]
    template: str
    layered: Layering
    output: Place
    reports: Place
    most_megapixels: int = 300
    history: bool = True
    keep_time: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a worker has made: finished files under hidden names, nothing in place yet.

    Attributes:
        outcome: ``nothing_missing``: the result is the export byte for byte; ``made_up``: its texture is nobody's own.
        result, report_file, preview: the files.
        layered: the layered document, where one was wanted.
        original: what the texture came from, and how that was found; None where it needed none.
        original_digest: of its bytes; empty likewise.
        report: what the report says.
    """

    outcome: Literal["recovered", "made_up", "nothing_missing"]
    result: Staged
    report_file: Staged
    preview: Staged
    original: Candidate | None
    original_digest: str
    report: Mapping[str, object]
    layered: Staged | None = None

    @property
    def files(self) -> tuple[Staged, ...]:
        """All that lies under hidden names."""
        always = self.result, self.report_file, self.preview
        return always if self.layered is None else (*always, self.layered)


class ExportChangedError(PictureError):
    """The export's bytes are others than those that were taken, so nothing that was made of them counts."""

    passes = True


class RefusedError(PairError):
    """None of the candidates is the export's original.

    Args:
        code: as for every picture's error.
        message: likewise.
        refusals: every candidate, and why it is not.
    """

    def __init__(self, code: str, message: str, refusals: tuple[Refusal, ...] = ()) -> None:
        super().__init__(code, message)
        self.refusals = refusals

    def __reduce__(self) -> tuple[type[RefusedError], tuple[str, str, tuple[Refusal, ...]]]:  # type: ignore[override]
        return type(self), (self.code, self.message, self.refusals)
