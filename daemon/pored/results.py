"""A recovery's files: the result in its own kind, and the layered document beside it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from pored.files.codecs import encode_picture
from pored.files.endings import shortened
from pored.files.faults import storage_faults
from pored.files.names import printable
from pored.files.naming import layered_name
from pored.files.picture import Kind
from pored.files.psd.write import dialect_of, write_document
from pored.layered import layered_document, texture_document
from pored.regular import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pored.files.event import Event
    from pored.job import Layering
    from pored.pipeline import Recovered
    from pored.pixels.recovery.picture_layer import FaceLayer

Write = Callable[[BinaryIO], object]
"""Writes a file that is empty, open for writing, and can be positioned."""


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """A recovery, and how it is to be written.

    Attributes:
        recovered: what became of the export.
        export: its file.
        kind: of the result: ``"same"`` as the export, or the value of another :class:`Kind`.
        event: what the history in its XMP says; None: nothing.
        not_kept: what writing the result showed could not be kept, for the report.
    """

    recovered: Recovered[FaceLayer]
    export: Path
    kind: str
    event: Event | None = None
    not_kept: list[str] = field(default_factory=list)

    @property
    def left_out(self) -> list[str]:
        """What of the export the result does not have, as the report says it; complete when it has been written."""
        return [*self.recovered.picture.encoding.left_out, *self.not_kept]

    @property
    def is_document(self) -> bool:
        """Whether the result is a Photoshop document, and so holds the texture as a layer."""
        kind = self.recovered.picture.encoding.kind if self.kind == "same" else self.kind
        return kind == Kind.PSD

    @contextmanager
    def result(self) -> Iterator[Write]:
        """What writes the result, as long as the context lasts; where nothing was missing, the export's own bytes.

        Raises:
            PictureError: the kind cannot hold what the export has; or, while it is written, the disk refuses.
        """
        recovered = self.recovered
        if self.kind == "same" and recovered.outcome == "nothing_missing":
            yield partial(_copy, self.export)
        elif self.is_document:
            with layered_document(recovered, self.export, self.event) as document:
                yield partial(write_document, document=document)
        else:
            data = encode_picture(recovered.picture, recovered.pixels, self.kind, self.event, not_kept=self.not_kept)
            yield lambda file: file.write(data)

    @contextmanager
    def layered(self, name: str, wanted: Layering) -> Iterator[tuple[str, Write] | None]:
        """Name and writing of the document beside the result, as long as the context lasts.

        Args:
            name: of the result.
            wanted: all layers, or the texture's alone.

        Returns:
            None where nothing is wanted or there is nothing to put into layers, or where the result has them itself.
        """
        recovered, alone = self.recovered, wanted == "texture"
        if not wanted or recovered.outcome == "nothing_missing" or (self.is_document and not alone):
            yield None
            return
        with (
            nullcontext(texture_document(recovered, self.event))
            if alone
            else layered_document(recovered, self.export, self.event)
        ) as document:
            called = layered_name(name, texture_alone=alone, is_big=dialect_of(document).is_big)
            yield shortened(called), partial(write_document, document=document)


def _copy(export: Path, file: BinaryIO) -> None:
    with storage_faults("read", printable(export.name)), open_regular(export) as source:
        shutil.copyfileobj(source, file)
